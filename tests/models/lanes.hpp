// A model in lanes: each lane has the bits of the scalar.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <type_traits>
#include <vector>

#include "../loop/compare.hpp"
#include "../loop/harness.hpp"
#include "tools.hpp"

import kobie.core;
import kobie.models;
import kobie.numbers;

namespace lanes {

// Lanes have exponentials, logarithms and cosines of their own (docs/usage.md), which may differ from the scalar ones in the
// last place. All else has the same bits.
template <class M>
inline constexpr bool rates_call_functions =
    std::is_same_v<M, kobie::models::Duffing> || std::is_same_v<M, kobie::models::HodgkinHuxley>;
template <class M>
inline constexpr bool observables_call_functions = std::is_same_v<M, kobie::models::LotkaVolterra>;

// As many runs as a pack has lanes, no two alike; all states and parameters near their defaults.
template <class M>
std::vector<harness::Start> starts(int lanes) {
  tools::Draws draws;
  const auto usual = tools::usual<M>();
  std::vector<harness::Start> all;
  for (int i = 0; i < lanes; ++i) {
    harness::Start start = usual;
    for (auto* values : {&start.state, &start.parameter}) {
      for (double& value : *values) {
        value *= draws.between(0.95, 1.05);
      }
    }
    all.push_back(start);
  }
  return all;
}

// Steps, saves and observables of each lane against those of the scalar or, where it has other functions, of a pack that holds
// this run alone.
template <class M, class Method, class Control, class Real>
void check_runs(const harness::Request& request) {
  constexpr int width = kobie::lanes_of<Real>;
  const auto runs = starts<M>(width);
  const auto together = harness::integrate<M, Method, Control, Real>(request, runs);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    INFO(M::name << ", lane " << i);
    REQUIRE(together[i].status == kobie::Status::success);
    if constexpr (rates_call_functions<M> || observables_call_functions<M>) {
      compare::check_same(together[i], harness::integrate<M, Method, Control, Real>(request, {runs[i]})[i]);
    } else {
      compare::check_same(together[i], harness::integrate<M, Method, Control, kobie::ScalarOf<Real>>(request, {runs[i]})[0]);
    }
  }
}

}  // namespace lanes
