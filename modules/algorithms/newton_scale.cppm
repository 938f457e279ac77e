/// What the components of Newton's updates are multiplied by in their norm.
module;
#include <cstddef>
#include <limits>

export module kobie.algorithms:newton_scale;

import kobie.control;
import kobie.numbers;
import kobie.systems;

namespace kobie {

/// `scale` becomes the reciprocals of the tolerances, `Rows` times one after the other. Returns the norm of y's roundings.
template <std::size_t N, std::size_t Rows, class Real, class Tolerance, class Scale>
constexpr Real put_scale(Components<const Real, N> y, const Tolerance& tolerance, const Scale& scale) {
  using T = ScalarOf<Real>;
  Real sum(0);
  for (std::size_t i = 0; i < N; ++i) {
    const Real size = abs(y[i]);
    const Real reciprocal = fast_reciprocal(tolerance.weight(i, size));
    for (std::size_t row = 0; row < Rows; ++row) {
      scale[row * N + i] = reciprocal;
    }
    const Real ratio = size * reciprocal;
    sum = fma(ratio, ratio, sum);
  }
  return Real(10 * std::numeric_limits<T>::epsilon()) * sqrt(sum * Real(static_cast<T>(1.0 / static_cast<double>(N))));
}

}  // namespace kobie
