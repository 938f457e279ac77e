/// Whether an initial state satisfies the algebraic equations of an index-1 DAE M y' = f(t, y) with a singular matrix M.
module;
#include <cstddef>
#include <limits>

export module kobie.solvers:consistency;

import kobie.numbers;
import kobie.systems;
import :derivatives;
import :mass;

namespace kobie {

/// The lanes whose state satisfies the algebraic equations as well as errors within the tolerances allow: for each w with
/// w M = 0 (HW II, VI.1), |w f| <= sum_j |(w J)_j| (atol + rtol |y_j|). `derivative` is f(t, y).
export template <class System, class Real, class Tolerance>
constexpr MaskOf<Real> is_consistent(Real t, Components<const Real, state_count<System>> y,
                                     RunConstants<System, Real> parameters,
                                     Components<const Real, state_count<System>> derivative, const Tolerance& tolerance) {
  constexpr std::size_t n = state_count<System>;
  Real elements[n * n];
  const SquareMatrix<Real, n> j(elements);
  jacobian<System, Real>(t, y, parameters, j);
  MaskOf<Real> consistent(true);
  constexpr auto constraints = constraint_weights<System>;
  for (const auto& w : constraints) {
    Real residual(0);
    Real rounding(0);
    Real allowed(0);
    for (std::size_t i = 0; i < n; ++i) {
      const Real weight(static_cast<ScalarOf<Real>>(w[i]));
      residual = residual + weight * derivative[i];
      rounding = rounding + abs(weight * derivative[i]);
    }
    for (std::size_t column = 0; column < n; ++column) {
      Real slope(0);
      for (std::size_t i = 0; i < n; ++i) {
        slope = slope + Real(static_cast<ScalarOf<Real>>(w[i])) * j(i, column);
      }
      allowed = allowed + abs(slope) * tolerance.weight(column, abs(y[column]));
    }
    constexpr auto roundings = static_cast<ScalarOf<Real>>(16 * n) * std::numeric_limits<ScalarOf<Real>>::epsilon();
    consistent = consistent && abs(residual) <= fma(Real(roundings), rounding, allowed);
  }
  return consistent;
}

}  // namespace kobie
