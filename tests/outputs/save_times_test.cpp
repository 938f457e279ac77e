#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

import kobie.core;
import kobie.outputs;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kobie::InvalidArgument;
using kobie::save_times;
using kobie::TimeSpan;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// The argument that the error names.
std::string rejected(const TimeSpan& span, double save_every, const std::vector<double>& save_at = {}) {
  try {
    save_times(span, save_every, save_at);
  } catch (const InvalidArgument& error) {
    return error.argument();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("without a wish only the end is saved") {
  CHECK(save_times({.t0 = 5.0, .settling_time = 2.0, .duration = 3.0}, 0.0, {}) == std::vector{5.0});
}

TEST_CASE("regular saves begin with the duration and count from t0") {
  CHECK(save_times({.t0 = 100.0, .settling_time = 2.0, .duration = 1.0}, 0.5, {}) == std::vector{2.0, 2.5, 3.0});
}

TEST_CASE("a last save within rounding of the end is the end") {
  struct Case {
    double duration;
    double save_every;
    std::size_t count;
  };
  // In floating point, 10 / 0.1 and 1 / (1 / 3.0) are whole; 0.3 / 0.1 falls short of 3, and 1 / 0.1 * 0.1 need not be 1.
  for (const auto& [duration, save_every, count] :
       {Case{10.0, 0.1, 101}, Case{1.0, 1.0 / 3, 4}, Case{0.3, 0.1, 4}, Case{0.7, 0.1, 8}, Case{1.0, 0.1, 11},
        Case{1e4, 1e-3, 10'000'001}, Case{1.0, 1.0, 2}, Case{2.1, 0.7, 4}}) {
    const auto times = save_times({.duration = duration}, save_every, {});
    CAPTURE(duration, save_every);
    CHECK(times.size() == count);
    CHECK(times.front() == 0.0);
    CHECK(times.back() == duration);
  }
}

TEST_CASE("saves that do not meet the end stop before it") {
  const auto times = save_times({.duration = 1.0}, 0.3, {});
  REQUIRE(times.size() == 4);
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(times[i] == static_cast<double>(i) * 0.3);  // multiplied, not summed
  }
}

TEST_CASE("save times ascend strictly and stay within the span") {
  const TimeSpan span{.t0 = -3.0, .settling_time = 0.1, .duration = 0.7};
  const auto times = save_times(span, 0.0007, {});
  REQUIRE(times.size() == 1001);
  for (std::size_t i = 1; i < times.size(); ++i) {
    CHECK(times[i] > times[i - 1]);
  }
  CHECK(times.front() == 0.1);
  CHECK(times.back() == 0.1 + 0.7);
}

TEST_CASE("listed times are absolute and come back counted from t0") {
  const TimeSpan span{.t0 = 10.0, .settling_time = 1.0, .duration = 4.0};
  CHECK(save_times(span, 0.0, {11.0, 12.5, 15.0}) == std::vector{1.0, 2.5, 5.0});
}

TEST_CASE("a listed time that rounding put past the end is the end") {
  const TimeSpan span{.t0 = 0.1, .settling_time = 0.2, .duration = 0.3};
  const double end = std::nextafter(span.end(), infinity);
  const auto times = save_times(span, 0.0, {std::nextafter(span.first_save(), 0.0), end});
  CHECK(times.front() >= span.settling_time);
  CHECK(times.back() <= span.settling_time + span.duration);
}

TEST_CASE("each argument out of its range is named") {
  const TimeSpan good{.duration = 1.0};
  CHECK(rejected(good, 0.5) == "nothing");
  for (const double t0 : {infinity, -infinity, not_a_number}) {
    CHECK(rejected({.t0 = t0, .duration = 1.0}, 0.0) == "t0");
  }
  for (const double settling_time : {-1e-9, infinity, not_a_number}) {
    CHECK(rejected({.settling_time = settling_time, .duration = 1.0}, 0.0) == "settling_time");
  }
  for (const double duration : {0.0, -1.0, infinity, not_a_number}) {
    CHECK(rejected({.duration = duration}, 0.0) == "duration");
  }
  for (const double save_every : {-0.1, 1.0001, infinity, not_a_number, 1e-8}) {
    CAPTURE(save_every);
    CHECK(rejected(good, save_every) == "save_every");
  }
}

TEST_CASE("listed times out of order, out of the span or not numbers are rejected") {
  const TimeSpan span{.settling_time = 1.0, .duration = 1.0};
  CHECK(rejected(span, 0.0, {1.0, 2.0}) == "nothing");
  CHECK(rejected(span, 0.0, {1.5, 1.5}) == "save_at");
  CHECK(rejected(span, 0.0, {1.7, 1.5}) == "save_at");
  CHECK(rejected(span, 0.0, {0.5}) == "save_at");
  CHECK(rejected(span, 0.0, {2.5}) == "save_at");
  CHECK(rejected(span, 0.0, {1.5, not_a_number}) == "save_at");
}

TEST_CASE("save_every and save_at exclude each other") {
  CHECK_THROWS_MATCHES(save_times({.duration = 1.0}, 0.1, {0.5}), InvalidArgument,
                       MessageMatches(ContainsSubstring("save_at")));
}

TEST_CASE("messages name the value and what is allowed") {
  CHECK_THROWS_MATCHES(save_times({.duration = 2.0}, 3.5, {}), InvalidArgument,
                       MessageMatches(ContainsSubstring("save_every = 3.5") && ContainsSubstring("at most the duration, 2")));
  CHECK_THROWS_MATCHES(save_times({.duration = 1.0}, 1e-9, {}), InvalidArgument,
                       MessageMatches(ContainsSubstring("1e+09 saves")));
  CHECK_THROWS_MATCHES(save_times({.t0 = 1.0, .duration = 1.0}, 0.0, {7.0}), InvalidArgument,
                       MessageMatches(ContainsSubstring("save_at = 7") && ContainsSubstring("between 1 and 2")));
}
