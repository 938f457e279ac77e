/// Diagonally implicit Butcher tableaus.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:diagonally_implicit;

import :butcher;
import :stability;

namespace kobie {

/// y1 = y0 + h sum_i b_i k_i,  k_i = f(t0 + c_i h, y0 + h sum_{j<=i} a_ij k_j)   (HW II, IV.6)
/// The diagonal has the same value in all rows, but for an explicit first stage, k_1 = f(t0, y0), where it is zero.
/// `embedded` are the weights of the second solution that the error estimate compares with; all zero when there is none.
export template <std::size_t Stages>
struct DiagonallyImplicitTableau {
  using Row = std::array<double, Stages>;

  std::array<Row, Stages> a{};
  Row b{};
  Row c{};
  Row embedded{};

  static constexpr std::size_t stages() { return Stages; }

  constexpr bool has_embedded() const { return embedded != Row{}; }
  constexpr Row error_weights() const {
    Row e{};
    for (std::size_t i = 0; i < Stages; ++i) {
      e[i] = b[i] - embedded[i];
    }
    return e;
  }
  /// The first stage is the derivative at the start.
  constexpr bool explicit_first_stage() const { return a[0] == Row{}; }
  /// The last stage is the solution.
  constexpr bool stiffly_accurate() const { return a[Stages - 1] == b && c[Stages - 1] == 1.0; }
  /// The derivative at the new solution, which is the last stage's, can serve as the first stage of the next step.
  constexpr bool first_same_as_last() const { return explicit_first_stage() && stiffly_accurate(); }
  /// The a_ii of the implicit stages.
  constexpr double diagonal() const { return a[Stages - 1][Stages - 1]; }
};

/// A method's order, and its embedded solution's.
export template <std::size_t Stages>
constexpr int order_of(const DiagonallyImplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.b, 9);
}
export template <std::size_t Stages>
constexpr int embedded_order_of(const DiagonallyImplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.embedded, 9);
}

/// R(infinity), the damping of infinitely stiff components; a huge number where it is not finite.
export template <std::size_t Stages>
constexpr double damping_at_infinity(const DiagonallyImplicitTableau<Stages>& tableau) {
  const LimitAtInfinity limit = limit_at_infinity(tableau.a, tableau.b);
  return limit.finite ? limit.value : 1e300;
}

// Not constexpr: naming one of these in a constant expression is the compile error that a mistyped tableau gives.
void a_is_not_lower_triangular();
void the_diagonal_of_a_has_different_values();
void the_method_does_not_have_the_stated_stability();

/// The tableau itself, if it is sound, its solutions have exactly the orders that its author says (0: there is none), and
/// R(infinity) is as the stated stability has it.
export template <std::size_t Stages>
consteval DiagonallyImplicitTableau<Stages> checked(const DiagonallyImplicitTableau<Stages>& tableau, int order,
                                                    int embedded_order, Stability stability) {
  if (trust_tableaus) {
    return tableau;
  }
  for (std::size_t i = 0; i < Stages; ++i) {
    double sum = 0.0;
    double size = 1.0;
    for (std::size_t j = 0; j < Stages; ++j) {
      if (j > i && tableau.a[i][j] != 0.0) {
        a_is_not_lower_triangular();
      }
      sum += tableau.a[i][j];
      size += magnitude(tableau.a[i][j]);
    }
    if (magnitude(sum - tableau.c[i]) > 1e-15 * size) {
      a_row_of_a_does_not_sum_to_c();
    }
    const bool is_explicit = i == 0 && tableau.explicit_first_stage();
    if (!is_explicit && (tableau.a[i][i] != tableau.diagonal() || tableau.diagonal() == 0.0)) {
      the_diagonal_of_a_has_different_values();
    }
  }
  if (order_of(tableau.a, tableau.b, order + 1) != order) {
    the_weights_do_not_have_the_stated_order();
  }
  if (embedded_order > 0 && order_of(tableau.a, tableau.embedded, embedded_order + 1) != embedded_order) {
    the_embedded_weights_do_not_have_the_stated_order();
  }
  if (!limit_at_infinity(tableau.a, tableau.b).allows(stability)) {
    the_method_does_not_have_the_stated_stability();
  }
  return tableau;
}

}  // namespace kobie
