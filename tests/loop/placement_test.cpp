// Where buffers lie changes no bit of a result.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
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

template <class Method, class Real>
void check_placements(const std::vector<harness::Start>& starts) {
  const auto local = integrate<Method, kobie::AllLocal, Real>(starts);
  const auto stages = integrate<Method, Stages, Real>(starts);
  const auto everything = integrate<Method, Everything, Real>(starts);
  for (std::size_t i = 0; i < local.size(); ++i) {
    INFO("lane " << i);
    REQUIRE(local[i].status == kobie::Status::success);
    REQUIRE(local[i].saves.size() == ring::request.saves.size());
    compare::check_same(local[i], stages[i]);
    compare::check_same(local[i], everything[i]);
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a run's bits do not depend on where its buffers lie, with any method", "", kobie::Methods) {
  STATIC_REQUIRE(harness::Buffers<Ring, TestType, double, Everything>::layout.elements.local == 0);
  STATIC_REQUIRE(harness::Buffers<Ring, TestType, double, Everything>::layout.elements.persistent == 0);
  check_placements<TestType, double>({ring::start(0)});
}

TEMPLATE_TEST_CASE("the bits of lanes do not depend on where their buffers lie", "", kobie::Tsit5, kobie::DormandPrince853) {
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<Double8>; ++i) {
    starts.push_back(ring::start(i));
  }
  check_placements<TestType, Double8>(starts);
}
