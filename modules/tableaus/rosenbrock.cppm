/// Rosenbrock methods in the form that needs no product with the Jacobian.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:rosenbrock;

import :butcher;
import :stability;

namespace kobie {

/// (M / (h gamma) - J) U_i = f(t0 + alpha_i h, y0 + sum_{j<i} a_ij U_j) + M sum_{j<i} (c_ij / h) U_j + gamma_i h f_t
/// y1 = y0 + sum_i m_i U_i   (HW II, (IV.7.25))
/// `m_hat` are the weights of the second solution that the error estimate compares with; all zero when there is none.
///
/// It is the method k_i = h f(t0 + alpha_i h, y0 + sum_j alpha_ij k_j) + h J sum_j gamma_ij k_j + gamma_i h^2 f_t,
/// y1 = y0 + sum_i b_i k_i of (IV.7.4) with U = Gamma k: Gamma = (diag(1 / gamma) - c)^-1, alpha = a Gamma, b = m Gamma.
export template <std::size_t Stages>
struct RosenbrockTableau {
  using Row = std::array<double, Stages>;

  double gamma = 0.0;
  std::array<Row, Stages> a{};
  std::array<Row, Stages> c{};
  Row m{};
  Row m_hat{};

  static constexpr std::size_t stages() { return Stages; }

  constexpr bool has_embedded() const { return m_hat != Row{}; }
  /// The error estimate is sum_i (m_i - m_hat_i) U_i.
  constexpr Row error_weights() const {
    Row e{};
    for (std::size_t i = 0; i < Stages; ++i) {
      e[i] = m[i] - m_hat[i];
    }
    return e;
  }

  /// x Gamma of a row x: alpha_ij of a row of a, b of m.
  constexpr Row untransformed(const Row& row) const {
    Row x{};
    for (std::size_t j = Stages; j-- > 0;) {
      double sum = row[j];
      for (std::size_t k = j + 1; k < Stages; ++k) {
        sum += x[k] * c[k][j];
      }
      x[j] = gamma * sum;
    }
    return x;
  }
  /// gamma_ij
  constexpr std::array<Row, Stages> gamma_matrix() const {
    std::array<Row, Stages> rows{};
    for (std::size_t i = 0; i < Stages; ++i) {
      Row unit{};
      unit[i] = 1.0;
      rows[i] = untransformed(unit);
    }
    return rows;
  }
  /// What roundings of all coefficients do to x = untransformed(row), in units of one: |row| |Gamma| + |x| |Gamma^-1| |Gamma|.
  constexpr Row untransformed_size(const Row& row, const std::array<Row, Stages>& gammas) const {
    const Row x = untransformed(row);
    Row size{};
    for (std::size_t k = 0; k < Stages; ++k) {
      double sum = magnitude(row[k]) + magnitude(x[k]) / gamma;
      for (std::size_t l = k + 1; l < Stages; ++l) {
        sum += magnitude(x[l]) * magnitude(c[l][k]);
      }
      for (std::size_t j = 0; j <= k; ++j) {
        size[j] += sum * magnitude(gammas[k][j]);
      }
    }
    return size;
  }

  /// alpha_i = sum_j alpha_ij: stage i is at t0 + alpha_i h. What is 0 or 1 but for roundings is exactly that.
  constexpr Row nodes() const {
    Row sums{};
    const auto gammas = gamma_matrix();
    for (std::size_t i = 0; i < Stages; ++i) {
      sums[i] = rounded_sum(untransformed(a[i]), untransformed_size(a[i], gammas));
    }
    return sums;
  }
  /// gamma_i = sum_j gamma_ij, the factors of h f_t. What is 0 or 1 but for roundings is exactly that.
  constexpr Row gamma_sums() const {
    Row sums{};
    const auto gammas = gamma_matrix();
    for (std::size_t i = 0; i < Stages; ++i) {
      Row unit{};
      unit[i] = 1.0;
      sums[i] = rounded_sum(gammas[i], untransformed_size(unit, gammas));
    }
    return sums;
  }

  /// The first stage that evaluates f where stage i does: for i itself, if no earlier one does.
  constexpr std::size_t evaluated_as(std::size_t i) const {
    std::size_t j = 0;
    while (a[j] != a[i]) {
      ++j;
    }
    return j;
  }
  /// The last stage evaluates f at the new solution, so that this can serve the first stage of the next step.
  constexpr bool first_same_as_last() const { return a[Stages - 1] == m && nodes()[Stages - 1] == 1.0; }
  /// The new solution is the last stage's argument and its own U: alpha_sj + gamma_sj = b_j and alpha_s = 1 (HW II, (IV.7.26)).
  constexpr bool stiffly_accurate() const {
    Row last = a[Stages - 1];
    last[Stages - 1] = 1.0;
    return last == m && nodes()[Stages - 1] == 1.0;
  }

  static constexpr double rounded_sum(const Row& x, const Row& sizes) {
    double sum = 0.0;
    double size = 1.0;
    for (std::size_t j = 0; j < Stages; ++j) {
      sum += x[j];
      size += sizes[j];
    }
    const double rounding = 1e-15 * size;
    if (magnitude(sum) <= rounding) {
      return 0.0;
    }
    return magnitude(sum - 1.0) <= rounding ? 1.0 : sum;
  }
};

// R(infinity) = 1 - b^T (alpha + Gamma)^-1 1 = 1 - m^T (I + a)^-1 1.
template <std::size_t Stages>
constexpr LimitAtInfinity limit_at_infinity(const RosenbrockTableau<Stages>& tableau) {
  auto matrix = tableau.a;
  for (std::size_t i = 0; i < Stages; ++i) {
    matrix[i][i] = 1.0;
  }
  return limit_at_infinity(matrix, tableau.m);
}

/// R(infinity), the damping of infinitely stiff components.
export template <std::size_t Stages>
constexpr double damping_at_infinity(const RosenbrockTableau<Stages>& tableau) {
  return limit_at_infinity(tableau).value;
}

}  // namespace kobie
