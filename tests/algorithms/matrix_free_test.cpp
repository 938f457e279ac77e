// Diagonally implicit methods whose linear equations are solved without their matrix.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "one_fails.hpp"
#include "problems.hpp"
#include "stepper.hpp"

import kobie.algorithms;
import kobie.buffers;
import kobie.numbers;
import kobie.solvers;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using kobie::BiCgStab;
using kobie::Jacobi;
using kobie::MatrixFree;
using kobie::MinimalResidual;
using kobie::Neumann;
using kobie::NoPreconditioner;
using kobie::SteepestDescent;
using kobie::WithLinearSolver;
constexpr kobie::CommonTolerance<double> tolerance{.rtol = 1e-6, .atol = 1e-8};

namespace {

// The error of Kaps' system at 1 after equal steps.
template <class Method>
double kaps_error(int steps, double stiffness) {
  stepper::Stepper<problems::Kaps, Method, double> run;
  run.tolerance = {.rtol = 1e-12, .atol = 1e-13};
  run.parameter[0] = stiffness;
  run.start();
  REQUIRE(run.go(steps, 1.0 / steps));
  return std::hypot(run.y[0] - std::exp(-2.0), run.y[1] - std::exp(-1.0));
}

// A method and its order; a number of steps, at which, and at 4 times as many, the leading term leads.
template <class M, class Choice, int Order, int Steps>
struct Case {
  using Method = WithLinearSolver<M, Choice>;
  static constexpr int order = Order;
  static constexpr int steps = Steps;
};
using Cases = std::tuple<
    Case<kobie::BackwardEuler, MatrixFree<MinimalResidual>, 1, 80>,
    Case<kobie::TrBdf2, MatrixFree<BiCgStab, Neumann<2>>, 2, 20>, Case<kobie::Kvaerno3, MatrixFree<BiCgStab, Jacobi>, 3, 20>,
    Case<kobie::Sdirk43, MatrixFree<MinimalResidual, Jacobi>, 4, 10>, Case<kobie::Kvaerno5, MatrixFree<BiCgStab>, 5, 10>>;

using StiffCases =
    std::tuple<Case<kobie::BackwardEuler, MatrixFree<BiCgStab>, 1, 40>,
               Case<kobie::TrBdf2, MatrixFree<BiCgStab, Jacobi>, 2, 40>, Case<kobie::Kvaerno3, MatrixFree<BiCgStab>, 3, 40>,
               Case<kobie::Sdirk43, MatrixFree<BiCgStab, Jacobi>, 4, 40>, Case<kobie::Kvaerno5, MatrixFree<BiCgStab>, 5, 40>>;

using Choices =
    std::tuple<MatrixFree<SteepestDescent>, MatrixFree<SteepestDescent, Jacobi>, MatrixFree<SteepestDescent, Neumann<2>>,
               MatrixFree<MinimalResidual>, MatrixFree<MinimalResidual, Jacobi>, MatrixFree<MinimalResidual, Neumann<2>>,
               MatrixFree<BiCgStab>, MatrixFree<BiCgStab, Jacobi>, MatrixFree<BiCgStab, Neumann<2>>>;

using kobie::Sdirk43;
template <class Method>
using RodRun = stepper::Stepper<problems::Rod, Method, double>;

// Point i of the rod at t, by its modes.
double rod_at(std::size_t i, double t) {
  const double angle = std::acos(-1.0) / 9;
  double y = 0.0;
  for (int k = 1; k <= 8; ++k) {
    double mode = 0.0;
    for (int j = 1; j <= 8; ++j) {
      mode += 2.0 / 9 * std::sin(k * j * angle);
    }
    y += mode * std::sin(k * static_cast<double>(i + 1) * angle) * std::exp(-324.0 * std::pow(std::sin(k * angle / 2), 2) * t);
  }
  return y;
}

template <class Method>
RodRun<Method> rod_after(int steps, double h, double diffusion = 1.0) {
  RodRun<Method> run;
  run.tolerance = {.rtol = 1e-8, .atol = 1e-10};
  run.parameter[0] = diffusion;
  run.start();
  REQUIRE(run.go(steps, h));
  return run;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("without a matrix, a method converges by its order on Kaps' problem", "", Cases) {
  const double coarse = kaps_error<typename TestType::Method>(TestType::steps, 1.0);
  const double fine = kaps_error<typename TestType::Method>(4 * TestType::steps, 1.0);
  INFO("errors " << coarse << " and " << fine);
  CHECK(fine > 1e-13);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(TestType::order, 0.3));
}

TEMPLATE_LIST_TEST_CASE("without a matrix, a mildly stiff problem is solved as it is with factors", "", StiffCases) {
  using WithFactors =
      std::tuple_element_t<TestType::order - 1,
                           std::tuple<kobie::BackwardEuler, kobie::TrBdf2, kobie::Kvaerno3, Sdirk43, kobie::Kvaerno5>>;
  const double error = kaps_error<typename TestType::Method>(TestType::steps, 300.0);
  CHECK_THAT(error, WithinAbs(kaps_error<WithFactors>(TestType::steps, 300.0), 1e-12));
}

TEMPLATE_LIST_TEST_CASE("each linear solver goes with each preconditioner, as near as the tolerance to what factors give", "",
                        Choices) {
  using Method = WithLinearSolver<Sdirk43, TestType>;
  auto run = rod_after<Method>(40, 0.005);
  const auto with_factors = rod_after<Sdirk43>(40, 0.005);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK_THAT(run.y[i], WithinRel(with_factors.y[i], 1e-7));
    CHECK_THAT(run.y[i], WithinRel(rod_at(i, 0.2), 1e-4));
  }
  const auto counts = run.algorithm().counts();
  CHECK(counts.jacobians == 0);
  CHECK(counts.factorisations == 0);
  CHECK(counts.newton_failures == 0);
  CHECK(counts.newton_iterations >= 5 * 40);
  CHECK(counts.linear_iterations >= counts.newton_iterations / 2);
}

TEST_CASE("BiCGSTAB takes fewer iterations than one-dimensional projections, and fewer with Neumann's series") {
  const auto iterations = [](auto run) { return run.algorithm().counts().linear_iterations; };
  const auto plain = iterations(rod_after<WithLinearSolver<Sdirk43, MatrixFree<BiCgStab>>>(20, 0.005, 10.0));
  CHECK(4 * plain <
        iterations(rod_after<WithLinearSolver<Sdirk43, MatrixFree<MinimalResidual, NoPreconditioner, 1000>>>(20, 0.005, 10.0)));
  CHECK(4 * plain <
        iterations(rod_after<WithLinearSolver<Sdirk43, MatrixFree<SteepestDescent, NoPreconditioner, 1000>>>(20, 0.005, 10.0)));
  const double little = 0.05;  // so that the series converges
  CHECK(iterations(rod_after<WithLinearSolver<Sdirk43, MatrixFree<BiCgStab, Neumann<2>>>>(20, 0.005, little)) <
        iterations(rod_after<WithLinearSolver<Sdirk43, MatrixFree<BiCgStab>>>(20, 0.005, little)));
}

TEST_CASE("a linear problem takes one Newton iteration more than none, however stiff: the slow components are solved too") {
  // Were the residual's fall the measure, the first linear solve would end with the stiff component.
  using Method = WithLinearSolver<Sdirk43, MatrixFree<BiCgStab>>;
  auto run = rod_after<Method>(10, 0.005, 100.0);
  CHECK(run.algorithm().counts().newton_iterations <= 2 * 5 * 10);
}

TEST_CASE("an operator that does not suit the linear solver fails in its lane alone") {
  // The matrix is 1 / h - growth: not positive.
  one_fails::check<problems::Growth, WithLinearSolver<kobie::BackwardEuler, MatrixFree<SteepestDescent>>>(0.5, 1.0, 3.0,
                                                                                                          tolerance);
  // And zero.
  one_fails::check<problems::Growth, WithLinearSolver<kobie::BackwardEuler, MatrixFree<BiCgStab>>>(0.5, 1.0, 2.0, tolerance);
  one_fails::check<problems::Growth, WithLinearSolver<kobie::BackwardEuler, MatrixFree<BiCgStab, Jacobi>>>(0.5, 1.0, 2.0,
                                                                                                           tolerance);
}

TEST_CASE("equations that take too many iterations fail in their lane alone") {
  one_fails::check<problems::Rod, WithLinearSolver<Sdirk43, MatrixFree<MinimalResidual, NoPreconditioner, 10>>>(
      0.01, 0.01, 10.0, tolerance);
}

TEST_CASE("NaN from the right-hand side fails in its lane alone, without a matrix too") {
  one_fails::check<problems::UnderARoot, WithLinearSolver<kobie::Kvaerno3, MatrixFree<BiCgStab, Jacobi>>>(0.1, 1.0, -1.0,
                                                                                                          tolerance);
}

TEST_CASE("a step that failed without a matrix is solved when it is shorter") {
  using Method = WithLinearSolver<Sdirk43, MatrixFree<MinimalResidual, NoPreconditioner, 10>>;
  stepper::Stepper<problems::Rod, Method, double> run;
  run.tolerance = {.rtol = 1e-6, .atol = 1e-8};
  run.start();
  REQUIRE_FALSE(run.attempt(0.1));
  CHECK(run.algorithm().counts().newton_failures == 1);
  REQUIRE(run.attempt(0.001));
  run.accept(0.001);
  CHECK_THAT(run.y[0], WithinRel(rod_at(0, 0.001), 1e-5));
}

TEST_CASE("mass matrices, singular ones too, are part of the operator") {
  using Method = WithLinearSolver<Sdirk43, MatrixFree<BiCgStab, Jacobi>>;
  const auto error = []<class System>(System) {
    stepper::Stepper<System, Method, double> run;
    run.tolerance = {.rtol = 1e-10, .atol = 1e-12};
    run.start();
    REQUIRE(run.go(20, 0.05));
    return std::hypot(run.y[0] - std::exp(-2.0), run.y[1] - std::exp(-1.0));
  };
  CHECK_THAT(error(problems::KapsWithMass()), WithinRel(error(problems::Kaps()), 1e-3));
  CHECK(error(problems::KapsWithConstraint()) < 1e-6);
}

TEST_CASE("nothing of the size of a matrix is declared") {
  using kobie::BufferPrecision;
  const auto buffers =
      kobie::DiagonallyImplicitTraits<WithLinearSolver<kobie::Kvaerno5, MatrixFree<BiCgStab, Jacobi>>, problems::Rod>::buffers(
          BufferPrecision::float64);
  const auto with_factors = kobie::DiagonallyImplicitTraits<kobie::Kvaerno5, problems::Rod>::buffers(BufferPrecision::float64);
  CHECK_FALSE(buffers.has("algorithm", "jacobian"));
  CHECK_FALSE(buffers.has("algorithm/newton/linear_solver", "factors"));
  CHECK(with_factors.has("algorithm/newton/linear_solver", "factors"));
  CHECK(buffers.find("algorithm/newton/linear_solver", "reciprocals").size == 8);
  for (const auto& buffer : buffers.buffers("algorithm/newton/linear_solver")) {
    CHECK(buffer.size == 8);
    CHECK_FALSE(buffer.persistent);
  }
}

TEST_CASE("a method with a linear solver is named by both, and without one is itself") {
  CHECK(WithLinearSolver<kobie::Kvaerno5, MatrixFree<BiCgStab>>::name == "kvaerno-5, bicgstab");
  CHECK(WithLinearSolver<Sdirk43, MatrixFree<MinimalResidual, Jacobi>>::name == "sdirk-43, minimal-residual, jacobi");
  CHECK(kobie::MethodWith<kobie::TrBdf2, MatrixFree<SteepestDescent, Neumann<3>>>::name ==
        "tr-bdf2, steepest-descent, neumann-3");
  STATIC_CHECK(std::is_same_v<kobie::MethodWith<kobie::TrBdf2, kobie::DenseFactors>, kobie::TrBdf2>);
}
