#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <tuple>

#include "tree_conditions.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::GaussLegendre4;
using kobie::RadauIIA5;

namespace {

using Complex = std::complex<double>;

// A method, and what its authors say of it; 0 where there is no embedded solution.
template <class M, int Order, int EmbeddedOrder, int StageOrder, int Damping, bool StifflyAccurate>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int embedded_order = EmbeddedOrder;
  static constexpr int stage_order = StageOrder;
  static constexpr double damping = Damping;
  static constexpr bool stiffly_accurate = StifflyAccurate;
};
using Cases = std::tuple<Case<GaussLegendre4, 4, 0, 2, 1, false>, Case<RadauIIA5, 5, 3, 3, 0, true>>;

template <class Method>
Stages stages() {
  const Matrix a = matrix_of(Method::tableau.a);
  return {a, Matrix(a.size(), Vector(a.size(), 0.0))};
}

// 1 / det(1 - z L) of the blocks L^-1: the poles of the stability function, up to a factor.
template <class Method>
Complex denominator(Complex z) {
  const auto& [t, inverse, gamma, alpha, beta] = Method::transformation;
  const Complex real = Method::tableau.stages() == 3 ? 1.0 - z / gamma : 1.0;
  return real * (1.0 - z / Complex(alpha, beta)) * (1.0 - z / Complex(alpha, -beta));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a fully implicit method has the orders that its authors say, and no more", "", Cases) {
  using Method = typename TestType::Method;
  CHECK(kobie::solution_order<Method> == TestType::order);
  CHECK(kobie::embedded_order<Method> == TestType::embedded_order);
  CHECK(kobie::coarse_order<Method> == 0);
  CHECK(kobie::dense_order<Method> == 3);
  CHECK(kobie::stage_order(Method::tableau) == TestType::stage_order);
  CHECK(kobie::quadrature_order(Method::tableau) == TestType::order);
  const Vector b = vector_of(Method::tableau.b);
  for (int order = 1; order <= TestType::order + 1; ++order) {
    CAPTURE(order);
    CHECK((worst_residual(order, stages<Method>(), b) < 1e-14) == (order <= TestType::order));
  }
}

TEMPLATE_LIST_TEST_CASE("what a fully implicit step may count on is found from its tableau", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  CHECK(tableau.stiffly_accurate() == TestType::stiffly_accurate);
  CHECK_THAT(kobie::damping_at_infinity(tableau), WithinAbs(TestType::damping, 1e-14));
  // d a = b
  const auto d = tableau.increment_weights();
  for (std::size_t j = 0; j < tableau.stages(); ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < tableau.stages(); ++i) {
      sum += d[i] * tableau.a[i][j];
    }
    CHECK_THAT(sum, WithinAbs(tableau.b[j], 1e-15));
  }
}

TEMPLATE_LIST_TEST_CASE("any perturbed coefficient lowers the order of a fully implicit method", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    auto b = tableau.b;
    b[i] += 1e-8;
    CHECK(kobie::order_of(tableau.a, b, TestType::order) < TestType::order);
    for (std::size_t j = 0; j < tableau.stages(); ++j) {
      CAPTURE(i, j);
      auto a = tableau.a;
      a[i][j] += 1e-8;
      CHECK(kobie::order_of(a, tableau.b, TestType::order) < TestType::order);
    }
  }
}

TEST_CASE("the transformations have the poles of the Pade approximations that the methods' stability functions are") {
  // HW II, table IV.3.1: the denominators of the approximations (2, 3) and (2, 2) to exp(z)
  for (const Complex z : {Complex(-1.0, 0.0), Complex(0.5, 2.0), Complex(-7.0, 3.0)}) {
    const Complex radau = 1.0 - 3.0 / 5.0 * z + 3.0 / 20.0 * z * z - z * z * z / 60.0;
    CHECK(std::abs(denominator<RadauIIA5>(z) - radau) < 1e-13 * std::abs(radau));
    const Complex gauss = 1.0 - z / 2.0 + z * z / 12.0;
    CHECK(std::abs(denominator<GaussLegendre4>(z) - gauss) < 1e-13 * std::abs(gauss));
  }
}

TEST_CASE("the embedded solution of Radau IIA has order 3 by every tree's condition, and no more") {
  const auto& tableau = RadauIIA5::tableau;
  // A first stage at the start: h f(t0, y0). In the increments z = h a k, error z is error a of the derivatives.
  Matrix a(4, Vector(4, 0.0));
  Vector b(4, tableau.embedded_start);
  for (std::size_t j = 0; j < 3; ++j) {
    b[j + 1] = tableau.b[j];
    for (std::size_t i = 0; i < 3; ++i) {
      a[i + 1][j + 1] = tableau.a[i][j];
      b[j + 1] += tableau.error[i] * tableau.a[i][j];
    }
  }
  const Stages extended{a, Matrix(4, Vector(4, 0.0))};
  for (int order = 1; order <= 4; ++order) {
    CAPTURE(order);
    CHECK((worst_residual(order, extended, b) < 1e-14) == (order <= 3));
  }
}

TEST_CASE("the error estimate of Radau IIA goes through the matrix of the real eigenvalue") {
  CHECK_THAT(RadauIIA5::tableau.embedded_start * RadauIIA5::transformation.gamma, WithinAbs(1.0, 1e-15));
}
