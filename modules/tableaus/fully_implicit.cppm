/// Fully implicit Butcher tableaus: every stage depends on every other.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:fully_implicit;

import :butcher;
import :stability;

namespace kobie {

/// y1 = y0 + h sum_i b_i k_i,  k_i = f(t0 + c_i h, y0 + h sum_j a_ij k_j), with a regular matrix a.
/// In the increments z_i = h sum_j a_ij k_j, which steps compute with (HW II, (IV.8.2)), y1 = y0 + sum_i d_i z_i, and the
/// second solution that the error estimate compares with is y1 + h embedded_start f(t0, y0) + sum_i error_i z_i (HW II,
/// (IV.8.14)); all zero when there is none.
export template <std::size_t Stages>
struct ImplicitTableau {
  using Row = std::array<double, Stages>;

  std::array<Row, Stages> a{};
  Row b{};
  Row c{};
  double embedded_start = 0.0;
  Row error{};

  static constexpr std::size_t stages() { return Stages; }

  constexpr bool has_embedded() const { return embedded_start != 0.0; }
  /// The last stage is the solution.
  constexpr bool stiffly_accurate() const { return a[Stages - 1] == b && c[Stages - 1] == 1.0; }

  /// x with x a = row, by elimination with row pivoting.
  constexpr Row over_a(Row row) const {
    std::array<Row, Stages> m{};
    for (std::size_t i = 0; i < Stages; ++i) {
      for (std::size_t j = 0; j < Stages; ++j) {
        m[i][j] = a[j][i];
      }
    }
    for (std::size_t k = 0; k < Stages; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k + 1; i < Stages; ++i) {
        pivot = magnitude(m[i][k]) > magnitude(m[pivot][k]) ? i : pivot;
      }
      const Row swapped = m[k];
      m[k] = m[pivot];
      m[pivot] = swapped;
      const double right = row[k];
      row[k] = row[pivot];
      row[pivot] = right;
      for (std::size_t i = k + 1; i < Stages; ++i) {
        const double factor = m[i][k] / m[k][k];
        row[i] -= factor * row[k];
        for (std::size_t j = k; j < Stages; ++j) {
          m[i][j] -= factor * m[k][j];
        }
      }
    }
    for (std::size_t i = Stages; i-- > 0;) {
      for (std::size_t j = i + 1; j < Stages; ++j) {
        row[i] -= m[i][j] * row[j];
      }
      row[i] /= m[i][i];
    }
    return row;
  }
  /// d = b a^-1
  constexpr Row increment_weights() const {
    if (stiffly_accurate()) {
      Row last{};
      last[Stages - 1] = 1.0;
      return last;
    }
    return over_a(b);
  }
};

// The embedded solution as a method of its own, whose first stage is the derivative at the start.
template <std::size_t Stages>
struct EmbeddedSolution {
  std::array<std::array<double, Stages + 1>, Stages + 1> a{};
  std::array<double, Stages + 1> b{};

  constexpr explicit EmbeddedSolution(const ImplicitTableau<Stages>& tableau) {
    b[0] = tableau.embedded_start;
    for (std::size_t j = 0; j < Stages; ++j) {
      b[j + 1] = tableau.b[j];
      for (std::size_t i = 0; i < Stages; ++i) {
        a[i + 1][j + 1] = tableau.a[i][j];
        b[j + 1] += tableau.error[i] * tableau.a[i][j];
      }
    }
  }
};

/// A method's order, and its embedded solution's.
export template <std::size_t Stages>
constexpr int order_of(const ImplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.b, 9);
}
export template <std::size_t Stages>
constexpr int embedded_order_of(const ImplicitTableau<Stages>& tableau) {
  const EmbeddedSolution<Stages> embedded(tableau);
  return order_of(embedded.a, embedded.b, 9);
}

// sum_j weights_j c_j^(k - 1) = end^k / k for k = 1 to the number that is returned, but for roundings.
template <std::size_t Stages>
constexpr int exact_powers(const std::array<double, Stages>& weights, const std::array<double, Stages>& c, double end) {
  std::array<double, Stages> powers{};
  powers.fill(1.0);
  double power = end;
  for (int k = 1; k <= 2 * static_cast<int>(Stages) + 1; ++k) {
    double sum = 0.0;
    double size = 1.0;
    for (std::size_t j = 0; j < Stages; ++j) {
      sum += weights[j] * powers[j];
      size += magnitude(weights[j] * powers[j]);
      powers[j] *= c[j];
    }
    if (magnitude(sum - power / k) > 1e-15 * size) {
      return k - 1;
    }
    power *= end;
  }
  return 2 * static_cast<int>(Stages) + 1;
}

/// The p of the simplifying assumption B(p): the order of the quadrature formula b, c (HW II, IV.5).
export template <std::size_t Stages>
constexpr int quadrature_order(const ImplicitTableau<Stages>& tableau) {
  return exact_powers(tableau.b, tableau.c, 1.0);
}
/// The q of the simplifying assumption C(q), which with B(q) bounds what stiffness leaves of the order (HW II, IV.15).
export template <std::size_t Stages>
constexpr int stage_order(const ImplicitTableau<Stages>& tableau) {
  int least = exact_powers(tableau.a[0], tableau.c, tableau.c[0]);
  for (std::size_t i = 1; i < Stages; ++i) {
    const int order = exact_powers(tableau.a[i], tableau.c, tableau.c[i]);
    least = order < least ? order : least;
  }
  return least;
}

/// R(infinity) = 1 - b a^-1 1, the damping of infinitely stiff components (HW II, (IV.3.3)).
export template <std::size_t Stages>
constexpr double damping_at_infinity(const ImplicitTableau<Stages>& tableau) {
  double damping = 1.0;
  for (const double weight : tableau.increment_weights()) {
    damping -= weight;
  }
  return damping;
}

void the_method_does_not_have_the_stated_stability();
void the_quadrature_formula_does_not_have_the_stated_order();
void the_stages_do_not_have_the_stated_order();

/// The tableau itself, if its rows sum to c, its solutions have exactly the orders that its author says (0: there is no
/// embedded one), it is as exact for polynomials as these need, and R(infinity) is as the stated stability has it.
export template <std::size_t Stages>
consteval ImplicitTableau<Stages> checked(const ImplicitTableau<Stages>& tableau, int order, int embedded_order,
                                          int order_of_stages, Stability stability) {
  if (trust_tableaus) {
    return tableau;
  }
  if (stage_order(tableau) < 1) {
    a_row_of_a_does_not_sum_to_c();
  }
  if (stage_order(tableau) != order_of_stages) {
    the_stages_do_not_have_the_stated_order();
  }
  if (quadrature_order(tableau) != order) {
    the_quadrature_formula_does_not_have_the_stated_order();
  }
  if (order_of(tableau.a, tableau.b, order + 1) != order) {
    the_weights_do_not_have_the_stated_order();
  }
  if (embedded_order > 0 && embedded_order_of(tableau) != embedded_order) {
    the_embedded_weights_do_not_have_the_stated_order();
  }
  LimitAtInfinity limit;
  limit.value = damping_at_infinity(tableau);
  for (const double weight : tableau.increment_weights()) {
    limit.size += magnitude(weight);
  }
  if (!limit.allows(stability)) {
    the_method_does_not_have_the_stated_stability();
  }
  return tableau;
}

}  // namespace kobie
