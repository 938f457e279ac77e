#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
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

// The error at the end of `steps` equal steps.
template <class System, class Method>
double error_at_end(double end, int steps, const std::vector<double>& y0, const std::vector<double>& truth) {
  const auto run =
      harness::integrate_one<System, Method, FixedStep>({.end = end, .saves = {end}}, {.state = y0, .dt = end / steps});
  REQUIRE(run.status == kobie::Status::success);
  REQUIRE(run.accepted == steps);
  double square = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    square += std::pow(run.saves.at(0).state[i] - truth[i], 2);
  }
  return std::sqrt(square);
}

// The power of the step size that the error falls with, found from two halvings, in each of which it is much above rounding.
template <class System, class Method>
double order(double end, int steps, const std::vector<double>& y0, const std::vector<double>& truth) {
  const double coarse = error_at_end<System, Method>(end, steps, y0, truth);
  const double fine = error_at_end<System, Method>(end, 4 * steps, y0, truth);
  INFO("errors " << coarse << " and " << fine);
  CHECK(fine > 1e-13);
  return std::log2(coarse / fine) / 2;
}

// Stated here, not asked of the tableau: its order is what these tests confirm.
template <class Method>
constexpr double theory = std::is_same_v<Method, ClassicalRk4> ? 4.0 : 5.0;

}  // namespace

TEMPLATE_TEST_CASE("a method converges by its order on y' = y cos t", "", Tsit5, DormandPrince54, ClassicalRk4) {
  CHECK_THAT((order<systems::Swing, TestType>(3.0, 20, {1.0}, {systems::Swing::at(3.0)})), WithinAbs(theory<TestType>, 0.3));
}

TEMPLATE_TEST_CASE("a method converges by its order on y' = -2 t y^2", "", Tsit5, DormandPrince54, ClassicalRk4) {
  CHECK_THAT((order<systems::Bell, TestType>(1.0, 10, {1.0}, {systems::Bell::at(1.0)})), WithinAbs(theory<TestType>, 0.3));
}

TEMPLATE_TEST_CASE("a method converges by its order on a Kepler orbit", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const std::vector<double> start = {0.5, 0.0, 0.0, std::sqrt(3.0)};
  CHECK_THAT((order<systems::Kepler, TestType>(2 * std::numbers::pi, 320, start, start)), WithinAbs(theory<TestType>, 0.3));
}
