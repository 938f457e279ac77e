#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tables.hpp"

import kobie.drivers;
import kobie.numbers;

using Catch::Matchers::WithinAbs;
using kobie::Driver;
using kobie::Interpolation;
using kobie::Outside;
using kobie::SplineEnds;
using tables::Packed;

namespace {

constexpr Interpolation interpolations[] = {Interpolation::previous, Interpolation::linear, Interpolation::cubic};
constexpr Outside everywhere[] = {Outside::refuse, Outside::hold, Outside::zero, Outside::repeat};

// 9 samples from -1 to 2, uniform or not.
Driver nine_samples(bool list_times, Interpolation interpolation, Outside outside, std::int64_t curves = 1) {
  Driver driver{.name = "force", .values = {}};
  if (list_times) {
    driver.times = tables::uneven_times(-1.0, 2.0, 9);
  } else {
    driver.first = -1.0;
    driver.every = 0.375;
  }
  driver.curves = curves;
  driver.interpolation = interpolation;
  driver.outside = outside;
  for (std::int64_t curve = 0; curve < curves; ++curve) {
    for (std::int64_t i = 0; i < 9; ++i) {
      // Once around, so that it may be periodic.
      driver.values.push_back(static_cast<double>(curve + 1) * std::sin(0.25 * 3.141592653589793 * static_cast<double>(i % 8)));
    }
  }
  return driver;
}

// One constant sample, as a table that names no times.
constexpr double constant = 7.5;
constexpr kobie::DriverTable<double> constant_table{
    .numbers = &constant, .samples = 1, .interpolation = Interpolation::previous, .outside = Outside::hold};
constexpr double two_samples[] = {1.0, 3.0};
constexpr kobie::DriverTable<double> line_table{
    .numbers = two_samples, .samples = 2, .first = 0.0, .last = 0.5, .every = 0.5, .inverse = 2.0};

static_assert(kobie::evaluate(constant_table, -3.0, nullptr).value == 7.5);
static_assert(kobie::evaluate(constant_table, 3.0, nullptr).value == 7.5);
static_assert(kobie::evaluate(constant_table, 3.0, nullptr).slope == 0.0);
static_assert(kobie::evaluate(line_table, 0.125, nullptr).value == 1.5);
static_assert(kobie::evaluate(line_table, 0.125, nullptr).slope == 4.0);

template <class Real>
void check_lanes(const Driver& driver) {
  using T = kobie::ScalarOf<Real>;
  constexpr int lanes = kobie::lanes_of<Real>;
  const Packed<T> packed(driver);
  std::int64_t curves[lanes];
  int different = 0;
  for (int step = 0; step < 400; ++step) {
    Real t(0);
    for (int i = 0; i < lanes; ++i) {
      curves[i] = (3 * i + step) % lanes;
      kobie::set_lane(t, i, static_cast<T>(-3.0 + 0.013 * step + 0.77 * i));
    }
    const auto found = packed.at(t, curves);
    for (int i = 0; i < lanes; ++i) {
      const T at = kobie::lane(t, i);
      different += kobie::lane(found.value, i) == packed.value(at, curves[i]) ? 0 : 1;
      different += kobie::lane(found.slope, i) == packed.slope(at, curves[i]) ? 0 : 1;
    }
  }
  CHECK(different == 0);
}

}  // namespace

TEMPLATE_TEST_CASE("each lane has the value and slope of its own time and curve", "", (kobie::Pack<double, 4>),
                   (kobie::Pack<float, 8>)) {
  for (const Interpolation interpolation : interpolations) {
    for (const Outside outside : everywhere) {
      for (const bool list_times : {false, true}) {
        CAPTURE(static_cast<int>(interpolation), static_cast<int>(outside), list_times);
        check_lanes<TestType>(nine_samples(list_times, interpolation, outside, kobie::lanes_of<TestType>));
      }
    }
  }
}

TEST_CASE("a curve is read where its number says") {
  for (const Interpolation interpolation : interpolations) {
    const Packed<double> packed(nine_samples(false, interpolation, Outside::hold, 5));
    for (std::int64_t curve = 0; curve < 5; ++curve) {
      CHECK_THAT(packed.value(-0.25, curve), WithinAbs(static_cast<double>(curve + 1), 1e-15));  // the sine's top
    }
  }
}

TEST_CASE("a shared curve is read whatever the number") {
  const Packed<double> packed(nine_samples(false, Interpolation::linear, Outside::hold));
  CHECK(packed.value(-0.25, 1'000'000'000) == 1.0);
}

TEST_CASE("a linear driver lies on the line between its samples") {
  Driver driver{.name = "force", .values = {1.0, 3.0, -1.0}, .first = 10.0, .every = 0.5};
  const auto check = [](const Driver& d) {
    const Packed<double> packed(d);
    CHECK(packed.value(10.125) == 1.5);
    CHECK(packed.slope(10.125) == 4.0);
    CHECK(packed.value(10.5) == 3.0);
    CHECK(packed.slope(10.5) == -8.0);
    CHECK(packed.value(10.75) == 1.0);
    CHECK(packed.value(11.0) == -1.0);
    CHECK(packed.slope(11.0) == -8.0);
  };
  check(driver);
  driver.first = driver.every = 0.0;
  driver.times = {10.0, 10.5, 11.0};
  check(driver);
}

TEST_CASE("slopes are derivatives of values") {
  for (const Interpolation interpolation : interpolations) {
    for (const Outside outside : everywhere) {
      for (const bool list_times : {false, true}) {
        Driver driver = nine_samples(list_times, interpolation, outside);
        driver.ends = SplineEnds::natural;
        const Packed<double> packed(driver);
        CAPTURE(static_cast<int>(interpolation), static_cast<int>(outside), list_times);
        // Off the samples, so that differences do not span one.
        for (int i = 0; i < 100; ++i) {
          const double t = (outside == Outside::refuse ? -0.997 : -4.003) + (outside == Outside::refuse ? 0.0297 : 0.09) * i;
          const double step = 1e-5;
          const double difference = (packed.value(t + step) - packed.value(t - step)) / (2.0 * step);
          CHECK_THAT(packed.slope(t), WithinAbs(difference, 1e-8));
        }
      }
    }
  }
}

TEST_CASE("outside its samples a driver holds, is zero or repeats") {
  for (const bool list_times : {false, true}) {
    Driver driver{.name = "force", .values = {1.0, 4.0, 2.0, 1.5}, .first = 10.0, .every = 1.0};
    if (list_times) {
      driver.first = driver.every = 0.0;
      driver.times = {10.0, 11.0, 12.0, 13.0};
    }
    for (const Interpolation interpolation : interpolations) {
      CAPTURE(list_times, static_cast<int>(interpolation));
      driver.interpolation = interpolation;
      for (const Outside outside : {Outside::refuse, Outside::hold, Outside::zero}) {
        driver.outside = outside;
        const Packed<double> packed(driver);
        const bool holds = outside != Outside::zero;
        CHECK(packed.value(10.0) == 1.0);
        CHECK(packed.value(13.0) == 1.5);
        CHECK(packed.value(9.999) == (holds ? 1.0 : 0.0));
        CHECK(packed.value(-1e6) == (holds ? 1.0 : 0.0));
        CHECK(packed.value(13.001) == (holds ? 1.5 : 0.0));
        CHECK(packed.value(1e6) == (holds ? 1.5 : 0.0));
        if (outside != Outside::refuse) {
          CHECK(packed.slope(9.999) == 0.0);
          CHECK(packed.slope(13.001) == 0.0);
        }
      }
      driver.outside = Outside::repeat;
      const Packed<double> packed(driver);
      CHECK(packed.value(10.0) == 1.0);
      CHECK(packed.value(13.0) == 1.0);
      CHECK(packed.value(14.0) == 4.0);
      CHECK(packed.value(9.0) == 2.0);
      CHECK(packed.value(-20.0) == 1.0);
      for (const double t : {10.25, 11.5, 12.75}) {
        CHECK_THAT(packed.value(t + 3.0), WithinAbs(packed.value(t), 1e-14));
        CHECK_THAT(packed.value(t - 300.0), WithinAbs(packed.value(t), 1e-12));
        CHECK_THAT(packed.slope(t - 300.0), WithinAbs(packed.slope(t), 1e-12));
      }
    }
  }
}

TEST_CASE("one sample that holds is a constant") {
  Driver driver{.name = "force", .values = {2.5}, .interpolation = Interpolation::previous, .outside = Outside::hold};
  for (const std::vector<double>& times : {std::vector<double>{}, std::vector{3.0}}) {
    driver.times = times;
    const Packed<float> packed(driver);
    for (const float t : {-10.0F, 0.0F, 3.0F, 10.0F}) {
      CHECK(packed.value(t) == 2.5F);
    }
  }
}
