/// What a right-hand side is given and what it fills in.
module;
#include <cstddef>

export module kobie.systems:point;

import kobie.core;
import :components;

namespace kobie {

/// How many states, parameters and observables a system has.
export template <class System>
inline constexpr std::size_t state_count = System::states.size();

export template <class System>
inline constexpr std::size_t parameter_count = [] {
  if constexpr (requires { System::parameters; }) {
    return System::parameters.size();
  } else {
    return std::size_t{0};
  }
}();

export template <class System>
inline constexpr std::size_t observable_count = [] {
  if constexpr (requires { System::observables; }) {
    return System::observables.size();
  } else {
    return std::size_t{0};
  }
}();

/// One point of one run (or of as many runs as Real has lanes): time, states, parameters.
export template <class System, class Real>
struct Point {
  Real t;
  Components<const Real, state_count<System>> state;
  Components<const Real, parameter_count<System>> parameter;
};

/// The time derivatives that a right-hand side writes.
export template <class System, class Real>
struct Rates {
  Components<Real, state_count<System>> state;
};

/// The right-hand side: `rate` becomes f(t, y).
export template <class System, class Real>
constexpr void evaluate_rhs(Real t, Components<const Real, state_count<System>> y,
                            Components<const Real, parameter_count<System>> parameters,
                            Components<Real, state_count<System>> rate) {
  const Point<System, Real> at{t, y, parameters};
  Rates<System, Real> rates{rate};
  System::rhs(at, rates);
}

/// The observables that `observe` writes.
export template <class System, class Real>
struct Observed {
  Components<Real, observable_count<System>> observable;
};

}  // namespace kobie
