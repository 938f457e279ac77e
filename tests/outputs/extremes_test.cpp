#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "fed.hpp"

import kobie.outputs;

using kobie::DerivativeExtrema;
using kobie::DerivativeMax;
using kobie::DerivativeMin;
using kobie::Extrema;
using kobie::Max;
using kobie::MaxMagnitude;
using kobie::Min;
using kobie::SecondDerivativeExtrema;
using kobie::SecondDerivativeMax;
using kobie::SecondDerivativeMin;

namespace {

template <class T>
std::vector<T> noise(std::size_t count) {
  std::mt19937_64 engine(11);
  std::normal_distribution<double> normal(-0.5, 3.0);
  std::vector<T> series(count);
  for (auto& y : series) {
    y = static_cast<T>(normal(engine));
  }
  return series;
}

}  // namespace

TEMPLATE_TEST_CASE("extremes of samples are those of the list, ends of windows included", "", float, double) {
  const std::size_t n = 97;
  const auto series = noise<TestType>(5 * n + 1);
  const auto found = fed::scalar<TestType, Min, Max, Extrema, MaxMagnitude>(series, {.intervals = n});
  REQUIRE(found.size() == 5);
  for (std::size_t w = 0; w < 5; ++w) {
    const auto begin = series.begin() + static_cast<std::ptrdiff_t>(w * n);
    const auto [low, high] = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(n) + 1);
    CHECK(found[w] == std::vector<TestType>{*low, *high, *low, *high, std::max(std::abs(*low), std::abs(*high))});
  }
}

TEST_CASE("a monotonic run has its extremes at both ends") {
  const auto found = fed::scalar<double, Extrema>({5.0, 4.0, 3.0, 1.0}, {.intervals = 3});
  CHECK(found[0] == std::vector{1.0, 5.0});
}

TEST_CASE("derivatives of a parabola are exact") {
  const double h = 0.125;
  const auto series = fed::sampled<double>(9, h, [](double t) { return 3.0 - 2.0 * t + 4.0 * t * t; });
  const auto found = fed::scalar<double, DerivativeMin, DerivativeMax, DerivativeExtrema, SecondDerivativeMin,
                                 SecondDerivativeMax, SecondDerivativeExtrema>(series, {.interval = h, .intervals = 8});
  // At the inner samples, from t = h to t = 7 h.
  CHECK(found[0] == std::vector{-1.0, 5.0, -1.0, 5.0, 8.0, 8.0, 8.0, 8.0});
}

TEST_CASE("derivatives of a sine have errors of order two") {
  double last_first = 0.0;
  double last_second = 0.0;
  for (const std::size_t n : {std::size_t{100}, std::size_t{200}, std::size_t{400}}) {
    const double h = 10.0 / static_cast<double>(n);
    const auto series = fed::sampled<double>(n + 1, h, [](double t) { return std::sin(t); });
    const auto found = fed::scalar<double, DerivativeMin, SecondDerivativeExtrema>(series, {.interval = h, .intervals = n});
    // The differences themselves: cos(t) sin(h) / h and -sin(t) (2 - 2 cos(h)) / h^2 at the samples.
    double least = 1.0;
    double low = 1.0;
    double high = -1.0;
    for (std::size_t i = 1; i < n; ++i) {
      const double t = static_cast<double>(i) * h;
      least = std::min(least, std::cos(t) * std::sin(h) / h);
      low = std::min(low, -std::sin(t) * (2 - 2 * std::cos(h)) / (h * h));
      high = std::max(high, -std::sin(t) * (2 - 2 * std::cos(h)) / (h * h));
    }
    CHECK(std::abs(found[0][0] - least) < 1e-12);
    CHECK(std::abs(found[0][1] - low) < 1e-11);
    CHECK(std::abs(found[0][2] - high) < 1e-11);
    const double first_error = std::abs(std::sin(h) / h - 1.0);
    const double second_error = std::abs((2 - 2 * std::cos(h)) / (h * h) - 1.0);
    if (last_first > 0.0) {
      CHECK(last_first / first_error > 3.9);
      CHECK(last_second / second_error > 3.9);
    }
    last_first = first_error;
    last_second = second_error;
  }
}

TEST_CASE("windows have each inner difference once") {
  // Differences at samples 1 to 7: the window that ends with sample 4 has those at 1, 2, 3, the other those at 4 to 7.
  const std::vector<double> series = {0, 1, 3, 4, 9, 20, 21, 25, 24};
  const auto found = fed::scalar<double, DerivativeExtrema, SecondDerivativeExtrema>(series, {.interval = 1, .intervals = 4});
  REQUIRE(found.size() == 2);
  CHECK(found[0] == std::vector{1.5, 3.0, -1.0, 4.0});
  CHECK(found[1] == std::vector{1.5, 8.0, -10.0, 6.0});
}

TEST_CASE("a run of two samples has no derivatives") {
  const auto found = fed::scalar<double, DerivativeMax, SecondDerivativeMin>({1.0, 2.0}, {.intervals = 1});
  CHECK(std::isnan(found[0][0]));
  CHECK(std::isnan(found[0][1]));
}

TEST_CASE("samples that are not numbers are passed over by extremes") {
  const auto found =
      fed::scalar<double, Extrema>({fed::not_a_number, 2.0, fed::not_a_number, 1.0, fed::not_a_number}, {.intervals = 4});
  CHECK(found[0] == std::vector{1.0, 2.0});
}
