/// Peaks, upward and downward, with their times.
module;
#include <cstddef>
#include <limits>
#include <string_view>

export module kobie.outputs:peaks;

import kobie.numbers;
import kobie.systems;
import :metric;
import :piece;

namespace kobie {

// The first n peaks of `sign` times the samples: n heights and, after them, n absolute times; NaN where there are fewer.
//
// A peak is a sample above both its neighbours; time and height are those of the parabola through the three (error O(h^3) in
// height, O(h^2) in time). Of equal samples that are above those before and after them, the middle is one peak. The first and
// the last sample of a run are none. A peak belongs to the window in which the samples fall again, so that windows have each
// peak once. Without samples a peak is where the slope changes its sign: within a step that of its cubic (error O(h^4) in
// height, O(h^3) in time), or in a leap, where the right-hand side jumps. Of a flat top it is the end.
template <int sign, std::size_t n>
struct PeaksOf {
  static_assert(n > 0, "kobie: Peaks<n> needs n above 0");
  static constexpr std::size_t results = 2 * n;
  static constexpr std::size_t lists = 2;  // heights and times
  static constexpr std::size_t numbers = 2 + 2 * n;
  static constexpr std::size_t history = 2;

  template <class Real>
  static constexpr void begin(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const Real nothing(std::numeric_limits<ScalarOf<Real>>::quiet_NaN());
    state[found] = select(lanes, Real(0), state[found]);
    state[top] = select(lanes && sample.number <= Real(0), Real(-1), state[top]);
    for (std::size_t i = first; i < numbers; ++i) {
      state[i] = select(lanes, nothing, state[i]);
    }
  }
  template <class Real>
  static constexpr void add(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> lanes) {
    const Real rise = Real(sign) * (sample.value - sample.previous);
    const MaskOf<Real> rises = lanes && rise > Real(0);
    const MaskOf<Real> falls = lanes && rise < Real(0);
    const MaskOf<Real> peak = falls && state[top] >= Real(0) && state[found] < Real(static_cast<int>(n));
    if (any(peak)) {
      record_sample(state, sample, peak, -rise);
    }
    state[top] = select(rises, sample.number, select(falls, Real(-1), state[top]));
  }
  // Here state[top] is above 0 where a piece with a flat end, or a leap, came last and rose to it.
  template <class Real>
  static constexpr void follow(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    const MaskOf<Real> turns = lanes && (MaskOf<Real>(piece.leaps) || (sign > 0 ? piece.crests() : piece.troughs()));
    if (any(turns)) {
      follow_turn(state, piece, turns);
    }
  }
  template <class Real>
  static constexpr void finish(Components<Real, numbers> state, const Sampling<ScalarOf<Real>>& sampling,
                               Components<Real, results> out) {
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = state[first + i];
      out[n + i] = fma(state[first + n + i], Real(sampling.interval), Real(sampling.begin));
    }
  }

 private:
  static constexpr std::size_t found = 0;  // how many
  static constexpr std::size_t top = 1;  // the number of the first sample of those that are highest so far; -1 where they fell
  static constexpr std::size_t first = 2;  // heights, then places in intervals

  template <class Real>
  static constexpr void record_sample(Components<Real, numbers> state, const Sample<Real>& sample, MaskOf<Real> peak,
                                      Real right) {
    const Real last_top = sample.number - Real(1);
    const MaskOf<Real> single = state[top] >= last_top;
    const Real left = Real(sign) * (sample.previous - sample.before_previous);
    // Of the parabola through (-1, -left), (0, 0) and (1, -right).
    const Real shift = (left - right) / (Real(2) * (left + right));
    const Real lift = Real(sign) * Real(0.25) * (left - right) * shift;
    const Real height = sample.previous + select(single, lift, Real(0));
    record(state, peak, height, last_top + select(single, shift, Real(0.5) * (state[top] - last_top)));
  }

  template <class Real>
  static constexpr void follow_turn(Components<Real, numbers> state, const Piece<Real>& piece, MaskOf<Real> lanes) {
    const Real zero(0);
    const Real first_slope = Real(sign) * piece.first_slope;
    const Real last_slope = Real(sign) * piece.last_slope;
    const Real before = max(state[top], first_slope);  // above 0 where it rises, be it to where it is flat
    const MaskOf<Real> peak = lanes && before > zero && last_slope < zero && state[found] < Real(static_cast<int>(n));
    state[top] = select(lanes, select(last_slope == zero, before, last_slope), state[top]);
    if (any(peak)) {
      const Real theta = select(first_slope > zero, piece.turn(), zero);
      record(state, peak, piece.at(theta), fma(theta, piece.length, piece.begin));
    }
  }

  template <class Real>
  static constexpr void record(Components<Real, numbers> state, MaskOf<Real> peak, Real height, Real place) {
    for (std::size_t i = 0; i < n; ++i) {
      const MaskOf<Real> here = peak && state[found] == Real(static_cast<int>(i));
      state[first + i] = select(here, height, state[first + i]);
      state[first + n + i] = select(here, place, state[first + n + i]);
    }
    state[found] = select(peak, state[found] + Real(1), state[found]);
  }
};

/// The first n peaks: heights, then absolute times; NaN where there are fewer.
export template <std::size_t n>
struct Peaks : PeaksOf<1, n> {
  static constexpr std::string_view name = "peaks";
};
/// The first n downward peaks, likewise.
export template <std::size_t n>
struct NegativePeaks : PeaksOf<-1, n> {
  static constexpr std::string_view name = "negative_peaks";
};

}  // namespace kobie
