/// Cubic Hermite interpolation, for methods without an interpolant of their own.
module;
#include <cstddef>

export module kobie.algorithms:hermite;

import kobie.systems;

namespace kobie {

/// The solution at t + theta h from those at both ends of a step and their derivatives `first` and `last` (HNW I, (II.6.7)).
export template <std::size_t N, class Real>
constexpr void hermite(Real theta, Real h, Components<const Real, N> y, Components<const Real, N> y_new,
                       Components<const Real, N> first, Components<const Real, N> last, Components<Real, N> y_theta) {
  const Real rest = Real(1) - theta;
  for (std::size_t i = 0; i < N; ++i) {
    const Real rise = y_new[i] - y[i];
    const Real bend = (Real(1) - Real(2) * theta) * rise + h * (theta * last[i] - rest * first[i]);
    y_theta[i] = y[i] + theta * (rise - rest * bend);
  }
}

}  // namespace kobie
