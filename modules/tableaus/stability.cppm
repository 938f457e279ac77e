/// The stability of implicit methods at infinitely stiff components.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:stability;

import :butcher;

namespace kobie {

/// What is known of a method's stability function R (HW II, IV.3): |R(z)| <= 1 for all Re z <= 0 where it is A-stable, and
/// R(infinity) = 0 besides where it is L-stable. `unstated` methods are not checked.
export enum class Stability { unstated, a_stable, l_stable };

// R(infinity), and the size of the terms that it was summed from.
struct LimitAtInfinity {
  bool finite = true;
  double value = 0.0;
  double size = 1.0;

  constexpr bool allows(Stability stability) const {
    const double rounding = 1e-14 * size;
    switch (stability) {
      case Stability::a_stable:
        return finite && magnitude(value) <= 1.0 + rounding;
      case Stability::l_stable:
        return finite && magnitude(value) <= rounding;
      case Stability::unstated:
        return true;
    }
    return false;
  }
};

// x = B^-1 r by substitution in the lower triangle of B from row `first` on, and the same of magnitudes, which bounds what
// roundings can do to it.
template <std::size_t Stages>
struct Substitution {
  std::array<double, Stages> x{};
  std::array<double, Stages> size{};

  constexpr Substitution(const std::array<std::array<double, Stages>, Stages>& matrix, const std::array<double, Stages>& r,
                         const std::array<double, Stages>& r_size, std::size_t first) {
    for (std::size_t i = first; i < Stages; ++i) {
      double sum = r[i];
      double sum_size = r_size[i];
      for (std::size_t j = first; j < i; ++j) {
        sum -= matrix[i][j] * x[j];
        sum_size += magnitude(matrix[i][j]) * size[j];
      }
      x[i] = sum / matrix[i][i];
      size[i] = sum_size / magnitude(matrix[i][i]);
    }
  }
};

/// The limit of R(z) = 1 + z b^T (I - z A)^-1 1 for z -> infinity (HW II, (IV.3.3)), A lower triangular with a diagonal that is
/// nowhere zero but perhaps in the first row: then, with A' the rest of A, a its first column, b' the rest of b,
/// R(z) = z (b_1 - b'^T A'^-1 a) + 1 - b'^T A'^-1 (1 + A'^-1 a) + O(1 / z).
template <std::size_t Stages>
constexpr LimitAtInfinity limit_at_infinity(const std::array<std::array<double, Stages>, Stages>& a,
                                            const std::array<double, Stages>& b) {
  std::array<double, Stages> right{};
  std::array<double, Stages> right_size{};
  const std::size_t first = a[0][0] == 0.0 ? 1 : 0;
  double growth = 0.0;
  double growth_size = 1.0;
  for (std::size_t i = 0; i < Stages; ++i) {
    right[i] = right_size[i] = 1.0;
  }
  if (first == 1) {
    std::array<double, Stages> column{};
    std::array<double, Stages> column_size{};
    for (std::size_t i = 1; i < Stages; ++i) {
      column[i] = a[i][0];
      column_size[i] = magnitude(a[i][0]);
    }
    const Substitution<Stages> of_column(a, column, column_size, 1);
    growth = b[0];
    growth_size += magnitude(b[0]);
    for (std::size_t i = 1; i < Stages; ++i) {
      growth -= b[i] * of_column.x[i];
      growth_size += magnitude(b[i]) * of_column.size[i];
      right[i] += of_column.x[i];
      right_size[i] += of_column.size[i];
    }
  }
  const Substitution<Stages> solution(a, right, right_size, first);
  LimitAtInfinity limit;
  limit.finite = magnitude(growth) <= 1e-14 * growth_size;
  limit.value = 1.0;
  for (std::size_t i = first; i < Stages; ++i) {
    limit.value -= b[i] * solution.x[i];
    limit.size += magnitude(b[i]) * solution.size[i];
  }
  return limit;
}

}  // namespace kobie
