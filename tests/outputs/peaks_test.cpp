#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "fed.hpp"

import kobie.outputs;

using kobie::NegativePeaks;
using kobie::Peaks;

namespace {

constexpr double pi = std::numbers::pi;

// Of Peaks<3> alone: heights, then times.
std::vector<double> three_peaks(const std::vector<double>& series) {
  return fed::scalar<double, Peaks<3>>(series, {.interval = 1.0, .intervals = series.size() - 1})[0];
}

bool same(const std::vector<double>& found, const std::vector<double>& wanted) {
  bool all = found.size() == wanted.size();
  for (std::size_t i = 0; all && i < found.size(); ++i) {
    all = found[i] == wanted[i] || (std::isnan(found[i]) && std::isnan(wanted[i]));
  }
  return all;
}

constexpr double none = fed::not_a_number;

}  // namespace

TEMPLATE_TEST_CASE("peaks of a damped sine have their heights and times", "", float, double) {
  // exp(-t / 10) sin(t) turns where tan(t) = 10.
  const double h = 0.01;
  const std::size_t n = 3000;
  const auto f = [](double t) { return std::exp(-0.1 * t) * std::sin(t); };
  const auto series = fed::sampled<TestType>(n + 1, h, f);
  const auto found =
      fed::scalar<TestType, Peaks<4>, NegativePeaks<4>>(series, {.begin = 100.0, .interval = h, .intervals = n})[0];
  const bool is_float = sizeof(TestType) == 4;
  for (std::size_t i = 0; i < 4; ++i) {
    const double up = std::atan(10.0) + 2 * pi * static_cast<double>(i);
    const double down = up + pi;
    CAPTURE(i);
    CHECK(std::abs(static_cast<double>(found[i]) - f(up)) < (is_float ? 1e-7 : 1e-8));
    CHECK(std::abs(static_cast<double>(found[4 + i]) - (100.0 + up)) < (is_float ? 2e-2 : 1e-5));
    CHECK(std::abs(static_cast<double>(found[8 + i]) - f(down)) < (is_float ? 1e-7 : 1e-8));
    CHECK(std::abs(static_cast<double>(found[12 + i]) - (100.0 + down)) < (is_float ? 2e-2 : 1e-5));
  }
}

TEST_CASE("a parabola's peak is exact between samples") {
  const auto series = fed::sampled<double>(9, 0.5, [](double t) { return 4.0 - (t - 1.625) * (t - 1.625); });
  const auto found = fed::scalar<double, Peaks<1>>(series, {.begin = 8.0, .interval = 0.5, .intervals = 8})[0];
  CHECK(std::abs(found[0] - 4.0) < 1e-15);
  CHECK(std::abs(found[1] - 9.625) < 1e-14);
}

TEST_CASE("errors of a peak are of order three in height and two in time") {
  // exp(-t / 2) sin(t), which is not symmetrical about its peak at atan(2); sampled so that the peak lies between two samples.
  const double top = std::atan(2.0);
  const auto f = [](double t) { return std::exp(-0.5 * t) * std::sin(t); };
  double last_height = 0.0;
  double last_time = 0.0;
  for (const double h : {0.1, 0.05, 0.025}) {
    const double begin = top - 10.3 * h;
    const auto series = fed::sampled<double>(21, h, [&](double t) { return f(begin + t); });
    const auto found = fed::scalar<double, Peaks<1>>(series, {.begin = begin, .interval = h, .intervals = 20})[0];
    const double height_error = std::abs(found[0] - f(top));
    const double time_error = std::abs(found[1] - top);
    if (last_height > 0.0) {
      CHECK(last_height / height_error > 7.0);
      CHECK(last_time / time_error > 3.5);
    }
    last_height = height_error;
    last_time = time_error;
  }
}

TEST_CASE("equal samples above their neighbours are one peak, in their middle") {
  CHECK(same(three_peaks({0, 1, 1, 0, 2, 2, 2, 1}), {1, 2, none, 1.5, 5, none}));
}

TEST_CASE("a shoulder is no peak") {
  CHECK(same(three_peaks({0, 1, 1, 2, 2, 3}), {none, none, none, none, none, none}));
  CHECK(same(three_peaks({3, 2, 2, 1, 1, 0}), {none, none, none, none, none, none}));
}

TEST_CASE("the first and the last sample are no peaks, nor is a plateau at either") {
  CHECK(same(three_peaks({2, 1, 0, 1, 2}), {none, none, none, none, none, none}));
  CHECK(same(three_peaks({2, 2, 0, 1, 1}), {none, none, none, none, none, none}));
}

TEST_CASE("of many peaks the first are kept") { CHECK(same(three_peaks({0, 1, 0, 2, 0, 3, 0, 9, 0}), {1, 2, 3, 1, 3, 5})); }

TEST_CASE("windows have each peak once, that at their border too") {
  // Peaks at samples 2, 4 (the border) and 7.
  const std::vector<double> series = {0, 0, 5, 0, 6, 0, 0, 7, 0};
  const auto found = fed::scalar<double, Peaks<2>>(series, {.interval = 1.0, .intervals = 4});
  REQUIRE(found.size() == 2);
  CHECK(same(found[0], {5, none, 2, none}));
  CHECK(same(found[1], {6, 7, 4, 7}));
}

TEST_CASE("a plateau across a border is one peak of the window in which it ends") {
  const std::vector<double> series = {0, 0, 0, 5, 5, 5, 5, 0, 0};
  const auto found = fed::scalar<double, Peaks<1>, NegativePeaks<1>>(series, {.interval = 1.0, .intervals = 4});
  CHECK(same(found[0], {none, none, none, none}));
  CHECK(same(found[1], {5, 4.5, none, none}));
}

TEST_CASE("a flat top in float, far from 0, is one peak for each period") {
  const std::size_t n = 4000;
  const double h = 4 * pi / static_cast<double>(n);
  const auto series = fed::sampled<float>(n + 1, h, [](double t) { return 5000.0 + std::sin(t); });
  const auto found = fed::scalar<float, Peaks<4>>(series, {.interval = h, .intervals = n})[0];
  CHECK(std::abs(found[0] - 5001.0F) < 1e-3F);
  CHECK(std::abs(static_cast<double>(found[4]) - pi / 2) < 0.02);
  CHECK(std::abs(static_cast<double>(found[5]) - 5 * pi / 2) < 0.02);
  CHECK(std::isnan(found[2]));
}
