// What sets fully implicit methods apart: the transformed equations, Hairer's error estimate, the collocation polynomial.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using kobie::GaussLegendre4;
using kobie::RadauIIA5;
using stepper::Stepper;

namespace {

// The error at 1 of steps that start on the solution cos t.
template <class Method>
double prothero_robinson_error(int steps) {
  Stepper<problems::ProtheroRobinson, Method, double> run;
  run.y[0] = 1.0;
  run.start();
  REQUIRE(run.go(steps, 1.0 / steps));
  return std::abs(run.y[0] - std::cos(1.0));
}

// The largest error at two points inside of steps.
template <class System, class Method>
double error_inside(int steps) {
  Stepper<System, Method, double> run;
  run.start();
  double largest = 0.0;
  const double h = 1.0 / steps;
  for (int i = 0; i < steps; ++i) {
    REQUIRE(run.attempt(h));
    const double t = run.t;
    const std::vector<double> y(run.y, run.y + 2);
    run.algorithm().finish(t + h, run.view(run.y_new),
                           kobie::Components<const double, kobie::parameter_count<System>>(run.parameter));
    for (const double theta : {0.3, 0.8}) {
      double inside[2];
      run.algorithm().interpolate(theta, h, run.view(run.y), run.view(run.y_new), run.view(inside));
      const double s = t + theta * h;
      largest = std::max({largest, std::abs(inside[0] - std::exp(-2 * s)), std::abs(inside[1] - std::exp(-s))});
    }
    run.accept(h);
  }
  return largest;
}
template <class System, class Method>
double order_inside() {
  return std::log2(error_inside<System, Method>(20) / error_inside<System, Method>(80)) / 2;
}

// For long first steps with strict tolerances.
struct Patient : RadauIIA5 {
  static constexpr kobie::NewtonSettings newton{.max_iterations = 20};
};

struct Diary : stepper::Blind {
  static constexpr bool watches = true;
  std::vector<double> guesses;
  std::vector<double> arguments = std::vector<double>(3);

  template <std::size_t Stage, class State>
  void stage(const State& argument) {
    arguments[Stage] = argument[0];
  }
  template <std::size_t Stage, class State>
  void newton_guess(bool /*active*/, const State& z) {
    guesses.push_back(z[0]);
  }
};

}  // namespace

TEST_CASE("stiffness leaves Radau IIA the order of its stages, over the stiffness, and no less") {
  // HW II, table IV.15.1: h^(s + 1) / (h lambda)
  const double coarse = prothero_robinson_error<RadauIIA5>(8);
  const double fine = prothero_robinson_error<RadauIIA5>(32);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(3.0, 0.3));
  CHECK(coarse < 1e-6 * std::pow(1.0 / 8, 3));
}

TEST_CASE("stiffness leaves Gauss-Legendre the order of its stages, and no less") {
  // HW II, table IV.15.1: h^s where s is even
  const double coarse = prothero_robinson_error<GaussLegendre4>(8);
  const double fine = prothero_robinson_error<GaussLegendre4>(32);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(2.0, 0.3));
}

TEST_CASE("Radau IIA is at the quasi-steady state after one step, and Gauss-Legendre swings about it") {
  Stepper<problems::FastToCosine, RadauIIA5, double> radau;
  Stepper<problems::FastToCosine, GaussLegendre4, double> gauss;
  for (const double h : {1e-3, 1e-1}) {
    CAPTURE(h);
    const double steady = std::cos(h);
    radau.start();
    REQUIRE(radau.attempt(h));
    CHECK(std::abs(radau.y_new[0] - steady) < 3.2 / (1e6 * h) + 1e-6);  // R(z) is near 3 / z
    gauss.start();
    REQUIRE(gauss.attempt(h));
    CHECK(gauss.y_new[0] - steady > 0.9);
  }
}

TEST_CASE("one step and its error estimate are what the untransformed equations give") {
  // Solved in 40 digits by mpmath's findroot: z = h (A x I) F, and (IV.8.19), then (IV.8.20).
  Stepper<problems::VanDerPol, RadauIIA5, double> run;
  run.y[1] = -0.625;
  run.tolerance = {.rtol = 1e-13, .atol = 1e-14};
  run.start();
  REQUIRE(run.attempt(0.001));
  CHECK_THAT(run.y_new[0], WithinRel(1.999333162043343762631, 1e-15));
  CHECK_THAT(run.y_new[1], WithinRel(-0.6669957713187774268021, 1e-12));
  CHECK_THAT(run.error(0.001, 0), WithinRel(6.598551835776768015e-12, 1e-4));
  CHECK_THAT(run.error(0.001, 1), WithinRel(-5.0251280875803606338e-5, 1e-6));

  // Where the estimate is within the tolerance it is filtered once.
  run.tolerance = {.rtol = 0.0, .atol = 0.1};
  run.start();
  REQUIRE(run.attempt(0.001));
  CHECK_THAT(run.error(0.001, 1), WithinRel(-0.041491431861590864034, 1e-2));
}

TEST_CASE("steps along van der Pol's slow manifold end where SciPy's Radau does") {
  // solve_ivp(method="Radau", rtol=1e-12, atol=1e-13, first_step=1e-9) of SciPy 1.17 with the exact Jacobian.
  Stepper<problems::VanDerPol, RadauIIA5, double> run;
  run.tolerance = {.rtol = 1e-10, .atol = 1e-10};
  run.start();
  REQUIRE(run.go(100, 0.005));
  CHECK_THAT(run.y[0], WithinAbs(1.5967689510526637, 1e-10));
  CHECK_THAT(run.y[1], WithinAbs(-1.0303911878393548, 1e-9));
}

TEST_CASE("Hairer's error estimate falls with the fourth power of the step") {
  const auto estimate = [](double h) {
    Stepper<problems::Kaps, RadauIIA5, double> run;
    run.start();
    REQUIRE(run.go(1, 0.001));
    REQUIRE(run.attempt(h));
    return std::abs(run.error(h, 0));
  };
  CHECK_THAT(std::log2(estimate(0.02) / estimate(0.005)) / 2, WithinAbs(4.0, 0.2));
}

TEST_CASE("Hairer's error estimate stays finite for infinite stiffness, and vanishes where it is filtered again") {
  // (IV.8.19): err -> -y; (IV.8.20): err -> 0 as z -> infinity
  for (const double stiffness : {1e6, 1e12}) {
    CAPTURE(stiffness);
    Stepper<problems::Growth, RadauIIA5, double> run;
    run.parameter[0] = -stiffness;
    run.tolerance = {.rtol = 0.0, .atol = 2.0};
    run.start();
    REQUIRE(run.attempt(1.0));
    CHECK_THAT(run.error(1.0, 0), WithinAbs(-1.0, 20.0 / stiffness));
    run.tolerance = {.rtol = 0.0, .atol = 1e-3};
    run.start();
    REQUIRE(run.attempt(1.0));
    CHECK_THAT(run.error(1.0, 0), WithinAbs(0.0, 100.0 / stiffness));
  }
}

TEST_CASE("the error estimate is filtered again in the first step and after a rejected one, not after a step that stands") {
  Stepper<problems::FastToCosine, RadauIIA5, double> run;
  run.tolerance = {.rtol = 0.0, .atol = 1e-5};
  const double h = 1e-3;
  run.start();
  REQUIRE(run.attempt(h));
  CHECK(std::abs(run.error(h, 0)) < 0.1);
  run.accept(h);
  // Away from the steady state, once more.
  run.y[0] = 2.0;
  run.algorithm().finish(run.t, run.view(run.y), kobie::Components<const double, 0>(nullptr));
  run.algorithm().commit(true);
  REQUIRE(run.attempt(h));
  CHECK(std::abs(run.error(h, 0)) > 0.9);
  run.algorithm().commit(false);
  REQUIRE(run.attempt(h));
  CHECK(std::abs(run.error(h, 0)) < 0.1);
}

TEST_CASE("between the ends of steps the error falls with the fourth power of the step") {
  CHECK_THAT((order_inside<problems::Kaps, RadauIIA5>()), WithinAbs(4.0, 0.3));
  CHECK_THAT((order_inside<problems::Kaps, GaussLegendre4>()), WithinAbs(4.0, 0.3));
  CHECK_THAT((order_inside<problems::KapsWithConstraint, RadauIIA5>()), WithinAbs(4.0, 0.3));
}

TEST_CASE("an algebraic equation of index 1 costs Radau IIA no order") {
  const auto error = [](int steps) {
    Stepper<problems::KapsWithConstraint, Patient, double> run;
    run.start();
    REQUIRE(run.go(steps, 1.0 / steps));
    return std::array{std::abs(run.y[0] - std::exp(-2.0)), std::abs(run.y[1] - std::exp(-1.0))};
  };
  const auto coarse = error(4);
  const auto fine = error(16);
  for (std::size_t i = 0; i < 2; ++i) {
    CAPTURE(i, coarse[i], fine[i]);
    CHECK_THAT(std::log2(coarse[i] / fine[i]) / 2, WithinAbs(5.0, 0.3));
  }
}

TEST_CASE("with a mass matrix, Gauss-Legendre's collocation polynomial loses one power") {
  CHECK_THAT((order_inside<problems::KapsWithMass, GaussLegendre4>()), WithinAbs(3.0, 0.3));
}

TEST_CASE("the collocation polynomial goes through the step's ends and its stages") {
  Stepper<problems::Kaps, RadauIIA5, double> run;
  run.start();
  Diary diary;
  REQUIRE(run.attempt(0.1, true, diary));
  double inside[2];
  const auto at = [&run, &inside](double theta) {
    run.algorithm().interpolate(theta, 0.1, run.view(run.y), run.view(run.y_new), run.view(inside));
    return inside[0];
  };
  CHECK(at(0.0) == run.y[0]);
  CHECK(at(1.0) == run.y_new[0]);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_THAT(at(RadauIIA5::tableau.c[i]), WithinAbs(diary.arguments[i], 1e-10));
  }
}

TEST_CASE("a step begins with the polynomial of the last one, a first step and one after a failure with none") {
  // y = -sin t, and no number beyond 1
  Stepper<problems::UnderARoot, RadauIIA5, double> run;
  run.tolerance = {.rtol = 1e-8, .atol = 1e-8};
  run.start();
  Diary first;
  REQUIRE(run.attempt(0.01, true, first));
  CHECK(first.guesses == std::vector<double>(3));
  run.accept(0.01);
  for (const double h : {0.01, 0.02}) {
    CAPTURE(h);
    Diary next;
    REQUIRE(run.attempt(h, true, next));
    for (std::size_t i = 0; i < 3; ++i) {
      const double z = std::sin(run.t) - std::sin(run.t + RadauIIA5::tableau.c[i] * h);
      CHECK_THAT(next.guesses[i], WithinRel(z, 1e-5));
    }
  }
  REQUIRE_FALSE(run.attempt(2.0));
  run.algorithm().commit(false);
  Diary after;
  REQUIRE(run.attempt(0.01, true, after));
  CHECK(after.guesses == std::vector<double>(3));
}

TEST_CASE("where an instrument watches, the stages' derivatives are those of the right-hand side") {
  Stepper<problems::Kaps, RadauIIA5, double> run;
  run.start();
  Diary diary;
  const double h = 0.1;
  REQUIRE(run.attempt(h, true, diary));
  CHECK_THAT(run.algorithm().stage_derivative<0>()[0], WithinAbs(-2 * std::exp(-2 * RadauIIA5::tableau.c[0] * h), 1e-3));
  CHECK_THAT(run.algorithm().stage_derivative<2>()[0], WithinAbs(-2 * std::exp(-2 * h), 1e-3));
}

TEST_CASE("a linear system takes one Jacobian, and new factors for a new step size") {
  Stepper<problems::ProtheroRobinson, RadauIIA5, double> run;
  run.tolerance = {.rtol = 1e-6, .atol = 1e-6};
  run.start();
  REQUIRE(run.go(20, 0.01));
  CHECK(run.algorithm().counts().jacobians == 1);
  CHECK(run.algorithm().counts().factorisations == 1);
  REQUIRE(run.go(20, 0.011));
  CHECK(run.algorithm().counts().jacobians == 1);
  CHECK(run.algorithm().counts().factorisations == 2);
  CHECK(run.algorithm().counts().newton_failures == 0);
}

TEST_CASE("the equations of a step are singular where its length is a real eigenvalue's") {
  Stepper<problems::Growth, RadauIIA5, double> run;
  run.parameter[0] = RadauIIA5::transformation.gamma;
  run.start();
  CHECK_FALSE(run.attempt(1.0));
  CHECK(run.algorithm().counts().newton_failures == 1);
  CHECK(run.y_new[0] == run.y[0]);
  REQUIRE(run.attempt(0.1));
  CHECK_THAT(run.y_new[0], WithinRel(std::exp(0.1 * RadauIIA5::transformation.gamma), 1e-5));
}
