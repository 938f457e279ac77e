/// The matrix of a stage's equations as an operator: nothing of it is stored.
module;
#include <cstddef>

export module kobie.solvers:iteration_operator;

import kobie.numbers;
import kobie.systems;
import :derivatives;
import :mass;

namespace kobie {

/// v -> scale M v - J v with J at one point: one pass of dual numbers through rhs, or the system's own `jvp`, a time.
export template <class System, class Real>
struct IterationOperator {
  static constexpr std::size_t n = state_count<System>;

  Real t;
  Components<const Real, n> y;
  RunConstants<System, Real> parameters;
  Real scale;

  constexpr void operator()(Components<const Real, n> v, Components<Real, n> product) const {
    jacobian_vector_product<System, Real>(t, y, parameters, v, product);
    for (std::size_t i = 0; i < n; ++i) {
      product[i] = fma(scale, mass_times<System, Real>(i, v), -product[i]);
    }
  }
};

}  // namespace kobie
