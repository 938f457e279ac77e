/// Dense output: weights that are polynomials in theta = (t - t0) / h.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:interpolant;

import :butcher;

namespace kobie {

/// y(t0 + theta h) = y0 + h sum_i b_i(theta) k_i,  b_i(theta) = sum_n weights[i][n] theta^(n + 1)   (HNW I, II.6)
export template <std::size_t Stages, std::size_t Degree>
struct Interpolant {
  std::array<std::array<double, Degree>, Stages> weights{};

  static constexpr std::size_t degree() { return Degree; }

  constexpr std::array<double, Stages> at(double theta) const {
    std::array<double, Stages> b{};
    for (std::size_t i = 0; i < Stages; ++i) {
      for (std::size_t n = Degree; n-- > 0;) {
        b[i] = (b[i] + weights[i][n]) * theta;
      }
    }
    return b;
  }
};

void the_interpolant_does_not_end_at_the_new_solution();
void the_interpolant_does_not_have_the_stated_order();

/// The interpolant itself, if it meets the method at theta = 1 and has the stated order inside the step.
export template <std::size_t Stages, std::size_t Degree>
consteval Interpolant<Stages, Degree> checked(const Interpolant<Stages, Degree>& interpolant,
                                              const ExplicitTableau<Stages>& tableau, int order) {
  const auto end = interpolant.at(1.0);
  for (std::size_t i = 0; i < Stages; ++i) {
    if (magnitude(end[i] - tableau.b[i]) > 1e-13) {
      the_interpolant_does_not_end_at_the_new_solution();
    }
  }
  for (const double theta : {0.25, 0.5, 0.875}) {
    if (order_of(tableau.a, interpolant.at(theta), order, theta) != order) {
      the_interpolant_does_not_have_the_stated_order();
    }
  }
  return interpolant;
}

}  // namespace kobie
