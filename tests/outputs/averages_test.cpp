#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "fed.hpp"

import kobie.numbers;
import kobie.outputs;
import kobie.systems;

using kobie::Mean;
using kobie::Rms;
using kobie::StandardDeviation;

namespace {

// The average of 1, 2, 6 by the trapezoidal rule is (1/2 + 2 + 3) / 2.
constexpr double constant_mean() {
  double numbers[Mean::numbers] = {};
  const kobie::Components<double, Mean::numbers> state(numbers);
  Mean::begin(state, kobie::Sample<double>{1.0, 0.0, 0.0, 0.0, 0.5}, true);
  Mean::add(state, kobie::Sample<double>{2.0, 0.0, 0.0, 1.0, 1.0}, true);
  Mean::add(state, kobie::Sample<double>{6.0, 0.0, 0.0, 2.0, 0.5}, true);
  double out[1] = {};
  Mean::finish(state, kobie::Sampling<double>{0.0, 1.0, 2.0}, kobie::Components<double, 1>(out));
  return out[0];
}
static_assert(constant_mean() == 2.75);

// In units in the last place of `reference`.
template <class T>
double ulps(T value, long double reference) {
  const auto size = std::abs(reference) * static_cast<long double>(std::numeric_limits<T>::epsilon());
  return static_cast<double>(std::abs(static_cast<long double>(value) - reference) / size);
}

template <class T>
std::vector<T> noise(std::size_t count, double offset, double amplitude) {
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> uniform(-amplitude, amplitude);
  std::vector<T> series(count);
  for (auto& y : series) {
    y = static_cast<T>(offset + uniform(engine));
  }
  return series;
}

}  // namespace

TEST_CASE("mean, deviation and rms of a sine over whole periods are those of its integrals") {
  const std::size_t n = 400;
  const double h = 4 * std::numbers::pi / static_cast<double>(n);
  const auto series = fed::sampled<double>(n + 1, h, [](double t) { return 3.0 + 2.0 * std::sin(t); });
  const auto found = fed::scalar<double, Mean, StandardDeviation, Rms>(series, {.interval = h, .intervals = n});
  REQUIRE(found.size() == 1);
  CHECK(std::abs(found[0][0] - 3.0) < 1e-14);
  CHECK(std::abs(found[0][1] - std::numbers::sqrt2) < 1e-14);
  CHECK(std::abs(found[0][2] - std::sqrt(11.0)) < 1e-14);
}

TEST_CASE("the mean of a straight line is that of its ends, however few samples there are") {
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
    const auto series = fed::sampled<double>(n + 1, 1.0 / static_cast<double>(n), [](double t) { return 5.0 + 4.0 * t; });
    const auto found = fed::scalar<double, Mean>(series, {.interval = 1.0 / static_cast<double>(n), .intervals = n});
    CHECK(std::abs(found[0][0] - 7.0) < 1e-14);
  }
}

TEMPLATE_TEST_CASE("averages of a long noisy run are right to the last digits, far from 0 too", "", float, double) {
  const std::size_t n = 2'000'000;
  for (const double offset : {0.3, 1e4}) {
    const auto series = noise<TestType>(n + 1, offset, 1.0);
    const auto found = fed::scalar<TestType, Mean, StandardDeviation, Rms>(series, {.intervals = n});
    CAPTURE(offset);
    CHECK(ulps(found[0][0], fed::mean(series, 0, n)) <= 1.0);
    CHECK(ulps(found[0][1], fed::deviation(series, 0, n)) <= 2.0);
    CHECK(ulps(found[0][2], fed::rms(series, 0, n)) <= 2.0);
  }
}

TEMPLATE_TEST_CASE("the mean follows a drift that is small beside an offset", "", float, double) {
  const std::size_t n = 1'000'000;
  const auto series =
      fed::sampled<TestType>(n + 1, 1.0 / static_cast<double>(n), [](double t) { return 1000.0 + 0.5 * t * t; });
  const auto found = fed::scalar<TestType, Mean, StandardDeviation>(series, {.intervals = n});
  CHECK(ulps(found[0][0], fed::mean(series, 0, n)) <= 1.0);
  CHECK(ulps(found[0][1], fed::deviation(series, 0, n)) <= 2.0);
}

TEST_CASE("one sample far away at the start takes no digits of the deviation of the rest") {
  const std::size_t n = 1'000'000;
  auto series = noise<float>(n + 1, 0.0, 0.01);
  series[0] = 10.0F;
  const auto found = fed::scalar<float, StandardDeviation>(series, {.intervals = n});
  const auto reference = fed::deviation(series, 0, n);
  CHECK(std::abs(found[0][0] - static_cast<float>(reference)) < 1e-5F * static_cast<float>(reference));
}

TEST_CASE("a constant has no deviation") {
  const std::vector<float> series(100'001, 16'777'215.0F);
  const auto found = fed::scalar<float, Mean, StandardDeviation>(series, {.intervals = 100'000});
  CHECK(found[0][0] == 16'777'215.0F);
  CHECK(found[0][1] == 0.0F);
}

TEST_CASE("windows have averages of their own, which share the sample between them") {
  const std::size_t n = 50;
  const std::size_t windows = 7;
  const auto series = fed::sampled<double>(n * windows + 1, 0.1, [](double t) { return std::exp(0.1 * t) * std::sin(t); });
  const auto found = fed::scalar<double, Mean, StandardDeviation, Rms>(series, {.interval = 0.1, .intervals = n});
  REQUIRE(found.size() == windows);
  long double sum = 0.0L;
  for (std::size_t w = 0; w < windows; ++w) {
    CHECK(std::abs(found[w][0] - static_cast<double>(fed::mean(series, w * n, (w + 1) * n))) < 1e-14);
    CHECK(std::abs(found[w][1] - static_cast<double>(fed::deviation(series, w * n, (w + 1) * n))) < 1e-14);
    CHECK(std::abs(found[w][2] - static_cast<double>(fed::rms(series, w * n, (w + 1) * n))) < 1e-14);
    sum += static_cast<long double>(found[w][0]);
  }
  CHECK(std::abs(static_cast<double>(sum / windows - fed::mean(series, 0, n * windows))) < 1e-14);
}
