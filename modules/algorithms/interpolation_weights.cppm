/// The weights of a method's own interpolant.
module;
#include <cstddef>

export module kobie.algorithms:interpolation_weights;

import kobie.numbers;

namespace kobie {

/// weights[J] = sum_n Method::interpolant.weights[J][n] u^n, u = 2 theta - 1, for the stages J whose weights are not zero
/// throughout.
export template <class Method, std::size_t J = 0, class Real, std::size_t Stages>
constexpr void put_interpolation_weights(Real u, Real (&weights)[Stages]) {
  if constexpr (J < Stages) {
    if constexpr (Method::interpolant.has_weight(J)) {
      // A copy: device code cannot refer to what lies in the host's memory.
      constexpr auto row = Method::interpolant.weights[J];
      weights[J] = Real(static_cast<ScalarOf<Real>>(row.back()));
      for (std::size_t n = row.size() - 1; n-- > 0;) {
        weights[J] = fma(weights[J], u, Real(static_cast<ScalarOf<Real>>(row[n])));
      }
    }
    put_interpolation_weights<Method, J + 1>(u, weights);
  }
}

}  // namespace kobie
