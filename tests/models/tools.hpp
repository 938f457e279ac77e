// Models at points and over time, without Kokkos.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "../loop/harness.hpp"

import kobie.control;
import kobie.core;
import kobie.models;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

namespace tools {

template <class Table>
std::vector<double> values_of(const Table& table) {
  std::vector<double> all;
  for (const auto& item : table) {
    all.push_back(item.value);
  }
  return all;
}

// The default states and parameters, of which some are changed.
struct Change {
  std::string_view name;
  double value;
};

template <class M>
harness::Start usual(const std::vector<Change>& changes = {}) {
  harness::Start start{.state = values_of(M::states), .parameter = values_of(M::parameters)};
  for (const Change& change : changes) {
    if (M::states.index_of(change.name) < M::states.size()) {
      start.state[M::states.index_of(change.name)] = change.value;
    } else {
      start.parameter.at(M::parameters.index_of(change.name)) = change.value;
    }
  }
  return start;
}

// What rhs and observe make of a point, of any Real.
template <class M, class Real>
std::vector<Real> rates(Real t, const std::vector<Real>& y, const std::vector<Real>& p) {
  std::vector<Real> rate(y.size());
  kobie::evaluate_rhs<M, Real>(t, kobie::Components<const Real, kobie::state_count<M>>(y.data()),
                               kobie::Components<const Real, kobie::parameter_count<M>>(p.data()),
                               kobie::Components<Real, kobie::state_count<M>>(rate.data()));
  return rate;
}

template <class M, class Real>
std::vector<Real> observed(Real t, const std::vector<Real>& y, const std::vector<Real>& p) {
  std::vector<Real> seen(kobie::observable_count<M>);
  if constexpr (kobie::observable_count<M> > 0) {
    const kobie::Point<M, Real> at{t, kobie::Components<const Real, kobie::state_count<M>>(y.data()),
                                   kobie::Components<const Real, kobie::parameter_count<M>>(p.data())};
    kobie::Observed<M, Real> o{kobie::Components<Real, kobie::observable_count<M>>(seen.data())};
    M::observe(at, o);
  }
  return seen;
}

// Numbers that are the same everywhere.
class Draws {
 public:
  double between(double low, double high) {
    constexpr double steps = 4294967296.0;
    return low + (high - low) * (static_cast<double>(generator_()) / steps);
  }
  // Each up to half away from a default, so that no two parameters are alike.
  std::vector<double> around(const std::vector<double>& defaults) {
    std::vector<double> all;
    for (const double value : defaults) {
      all.push_back(value * between(0.5, 1.5));
    }
    return all;
  }

 private:
  std::mt19937 generator_{20250101};
};

// The states at the ends of `saves`, by a method of high order that is as accurate as double allows.
template <class M, class Method = kobie::DormandPrince853>
harness::Run<double> solve(const harness::Start& start, const std::vector<double>& saves, double tolerance = 1e-13) {
  const auto run = harness::integrate_one<M, Method, kobie::PiControl>(
      {.end = saves.back(), .saves = saves, .land_on_saves = true, .rtol = tolerance, .atol = tolerance}, start);
  REQUIRE(run.status == kobie::Status::success);
  REQUIRE(run.saves.size() == saves.size());
  return run;
}

inline std::vector<double> every(double step, double end) {
  std::vector<double> times;
  for (std::int64_t i = 0; static_cast<double>(i) * step <= end; ++i) {
    times.push_back(static_cast<double>(i) * step);
  }
  return times;
}

// How often state `number` comes up through `level`.
inline int rises(const harness::Run<double>& run, std::size_t number, double level) {
  int count = 0;
  for (std::size_t s = 1; s < run.saves.size(); ++s) {
    count += run.saves[s - 1].state[number] < level && run.saves[s].state[number] >= level ? 1 : 0;
  }
  return count;
}

}  // namespace tools
