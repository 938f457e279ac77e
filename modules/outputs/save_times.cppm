/// The times at which a solve saves.
module;
#include <vector>

export module kobie.outputs:save_times;

namespace kobie {

/// The span of a solve: it starts at t0, settles for `settling_time` without saving, and then runs for `duration`.
export struct TimeSpan {
  double t0 = 0.0;
  double settling_time = 0.0;
  double duration = 0.0;

  double first_save() const { return t0 + settling_time; }
  double end() const { return t0 + settling_time + duration; }
};

/// The times to save at, in time order, counted from t0.
/// `save_every` > 0: the start of the duration and every `save_every` after it, as far as they fit (a last one within a
/// rounding of the end is the end). `save_at`: those absolute times. Neither: only the end.
/// Throws InvalidArgument when both are given, or an argument is out of its range.
export std::vector<double> save_times(const TimeSpan& span, double save_every, const std::vector<double>& save_at);

}  // namespace kobie
