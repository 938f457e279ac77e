#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "tables.hpp"

import kobie.drivers;

using Catch::Matchers::WithinAbs;
using kobie::Driver;
using kobie::Interpolation;
using kobie::SplineEnds;
using tables::Packed;
using tables::sampled;
using tables::uneven_times;

namespace {

// Uniform and listed samples over the same span, of a cubic spline with these ends.
std::vector<Driver> grids(double begin, double end, std::size_t samples, SplineEnds ends, double first_slope = 0.0,
                          double last_slope = 0.0) {
  Driver uniform{.name = "force", .values = {}};
  uniform.interpolation = Interpolation::cubic;
  uniform.ends = ends;
  uniform.first_slope = first_slope;
  uniform.last_slope = last_slope;
  Driver listed = uniform;
  uniform.first = begin;
  uniform.every = (end - begin) / static_cast<double>(samples - 1);
  listed.times = uneven_times(begin, end, samples);
  return {uniform, listed};
}

template <class Function>
double largest_error(const Driver& driver, const Function& f) {
  const Packed<double> packed(driver);
  const double begin = driver.sample_time(0);
  const double end = driver.last();
  double largest = 0.0;
  for (int i = 0; i <= 1000; ++i) {
    const double t = begin + (end - begin) * i / 1000;
    largest = std::fmax(largest, std::abs(packed.value(t) - f(t)));
  }
  return largest;
}

double cubic(double t) { return 2.0 - t + 0.5 * t * t - 0.25 * t * t * t; }
double cubic_slope(double t) { return -1.0 + t - 0.75 * t * t; }

// The second derivatives at both ends of the piece after a sample, from values and slopes.
struct Curvatures {
  double begin;
  double end;
};
Curvatures curvatures(const Driver& driver, const std::vector<double>& numbers, std::size_t sample) {
  const auto number = static_cast<std::int64_t>(sample);
  const double h = driver.sample_time(number + 1) - driver.sample_time(number);
  const double chord = (numbers[2 * sample + 2] - numbers[2 * sample]) / h;
  const double m0 = numbers[2 * sample + 1];
  const double m1 = numbers[2 * sample + 3];
  return {(6.0 * chord - 4.0 * m0 - 2.0 * m1) / h, (-6.0 * chord + 2.0 * m0 + 4.0 * m1) / h};
}

double wavy(double t) { return std::sin(3.0 * t) + std::cos(5.0 * t * t); }

}  // namespace

TEST_CASE("clamped splines reproduce cubics") {
  for (const std::size_t samples : std::vector<std::size_t>{2, 3, 4, 9}) {
    for (const Driver& driver : grids(-1.0, 2.0, samples, SplineEnds::clamped, cubic_slope(-1.0), cubic_slope(2.0))) {
      CHECK(largest_error(sampled(driver, samples, cubic), cubic) < 1e-13);
    }
  }
}

TEST_CASE("splines without a knot next to their ends reproduce cubics") {
  for (const std::size_t samples : std::vector<std::size_t>{4, 5, 9}) {
    for (const Driver& driver : grids(-1.0, 2.0, samples, SplineEnds::not_a_knot)) {
      CHECK(largest_error(sampled(driver, samples, cubic), cubic) < 1e-13);
    }
  }
}

TEST_CASE("three samples without a knot make a parabola and two a line") {
  const auto parabola = [](double t) { return 1.0 + 2.0 * t - 3.0 * t * t; };
  const auto line = [](double t) { return 1.0 - 3.0 * t; };
  for (Driver driver : grids(-1.0, 2.0, 3, SplineEnds::not_a_knot)) {
    CHECK(largest_error(sampled(driver, 3, parabola), parabola) < 1e-13);
    if (!driver.times.empty()) {
      driver.times = {-1.0, 1.5, 2.0};
      CHECK(largest_error(sampled(driver, 3, parabola), parabola) < 1e-13);
    }
  }
  for (const Driver& driver : grids(-1.0, 2.0, 2, SplineEnds::not_a_knot)) {
    CHECK(largest_error(sampled(driver, 2, line), line) < 1e-13);
  }
}

TEST_CASE("natural splines reproduce lines") {
  const auto line = [](double t) { return 1.0 - 3.0 * t; };
  for (const std::size_t samples : std::vector<std::size_t>{2, 3, 4, 9}) {
    for (const Driver& driver : grids(-1.0, 2.0, samples, SplineEnds::natural)) {
      CHECK(largest_error(sampled(driver, samples, line), line) < 1e-13);
    }
  }
}

TEST_CASE("the second derivative of a spline has no jump") {
  for (const SplineEnds ends : {SplineEnds::not_a_knot, SplineEnds::natural, SplineEnds::clamped, SplineEnds::periodic}) {
    for (const std::size_t samples : std::vector<std::size_t>{3, 4, 5, 20}) {
      for (const Driver& grid : grids(0.5, 2.5, samples, ends, 1.5, -2.5)) {
        Driver driver = sampled(grid, samples, wavy);
        driver.values.back() = driver.values.front();
        const auto numbers = kobie::curve_numbers(driver, 0, 1);
        REQUIRE(numbers.size() == 2 * samples);
        CAPTURE(static_cast<int>(ends), samples);
        for (std::size_t i = 1; i + 1 < samples; ++i) {
          CHECK_THAT(curvatures(driver, numbers, i - 1).end, WithinAbs(curvatures(driver, numbers, i).begin, 1e-10));
        }
        const double first = curvatures(driver, numbers, 0).begin;
        const double last = curvatures(driver, numbers, samples - 2).end;
        if (ends == SplineEnds::natural) {
          CHECK_THAT(first, WithinAbs(0.0, 1e-11));
          CHECK_THAT(last, WithinAbs(0.0, 1e-11));
        } else if (ends == SplineEnds::clamped) {
          CHECK(numbers[1] == 1.5);
          CHECK_THAT(numbers.back(), WithinAbs(-2.5, 1e-15));
        } else if (ends == SplineEnds::periodic) {
          CHECK(numbers.back() == numbers[1]);
          CHECK_THAT(last, WithinAbs(first, 1e-10));
        }
      }
    }
  }
}

TEST_CASE("without a knot the first two pieces are one cubic, and so are the last two") {
  for (const Driver& grid : grids(0.5, 2.5, 8, SplineEnds::not_a_knot)) {
    const Driver driver = sampled(grid, 8, wavy);
    const auto numbers = kobie::curve_numbers(driver, 0, 1);
    const auto third_derivative = [&](std::size_t sample) {
      const auto [begin, end] = curvatures(driver, numbers, sample);
      const auto number = static_cast<std::int64_t>(sample);
      return (end - begin) / (driver.sample_time(number + 1) - driver.sample_time(number));
    };
    CHECK_THAT(third_derivative(0), WithinAbs(third_derivative(1), 1e-9));
    CHECK_THAT(third_derivative(6), WithinAbs(third_derivative(5), 1e-9));
    CHECK(std::abs(third_derivative(2) - third_derivative(3)) > 1.0);
  }
}

TEST_CASE("splines converge with order 4") {
  const auto f = [](double t) { return std::sin(t + 0.3); };
  struct Case {
    SplineEnds ends;
    double end;
  };
  for (const auto& [ends, end] : {Case{SplineEnds::clamped, 5.0}, Case{SplineEnds::not_a_knot, 5.0},
                                  Case{SplineEnds::periodic, 2.0 * std::numbers::pi}}) {
    const auto coarse = grids(0.0, end, 41, ends, std::cos(0.3), std::cos(end + 0.3));
    const auto fine = grids(0.0, end, 81, ends, std::cos(0.3), std::cos(end + 0.3));
    for (std::size_t i = 0; i < 2; ++i) {
      const double order = std::log2(largest_error(sampled(coarse[i], 41, f), f) / largest_error(sampled(fine[i], 81, f), f));
      CAPTURE(static_cast<int>(ends), i);
      CHECK_THAT(order, WithinAbs(4.0, 0.25));
    }
  }
}

TEST_CASE("lines between samples converge with order 2") {
  const auto f = [](double t) { return std::sin(t + 0.3); };
  auto coarse = grids(0.0, 5.0, 41, SplineEnds::natural);
  auto fine = grids(0.0, 5.0, 81, SplineEnds::natural);
  for (std::size_t i = 0; i < 2; ++i) {
    coarse[i].interpolation = Interpolation::linear;
    fine[i].interpolation = Interpolation::linear;
    const double order = std::log2(largest_error(sampled(coarse[i], 41, f), f) / largest_error(sampled(fine[i], 81, f), f));
    CHECK_THAT(order, WithinAbs(2.0, 0.1));
  }
}

TEST_CASE("each curve has its own spline") {
  for (const Driver& grid : grids(0.0, 2.0, 7, SplineEnds::not_a_knot)) {
    const Driver one = sampled(grid, 7, wavy);
    const Driver other = sampled(grid, 7, cubic);
    Driver both = one;
    both.values.insert(both.values.end(), other.values.begin(), other.values.end());
    both.curves = 2;
    CHECK(kobie::numbers_in_curve(both) == 14);
    CHECK(kobie::curve_numbers(both, 0, 1) == kobie::curve_numbers(one, 0, 1));
    CHECK(kobie::curve_numbers(both, 1, 1) == kobie::curve_numbers(other, 0, 1));
    CHECK(kobie::curve_numbers(both, 0, 2).size() == 28);
  }
}
