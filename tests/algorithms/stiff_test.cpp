#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <tuple>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.algorithms;
import kobie.solvers;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;

namespace {

// The error of Prothero's and Robinson's problem at 1 after equal steps, all of them much longer than 1e-6.
template <class Method>
double prothero_robinson_error(int steps) {
  stepper::Stepper<problems::ProtheroRobinson, Method, double> run;
  run.start();
  REQUIRE(run.go(steps, 1.0 / steps));
  return std::abs(run.y[0] - std::cos(1.0));
}

template <class Method>
using MatrixFree = kobie::WithLinearSolver<Method, kobie::MatrixFree<kobie::BiCgStab>>;

// The power of h, and the largest error in 10 steps. Where the last stage is the solution the error is O(h^q / 1e6), q the
// order of the stages: 1, or 2 after an explicit first one (HW II, IV.15); the midpoint rule's is O(h^2) without the factor.
template <class M, int Order>
struct Case {
  using Method = M;
  static constexpr int order = Order;
};
using Cases = std::tuple<Case<kobie::BackwardEuler, 1>, Case<kobie::Sdirk2, 1>, Case<kobie::TrBdf2, 2>, Case<kobie::Dirk3, 1>,
                         Case<kobie::Kvaerno3, 2>, Case<kobie::KenCarp3, 2>, Case<kobie::Sdirk43, 1>, Case<kobie::KenCarp4, 2>,
                         Case<kobie::Kvaerno5, 2>, Case<kobie::Trapezoid, 2>, Case<kobie::ImplicitMidpoint, 2>,
                         Case<MatrixFree<kobie::Kvaerno3>, 2>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("on Prothero's and Robinson's problem the order is that of the stages, and no less", "", Cases) {
  using Method = typename TestType::Method;
  const double coarse = prothero_robinson_error<Method>(10);
  const double fine = prothero_robinson_error<Method>(40);
  INFO("errors " << coarse << " and " << fine);
  CHECK(std::log2(coarse / fine) / 2 > TestType::order - 0.3);
  CHECK(coarse < (Method::tableau.stiffly_accurate() ? 1e-7 : 1e-2));
}

TEMPLATE_TEST_CASE("an L-stable method is on the slow solution after one long step", "", kobie::BackwardEuler, kobie::Sdirk2,
                   kobie::TrBdf2, kobie::Dirk3, kobie::Kvaerno3, kobie::KenCarp3, kobie::Sdirk43, kobie::KenCarp4,
                   kobie::Kvaerno5, MatrixFree<kobie::Sdirk43>) {
  stepper::Stepper<problems::FastToCosine, TestType, double> run;
  run.start();
  REQUIRE(run.go(1, 0.1));
  CHECK_THAT(run.y[0], WithinAbs(std::cos(0.1), 1e-4));
}

TEST_CASE("the trapezoidal rule does not damp") {
  stepper::Stepper<problems::FastToCosine, kobie::Trapezoid, double> run;
  run.start();
  REQUIRE(run.go(1, 0.1));
  CHECK_THAT(run.y[0], WithinAbs(std::cos(0.1) - 1.0, 0.01));
}

TEMPLATE_TEST_CASE("the error estimate does not grow with stiffness", "", kobie::CrankNicolson, kobie::TrBdf2, kobie::Sdirk2,
                   kobie::Kvaerno3, kobie::Sdirk43, MatrixFree<kobie::Kvaerno3>, MatrixFree<kobie::Sdirk43>) {
  stepper::Stepper<problems::FastToCosine, TestType, double> run;
  run.start();
  REQUIRE(run.attempt(0.1));
  CHECK(std::abs(run.error(0.1, 0)) < 2.0);
}

TEST_CASE("Robertson's reaction reaches its slow manifold in a few long steps") {
  stepper::Stepper<problems::Robertson, kobie::Kvaerno3, double> run;
  run.tolerance = {.rtol = 1e-8, .atol = 1e-14};
  run.start();
  double h = 1e-5;
  for (int i = 0; i < 40; ++i) {
    REQUIRE(run.attempt(h));
    run.accept(h);
    h *= 1.3;
  }
  // There, y2' = 0.
  const double y2 = run.y[1];
  CHECK_THAT((0.04 * run.y[0] - 1e4 * y2 * run.y[2] - 3e7 * y2 * y2) / 0.04, WithinAbs(0.0, 1e-3));
  CHECK_THAT(run.y[0] + y2 + run.y[2], WithinAbs(1.0, 1e-7));
}
