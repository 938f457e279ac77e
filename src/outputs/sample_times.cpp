module;
#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

module kobie.outputs;

import kobie.core;

namespace kobie {
namespace {

// Events are counted in 32 bits, and samples in float's 24 where lanes are floats.
constexpr double most_events = 16'777'216.0;

// How many times `part` fits into `whole`. Throws InvalidArgument unless it does so without a rest, up to rounding.
std::int64_t whole_parts(std::string_view name, double part, std::string_view whole_name, double whole) {
  if (!(part > 0.0) || !std::isfinite(part) || part > whole * (1 + 1e-9)) {
    throw InvalidArgument(name, part, fmt::format("must be above 0 and at most the {}, {}", whole_name, whole));
  }
  const double ratio = whole / part;
  if (ratio > most_events) {
    throw InvalidArgument(name, part,
                          fmt::format("fits {:.3g} times into the {}; at most {} are allowed", ratio, whole_name, most_events));
  }
  const double nearest = std::round(ratio);
  if (std::abs(ratio - nearest) > 1e-9 * nearest) {
    throw InvalidArgument(name, part, fmt::format("must fit a whole number of times into the {}, {}", whole_name, whole));
  }
  return static_cast<std::int64_t>(nearest);
}

double sample_time(const TimeSpan& span, const SampleSchedule& samples, std::int64_t number) {
  return number + 1 == samples.samples() ? span.settling_time + span.duration
                                         : span.settling_time + static_cast<double>(number) * samples.every;
}

}  // namespace

std::vector<double> SampleSchedule::window_ends(const TimeSpan& span) const {
  std::vector<double> ends;
  ends.reserve(static_cast<std::size_t>(windows));
  for (std::int64_t window = 1; window <= windows; ++window) {
    ends.push_back(sample_time(span, *this, window * intervals));
  }
  return ends;
}

std::vector<std::int32_t> Events::marks() const {
  std::vector<std::int32_t> marked;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] != sample) {
      marked.push_back((static_cast<std::int32_t>(i) << 3U) + kinds[i]);
    }
  }
  return marked;
}

SampleSchedule sample_schedule(const TimeSpan& span, double sample_every, double summarise_every) {
  if (sample_every == 0.0) {
    const double window = summarise_every == 0.0 ? span.duration : summarise_every;
    const std::int64_t windows = whole_parts("summarise_every", window, "duration", span.duration);
    return {.every = window, .windows = windows, .intervals = 1, .continuous = true};
  }
  const std::int64_t samples = whole_parts("sample_every", sample_every, "duration", span.duration);
  if (summarise_every == 0.0) {
    return {.every = sample_every, .windows = 1, .intervals = samples};
  }
  const std::int64_t windows = whole_parts("summarise_every", summarise_every, "duration", span.duration);
  if (samples % windows != 0) {
    throw InvalidArgument("summarise_every", summarise_every,
                          fmt::format("must be a whole number of sample_every, {}", sample_every));
  }
  return {.every = sample_every, .windows = windows, .intervals = samples / windows};
}

Events merged_events(const TimeSpan& span, const std::vector<double>& saves, const SampleSchedule& samples) {
  const std::int64_t sample_count = samples.samples();
  const double most = static_cast<double>(saves.size()) + static_cast<double>(sample_count);
  if (most > most_events) {
    throw InvalidArgument(
        "sample_every", samples.every,
        fmt::format("gives, with {} saves, {} events for each run; at most {} are allowed", saves.size(), most, most_events));
  }
  Events events;
  events.times.reserve(static_cast<std::size_t>(most));
  events.kinds.reserve(static_cast<std::size_t>(most));
  // Between windows alone there are no samples that saves should be at.
  const double rounding =
      samples.continuous ? 4 * std::numeric_limits<double>::epsilon() * (std::abs(span.first_save()) + std::abs(span.end()))
                         : 1e-8 * samples.every;
  std::size_t save = 0;
  std::int64_t number = 0;
  while (save < saves.size() || number < sample_count) {
    const bool saves_left = save < saves.size();
    const double sampled = number < sample_count ? sample_time(span, samples, number) : HUGE_VAL;
    const bool saving = saves_left && saves[save] <= sampled + rounding;
    const bool sampling = number < sample_count && (!saves_left || sampled <= saves[save] + rounding);
    std::uint8_t kind = 0;
    if (sampling) {
      const bool ends = number > 0 && number % samples.intervals == 0;
      kind = static_cast<std::uint8_t>(Events::sample + (ends ? Events::window_end : 0));
    }
    if (saving) {
      kind = static_cast<std::uint8_t>(kind + Events::save);
    }
    events.times.push_back(saving ? saves[save] : sampled);
    events.kinds.push_back(kind);
    save += saving ? 1 : 0;
    number += sampling ? 1 : 0;
  }
  return events;
}

}  // namespace kobie
