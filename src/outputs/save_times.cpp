module;
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

module kobie.outputs;

import kobie.core;

namespace kobie {
namespace {

// Save numbers are counted in 32 bits, and in float's 24 where lanes are floats.
constexpr double most_saves = 16'777'216.0;

std::vector<double> regular_times(const TimeSpan& span, double save_every) {
  if (!(save_every > 0.0) || !std::isfinite(save_every) || save_every > span.duration) {
    throw InvalidArgument("save_every", save_every, fmt::format("must be above 0 and at most the duration, {}", span.duration));
  }
  const double ratio = span.duration / save_every;
  if (ratio > most_saves) {
    throw InvalidArgument("save_every", save_every,
                          fmt::format("gives {:.3g} saves for each run; at most {} are allowed", ratio, most_saves));
  }
  const double nearest = std::round(ratio);
  const bool meets_end = std::abs(ratio - nearest) < 1e-9 * nearest;
  const auto intervals = static_cast<std::size_t>(meets_end ? nearest : std::floor(ratio));
  std::vector<double> times(intervals + 1);
  for (std::size_t i = 0; i <= intervals; ++i) {
    times[i] = span.settling_time + static_cast<double>(i) * save_every;
  }
  if (meets_end) {
    times.back() = span.settling_time + span.duration;
  }
  return times;
}

std::vector<double> listed_times(const TimeSpan& span, const std::vector<double>& save_at) {
  std::vector<double> times;
  times.reserve(save_at.size());
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * (std::abs(span.first_save()) + std::abs(span.end()));
  double last = -std::numeric_limits<double>::infinity();
  for (const double t : save_at) {
    if (!(t >= span.first_save() - rounding && t <= span.end() + rounding)) {
      throw InvalidArgument("save_at", t, fmt::format("must lie between {} and {}", span.first_save(), span.end()));
    }
    if (!(t > last)) {
      throw InvalidArgument("save_at", t, "times must ascend");
    }
    last = t;
    // Counted from t0, and not past what is integrated.
    times.push_back(std::fmin(std::fmax(t - span.t0, span.settling_time), span.settling_time + span.duration));
  }
  return times;
}

}  // namespace

std::vector<double> save_times(const TimeSpan& span, double save_every, const std::vector<double>& save_at) {
  if (!std::isfinite(span.t0)) {
    throw InvalidArgument("t0", span.t0, "must be finite");
  }
  if (!(span.settling_time >= 0.0) || !std::isfinite(span.settling_time)) {
    throw InvalidArgument("settling_time", span.settling_time, "must be 0 or more");
  }
  if (!(span.duration > 0.0) || !std::isfinite(span.duration)) {
    throw InvalidArgument("duration", span.duration, "must be above 0");
  }
  if (!save_at.empty() && save_every != 0.0) {
    throw InvalidArgument("save_every", save_every, "cannot be combined with save_at");
  }
  if (!save_at.empty()) {
    return listed_times(span, save_at);
  }
  if (save_every != 0.0) {
    return regular_times(span, save_every);
  }
  return {span.settling_time + span.duration};
}

}  // namespace kobie
