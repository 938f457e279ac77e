/// Dense output: weights that are polynomials in theta = (t - t0) / h, of the method's stages and of some that only they need.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:interpolant;

import :butcher;

namespace kobie {

/// y(t0 + theta h) = y0 + h sum_i b_i(theta) k_i   (HNW I, II.6), over a method's stages and `Extra` ones of the rows a and c:
///
///   b_i(theta) = theta b_i + theta (1 - theta) sum_n weights[i][n] (2 theta - 1)^n
///
/// In this form the ends are those of the step whatever the weights are, and rounding stays near that of the step: powers of
/// theta, as such polynomials are often published, lose 3 digits in orders 5 to 7 and 5 in order 8 to cancellation.
/// An extra stage at the new solution (its row is b) comes first: it is the derivative that the next step starts from.
/// Methods may be explicit or, without extra stages, diagonally implicit.
export template <std::size_t Stages, std::size_t Degree, std::size_t Extra = 0>
struct Interpolant {
  static constexpr std::size_t all_stages = Stages + Extra;
  using Row = std::array<double, Stages + Extra>;

  std::array<Row, Extra> a{};
  std::array<double, Extra> c{};
  std::array<std::array<double, Degree - 1>, Stages + Extra> weights{};

  static constexpr std::size_t degree() { return Degree; }
  static constexpr std::size_t extra_stages() { return Extra; }

  /// Stage i plays a part inside the step.
  constexpr bool has_weight(std::size_t i) const { return weights[i] != std::array<double, Degree - 1>{}; }

  /// The first extra stage is the derivative at the new solution.
  constexpr bool begins_with_end_derivative(const ExplicitTableau<Stages>& tableau) const {
    if constexpr (Extra > 0) {
      for (std::size_t j = 0; j < Stages + Extra; ++j) {
        if (a[0][j] != (j < Stages ? tableau.b[j] : 0.0)) {
          return false;
        }
      }
      return c[0] == 1.0;
    } else {
      return false;
    }
  }

  /// The rows of all stages.
  template <template <std::size_t> class Tableau>
  constexpr std::array<Row, Stages + Extra> matrix(const Tableau<Stages>& tableau) const {
    std::array<Row, Stages + Extra> rows{};
    for (std::size_t i = 0; i < Stages; ++i) {
      for (std::size_t j = 0; j < Stages; ++j) {
        rows[i][j] = tableau.a[i][j];
      }
    }
    for (std::size_t i = 0; i < Extra; ++i) {
      rows[Stages + i] = a[i];
    }
    return rows;
  }

  /// b_i(theta)
  template <template <std::size_t> class Tableau>
  constexpr Row at(const Tableau<Stages>& tableau, double theta) const {
    Row b{};
    const auto all = weights_at(tableau, theta);
    for (std::size_t i = 0; i < Stages + Extra; ++i) {
      b[i] = all.weights[i];
    }
    return b;
  }

  template <template <std::size_t> class Tableau>
  constexpr StageWeights<Stages + Extra> weights_at(const Tableau<Stages>& tableau, double theta) const {
    StageWeights<Stages + Extra> b;
    b.theta = theta;
    const double u = 2 * theta - 1;
    for (std::size_t i = 0; i < Stages + Extra; ++i) {
      double sum = 0.0;
      double size = 0.0;
      for (std::size_t n = Degree - 1; n-- > 0;) {
        sum = sum * u + weights[i][n];
        size = size * magnitude(u) + magnitude(weights[i][n]);
      }
      const double end = i < Stages ? tableau.b[i] : 0.0;
      b.weights[i] = theta * (end + (1 - theta) * sum);
      b.size[i] = theta * (magnitude(end) + (1 - theta) * size);
    }
    return b;
  }
};

/// sum_n p[n] theta^n in powers of 2 theta - 1.
template <std::size_t Count>
constexpr std::array<double, Count> centred(const std::array<double, Count>& p) {
  std::array<double, Count> q{};
  for (std::size_t n = Count; n-- > 0;) {
    for (std::size_t k = Count - 1; k > 0; --k) {
      q[k] = (q[k] + q[k - 1]) / 2;
    }
    q[0] = q[0] / 2 + p[n];
  }
  return q;
}

/// Weights, as Interpolant has them, of b(theta) = sum_n p[n] theta^(n + 1), whose value at 1 is the step's weight b.
export template <std::size_t Degree>
constexpr std::array<double, Degree - 1> weights_from_powers(const std::array<double, Degree>& p, double b) {
  std::array<double, Degree - 1> quotient{};
  double sum = -b;
  for (std::size_t n = 0; n + 1 < Degree; ++n) {
    sum += p[n];
    quotient[n] = sum;
  }
  return centred(quotient);
}

void the_interpolant_does_not_end_at_the_solution();

/// The interpolant of b_i(theta) = sum_n powers[i][n] theta^(n + 1), of a method with the weights b.
export template <std::size_t Stages, std::size_t Degree>
consteval Interpolant<Stages, Degree> interpolant_from_powers(const std::array<std::array<double, Degree>, Stages>& powers,
                                                              const std::array<double, Stages>& b) {
  Interpolant<Stages, Degree> dense;
  for (std::size_t i = 0; i < Stages; ++i) {
    double difference = -b[i];
    double size = magnitude(b[i]);
    for (const double power : powers[i]) {
      difference += power;
      size += magnitude(power);
    }
    if (magnitude(difference) > 1e-15 * size) {
      the_interpolant_does_not_end_at_the_solution();
    }
    dense.weights[i] = weights_from_powers(powers[i], b[i]);
  }
  return dense;
}

/// Weights, as Interpolant has them, of theta b + theta (1 - theta) (r[0] + theta (r[1] + (1 - theta) (r[2] + theta (r[3] +
/// ...)))): the form of the continuous methods in HNW I and its codes.
export template <std::size_t Count>
constexpr std::array<double, Count> weights_from_nested(const std::array<double, Count>& r) {
  std::array<double, Count> p{};
  for (std::size_t n = Count; n-- > 0;) {
    const bool by_theta = n % 2 == 0;  // r[n + 1] and what follows it
    for (std::size_t k = Count - 1; k > 0; --k) {
      p[k] = by_theta ? p[k - 1] : p[k] - p[k - 1];
    }
    p[0] = (by_theta ? 0.0 : p[0]) + r[n];
  }
  return centred(p);
}

/// The order (up to `limit`) of the interpolant at theta inside the step.
export template <std::size_t Stages, std::size_t Degree, std::size_t Extra, template <std::size_t> class Tableau>
constexpr int inner_order_of(const Interpolant<Stages, Degree, Extra>& interpolant, const Tableau<Stages>& tableau,
                             double theta, int limit) {
  return order_of(interpolant.matrix(tableau), interpolant.at(tableau, theta), limit, theta);
}

void a_row_of_the_interpolant_does_not_sum_to_c();
void a_row_of_the_interpolant_uses_a_later_stage();
void the_interpolant_does_not_have_the_stated_order();

/// The interpolant itself, if its stages are sound and it has at least the stated order inside the step.
export template <std::size_t Stages, std::size_t Degree, std::size_t Extra, template <std::size_t> class Tableau>
consteval Interpolant<Stages, Degree, Extra> checked(const Interpolant<Stages, Degree, Extra>& interpolant,
                                                     const Tableau<Stages>& tableau, int order) {
  if (trust_tableaus) {
    return interpolant;
  }
  for (std::size_t i = 0; i < Extra; ++i) {
    double sum = -interpolant.c[i];
    double size = 1.0;
    for (std::size_t j = 0; j < Stages + Extra; ++j) {
      if (j >= Stages + i && interpolant.a[i][j] != 0.0) {
        a_row_of_the_interpolant_uses_a_later_stage();
      }
      sum += interpolant.a[i][j];
      size += magnitude(interpolant.a[i][j]);
    }
    if (magnitude(sum) > 1e-15 * size) {
      a_row_of_the_interpolant_does_not_sum_to_c();
    }
  }
  const std::array<StageWeights<Stages + Extra>, 3> inside = {
      interpolant.weights_at(tableau, 0.25), interpolant.weights_at(tableau, 0.5), interpolant.weights_at(tableau, 0.875)};
  if (common_order(interpolant.matrix(tableau), inside, order) != order) {
    the_interpolant_does_not_have_the_stated_order();
  }
  return interpolant;
}

}  // namespace kobie
