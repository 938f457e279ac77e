#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "tables.hpp"

import kobie.drivers;
import kobie.numbers;

using kobie::Driver;
using kobie::Interpolation;
using kobie::Outside;
using tables::Packed;

namespace {

// Every sample is its own number.
Driver numbered(std::size_t samples, double first, double every) {
  Driver driver{.name = "force", .values = std::vector<double>(samples), .first = first, .every = every};
  std::iota(driver.values.begin(), driver.values.end(), 0.0);
  driver.interpolation = Interpolation::previous;
  driver.outside = Outside::hold;
  return driver;
}

template <class T>
T just_before(T t) {
  return std::nextafter(t, -std::numeric_limits<T>::infinity());
}

// How many samples do not begin at their time rounded to T, or begin before. A float's time is only as exact as doubles near
// `first` where that cancels to next to nothing.
template <class T>
int misplaced(const Driver& driver) {
  const Packed<T> packed(driver);
  int wrong = 0;
  for (std::int64_t i = 0; i < driver.samples(); ++i) {
    const auto t = static_cast<T>(driver.sample_time(i));
    const bool cancels = sizeof(T) < sizeof(double) && std::abs(driver.sample_time(i)) < 1e-6 * std::abs(driver.first);
    const T rounding = cancels ? static_cast<T>(1e-14 * std::abs(driver.first)) : T(0);
    wrong += packed.value(t + rounding) == static_cast<T>(i) ? 0 : 1;
    wrong += packed.value(just_before(t - rounding)) == static_cast<T>(i == 0 ? 0 : i - 1) ? 0 : 1;
  }
  return wrong;
}

struct Grid {
  std::size_t samples;
  double first;
  double every;
};
constexpr Grid grids[] = {{1000, 0.1, 0.1},      {1000, 0.0, 0.1},    {3000, 0.3, 0.01},          {1000, -0.7, 0.7},
                          {5000, 0.0, 1.0 / 3},  {777, 1e-3, 1e-5},   {500, 3.3e4, 1.1},          {2000, -100.0, 0.1},
                          {2000, -70.1, 0.0701}, {100, 1e-30, 3e-31}, {65536, -12.3, 0.12345678}, {2, 0.1, 0.2},
                          {4, 1.0, 1e5}};

}  // namespace

TEMPLATE_TEST_CASE("a sample begins at its time and not before", "", double, float) {
  for (const auto& [samples, first, every] : grids) {
    CAPTURE(samples, first, every);
    Driver driver = numbered(samples, first, every);
    CHECK(misplaced<TestType>(driver) == 0);
    // The same with times listed.
    std::vector<double> times(samples);
    for (std::size_t i = 0; i < samples; ++i) {
      times[i] = driver.sample_time(static_cast<std::int64_t>(i));
    }
    driver.first = driver.every = 0.0;
    driver.times = times;
    CHECK(misplaced<TestType>(driver) == 0);
  }
}

TEST_CASE("a sample begins at its time and not before, also far from zero") {
  for (const auto& [samples, first, every] : {Grid{2000, 1e9, 0.1}, Grid{1'000'000, -5e7, 1e-3}, Grid{1000, 0.1, 1e-12}}) {
    CAPTURE(samples, first, every);
    CHECK(misplaced<double>(numbered(samples, first, every)) == 0);
  }
}

TEMPLATE_TEST_CASE("interpolation meets every sample at its time", "", double, float) {
  using T = TestType;
  for (const Interpolation interpolation : {Interpolation::linear, Interpolation::cubic}) {
    for (const auto& [samples, first, every] : grids) {
      CAPTURE(static_cast<int>(interpolation), samples, first, every);
      Driver driver = numbered(samples, first, every);
      driver.interpolation = interpolation;
      int wrong = 0;
      const Packed<T> packed(driver);
      for (std::int64_t i = 0; i < driver.samples(); ++i) {
        wrong += packed.value(static_cast<T>(driver.sample_time(i))) == static_cast<T>(i) ? 0 : 1;
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("in every period a sample begins at its time and not before") {
  for (const auto& [samples, first, every] :
       {Grid{11, 0.1, 0.1}, Grid{8, -3.3, 0.7}, Grid{3, 0.0, 1.0 / 3}, Grid{2, 5.0, 0.1}}) {
    Driver driver = numbered(samples, first, every);
    driver.outside = Outside::repeat;
    driver.stop_at_samples = true;
    Driver listed = driver;
    listed.first = listed.every = 0.0;
    listed.times = tables::uneven_times(first, driver.last(), samples);
    for (const Driver& d : {driver, listed}) {
      const auto intervals = static_cast<std::int64_t>(samples) - 1;
      const double period = d.last() - d.sample_time(0);
      const Packed<double> packed(d);
      const auto stops = kobie::stops_of(d, first - 100.5 * period, first + 1000.5 * period);
      int wrong = 0;
      for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
        const double sample = packed.value(stops[i]);
        const double next = packed.value(stops[i + 1]);
        wrong += next == static_cast<double>((static_cast<std::int64_t>(sample) + 1) % intervals) ? 0 : 1;
        wrong += packed.value(just_before(stops[i + 1])) == sample ? 0 : 1;
        wrong += packed.value(0.5 * (stops[i] + stops[i + 1])) == sample ? 0 : 1;
      }
      CAPTURE(samples, first, every, d.times.size());
      CHECK(wrong == 0);
      CHECK(stops.size() >= 1100 * static_cast<std::size_t>(intervals));
      CHECK(packed.value(first) == 0.0);
      CHECK(packed.value(just_before(first)) == static_cast<double>(intervals - 1));
    }
  }
}

TEST_CASE("times that float cannot tell apart make no driver that is not a number") {
  Driver driver{.name = "force", .values = {1.0, 2.0, 3.0, 4.0}, .times = {1.0, 1.0 + 1e-12, 2.0, 2.0 + 1e-12}};
  for (const Interpolation interpolation : {Interpolation::previous, Interpolation::linear, Interpolation::cubic}) {
    driver.interpolation = interpolation;
    const Packed<float> packed(driver);
    for (const float t : {1.0F, 1.5F, 2.0F}) {
      CHECK(std::isfinite(packed.value(t)));
    }
    CHECK(packed.value(2.0F) == 4.0F);
  }
}

TEST_CASE("a time that is no number reads samples that there are") {
  for (const Outside outside : {Outside::refuse, Outside::hold, Outside::zero, Outside::repeat}) {
    for (const Interpolation interpolation : {Interpolation::previous, Interpolation::linear, Interpolation::cubic}) {
      for (const bool list_times : {false, true}) {
        Driver driver = numbered(5, 0.0, 1.0);
        driver.outside = outside;
        driver.interpolation = interpolation;
        if (list_times) {
          driver.every = 0.0;
          driver.times = {0.0, 1.0, 2.0, 3.0, 4.0};
        }
        const Packed<double> packed(driver);
        for (const double t : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity(), 1e300, -1e300}) {
          CAPTURE(static_cast<int>(outside), static_cast<int>(interpolation), list_times, t);
          const double value = packed.value(t);
          CHECK((std::isnan(value) || (value >= 0.0 && value <= 4.0)));
        }
      }
    }
  }
}
