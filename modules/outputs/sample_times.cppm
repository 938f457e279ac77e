/// When samples are taken, and how they and the saves follow each other.
module;
#include <cstdint>
#include <vector>

export module kobie.outputs:sample_times;

import :save_times;

namespace kobie {

/// Equally spaced samples over the duration of a solve, both ends included, in windows that share the samples between them.
/// Where metrics are `continuous`, windows are one interval: they begin and end with samples, and follow the solution in
/// between.
export struct SampleSchedule {
  double every = 0.0;          ///< from a sample to the next; 0: there are none
  std::int64_t windows = 0;    ///< that the duration is cut into
  std::int64_t intervals = 0;  ///< of each window
  bool continuous = false;

  std::int64_t samples() const { return windows > 0 ? windows * intervals + 1 : 0; }
  /// The times at which windows end, counted from t0.
  std::vector<double> window_ends(const TimeSpan& span) const;
};

/// `sample_every` 0: continuous. `summarise_every` 0: one window, the duration. Throws InvalidArgument unless the duration is a
/// whole number of windows, and those of samples, up to rounding.
export SampleSchedule sample_schedule(const TimeSpan& span, double sample_every, double summarise_every);

/// Times at which a run is looked at, in time order, counted from t0, and what is due at each: a sum of the constants below.
export struct Events {
  static constexpr std::uint8_t save = 1;
  static constexpr std::uint8_t sample = 2;
  static constexpr std::uint8_t window_end = 4;  ///< always with `sample`

  std::vector<double> times;
  std::vector<std::uint8_t> kinds;

  /// Those that are not just a sample, in order: 8 times the event's number, plus its kind.
  std::vector<std::int32_t> marks() const;
};

/// Saves and samples in one order. A sample within a rounding of a save takes place at the save's time. Throws InvalidArgument
/// where they are too many.
export Events merged_events(const TimeSpan& span, const std::vector<double>& saves, const SampleSchedule& samples);

}  // namespace kobie
