/// The norm in which errors are measured.
module;
#include <concepts>
#include <cstddef>

export module kobie.solvers:norm;

import kobie.control;
import kobie.numbers;

namespace kobie {

/// What one component counts for: atol + rtol |y|.
export template <class Real>
constexpr Real tolerance(Real atol, Real rtol, Real magnitude) {
  return fma(rtol, magnitude, atol);
}

/// One pair of tolerances for all states.
export template <std::floating_point T>
struct CommonTolerance {
  T rtol;
  T atol;

  template <class Real>
  constexpr Real weight(std::size_t /*state*/, Real magnitude) const {
    return tolerance(Real(atol), Real(rtol), magnitude);
  }
};

/// A pair of tolerances for each state.
export template <std::floating_point T>
struct OwnTolerances {
  const T* rtol;
  const T* atol;

  template <class Real>
  constexpr Real weight(std::size_t state, Real magnitude) const {
    return tolerance(Real(atol[state]), Real(rtol[state]), magnitude);
  }
};

/// Either: the pair of each state where there are such (both arrays, or neither), else the one for all.
export template <std::floating_point T>
struct StateTolerances {
  T rtol;
  T atol;
  const T* rtol_of;
  const T* atol_of;

  template <class Real>
  constexpr Real weight(std::size_t state, Real magnitude) const {
    const bool own = rtol_of != nullptr;
    return tolerance(Real(own ? atol_of[state] : atol), Real(own ? rtol_of[state] : rtol), magnitude);
  }
};

/// The square of the root mean square of N weighted components (HNW I, (II.4.11)), to five digits: divisions would take a
/// fifth of a step.
export template <std::size_t N, class Real>
class NormSquare {
 public:
  constexpr void add(Real component, Real weight) {
    const Real ratio = component * fast_reciprocal(weight);
    sum_ = fma(ratio, ratio, sum_);
  }
  constexpr Real value() const { return sum_ * Real(1.0 / static_cast<double>(N)); }

 private:
  Real sum_{0};
};

}  // namespace kobie
