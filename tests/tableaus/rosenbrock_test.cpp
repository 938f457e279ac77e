#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <vector>

#include "tree_conditions.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;

namespace {

// A method, and what its authors say of it.
template <class M, int Order, int EmbeddedOrder, int DenseOrder, int AnyMatrixOrder, bool StifflyAccurate>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int embedded_order = EmbeddedOrder;
  static constexpr int dense_order = DenseOrder;
  static constexpr int any_matrix_order = AnyMatrixOrder;
  static constexpr bool stiffly_accurate = StifflyAccurate;
};
using Cases = std::tuple<Case<kobie::Ros2S, 2, 1, 2, 2, true>, Case<kobie::Rosenbrock23, 2, 3, 2, 2, false>,
                         Case<kobie::Ros3P, 3, 2, 3, 1, false>, Case<kobie::Rodas3P, 3, 2, 3, 1, true>,
                         Case<kobie::Rodas4, 4, 3, 3, 1, true>, Case<kobie::Rodas5P, 5, 4, 4, 2, true>>;

// A method at run time, as a step makes use of it.
struct Table {
  double gamma = 0.0;
  Matrix a;
  Matrix c;
  Vector m;
  Vector m_hat;
  Vector nodes;
  Vector gamma_sums;
};
template <class Method>
Table table() {
  const auto& tableau = Method::tableau;
  return {tableau.gamma,
          matrix_of(tableau.a),
          matrix_of(tableau.c),
          vector_of(tableau.m),
          vector_of(tableau.m_hat),
          vector_of(tableau.nodes()),
          vector_of(tableau.gamma_sums())};
}

// row Gamma, where Gamma^-1 = diag(1 / gamma) - c.
Vector times_gamma(const Vector& row, const Table& t) {
  Vector x = row;
  for (std::size_t j = row.size(); j-- > 0;) {
    for (std::size_t k = j + 1; k < row.size(); ++k) {
      x[j] += x[k] * t.c[k][j];
    }
    x[j] *= t.gamma;
  }
  return x;
}

// alpha_ij and gamma_ij
Stages stages(const Table& t) {
  Stages result;
  for (std::size_t i = 0; i < t.m.size(); ++i) {
    result.alpha.push_back(times_gamma(t.a[i], t));
    Vector unit(t.m.size(), 0.0);
    unit[i] = 1.0;
    result.gamma.push_back(times_gamma(unit, t));
  }
  return result;
}

// 1e-11: coefficients up to 165, rounded to 53 bits, meet each other.
constexpr double rounding = 1e-11;

void check_order(const Table& t, const Vector& m, int order, TreesOf kind, double theta = 1.0) {
  for (int n = 1; n <= order + 1; ++n) {
    CAPTURE(n, theta);
    CHECK((worst_residual(n, stages(t), times_gamma(m, t), kind, theta) < rounding) == (n <= order));
  }
}

// Three equations, not autonomous, with solution 1 / (2 - sin t), e^-2t, e^-t; the last two are Kaps' problem with epsilon = 1.
using State = std::array<double, 3>;
State exact(double t) { return {1 / (2 - std::sin(t)), std::exp(-2 * t), std::exp(-t)}; }
State f(double t, const State& y) { return {std::cos(t) * y[0] * y[0], -3 * y[1] + y[2] * y[2], y[1] - y[2] - y[2] * y[2]}; }
std::array<State, 3> jacobian(double t, const State& y) {
  return {{{2 * std::cos(t) * y[0], 0.0, 0.0}, {0.0, -3.0, 2 * y[2]}, {0.0, 1.0, -1 - 2 * y[2]}}};
}
State time_derivative(double t, const State& y) { return {-std::sin(t) * y[0] * y[0], 0.0, 0.0}; }

// (I / (h gamma) - J) u = r, where J has the blocks of the problem.
State solve(double scale, const std::array<State, 3>& j, const State& r) {
  const double a = scale - j[1][1];
  const double d = scale - j[2][2];
  const double determinant = a * d - j[1][2] * j[2][1];
  return {r[0] / (scale - j[0][0]), (d * r[1] + j[1][2] * r[2]) / determinant, (a * r[2] + j[2][1] * r[1]) / determinant};
}

// U_1 to U_s of one step, as they stand in HW II, (IV.7.25).
std::vector<State> increments(const Table& t, double t0, double h, const State& y0, const std::array<State, 3>& j,
                              const State& f_t) {
  std::vector<State> u;
  for (std::size_t i = 0; i < t.m.size(); ++i) {
    State argument = y0;
    State right{};
    for (std::size_t k = 0; k < i; ++k) {
      for (std::size_t n = 0; n < 3; ++n) {
        argument[n] += t.a[i][k] * u[k][n];
        right[n] += t.c[i][k] / h * u[k][n];
      }
    }
    const State value = f(t0 + t.nodes[i] * h, argument);
    for (std::size_t n = 0; n < 3; ++n) {
      right[n] += value[n] + t.gamma_sums[i] * h * f_t[n];
    }
    u.push_back(solve(1 / (h * t.gamma), j, right));
  }
  return u;
}

// The error of y0 + sum_i m_i U_i after theta h in one step.
double local_error(const Table& t, const Vector& m, double theta, double h, bool with_jacobian) {
  const double t0 = 0.3;
  const State y0 = exact(t0);
  const std::array<State, 3> wrong{{{-1.0, 0.0, 0.0}, {0.0, 0.5, -2.0}, {0.0, 0.0, 1.5}}};
  const auto u = with_jacobian ? increments(t, t0, h, y0, jacobian(t0, y0), time_derivative(t0, y0))
                               : increments(t, t0, h, y0, wrong, State{});
  const State end = exact(t0 + theta * h);
  double square = 0.0;
  for (std::size_t n = 0; n < 3; ++n) {
    double y = y0[n];
    for (std::size_t i = 0; i < u.size(); ++i) {
      y += m[i] * u[i][n];
    }
    square += (y - end[n]) * (y - end[n]);
  }
  return std::sqrt(square);
}

// The order, from errors of steps of two sizes.
double order_of_steps(const Table& t, const Vector& m, bool with_jacobian) {
  return std::log2(local_error(t, m, 1.0, 0.04, with_jacobian) / local_error(t, m, 1.0, 0.02, with_jacobian)) - 1;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a Rosenbrock method has the orders that its authors say, and no more", "", Cases) {
  using Method = typename TestType::Method;
  CHECK(kobie::solution_order<Method> == TestType::order);
  CHECK(kobie::embedded_order<Method> == TestType::embedded_order);
  CHECK(kobie::coarse_order<Method> == 0);
  CHECK(kobie::w_order_of(Method::tableau) == TestType::any_matrix_order);
  const Table t = table<Method>();
  check_order(t, t.m, TestType::order, TreesOf::jacobian);
  check_order(t, t.m_hat, TestType::embedded_order, TreesOf::jacobian);
  check_order(t, t.m, TestType::any_matrix_order, TreesOf::any_matrix);
}

TEMPLATE_LIST_TEST_CASE("steps of a Rosenbrock method converge with its orders", "", Cases) {
  const Table t = table<typename TestType::Method>();
  CHECK_THAT(order_of_steps(t, t.m, true), WithinAbs(TestType::order, 0.25));
  CHECK_THAT(order_of_steps(t, t.m_hat, true), WithinAbs(TestType::embedded_order, 0.25));
  CHECK_THAT(order_of_steps(t, t.m, false), WithinAbs(TestType::any_matrix_order, 0.25));
}

TEMPLATE_LIST_TEST_CASE("a Rosenbrock method's interpolant has its order inside the step, and no more", "", Cases) {
  using Method = typename TestType::Method;
  CHECK(kobie::dense_order<Method> == TestType::dense_order);
  if constexpr (requires { Method::interpolant; }) {
    const Table t = table<Method>();
    const auto& dense = Method::interpolant;
    CHECK(vector_of(dense.at(Method::tableau, 0.0)) == Vector(t.m.size(), 0.0));
    CHECK(vector_of(dense.at(Method::tableau, 1.0)) == t.m);
    double coarse = 0.0;
    double fine = 0.0;
    for (const double theta : {0.2, 0.5, 0.7, 0.9}) {
      const Vector m = vector_of(dense.at(Method::tableau, theta));
      check_order(t, m, TestType::dense_order, TreesOf::jacobian, theta);
      coarse = std::max(coarse, local_error(t, m, theta, 0.04, true));
      fine = std::max(fine, local_error(t, m, theta, 0.02, true));
    }
    CHECK_THAT(std::log2(coarse / fine) - 1, WithinAbs(TestType::dense_order, 0.25));
  }
}

TEMPLATE_LIST_TEST_CASE("a Rosenbrock method is A-stable, and L-stable but for ROS3P", "", Cases) {
  using Method = typename TestType::Method;
  const Table t = table<Method>();
  // Lang and Verwer: |R(infinity)| = 0.73
  const double damping = std::is_same_v<Method, kobie::Ros3P> ? 1 - std::sqrt(3.0) : 0.0;
  CHECK(largest_on_imaginary_axis(stages(t), times_gamma(t.m, t)) < 1.0 + 1e-11);
  CHECK_THAT(kobie::damping_at_infinity(Method::tableau), WithinAbs(damping, 1e-12));
  CHECK_THAT(stability_function(stages(t), times_gamma(t.m, t), -1e7).real(), WithinAbs(damping, 1e-4));
  CHECK(Method::tableau.stiffly_accurate() == TestType::stiffly_accurate);
}

TEMPLATE_LIST_TEST_CASE("any perturbed coefficient lowers an order of a Rosenbrock method", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  const auto is_found = [](const auto& changed) {
    return kobie::order_of(changed, changed.m, TestType::order) < TestType::order ||
           kobie::order_of(changed, changed.m_hat, TestType::embedded_order) < TestType::embedded_order;
  };
  CHECK_FALSE(is_found(tableau));
  auto changed = tableau;
  changed.gamma += 1e-8;
  CHECK(is_found(changed));
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    CAPTURE(i);
    changed = tableau;
    changed.m[i] += 1e-8;
    CHECK(is_found(changed));
    // The last increment of a stiffly accurate method is small of the estimate's order: so is any multiple of it.
    if (!tableau.stiffly_accurate() || i + 1 < tableau.stages()) {
      changed = tableau;
      changed.m_hat[i] += 1e-8;
      CHECK(is_found(changed));
    }
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(j);
      changed = tableau;
      changed.a[i][j] += 1e-8;
      CHECK(is_found(changed));
      changed = tableau;
      changed.c[i][j] += 1e-8;
      CHECK(is_found(changed));
    }
  }
}

TEST_CASE("nodes and gamma sums of Rosenbrock methods are the published ones") {
  const auto check = [](const Vector& sums, const Vector& published) {
    REQUIRE(sums.size() == published.size());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      CAPTURE(i);
      CHECK_THAT(sums[i], WithinAbs(published[i], 1e-14));
      // What is a 0 or 1 there is exactly that.
      CHECK(((published[i] != 0.0 && published[i] != 1.0) || sums[i] == published[i]));
    }
  };
  const Table rodas4 = table<kobie::Rodas4>();
  check(rodas4.nodes, {0.0, 0.386, 0.21, 0.63, 1.0, 1.0});
  check(rodas4.gamma_sums, {0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0});
  const Table rodas5p = table<kobie::Rodas5P>();
  check(rodas5p.nodes, {0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0});
  check(rodas5p.gamma_sums,
        {0.21193756319429014, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734, 2.325825639765069, 0.0, 0.0, 0.0});
  const Table rodas3p = table<kobie::Rodas3P>();
  check(rodas3p.nodes, {0.0, 4.0 / 9, 0.0, 1.0, 1.0});
  check(rodas3p.gamma_sums, {1.0 / 3, -1.0 / 9, 1.0, 0.0, 0.0});
  const Table ros3p = table<kobie::Ros3P>();
  check(ros3p.nodes, {0.0, 1.0, 1.0});
  check(ros3p.gamma_sums, {0.7886751345948129, -0.2113248654051871, -1.077350269189626});
}

TEST_CASE("stages that evaluate the right-hand side at one point are found") {
  using kobie::Rodas3P, kobie::Ros3P, kobie::Rosenbrock23;
  CHECK(Rodas3P::tableau.evaluated_as(2) == 0);
  CHECK(Rodas3P::tableau.evaluated_as(3) == 3);
  CHECK(Rodas3P::tableau.evaluated_as(4) == 3);
  CHECK(Ros3P::tableau.evaluated_as(2) == 1);
  CHECK(kobie::Rodas4::tableau.evaluated_as(5) == 5);
  CHECK(Rosenbrock23::tableau.first_same_as_last());
  CHECK_FALSE(Ros3P::tableau.first_same_as_last());
  CHECK_FALSE(kobie::Rodas4::tableau.first_same_as_last());
}

TEST_CASE("the error estimates of methods whose embedded solution is the one but last stage are a difference of increments") {
  CHECK(vector_of(kobie::Rodas4::tableau.error_weights()) == Vector{0, 0, 0, 0, 0, 1});
  CHECK(vector_of(kobie::Rodas5P::tableau.error_weights()) == Vector{0, 0, 0, 0, 0, 0, 0, 1});
  CHECK(vector_of(kobie::Rodas3P::tableau.error_weights()) == Vector{0, 0, 0, -1, 1});
}
