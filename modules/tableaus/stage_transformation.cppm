/// The transformation that takes the equations of a fully implicit method's stages apart.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:stage_transformation;

import :butcher;
import :fully_implicit;

namespace kobie {

/// J. C. Butcher, On the implementation of implicit Runge-Kutta methods, BIT 16 (1976) 237-240; HW II, (IV.8.5):
/// a^-1 t = t L, where L has the blocks (gamma), if the method has 3 stages, and
///
///   alpha  -beta
///   beta    alpha
///
/// so that a Newton step for 3 n unknowns is one for n real and one for n complex ones. `inverse` is that of t.
export template <std::size_t Stages>
struct StageTransformation {
  static_assert(Stages == 2 || Stages == 3,
                "kobie: a fully implicit method has one pair of complex eigenvalues and at most "
                "one that is real");
  using Row = std::array<double, Stages>;

  std::array<Row, Stages> t{};
  std::array<Row, Stages> inverse{};
  double gamma = 0.0;
  double alpha = 0.0;
  double beta = 0.0;

  /// The row of L where the pair begins; 1 where a real eigenvalue comes before it.
  static constexpr std::size_t pair() { return Stages - 2; }

  /// L, dense.
  constexpr std::array<Row, Stages> blocks() const {
    std::array<Row, Stages> l{};
    l[0][0] = gamma;
    l[pair()][pair()] = l[pair() + 1][pair() + 1] = alpha;
    l[pair()][pair() + 1] = -beta;
    l[pair() + 1][pair()] = beta;
    return l;
  }
};

// Entry i, j of x y - z, within roundings of 0.
template <std::size_t Stages>
constexpr bool is_product(const std::array<std::array<double, Stages>, Stages>& x,
                          const std::array<std::array<double, Stages>, Stages>& y,
                          const std::array<std::array<double, Stages>, Stages>& z) {
  for (std::size_t i = 0; i < Stages; ++i) {
    for (std::size_t j = 0; j < Stages; ++j) {
      double sum = -z[i][j];
      double size = magnitude(z[i][j]);
      for (std::size_t k = 0; k < Stages; ++k) {
        sum += x[i][k] * y[k][j];
        size += magnitude(x[i][k] * y[k][j]);
      }
      if (magnitude(sum) > 4e-15 * size) {
        return false;
      }
    }
  }
  return true;
}

void the_transformation_is_not_that_of_a();
void the_inverse_of_the_transformation_is_wrong();

/// The transformation itself, if it is that of this tableau to the last digits.
export template <std::size_t Stages>
consteval StageTransformation<Stages> checked(const StageTransformation<Stages>& transformation,
                                              const ImplicitTableau<Stages>& tableau) {
  std::array<std::array<double, Stages>, Stages> t_blocks{};
  std::array<std::array<double, Stages>, Stages> unit{};
  const auto blocks = transformation.blocks();
  for (std::size_t i = 0; i < Stages; ++i) {
    unit[i][i] = 1.0;
    for (std::size_t j = 0; j < Stages; ++j) {
      for (std::size_t k = 0; k < Stages; ++k) {
        t_blocks[i][j] += transformation.t[i][k] * blocks[k][j];
      }
    }
  }
  if (!is_product(tableau.a, t_blocks, transformation.t)) {
    the_transformation_is_not_that_of_a();
  }
  if (!is_product(transformation.inverse, transformation.t, unit)) {
    the_inverse_of_the_transformation_is_wrong();
  }
  return transformation;
}

}  // namespace kobie
