module;
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.drivers;

import kobie.core;

namespace kobie {
namespace {

// Numbers of samples are counted in float's 24 bits where lanes are floats.
constexpr std::int64_t most_samples = 16'777'216;
constexpr double most_stops = 16'777'216.0;

std::string argument(const Driver& driver, std::string_view member) {
  return fmt::format("drivers['{}'].{}", driver.name, member);
}
std::string element(const Driver& driver, std::string_view member, std::size_t number) {
  return fmt::format("drivers['{}'].{}[{}]", driver.name, member, number);
}

std::int64_t fewest_samples(const Driver& driver) {
  if (driver.interpolation == Interpolation::cubic && driver.ends == SplineEnds::periodic) {
    return 3;
  }
  return driver.interpolation == Interpolation::previous && driver.outside != Outside::repeat ? 1 : 2;
}

std::string_view purpose_of_samples(const Driver& driver) {
  switch (driver.interpolation) {
    case Interpolation::previous:
      return "to repeat";
    case Interpolation::linear:
      return "to interpolate linearly";
    case Interpolation::cubic:
      break;
  }
  return driver.ends == SplineEnds::periodic ? "for a periodic cubic spline" : "for a cubic spline";
}

void check_counts(const Driver& driver, std::int64_t runs) {
  if (driver.curves < 1 || (driver.curves != 1 && driver.curves != runs)) {
    throw InvalidArgument(argument(driver, "curves"), fmt::to_string(driver.curves),
                          fmt::format("must be 1 or the number of runs, {}", runs));
  }
  const auto values = static_cast<std::int64_t>(driver.values.size());
  const auto times = static_cast<std::int64_t>(driver.times.size());
  if (values == 0) {
    throw InvalidArgument(argument(driver, "values"), "nothing", "there must be samples");
  }
  const std::string given = fmt::format("{} numbers", values);
  const std::string of_curves = driver.curves == 1 ? "" : fmt::format(" of each of the {} curves", driver.curves);
  if (values % driver.curves != 0) {
    throw InvalidArgument(argument(driver, "values"), given,
                          fmt::format("must be the samples{}, all of one length", of_curves));
  }
  if (times != 0 && driver.samples() != times) {
    throw InvalidArgument(argument(driver, "values"), given,
                          fmt::format("must be one for each of the {} times{}", times, of_curves));
  }
  if (driver.samples() < fewest_samples(driver)) {
    throw InvalidArgument(argument(driver, "values"), given,
                          fmt::format("{} samples or more are needed {}", fewest_samples(driver), purpose_of_samples(driver)));
  }
  if (driver.samples() > most_samples) {
    throw InvalidArgument(argument(driver, "values"), given, fmt::format("at most {} samples are allowed", most_samples));
  }
  for (std::size_t i = 0; i < driver.values.size(); ++i) {
    if (!std::isfinite(driver.values[i])) {
      throw InvalidArgument(element(driver, "values", i), driver.values[i], "must be finite");
    }
  }
}

void check_listed_times(const Driver& driver) {
  for (const auto& [member, value] : {std::pair{"first", driver.first}, std::pair{"every", driver.every}}) {
    if (value != 0.0) {
      throw InvalidArgument(argument(driver, member), value, "cannot be combined with times");
    }
  }
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < driver.times.size(); ++i) {
    if (!std::isfinite(driver.times[i])) {
      throw InvalidArgument(element(driver, "times", i), driver.times[i], "must be finite");
    }
    if (!(driver.times[i] > before)) {
      throw InvalidArgument(element(driver, "times", i), driver.times[i],
                            fmt::format("must be after {}, the one before it", before));
    }
    before = driver.times[i];
  }
}

void check_uniform_times(const Driver& driver) {
  if (!std::isfinite(driver.first)) {
    throw InvalidArgument(argument(driver, "first"), driver.first, "must be finite");
  }
  const std::int64_t samples = driver.samples();
  // One sample has no next.
  if (!std::isfinite(driver.every) || driver.every < 0.0 || (driver.every == 0.0 && samples > 1)) {
    throw InvalidArgument(argument(driver, "every"), driver.every, "must be above 0, or times be given");
  }
  if (samples > 1 && !(std::isfinite(driver.last()) && driver.sample_time(1) > driver.first &&
                       driver.last() > driver.sample_time(samples - 2))) {
    throw InvalidArgument(
        argument(driver, "every"), driver.every,
        fmt::format("doubles do not tell the times of samples apart, from {} to {}", driver.first, driver.last()));
  }
}

// What goes on from its last sample to its first has to meet it.
void check_ends(const Driver& driver) {
  for (const auto& [member, value] :
       {std::pair{"first_slope", driver.first_slope}, std::pair{"last_slope", driver.last_slope}}) {
    if (!std::isfinite(value)) {
      throw InvalidArgument(argument(driver, member), value, "must be finite");
    }
  }
  const bool periodic = driver.interpolation == Interpolation::cubic && driver.ends == SplineEnds::periodic;
  const bool repeats = driver.interpolation != Interpolation::previous && driver.outside == Outside::repeat;
  if (!periodic && (!repeats || driver.stop_at_samples)) {
    return;
  }
  const auto samples = static_cast<std::size_t>(driver.samples());
  for (std::size_t begin = 0; begin < driver.values.size(); begin += samples) {
    double largest = 0.0;
    for (const double value : std::span(driver.values).subspan(begin, samples)) {
      largest = std::fmax(largest, std::abs(value));
    }
    const double first = driver.values[begin];
    const std::size_t end = begin + samples - 1;
    if (!(std::abs(driver.values[end] - first) <= 1e-12 * largest)) {
      throw InvalidArgument(
          element(driver, "values", end), driver.values[end],
          periodic ? fmt::format("must be the first again, {}, as the spline is periodic", first)
                   : fmt::format("must be the first again, {}, or stop_at_samples be set, as the samples repeat", first));
    }
  }
}

void check_span(const Driver& driver, double begin, double end) {
  const double first = driver.sample_time(0);
  const double last = driver.last();
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * (std::abs(begin) + std::abs(end));
  if (driver.outside == Outside::refuse && !(begin >= first - rounding && end <= last + rounding)) {
    throw InvalidArgument(argument(driver, "outside"), "refuse",
                          fmt::format("samples are from {} to {}, but runs from {} to {}; give more, or hold, zero or repeat",
                                      first, last, begin, end));
  }
}

void check(const Driver& driver, std::int64_t runs, double begin, double end) {
  check_counts(driver, runs);
  if (driver.times.empty()) {
    check_uniform_times(driver);
  } else {
    check_listed_times(driver);
  }
  check_ends(driver);
  check_span(driver, begin, end);
}

// The time of a sample of a period, as kernels compute it; period 0 is that of the samples themselves.
double repeated_time(const Driver& driver, double period, std::int64_t sample) {
  if (driver.times.empty()) {
    return std::fma(period * static_cast<double>(driver.samples() - 1) + static_cast<double>(sample), driver.every,
                    driver.first);
  }
  return std::fma(period, driver.last() - driver.times.front(), driver.sample_time(sample));
}

}  // namespace

std::int64_t Driver::samples() const { return curves > 0 ? static_cast<std::int64_t>(values.size()) / curves : 0; }

double Driver::sample_time(std::int64_t sample) const {
  return times.empty() ? std::fma(static_cast<double>(sample), every, first) : times[static_cast<std::size_t>(sample)];
}

double Driver::last() const { return sample_time(samples() - 1); }

std::vector<Driver> checked_drivers(const std::vector<Driver>& given, const std::vector<std::string>& names, std::int64_t runs,
                                    double begin, double end) {
  std::vector<const Driver*> found(names.size());
  for (const Driver& driver : given) {
    const auto name = std::ranges::find(names, driver.name);
    if (name == names.end()) {
      throw UnknownName("driver", driver.name, names);
    }
    const Driver*& place = found[static_cast<std::size_t>(name - names.begin())];
    if (place != nullptr) {
      throw InvalidArgument("drivers", fmt::format("'{}'", driver.name), "is given twice");
    }
    check(driver, runs, begin, end);
    place = &driver;
  }
  std::vector<Driver> ordered;
  ordered.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (found[i] == nullptr) {
      throw InvalidArgument(fmt::format("drivers['{}']", names[i]), "nothing", "must be given: it drives the system");
    }
    ordered.push_back(*found[i]);
  }
  return ordered;
}

std::vector<double> stops_of(const Driver& driver, double begin, double end) {
  std::vector<double> stops;
  if (!driver.stop_at_samples || !(begin < end)) {
    return stops;
  }
  const bool repeats = driver.outside == Outside::repeat;
  std::int64_t samples = driver.samples();
  double first_period = 0.0;
  std::int64_t periods = 1;
  if (repeats) {
    // The last sample of a period is the first of the next.
    --samples;
    const double first = driver.sample_time(0);
    const double length = driver.last() - first;
    const double count = (end - begin) / length * static_cast<double>(samples);
    if (!(count <= most_stops)) {
      throw InvalidArgument(
          argument(driver, "stop_at_samples"), "true",
          fmt::format("gives {:.3g} stops from {} to {}; at most {} are allowed", count, begin, end, most_stops));
    }
    // One more at both ends than division finds: it rounds.
    first_period = std::floor((begin - first) / length) - 1.0;
    periods = static_cast<std::int64_t>((end - begin) / length) + 4;
  }
  for (std::int64_t k = 0; k < periods; ++k) {
    for (std::int64_t i = 0; i < samples; ++i) {
      const double t = repeated_time(driver, first_period + static_cast<double>(k), i);
      if (t > begin && t < end && (stops.empty() || t > stops.back())) {
        stops.push_back(t);
      }
    }
  }
  return stops;
}

}  // namespace kobie
