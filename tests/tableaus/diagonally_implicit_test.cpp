#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

#include "tree_conditions.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;

namespace {

// A method, and what its authors say of it; 0 where there is no embedded solution.
template <class M, int Order, int EmbeddedOrder, int DampingTimes10, bool ExplicitFirst, bool StifflyAccurate>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int embedded_order = EmbeddedOrder;
  static constexpr double damping = DampingTimes10 / 10.0;
  static constexpr bool explicit_first = ExplicitFirst;
  static constexpr bool stiffly_accurate = StifflyAccurate;
};
using Cases =
    std::tuple<Case<kobie::BackwardEuler, 1, 0, 0, false, true>, Case<kobie::ImplicitMidpoint, 2, 0, -10, false, false>,
               Case<kobie::Trapezoid, 2, 0, -10, true, true>, Case<kobie::CrankNicolson, 2, 1, -10, true, true>,
               Case<kobie::Sdirk2, 2, 1, 0, false, true>, Case<kobie::TrBdf2, 2, 3, 0, true, true>,
               Case<kobie::Dirk3, 3, 2, 0, false, true>, Case<kobie::Kvaerno3, 3, 2, 0, true, true>,
               Case<kobie::KenCarp3, 3, 2, 0, true, true>, Case<kobie::Sdirk43, 4, 3, 0, false, true>,
               Case<kobie::KenCarp4, 4, 3, 0, true, true>, Case<kobie::Kvaerno5, 5, 4, 0, true, true>>;

template <class Method>
Stages stages() {
  const Matrix a = matrix_of(Method::tableau.a);
  return {a, Matrix(a.size(), Vector(a.size(), 0.0))};
}

constexpr double rounding = 1e-13;

// A method with an interpolant, the order that its authors give this, and how much of what decays it may show in between.
template <class M, int Order, int AmplificationInPercent>
struct Dense {
  using Method = M;
  static constexpr int order = Order;
  static constexpr double amplification = AmplificationInPercent / 100.0;
};
using DenseCases = std::tuple<Dense<kobie::TrBdf2, 2, 100>, Dense<kobie::KenCarp3, 2, 100>, Dense<kobie::KenCarp4, 3, 102>,
                              Dense<kobie::Sdirk43, 3, 113>>;

template <class Method>
Vector weights(double theta) {
  return vector_of(Method::interpolant.at(Method::tableau, theta));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a diagonally implicit method has the orders that its authors say, and no more", "", Cases) {
  using Method = typename TestType::Method;
  CHECK(kobie::solution_order<Method> == TestType::order);
  CHECK(kobie::embedded_order<Method> == TestType::embedded_order);
  CHECK(kobie::coarse_order<Method> == 0);
  if constexpr (!requires { Method::interpolant; }) {
    CHECK(kobie::dense_order<Method> == std::min(TestType::order, 3));
  }
  CHECK(Method::tableau.has_embedded() == (TestType::embedded_order > 0));
  const Vector b = vector_of(Method::tableau.b);
  const Vector embedded = vector_of(Method::tableau.embedded);
  for (int order = 1; order <= TestType::order + 1; ++order) {
    CAPTURE(order);
    CHECK((worst_residual(order, stages<Method>(), b) < rounding) == (order <= TestType::order));
  }
  for (int order = 1; order <= TestType::embedded_order + 1; ++order) {
    CAPTURE(order);
    CHECK((worst_residual(order, stages<Method>(), embedded) < rounding) == (order <= TestType::embedded_order));
  }
}

TEMPLATE_LIST_TEST_CASE("a diagonally implicit method is A-stable, and damps what is infinitely stiff as its authors say", "",
                        Cases) {
  using Method = typename TestType::Method;
  const Vector b = vector_of(Method::tableau.b);
  CHECK(largest_on_imaginary_axis(stages<Method>(), b) < 1.0 + 1e-12);
  CHECK_THAT(kobie::damping_at_infinity(Method::tableau), WithinAbs(TestType::damping, 1e-12));
  CHECK_THAT(stability_function(stages<Method>(), b, -1e7).real(), WithinAbs(TestType::damping, 1e-4));
}

TEMPLATE_LIST_TEST_CASE("what a diagonally implicit step may reuse is found from its tableau", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  CHECK(tableau.explicit_first_stage() == TestType::explicit_first);
  CHECK(tableau.stiffly_accurate() == TestType::stiffly_accurate);
  CHECK(tableau.first_same_as_last() == (TestType::explicit_first && TestType::stiffly_accurate));
  for (std::size_t i = TestType::explicit_first ? 1 : 0; i < tableau.stages(); ++i) {
    CHECK(tableau.a[i][i] == tableau.diagonal());
  }
}

TEMPLATE_LIST_TEST_CASE("any perturbed coefficient lowers the order of a diagonally implicit method", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  const int order = TestType::order;
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    CAPTURE(i);
    auto b = tableau.b;
    b[i] += 1e-8;
    CHECK(kobie::order_of(tableau.a, b, order) < order);
    // Where no weight reaches a stage, its row does not count for the order; nor does any for order 1.
    if (tableau.b[i] == 0.0 || order == 1) {
      continue;
    }
    for (std::size_t j = 0; j <= i; ++j) {
      CAPTURE(j);
      auto a = tableau.a;
      a[i][j] += 1e-8;
      CHECK(kobie::order_of(a, tableau.b, order) < order);
    }
  }
}

TEST_CASE("the embedded solution of Crank and Nicolson is backward Euler's from the new solution") {
  const auto weights = kobie::CrankNicolson::tableau.error_weights();
  CHECK(weights[0] == 0.5);
  CHECK(weights[1] == -0.5);
}

TEST_CASE("a method that does not damp is told by R(infinity), finite or not") {
  auto midpoint = kobie::ImplicitMidpoint::tableau;
  CHECK(kobie::damping_at_infinity(midpoint) == -1.0);
  midpoint.a[0][0] = 1.0;
  CHECK(kobie::damping_at_infinity(midpoint) == 0.0);
  auto trapezoid = kobie::Trapezoid::tableau;
  trapezoid.b = {0.0, 1.0};  // its first stage no longer cancels what the second grows by
  CHECK(kobie::damping_at_infinity(trapezoid) > 1e100);
}

TEMPLATE_LIST_TEST_CASE("a diagonally implicit method's interpolant has its order inside the step, and no more", "",
                        DenseCases) {
  using Method = typename TestType::Method;
  CHECK(kobie::dense_order<Method> == TestType::order);
  CHECK(weights<Method>(0.0) == Vector(Method::tableau.stages(), 0.0));
  CHECK(weights<Method>(1.0) == vector_of(Method::tableau.b));
  for (const double theta : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    for (int order = 1; order <= TestType::order + 1; ++order) {
      CAPTURE(theta, order);
      const double residual = worst_residual(order, stages<Method>(), weights<Method>(theta), TreesOf::jacobian, theta);
      CHECK((residual < rounding) == (order <= TestType::order));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("any perturbed weight lowers the order of a diagonally implicit method's interpolant", "", DenseCases) {
  using Method = typename TestType::Method;
  for (std::size_t i = 0; i < Method::tableau.stages(); ++i) {
    for (std::size_t n = 0; n + 1 < Method::interpolant.degree(); ++n) {
      CAPTURE(i, n);
      auto interpolant = Method::interpolant;
      interpolant.weights[i][n] += 1e-8;
      CHECK(kobie::inner_order_of(interpolant, Method::tableau, 0.25, TestType::order) < TestType::order);
    }
  }
}

// R has no poles in the left half-plane and is finite at infinity, so the imaginary axis bounds it.
TEMPLATE_LIST_TEST_CASE("between steps too, what decays is hardly amplified, however stiff", "", DenseCases) {
  using Method = typename TestType::Method;
  for (int i = 1; i < 20; ++i) {
    const double theta = i / 20.0;
    CAPTURE(theta);
    CHECK(largest_on_imaginary_axis(stages<Method>(), weights<Method>(theta)) < TestType::amplification + 1e-11);
    CHECK(std::abs(stability_function(stages<Method>(), weights<Method>(theta), -1e6)) < TestType::amplification);
  }
}

TEST_CASE("TR-BDF2 is interpolated by the parabola that has its middle stage") {
  const auto& tableau = kobie::TrBdf2::tableau;
  const Vector at_middle = weights<kobie::TrBdf2>(tableau.c[1]);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK_THAT(at_middle[i], WithinAbs(tableau.a[1][i], 1e-15));
  }
}

// Two rows as the paper has them.
TEST_CASE("the weights of Kennedy and Carpenter are those that they published") {
  for (const double theta : {0.2, 0.5, 0.9}) {
    const double second = theta * (-18682724506714.0 / 9892148508045 + theta * 17870216137069.0 / 13817060693119);
    const double sixth =
        theta * (-11397109935349.0 / 6675773540249 + theta * (3843.0 / 706 - theta * 17219254887155.0 / 4939391667607));
    CHECK_THAT(weights<kobie::KenCarp3>(theta)[1], WithinAbs(second, 1e-14));
    CHECK_THAT(weights<kobie::KenCarp4>(theta)[5], WithinAbs(sixth, 1e-14));
  }
}
