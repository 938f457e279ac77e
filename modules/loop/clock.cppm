/// Time as a compensated pair, so that steps far smaller than the time's last digit still add up, in float above all.
module;
#include <concepts>

export module kobie.loop:clock;

import kobie.numbers;

namespace kobie {

/// high + low, unevaluated, with |low| at most half a unit in the last place of high: about twice Real's digits.
/// The sums are Knuth's error-free TwoSum (Handbook of Floating-Point Arithmetic, 2nd ed., section 4.3).
export template <class Real>
struct Clock {
  Real high{0};
  Real low{0};

  /// This time plus h + h_low.
  constexpr Clock after(Real h, Real h_low) const {
    const Real sum = high + h;
    const Real part = sum - high;
    const Real lost = (high - (sum - part)) + (h - part);
    const Real rest = low + h_low + lost;
    const Real total = sum + rest;
    return {total, rest - (total - sum)};
  }

  /// This time minus another, rounded once it is small.
  constexpr Real since(const Clock& other) const { return (high - other.high) + (low - other.low); }
};

export template <class Real>
constexpr Clock<Real> select(MaskOf<Real> mask, const Clock<Real>& yes, const Clock<Real>& no) {
  return {select(mask, yes.high, no.high), select(mask, yes.low, no.low)};
}

/// A double as a pair of T.
export template <std::floating_point T>
constexpr Clock<T> split(double time) {
  const T high = static_cast<T>(time);
  return {high, static_cast<T>(time - static_cast<double>(high))};
}

}  // namespace kobie
