/// What a metric is: numbers about the samples of one quantity in a window of time, gathered while a run is integrated.
module;
#include <concepts>
#include <cstddef>
#include <string_view>

export module kobie.outputs:metric;

import kobie.numbers;
import kobie.systems;
import :piece;

namespace kobie {

/// A sample of one quantity, in each lane. Samples are equally spaced; windows share the sample between them.
export template <class Real>
struct Sample {
  Real value;
  Real previous;         ///< the sample before it, where `number` is at least 1 and the metric asks for it by `history`
  Real before_previous;  ///< the one before that, where `number` is at least 2
  Real number;           ///< 0 at the start of the duration, 1 one interval later
  Real weight;           ///< in an average over the window by the trapezoidal rule: 1, at both ends 1/2; 0 without samples
};

/// When samples are taken; the same for all runs. Where there are none, `continuous`, a window is one interval.
export template <std::floating_point T>
struct Sampling {
  T begin = 0;              ///< the absolute time of sample 0; without samples t0
  T interval = 0;           ///< from a sample to the next; without samples 1
  T intervals = 0;          ///< of each window, which so has one sample more; without samples its length
  bool continuous = false;  ///< there are no samples: metrics follow the solution
};

/// A metric is a type without data: `name`; `results`, how many numbers it gives for each window; `numbers`, how many it keeps
/// meanwhile; and functions for any Real, all of which change only the lanes that they are given:
///   begin(state, sample, lanes)     a window begins, with this sample; where sample.number is 0 the run does, too
///   add(state, sample, lanes)       the next sample of the window, up to its last
///   finish(state, sampling, out)    writes the results of all lanes, in whichever of them a window has ended
/// Optional: `follow(state, piece, lanes)`, by which it does without samples: windows then begin and finish as they do with
/// them, and every piece of the solution in between is followed instead of an `add`, each beginning with the value and, but for
/// leaps, the slope that the one before ends with; `history`, how many samples before the present one it reads (0, the default,
/// 1 or 2); `keeps_unit = true` where its results have the quantity's unit; `lists`, where results are so many lists of equal
/// length, whose first elements a request may ask for alone (Peaks: heights and times).
export template <class M>
concept Metric = requires(const Sample<double>& sample, const Sampling<double>& sampling, Components<double, M::numbers> state,
                          Components<double, M::results> out, bool lanes) {
  { M::name } -> std::convertible_to<std::string_view>;
  M::begin(state, sample, lanes);
  M::add(state, sample, lanes);
  M::finish(state, sampling, out);
};

/// How many earlier samples a metric reads.
export template <class M>
constexpr std::size_t metric_history() {
  if constexpr (requires { M::history; }) {
    static_assert(M::history <= 2, "kobie: a metric's history is 0, 1 or 2 samples");
    return M::history;
  } else {
    return 0;
  }
}

/// Whether a metric can do without samples.
template <class M>
constexpr bool metric_follows() {
  return requires(const Piece<double>& piece, Components<double, M::numbers> state, bool lanes) {
    M::follow(state, piece, lanes);
  };
}

/// How many lists of equal length a metric's results are.
export template <class M>
constexpr std::size_t metric_lists() {
  if constexpr (requires { M::lists; }) {
    static_assert(M::lists > 0 && M::results % M::lists == 0, "kobie: a metric's lists have equally many results");
    return M::lists;
  } else {
    return 1;
  }
}

/// Whether a metric's results have the unit of its quantity.
export template <class M>
constexpr bool metric_keeps_unit() {
  if constexpr (requires { M::keeps_unit; }) {
    return M::keeps_unit;
  } else {
    return false;
  }
}

}  // namespace kobie
