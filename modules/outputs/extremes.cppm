/// The smallest and the largest: of samples, and of their derivatives by finite differences; or of the solution itself.
module;
#include <cstddef>
#include <limits>
#include <string_view>

export module kobie.outputs:extremes;

import kobie.numbers;
import kobie.systems;
import :metric;
import :piece;

namespace kobie {

// What is looked at, of samples as they are and of their differences. A difference is central, of order 2, about the sample
// before the present one, and belongs to the window in which it can be taken. Of a piece it is the cubic and its derivatives,
// times the divisor; `kept` says what could still count, so that turns are seldom looked for, and branches go the same way.
struct OfValues {
  static constexpr std::size_t history = 0;
  static constexpr bool keeps_unit = true;
  template <class Real>
  static constexpr Real of(const Sample<Real>& sample) {
    return sample.value;
  }
  template <class T>
  static constexpr T divisor(const Sampling<T>& /*sampling*/) {
    return T(1);
  }
  template <bool smallest, bool largest, class Real, class Kept>
  static constexpr void follow(const Piece<Real>& piece, MaskOf<Real> lanes, const Kept& kept) {
    kept.extend(piece.last, lanes);
    const MaskOf<Real> up = MaskOf<Real>(largest) && piece.crests();
    const MaskOf<Real> down = MaskOf<Real>(smallest) && piece.troughs();
    const MaskOf<Real> turns = lanes && (up || down);
    if (any(turns)) {
      const MaskOf<Real> due = turns && kept.wants(piece.floor(), piece.ceiling());
      if (any(due)) {
        kept.extend(piece.at(piece.turn()), due);
      }
    }
  }
};
struct OfMagnitudes : OfValues {
  template <class Real>
  static constexpr Real of(const Sample<Real>& sample) {
    return abs(sample.value);
  }
  template <bool smallest, bool largest, class Real, class Kept>
  static constexpr void follow(const Piece<Real>& piece, MaskOf<Real> lanes, const Kept& kept) {
    const Real last = abs(piece.last);
    kept.extend(last, lanes);
    const MaskOf<Real> turns = lanes && (piece.crests() || piece.troughs());
    if (any(turns)) {
      const MaskOf<Real> due = turns && kept.wants(Real(0), max(piece.ceiling(), -piece.floor()));
      if (any(due)) {
        kept.extend(abs(piece.at(piece.turn())), due);
      }
    }
  }
};
struct OfDerivatives {
  static constexpr std::size_t history = 2;
  static constexpr bool keeps_unit = false;
  template <class Real>
  static constexpr Real of(const Sample<Real>& sample) {
    return sample.value - sample.before_previous;
  }
  template <class T>
  static constexpr T divisor(const Sampling<T>& sampling) {
    return T(2) * sampling.interval;
  }
  template <bool smallest, bool largest, class Real, class Kept>
  static constexpr void follow(const Piece<Real>& piece, MaskOf<Real> lanes, const Kept& kept) {
    kept.take(Real(2) * piece.first_slope, lanes);
    kept.take(Real(2) * piece.last_slope, lanes);
    if (piece.leaps) {
      return;
    }
    const Real zero(0);
    const Real first = piece.first_bend();
    const Real last = piece.last_bend();
    const MaskOf<Real> turning = lanes && ((first > zero && last < zero) || (first < zero && last > zero));
    if (any(turning)) {
      kept.take(Real(2) * piece.slope_at(first / (first - last)), turning);
    }
  }
};
struct OfSecondDerivatives {
  static constexpr std::size_t history = 2;
  static constexpr bool keeps_unit = false;
  template <class Real>
  static constexpr Real of(const Sample<Real>& sample) {
    return (sample.value - sample.previous) - (sample.previous - sample.before_previous);
  }
  template <class T>
  static constexpr T divisor(const Sampling<T>& sampling) {
    return sampling.interval * sampling.interval;
  }
  template <bool smallest, bool largest, class Real, class Kept>
  static constexpr void follow(const Piece<Real>& piece, MaskOf<Real> lanes, const Kept& kept) {
    if (!piece.leaps) {
      kept.take(piece.first_bend(), lanes);
      kept.take(piece.last_bend(), lanes);
    }
  }
};

// The smallest, the largest, or both, in this order. Samples that are NaN are passed over; NaN where nothing else was there.
template <class Of, bool smallest, bool largest>
struct ExtremesOf {
  static constexpr std::size_t results = (smallest ? 1 : 0) + (largest ? 1 : 0);
  static constexpr std::size_t numbers = results;
  static constexpr std::size_t history = Of::history;
  static constexpr bool keeps_unit = Of::keeps_unit;

  template <class Real>
  static constexpr void begin(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const Real nothing(std::numeric_limits<ScalarOf<Real>>::quiet_NaN());
    for (std::size_t i = 0; i < numbers; ++i) {
      state[i] = select(lanes, nothing, state[i]);
    }
    // The difference about the sample before belongs to the window before.
    if constexpr (history == 0) {
      add(state, sample, lanes);
    }
  }
  template <class Real>
  static constexpr void add(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    MaskOf<Real> there = lanes;
    if constexpr (history > 0) {
      there = there && sample.number >= Real(static_cast<int>(history));
    }
    Kept<Real>{state}.take(Of::of(sample), there);
  }
  template <class Real>
  static constexpr void follow(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    Of::template follow<smallest, largest>(piece, lanes, Kept<Real>{state});
  }
  template <class Real>
  static constexpr void finish(Components<Real, numbers> state, const Sampling<ScalarOf<Real>>& sampling,
                               Components<Real, results> out) {
    for (std::size_t i = 0; i < numbers; ++i) {
      out[i] = state[i] / Real(Of::divisor(sampling));
    }
  }

 private:
  template <class Real>
  struct Kept {
    Components<Real, numbers> state;

    constexpr void take(Real x, MaskOf<Real> there) const {
      constexpr auto infinity = std::numeric_limits<ScalarOf<Real>>::infinity();
      if constexpr (smallest) {
        state[0] = select(there && !(x >= state[0]) && x >= Real(-infinity), x, state[0]);
      }
      if constexpr (largest) {
        state[numbers - 1] = select(there && !(x <= state[numbers - 1]) && x <= Real(infinity), x, state[numbers - 1]);
      }
    }
    // The same where x and what is kept are numbers.
    constexpr void extend(Real x, MaskOf<Real> there) const {
      if constexpr (smallest) {
        state[0] = select(there, min(state[0], x), state[0]);
      }
      if constexpr (largest) {
        state[numbers - 1] = select(there, max(state[numbers - 1], x), state[numbers - 1]);
      }
    }
    // Whether something between these two could be taken.
    constexpr MaskOf<Real> wants(Real least, Real most) const {
      MaskOf<Real> wanted(false);
      if constexpr (smallest) {
        wanted = wanted || !(least >= state[0]);
      }
      if constexpr (largest) {
        wanted = wanted || !(most <= state[numbers - 1]);
      }
      return wanted;
    }
  };
};

/// The smallest sample, or value of the solution.
export struct Min : ExtremesOf<OfValues, true, false> {
  static constexpr std::string_view name = "min";
};
/// The largest sample.
export struct Max : ExtremesOf<OfValues, false, true> {
  static constexpr std::string_view name = "max";
};
/// The smallest sample and, after it, the largest.
export struct Extrema : ExtremesOf<OfValues, true, true> {
  static constexpr std::string_view name = "extrema";
};
/// The largest |sample|.
export struct MaxMagnitude : ExtremesOf<OfMagnitudes, false, true> {
  static constexpr std::string_view name = "max_magnitude";
};

/// Of the first derivative in time, (y(t + h) - y(t - h)) / 2h with h from sample to sample: the error is O(h^2). Without
/// samples of the cubic's, with an error of O(h^3) in steps h.
export struct DerivativeMin : ExtremesOf<OfDerivatives, true, false> {
  static constexpr std::string_view name = "derivative_min";
};
export struct DerivativeMax : ExtremesOf<OfDerivatives, false, true> {
  static constexpr std::string_view name = "derivative_max";
};
export struct DerivativeExtrema : ExtremesOf<OfDerivatives, true, true> {
  static constexpr std::string_view name = "derivative_extrema";
};

/// Of the second derivative, (y(t + h) - 2 y(t) + y(t - h)) / h^2: the error is O(h^2), and rounding's some |y| / h^2 units in
/// the last place. Without samples of the cubic's, likewise in steps h.
export struct SecondDerivativeMin : ExtremesOf<OfSecondDerivatives, true, false> {
  static constexpr std::string_view name = "second_derivative_min";
};
export struct SecondDerivativeMax : ExtremesOf<OfSecondDerivatives, false, true> {
  static constexpr std::string_view name = "second_derivative_max";
};
export struct SecondDerivativeExtrema : ExtremesOf<OfSecondDerivatives, true, true> {
  static constexpr std::string_view name = "second_derivative_extrema";
};

}  // namespace kobie
