// Constant mass matrices: M y' = f.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

// The error of a form of Kaps' system at 1 after equal steps.
template <class System, class Method>
double error_at_end(int steps) {
  stepper::Stepper<System, Method, double> run;
  run.start();
  REQUIRE(run.go(steps, 1.0 / steps));
  return std::hypot(run.y[0] - std::exp(-2.0), run.y[1] - std::exp(-1.0));
}

template <class System, class Method>
double order(int steps) {
  const double coarse = error_at_end<System, Method>(steps);
  const double fine = error_at_end<System, Method>(4 * steps);
  INFO("errors " << coarse << " and " << fine);
  CHECK(fine > 1e-13);
  return std::log2(coarse / fine) / 2;
}

// The powers of the step that the largest errors at 0.4 of each step fall with.
template <class Method>
std::array<double, 2> orders_inside() {
  const auto largest_errors = [](int steps) {
    stepper::Stepper<problems::KapsWithConstraint, Method, double> run;
    run.start();
    std::array<double, 2> largest{};
    const double h = 1.0 / steps;
    for (int i = 0; i < steps; ++i) {
      REQUIRE(run.attempt(h));
      double inside[2];
      run.algorithm().interpolate(0.4, h, run.view(run.y), run.view(run.y_new), run.view(inside));
      const double t = run.t + 0.4 * h;
      largest[0] = std::max(largest[0], std::abs(inside[0] - std::exp(-2 * t)));
      largest[1] = std::max(largest[1], std::abs(inside[1] - std::exp(-t)));
      run.accept(h);
    }
    return largest;
  };
  const auto coarse = largest_errors(20);
  const auto fine = largest_errors(80);
  return {std::log2(coarse[0] / fine[0]) / 2, std::log2(coarse[1] / fine[1]) / 2};
}

}  // namespace

TEMPLATE_TEST_CASE("a regular mass matrix changes neither the solution nor its error", "", kobie::BackwardEuler, kobie::Sdirk43,
                   kobie::RadauIIA5, kobie::GaussLegendre4) {
  CHECK_THAT((error_at_end<problems::KapsWithMass, TestType>(10)), WithinRel(error_at_end<problems::Kaps, TestType>(10), 1e-6));
}

TEST_CASE("an algebraic equation of index 1 costs no order where the last stage is the solution") {
  CHECK_THAT((order<problems::KapsWithConstraint, kobie::BackwardEuler>(80)), WithinAbs(1.0, 0.3));
  CHECK_THAT((order<problems::KapsWithConstraint, kobie::Dirk3>(20)), WithinAbs(3.0, 0.3));
  CHECK_THAT((order<problems::KapsWithConstraint, kobie::Sdirk43>(16)), WithinAbs(4.0, 0.3));
}

TEST_CASE("with a mass matrix too, the first step too, solutions between the ends of steps are interpolated") {
  // The slope of what no differential equation gives is that of the stages, whose order is 1.
  const auto by_hermite = orders_inside<kobie::Dirk3>();
  CHECK_THAT(by_hermite[0], WithinAbs(2.0, 0.3));
  CHECK_THAT(by_hermite[1], WithinAbs(3.0, 0.3));
  const auto by_its_own = orders_inside<kobie::Sdirk43>();
  CHECK_THAT(by_its_own[0], WithinAbs(2.0, 0.3));
  CHECK_THAT(by_its_own[1], WithinAbs(4.0, 0.3));
}

TEST_CASE("the error estimate says nothing of algebraic variables that are off") {
  stepper::Stepper<problems::KapsWithConstraint, kobie::Sdirk43, double> run;
  run.start();
  REQUIRE(run.attempt(0.01));
  CHECK(std::abs(run.error(0.01, 0)) < 1e-8);
  CHECK(std::abs(run.error(0.01, 1)) < 1e-8);
}
