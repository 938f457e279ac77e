/// The norm in which errors are measured.
module;
#include <cstddef>

export module kobie.loop:norm;

import kobie.control;
import kobie.numbers;

namespace kobie {

/// What one component counts for: atol + rtol |y|.
export template <class Real>
constexpr Real tolerance(Real atol, Real rtol, Real magnitude) {
  return fma(rtol, magnitude, atol);
}

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
