// Systems with a mass matrix: M y' = f(t, y), singular ones too.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "stiff_systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::GustafssonControl;
using kobie::Status;
using systems::TransistorAmplifier;

namespace {

// x' = z, 0 = z - cos t: x = sin t, z = cos t.
struct Constrained {
  static constexpr auto states = kobie::values({{"x", 0.0}, {"z", 1.0}});
  static constexpr std::array<std::array<double, 2>, 2> mass = {{{1.0, 0.0}, {0.0, 0.0}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<Constrained, Real>& at, kobie::Rates<Constrained, Real>& d) {
    d.state = {at.state[1], at.state[1] - kobie::cos(at.t)};
  }
};

// IVP test set (Bari), problem transistor amplifier, at t = 0.2.
constexpr std::array<double, 8> amplified = {-0.5562145012262709e-2, 3.006522471903042, 2.849958788608128, 2.926422536206241,
                                             2.704617865010554,      2.761837778393145, 4.770927631616772, 1.236995868091548};

}  // namespace

TEMPLATE_TEST_CASE("the transistor amplifier ends within 100 tolerances of the test set's reference", "", kobie::Rodas4,
                   kobie::Rodas5P, kobie::Sdirk43, kobie::RadauIIA5) {
  std::vector<double> start;
  for (const auto& item : TransistorAmplifier::states) {
    start.push_back(item.value);
  }
  const auto run = harness::integrate_one<TransistorAmplifier, TestType, GustafssonControl>(
      {.end = 0.2, .saves = {0.2}, .rtol = 1e-6, .atol = 1e-6}, {.state = start});
  REQUIRE(run.status == Status::success);
  for (std::size_t i = 0; i < amplified.size(); ++i) {
    CHECK_THAT(run.saves.at(0).state[i], WithinAbs(amplified[i], 100 * 1e-6 * (1 + std::abs(amplified[i]))));
  }
}

TEMPLATE_TEST_CASE("what an algebraic equation asks for holds at every save", "", kobie::Rodas5P, kobie::Sdirk43,
                   kobie::RadauIIA5) {
  const auto run = harness::integrate_one<Constrained, TestType, GustafssonControl>(
      {.end = 3.0, .saves = {0.0, 0.5, 1.5, 3.0}, .land_on_saves = true, .rtol = 1e-8, .atol = 1e-8}, {.state = {0.0, 1.0}});
  REQUIRE(run.status == Status::success);
  const std::array<double, 4> times = {0.0, 0.5, 1.5, 3.0};
  for (std::size_t s = 0; s < times.size(); ++s) {
    CHECK_THAT(run.saves.at(s).state[0], WithinAbs(std::sin(times[s]), 1e-6));
    CHECK_THAT(run.saves.at(s).state[1], WithinAbs(std::cos(times[s]), 1e-6));
  }
}

TEST_CASE("a start that does not satisfy the algebraic equations ends its run, and leaves its neighbours alone") {
  std::vector<harness::Start> starts(8, {.state = {0.0, 1.0}});
  starts[5].state = {0.0, 1.1};
  const harness::Request request{.end = 1.0, .saves = {0.0, 1.0}, .rtol = 1e-6, .atol = 1e-6};
  const auto runs = harness::integrate<Constrained, kobie::Rodas4, GustafssonControl, kobie::Pack<double, 8>>(request, starts);
  CHECK(runs[5].status == Status::inconsistent_start);
  CHECK(runs[5].accepted == 0);
  REQUIRE(runs[5].saves.size() == 2);
  CHECK(std::isnan(runs[5].saves[0].state[0]));
  for (const std::size_t i : {0U, 4U, 6U}) {
    CHECK(runs[i].status == Status::success);
    CHECK_THAT(runs[i].saves.at(1).state[0], WithinAbs(std::sin(1.0), 1e-5));
    compare::check_same(runs[i], runs[7]);
  }
}

TEST_CASE("an error within the tolerances makes a start no less consistent") {
  const auto run = harness::integrate_one<Constrained, kobie::Rodas4, GustafssonControl>(
      {.end = 1.0, .saves = {1.0}, .rtol = 1e-6, .atol = 1e-6}, {.state = {0.0, 1.0 + 1e-6}});
  CHECK(run.status == Status::success);
}
