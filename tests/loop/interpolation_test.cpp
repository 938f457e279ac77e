#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::FixedStep;
using kobie::Tsit5;

namespace {

// One step of length h from t = 1/2, and the error of the solution at `theta` of it.
template <class Method>
double error_inside_step(double theta, double h) {
  constexpr double t0 = 0.5;
  const auto run = harness::integrate_one<systems::Bell, Method, FixedStep>({.t0 = t0, .end = h, .saves = {theta * h}},
                                                                            {.state = {systems::Bell::at(t0)}, .dt = h});
  REQUIRE(run.accepted == 1);
  return std::abs(run.saves.at(0).state[0] - systems::Bell::at(t0 + theta * h));
}

// The interpolants of order 4 have a local error of h^5, the cubic of Hermite one of h^4.
template <class Method>
constexpr double theory = std::is_same_v<Method, ClassicalRk4> ? 4.0 : 5.0;

}  // namespace

TEMPLATE_TEST_CASE("inside a step the error falls by the interpolant's order", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const double coarse = error_inside_step<TestType>(0.4, 0.04);
  const double fine = error_inside_step<TestType>(0.4, 0.01);
  CHECK(fine > 1e-14);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(theory<TestType>, 0.3));
}

TEMPLATE_TEST_CASE("saves between steps are nearly as accurate as the steps", "", Tsit5, DormandPrince54, ClassicalRk4) {
  std::vector<double> times;
  for (int i = 0; i <= 333; ++i) {
    times.push_back(3.0 * i / 333);
  }
  const auto run =
      harness::integrate_one<systems::Swing, TestType, FixedStep>({.end = 3.0, .saves = times}, {.state = {1.0}, .dt = 0.05});
  REQUIRE(run.saves.size() == times.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    worst = std::max(worst, std::abs(run.saves[i].state[0] - systems::Swing::at(times[i])));
  }
  // (h / 2)^4 / 4! for Hermite's cubic, and the interpolants' h^5 with a constant of their own.
  CHECK(worst < (std::is_same_v<TestType, ClassicalRk4> ? 1e-6 : 2e-9));
}

TEMPLATE_TEST_CASE("the interpolated solution has no jump where steps meet", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const double join = 0.25;
  const auto run = harness::integrate_one<systems::Swing, TestType, FixedStep>({.saves = {join - 1e-9, join, join + 1e-9}},
                                                                               {.state = {1.0}, .dt = 0.125});
  REQUIRE(run.saves.size() == 3);
  const double slope = systems::Swing::at(join) * std::cos(join);
  // The slope of the solution over 1e-9, and rounding.
  CHECK_THAT(run.saves[1].state[0] - run.saves[0].state[0], WithinAbs(1e-9 * slope, 1e-13));
  CHECK_THAT(run.saves[2].state[0] - run.saves[1].state[0], WithinAbs(1e-9 * slope, 1e-13));
}
