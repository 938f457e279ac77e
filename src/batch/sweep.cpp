module;
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.core;

namespace kobie {
namespace {

void require_finite(std::string_view name, double value) {
  if (!std::isfinite(value)) {
    throw InvalidArgument(name, value, "must be finite");
  }
}

void require_positive(std::string_view name, double value) {
  if (!(value > 0.0) || !std::isfinite(value)) {
    throw InvalidArgument(name, value, "must be above 0");
  }
}

void require_some(std::size_t count) {
  if (count == 0) {
    throw InvalidArgument("count", 0.0, "must be 1 or more");
  }
}

// The standard library's distributions differ between implementations; its engines do not.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : engine_(seed) {}
  // In [0, 1), a multiple of 2^-53.
  double next() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

template <class Transform>
Sweep drawn(std::size_t count, std::uint64_t seed, Transform transform) {
  require_some(count);
  Draws draws(seed);
  std::vector<double> values(count);
  for (double& value : values) {
    value = transform(draws);
  }
  return {std::move(values), seed};
}

}  // namespace

Sweep linspace(double first, double last, std::size_t count) {
  require_finite("first", first);
  require_finite("last", last);
  require_some(count);
  if (count == 1 && first != last) {
    throw InvalidArgument("count", 1.0, "must be 2 or more where first and last differ");
  }
  std::vector<double> values(count, first);
  const auto steps = static_cast<double>(count - 1);
  for (std::size_t i = 1; i < count; ++i) {
    const double share = static_cast<double>(i) / steps;
    values[i] = first + share * (last - first);
  }
  values.back() = last;
  return values;
}

Sweep logspace(double first, double last, std::size_t count) {
  require_positive("first", first);
  require_positive("last", last);
  Sweep exponents = linspace(std::log(first), std::log(last), count);
  for (double& value : exponents.values) {
    value = std::exp(value);
  }
  exponents.values.front() = first;
  exponents.values.back() = last;
  return exponents;
}

Sweep uniform(double low, double high, std::size_t count, std::uint64_t seed) {
  require_finite("low", low);
  require_finite("high", high);
  return drawn(count, seed, [=](Draws& draws) { return low + draws.next() * (high - low); });
}

Sweep log_uniform(double low, double high, std::size_t count, std::uint64_t seed) {
  require_positive("low", low);
  require_positive("high", high);
  const double ratio = std::log(high / low);
  return drawn(count, seed, [=](Draws& draws) { return low * std::exp(draws.next() * ratio); });
}

Sweep normal(double mean, double standard_deviation, std::size_t count, std::uint64_t seed) {
  require_finite("mean", mean);
  if (!(standard_deviation >= 0.0) || !std::isfinite(standard_deviation)) {
    throw InvalidArgument("standard_deviation", standard_deviation, "must be 0 or more");
  }
  // Box and Muller's transform; 1 - u is in (0, 1], where the logarithm is finite.
  return drawn(count, seed, [=](Draws& draws) {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - draws.next()));
    return mean + standard_deviation * radius * std::cos(2.0 * std::numbers::pi * draws.next());
  });
}

}  // namespace kobie
