/// The solution between two times, for metrics that need no samples.
module;

export module kobie.outputs:piece;

import kobie.numbers;

namespace kobie {

/// One quantity from a time to a later one, in each lane: the cubic that has its values and slopes at both (HNW I, (II.6.7)).
export template <class Real>
struct Piece {
  Real begin;  ///< counted from t0
  Real length;
  Real first;  ///< the value at the beginning
  Real last;
  Real first_slope;
  Real last_slope;

  /// The value at begin + theta length.
  constexpr Real at(Real theta) const {
    const Cubic p = cubic();
    return fma(theta, fma(theta, fma(theta, p.third, p.second), p.rise), first);
  }
  constexpr Real slope_at(Real theta) const {
    const Cubic p = cubic();
    return fma(theta, fma(theta, Real(3) * p.third, Real(2) * p.second), p.rise) / length;
  }

  /// From theta `from` to theta `to`.
  constexpr Piece part(Real from, Real to) const {
    return {fma(from, length, begin), (to - from) * length, at(from), at(to), slope_at(from), slope_at(to)};
  }

  /// Of value - offset.
  constexpr Real integral(Real offset) const {
    const Real bend = (length * Real(static_cast<ScalarOf<Real>>(1.0 / 12))) * (first_slope - last_slope);
    return length * fma(Real(0.5), (first - offset) + (last - offset), bend);
  }
  /// Of (value - offset)^2: what the consistent mass matrix of a beam is to its ends.
  constexpr Real integral_of_square(Real offset) const {
    const Real a = first - offset;
    const Real b = last - offset;
    const Real c = length * first_slope;
    const Real e = length * last_slope;
    const Real values = fma(Real(156) * a, a, fma(Real(108) * a, b, Real(156) * b * b));
    const Real mixed = fma(c, fma(Real(44), a, Real(26) * b), -e * fma(Real(26), a, Real(44) * b));
    const Real slopes = fma(Real(4) * c, c, fma(Real(-6) * c, e, Real(4) * e * e));
    return length * Real(static_cast<ScalarOf<Real>>(1.0 / 420)) * (values + (mixed + slopes));
  }

  /// How far at most a turn between slopes of different signs lies beyond the ends.
  constexpr Real reach() const { return Real(static_cast<ScalarOf<Real>>(4.0 / 27)) * length * abs(first_slope - last_slope); }
  /// Theta where the slope is 0, in lanes where it changes its sign: where it is not 0 at the beginning, and 0 or of the other
  /// sign at the end. In other lanes it may be anything.
  constexpr Real turn() const {
    const Real sign = select(first_slope > Real(0), Real(1), Real(-1));
    const Cubic p = cubic();
    const Real c = sign * p.rise;
    const Real b = sign * p.second;
    const Real a = sign * Real(3) * p.third;
    // Of the roots of a x^2 + 2 b x + c the one where it falls, without cancellation.
    const Real root = sqrt(max(fma(b, b, -a * c), Real(0)));
    const auto falls = b <= Real(0);
    return max(min(select(falls, c, root + b) / select(falls, root - b, -a), Real(1)), Real(0));
  }

  /// The second derivative, which is linear, at the beginning and at the end.
  constexpr Real first_bend() const { return Real(2) * cubic().second / (length * length); }
  constexpr Real last_bend() const {
    const Cubic p = cubic();
    return fma(Real(6), p.third, Real(2) * p.second) / (length * length);
  }

 private:
  // first + rise x + second x^2 + third x^3, x from 0 to 1.
  struct Cubic {
    Real rise;
    Real second;
    Real third;
  };
  constexpr Cubic cubic() const {
    const Real c = length * first_slope;
    const Real e = length * last_slope;
    const Real chord = last - first;
    return {c, fma(Real(3), chord, Real(-2) * c - e), fma(Real(-2), chord, c + e)};
  }
};

}  // namespace kobie
