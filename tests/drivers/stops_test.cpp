#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

import kobie.core;
import kobie.drivers;

using Catch::Matchers::Message;
using Catch::Matchers::WithinAbs;
using kobie::Driver;
using kobie::InvalidArgument;
using kobie::Outside;
using kobie::stops_of;

namespace {

Driver stepwise(Outside outside) {
  Driver driver{.name = "force", .values = {1.0, 2.0, 4.0, 1.0}, .first = 10.0, .every = 0.5};
  driver.outside = outside;
  driver.stop_at_samples = true;
  return driver;
}

}  // namespace

TEST_CASE("steps end at the samples within the span, its ends excluded") {
  const Driver driver = stepwise(Outside::hold);
  CHECK(stops_of(driver, 0.0, 100.0) == std::vector{10.0, 10.5, 11.0, 11.5});
  CHECK(stops_of(driver, 10.0, 11.5) == std::vector{10.5, 11.0});
  CHECK(stops_of(driver, 10.6, 10.9).empty());
  CHECK(stops_of(driver, 20.0, 30.0).empty());
  CHECK(stops_of(driver, 10.5, 10.5).empty());
}

TEST_CASE("a smooth driver stops nothing") {
  Driver driver = stepwise(Outside::hold);
  driver.stop_at_samples = false;
  CHECK(stops_of(driver, 0.0, 100.0).empty());
}

TEST_CASE("listed times are stops as they are") {
  Driver driver = stepwise(Outside::zero);
  driver.first = driver.every = 0.0;
  driver.times = {0.1, 0.3, 0.7, 1.1};
  CHECK(stops_of(driver, 0.1, 2.0) == std::vector{0.3, 0.7, 1.1});
}

TEST_CASE("a driver that repeats stops steps in all periods") {
  Driver driver = stepwise(Outside::repeat);
  CHECK(stops_of(driver, 8.4, 13.0) == std::vector{8.5, 9.0, 9.5, 10.0, 10.5, 11.0, 11.5, 12.0, 12.5});
  driver.first = driver.every = 0.0;
  driver.times = {10.0, 10.25, 11.0, 11.5};
  CHECK(stops_of(driver, 8.4, 13.0) == std::vector{8.5, 8.75, 9.5, 10.0, 10.25, 11.0, 11.5, 11.75, 12.5});
}

TEST_CASE("over many periods no stop is lost or doubled") {
  Driver driver = stepwise(Outside::repeat);
  driver.first = 0.1;
  driver.every = 0.1;
  const auto stops = stops_of(driver, 0.15, 10'000.05);
  REQUIRE(stops.size() == 99'999);
  for (std::size_t i = 0; i < stops.size(); i += 101) {
    CHECK_THAT(stops[i], WithinAbs(0.2 + 0.1 * static_cast<double>(i), 1e-11));
  }
}

TEST_CASE("more stops than can be counted are refused") {
  CHECK_THROWS_MATCHES(
      stops_of(stepwise(Outside::repeat), 0.0, 1e9), InvalidArgument,
      Message("drivers['force'].stop_at_samples = true: gives 2e+09 stops from 0 to 1000000000; at most 16777216 are allowed"));
}
