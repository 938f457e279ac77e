// Where buffers lie changes no bit of a result.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <tuple>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "ring.hpp"

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.tableaus;

using ring::Ring;
using Double8 = kobie::Pack<double, 8>;

namespace {

using Stages = kobie::Shared<"stages">;
using Everything = kobie::Shared<"loop.state", "parameters", "proposed_state", "saved_state", "observed",
                                 "loop/algorithm.derivative", "stages", "end_derivative", "dense_stages">;

// Integrates with the scratch of one thread in a team of three, whose other threads' numbers must stay as they are.
template <class Method, class Placement, class Real>
auto integrate(const std::vector<harness::Start>& starts) {
  using Placed = harness::Buffers<Ring, Method, Real, Placement>;
  constexpr std::size_t team = 3;
  constexpr double others = -7.5;
  std::vector<Real> numbers(static_cast<std::size_t>(Placed::layout.elements.shared) * team, Real(others));
  const harness::Scratch<Real> scratch{numbers.empty() ? nullptr : numbers.data() + 1, team};
  const auto runs = harness::integrate<Ring, Method, ring::ControlOf<Method>, Real, Placed>(ring::request, starts,
                                                                                            kobie::NoInstrument(), scratch);
  std::size_t touched = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      touched += i % team != 1 && kobie::lane(numbers[i], lane) != others ? 1 : 0;
    }
  }
  CHECK(touched == 0);
  return runs;
}

template <class Method, class Real, class... Placements>
void check_placements(const std::vector<harness::Start>& starts) {
  const auto local = integrate<Method, kobie::AllLocal, Real>(starts);
  const std::vector<decltype(integrate<Method, kobie::AllLocal, Real>(starts))> others = {
      integrate<Method, Placements, Real>(starts)...};
  for (const auto& other : others) {
    for (std::size_t i = 0; i < local.size(); ++i) {
      INFO("lane " << i);
      REQUIRE(local[i].status == kobie::Status::success);
      REQUIRE(local[i].saves.size() == ring::request.saves.size());
      compare::check_same(local[i], other[i]);
    }
  }
}

// Implicit methods, each with all that it works on in team scratch.
template <class M, class P>
struct Placed {
  using Method = M;
  using Placement = P;
};
using ImplicitCases =
    std::tuple<Placed<kobie::Rodas5P, kobie::Shared<"loop.state", "loop/algorithm.derivative", "end_derivative", "stages",
                                                    "time_derivative", "matrix", "pivots">>,
               Placed<kobie::KenCarp4, kobie::Shared<"loop.state", "loop/algorithm.derivative", "stages", "jacobian", "reuse",
                                                     "known", "scale", "update", "factors", "pivots">>,
               Placed<kobie::RadauIIA5, kobie::Shared<"loop.state", "loop/algorithm.derivative", "increments", "jacobian",
                                                      "transformed", "scale", "factors", "complex_factors", "complex_pivots">>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a run's bits do not depend on where its buffers lie, with any method", "", kobie::Methods) {
  STATIC_REQUIRE(harness::Buffers<Ring, TestType, double, Everything>::layout.elements.local == 0);
  STATIC_REQUIRE(harness::Buffers<Ring, TestType, double, Everything>::layout.elements.persistent == 0);
  check_placements<TestType, double, Stages, Everything>({ring::start(0)});
}

TEMPLATE_LIST_TEST_CASE("a run's bits do not depend on where its buffers lie, with implicit methods", "", ImplicitCases) {
  check_placements<typename TestType::Method, double, typename TestType::Placement>({ring::start(0)});
}

TEMPLATE_TEST_CASE("the bits of lanes do not depend on where their buffers lie", "", kobie::Tsit5, kobie::DormandPrince853) {
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<Double8>; ++i) {
    starts.push_back(ring::start(i));
  }
  check_placements<TestType, Double8, Stages, Everything>(starts);
}
