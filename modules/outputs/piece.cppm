/// The solution between two times, for metrics that need no samples.
module;

export module kobie.outputs:piece;

import kobie.numbers;

namespace kobie {

/// One quantity from a time to a later one, in each lane: a cubic.
export template <class Real>
struct Piece {
  Real begin;  ///< counted from t0
  Real length;
  Real first;  ///< the value at the beginning
  Real last;
  Real first_slope;
  Real last_slope;
  bool leaps = false;    ///< a line over the roundings at a stop: values and slopes there are right, no more
  bool is_part = false;  ///< of a longer piece, which its coefficients come from
  Real part_second{};
  Real part_third{};

  /// The cubic with these values and slopes at both ends (HNW I, (II.6.7)).
  static constexpr Piece between(Real begin, Real length, Real first, Real last, Real first_slope, Real last_slope) {
    return {
        .begin = begin, .length = length, .first = first, .last = last, .first_slope = first_slope, .last_slope = last_slope};
  }
  /// A line, of slopes of its own.
  static constexpr Piece leap(Real begin, Real length, Real first, Real last, Real slope) {
    return {.begin = begin,
            .length = length,
            .first = first,
            .last = last,
            .first_slope = slope,
            .last_slope = slope,
            .leaps = true,
            .is_part = true};
  }

  // Coefficients of x^2 and x^3 in first + length first_slope x + ..., x from 0 to 1. They are functions because in most steps
  // no metric asks for them.
  constexpr Real second() const {
    return is_part ? part_second : fma(Real(3), last - first, -length * fma(Real(2), first_slope, last_slope));
  }
  constexpr Real third() const {
    return is_part ? part_third : fma(Real(-2), last - first, length * (first_slope + last_slope));
  }

  /// The value at begin + theta length.
  constexpr Real at(Real theta) const {
    return fma(theta, fma(theta, fma(theta, third(), second()), length * first_slope), first);
  }
  constexpr Real slope_at(Real theta) const {
    return fma(theta, fma(theta, Real(3) * third(), Real(2) * second()) / length, first_slope);
  }

  /// From theta `from` to theta `to`: the same cubic, and at its ends the same numbers.
  constexpr Piece part(Real from, Real to) const {
    const Real share = to - from;
    const auto whole_begin = from <= Real(0);
    const auto whole_end = to >= Real(1);
    Piece piece = *this;
    piece.begin = fma(from, length, begin);
    piece.length = share * length;
    piece.first = select(whole_begin, first, at(from));
    piece.last = select(whole_end, last, at(to));
    piece.first_slope = select(whole_begin, first_slope, slope_at(from));
    piece.last_slope = select(whole_end, last_slope, slope_at(to));
    piece.part_second = fma(Real(3) * third(), from, second()) * share * share;
    piece.part_third = third() * share * share * share;
    piece.is_part = true;
    return piece;
  }

  /// The average of value - offset.
  constexpr Real average(Real offset) const {
    const Real twelfth = length * Real(static_cast<ScalarOf<Real>>(1.0 / 12));
    return fma(twelfth, first_slope - last_slope, fma(Real(0.5), first + last, -offset));
  }
  constexpr Real integral(Real offset) const { return length * average(offset); }
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

  /// Where the slope may fall through 0, beginning at 0 or above it and ending at 0 or below it; where it may rise likewise.
  constexpr MaskOf<Real> crests() const { return first_slope >= Real(0) && last_slope <= Real(0); }
  constexpr MaskOf<Real> troughs() const { return first_slope <= Real(0) && last_slope >= Real(0); }
  /// What no turn between slopes of different signs is above, and what none is below.
  constexpr Real ceiling() const { return fma(reach_of_slopes(), abs(first_slope - last_slope), max(first, last)); }
  constexpr Real floor() const { return fma(-reach_of_slopes(), abs(first_slope - last_slope), min(first, last)); }
  /// Theta where the slope is 0, in lanes where it changes its sign. In other lanes it may be anything.
  constexpr Real turn() const {
    // Of the roots of a x^2 + 2 b x + c, of which none is so large or small that its square is lost, the one where it falls,
    // without cancellation.
    const Real linear = length * first_slope;
    const Real square = second();
    const Real cubic = Real(3) * third();
    const Real largest = max(max(abs(linear), abs(square)), abs(cubic));
    const Real scale = select(first_slope > Real(0), Real(1), Real(-1)) / largest;
    const Real c = scale * linear;
    const Real b = scale * square;
    const Real a = scale * cubic;
    const Real root = sqrt(max(fma(b, b, -a * c), Real(0)));
    const auto falls = b <= Real(0);
    return max(min(select(falls, c, root + b) / select(falls, root - b, -a), Real(1)), Real(0));
  }

  /// The second derivative, which is linear, at the beginning and at the end.
  constexpr Real first_bend() const { return Real(2) * second() / (length * length); }
  constexpr Real last_bend() const { return fma(Real(6), third(), Real(2) * second()) / (length * length); }

 private:
  constexpr Real reach_of_slopes() const { return Real(static_cast<ScalarOf<Real>>(4.0 / 27)) * length; }
};

}  // namespace kobie
