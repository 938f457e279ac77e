/// Averages over time: mean, standard deviation, root mean square.
///
/// All are integrals over the window, of samples by the trapezoidal rule and without samples of cubics, divided by its length.
/// Sums are kept in pairs of numbers, about twice Real's digits, so that neither the number of samples nor an offset of the
/// quantity costs any.
module;
#include <cstddef>
#include <string_view>

export module kobie.outputs:averages;

import kobie.numbers;
import kobie.systems;
import :metric;
import :piece;

namespace kobie {

// high + low becomes high + low + x + x_low, with |low| at most half a unit in the last place of high: Knuth's error-free
// TwoSum and Dekker's renormalisation (Handbook of Floating-Point Arithmetic, 2nd ed., 4.3 and 14.1). Without the latter, low
// would lose digits as plain sums do.
template <class Real>
constexpr void add_exactly(Real& high, Real& low, Real x, Real x_low = Real(0)) {
  const Real sum = high + x;
  const Real part = sum - high;
  const Real rest = ((high - (sum - part)) + (x - part)) + (low + x_low);
  high = sum + rest;
  low = rest - (high - sum);
}

// In `lanes` high + low becomes high + low + length x up to a rounding: Kahan's sum, half of the operations (Higham, Accuracy
// and Stability of Numerical Algorithms, 2nd ed., 4.3). Adding 0 may change the pair: other lanes are left as they are.
template <class Real>
constexpr void add_compensated(Real& high, Real& low, Real length, Real x, MaskOf<Real> lanes) {
  const Real rest = fma(length, x, low);
  const Real sum = high + rest;
  low = select(lanes, rest - (sum - high), low);
  high = select(lanes, sum, high);
}

// A product as an fma, which no compiler fuses with a sum that it goes into: the error of either would then be another.
template <class Real>
constexpr Real product(Real a, Real b) {
  return fma(a, b, Real(0));
}

/// The time average.
export struct Mean {
  static constexpr std::string_view name = "mean";
  static constexpr std::size_t results = 1;
  static constexpr std::size_t numbers = 3;
  static constexpr bool keeps_unit = true;

  template <class Real>
  static constexpr void begin(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const auto& [offset, sum, low] = state;
    offset = select(lanes, sample.value, offset);
    sum = select(lanes, Real(0), sum);
    low = select(lanes, Real(0), low);
  }
  template <class Real>
  static constexpr void add(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const auto& [offset, sum, low] = state;
    add_exactly(sum, low, select(lanes, product(sample.weight, sample.value - offset), Real(0)));
  }
  template <class Real>
  static constexpr void follow(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    const auto& [offset, sum, low] = state;
    add_compensated(sum, low, piece.length, piece.average(offset), lanes);
  }
  template <class Real>
  static constexpr void finish(Components<Real, numbers> state, const Sampling<ScalarOf<Real>>& sampling,
                               Components<Real, results> out) {
    const auto& [offset, sum, low] = state;
    out[0] = offset + (sum + low) / Real(sampling.intervals);
  }
};

/// The standard deviation in time: the root of the time average of (y - mean)^2.
export struct StandardDeviation {
  static constexpr std::string_view name = "standard_deviation";
  static constexpr std::size_t results = 1;
  static constexpr std::size_t numbers = 5;
  static constexpr bool keeps_unit = true;

  template <class Real>
  static constexpr void begin(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    state[0] = select(lanes, sample.value, state[0]);
    for (std::size_t i = 1; i < numbers; ++i) {
      state[i] = select(lanes, Real(0), state[i]);
    }
  }
  template <class Real>
  static constexpr void add(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const auto& [offset, sum, low, squares, squares_low] = state;
    const Real d = select(lanes, sample.value - offset, Real(0));
    const Real weighted = product(sample.weight, d);
    const Real square = product(weighted, d);
    add_exactly(sum, low, weighted);
    add_exactly(squares, squares_low, square, fma(weighted, d, -square));
  }
  template <class Real>
  static constexpr void follow(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    const auto& [offset, sum, low, squares, squares_low] = state;
    add_exactly(sum, low, select(lanes, piece.integral(offset), Real(0)));
    add_exactly(squares, squares_low, select(lanes, piece.integral_of_square(offset), Real(0)));
  }
  // sum w d^2 - (sum w d)^2 / W cancels up to twice as many times as there are samples: it is taken in pairs.
  template <class Real>
  static constexpr void finish(Components<Real, numbers> state, const Sampling<ScalarOf<Real>>& sampling,
                               Components<Real, results> out) {
    const auto& [offset, sum, low, squares, squares_low] = state;
    const Real total(sampling.intervals);
    const Real mean = (sum + low) / total;
    const Real rest = fma(-mean, total, sum) + low;
    const Real mean_square = product(mean, mean);
    const Real subtracted = product(mean_square, total);
    const Real subtracted_low = fma(mean_square, total, -subtracted) + fma(mean, mean, -mean_square) * total;
    const Real spread = (squares - subtracted) + (squares_low - subtracted_low - Real(2) * mean * rest);
    out[0] = sqrt(max(spread, Real(0)) / total);
  }
};

/// The root of the time average of y^2.
export struct Rms {
  static constexpr std::string_view name = "rms";
  static constexpr std::size_t results = 1;
  static constexpr std::size_t numbers = 2;
  static constexpr bool keeps_unit = true;

  template <class Real>
  static constexpr void begin(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const auto& [squares, low] = state;
    squares = select(lanes, weighted_square(sample), squares);
    low = select(lanes, Real(0), low);
  }
  template <class Real>
  static constexpr void add(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const auto& [squares, low] = state;
    add_exactly(squares, low, select(lanes, weighted_square(sample), Real(0)));
  }
  template <class Real>
  static constexpr void follow(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    const auto& [squares, low] = state;
    add_exactly(squares, low, select(lanes, piece.integral_of_square(Real(0)), Real(0)));
  }
  template <class Real>
  static constexpr void finish(Components<Real, numbers> state, const Sampling<ScalarOf<Real>>& sampling,
                               Components<Real, results> out) {
    const auto& [squares, low] = state;
    out[0] = sqrt((squares + low) / Real(sampling.intervals));
  }

 private:
  template <class Real>
  static constexpr Real weighted_square(const Sample<Real>& sample) {
    return product(sample.weight * sample.value, sample.value);
  }
};

}  // namespace kobie
