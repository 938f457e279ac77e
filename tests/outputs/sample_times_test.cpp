#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

import kobie.core;
import kobie.outputs;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kobie::Events;
using kobie::InvalidArgument;
using kobie::merged_events;
using kobie::sample_schedule;
using kobie::save_times;
using kobie::TimeSpan;

namespace {

std::string rejected(const TimeSpan& span, double sample_every, double summarise_every) {
  try {
    sample_schedule(span, sample_every, summarise_every);
  } catch (const InvalidArgument& error) {
    return error.argument();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("samples fill the duration, in one window unless windows are asked for") {
  const TimeSpan span{.t0 = 7.0, .settling_time = 1.0, .duration = 3.0};
  const auto whole = sample_schedule(span, 0.1, 0.0);
  CHECK(whole.windows == 1);
  CHECK(whole.intervals == 30);
  CHECK(whole.samples() == 31);
  CHECK(whole.window_ends(span) == std::vector{4.0});
  const auto cut = sample_schedule(span, 0.1, 0.6);
  CHECK(cut.windows == 5);
  CHECK(cut.intervals == 6);
  CHECK(cut.window_ends(span).back() == 4.0);
  CHECK(cut.window_ends(span)[1] == 1.0 + 12 * 0.1);
}

TEST_CASE("without samples windows begin and end, and nothing is in between") {
  const TimeSpan span{.t0 = 7.0, .settling_time = 1.0, .duration = 3.0};
  const auto whole = sample_schedule(span, 0.0, 0.0);
  CHECK(whole.continuous);
  CHECK(whole.windows == 1);
  CHECK(whole.samples() == 2);
  CHECK(whole.window_ends(span) == std::vector{4.0});
  const auto cut = sample_schedule(span, 0.0, 0.6);
  CHECK(cut.windows == 5);
  CHECK(cut.samples() == 6);
  CHECK(cut.window_ends(span)[1] == 1.0 + 2 * 0.6);
  CHECK_FALSE(sample_schedule(span, 0.1, 0.6).continuous);
  // A save near a window's end, but not within a rounding of it, is another time.
  CHECK(merged_events(span, {2.0 + 1e-9}, sample_schedule(span, 0.0, 1.0)).times ==
        std::vector{1.0, 2.0, 2.0 + 1e-9, 3.0, 4.0});
  CHECK(merged_events(span, {2.0 + 4e-16}, sample_schedule(span, 0.0, 1.0)).times.size() == 4);
  const TimeSpan before{.t0 = -10.0, .duration = 4.0};
  CHECK(merged_events(before, {4.0}, sample_schedule(before, 0.0, 0.0)).times == std::vector{0.0, 4.0});
}

TEST_CASE("sampling that does not fit is refused by name") {
  const TimeSpan span{.duration = 3.0};
  constexpr double infinity = std::numeric_limits<double>::infinity();
  CHECK(rejected(span, -0.1, 0.0) == "sample_every");
  CHECK(rejected(span, std::numeric_limits<double>::quiet_NaN(), 0.0) == "sample_every");
  CHECK(rejected(span, infinity, 0.0) == "sample_every");
  CHECK(rejected(span, 4.0, 0.0) == "sample_every");
  CHECK(rejected(span, 0.7, 0.0) == "sample_every");
  CHECK(rejected(span, 1e-9, 0.0) == "sample_every");
  CHECK(rejected(span, 0.1, -1.0) == "summarise_every");
  CHECK(rejected(span, 0.0, -1.0) == "summarise_every");
  CHECK(rejected(span, 0.0, 0.7) == "summarise_every");
  CHECK(rejected(span, 0.1, 4.0) == "summarise_every");
  CHECK(rejected(span, 0.1, 0.7) == "summarise_every");
  CHECK(rejected(span, 1.0, 1.5) == "summarise_every");
  CHECK(rejected(span, 1.5, 1.5) == "nothing");
  CHECK_THROWS_MATCHES(sample_schedule(span, 1.0, 1.5), InvalidArgument,
                       MessageMatches(ContainsSubstring("must be a whole number of sample_every, 1")));
}

TEST_CASE("saves and samples are merged in order, those of one time into one event at the save's") {
  const TimeSpan span{.settling_time = 1.0, .duration = 1.0};
  const auto events = merged_events(span, {1.3, 1.75, 2.0}, sample_schedule(span, 0.25, 0.5));
  const std::vector<std::uint8_t> kinds = {Events::sample,
                                           Events::sample,
                                           Events::save,
                                           Events::sample + Events::window_end,
                                           Events::save + Events::sample,
                                           Events::save + Events::sample + Events::window_end};
  CHECK(events.times == std::vector{1.0, 1.25, 1.3, 1.5, 1.75, 2.0});
  CHECK(events.kinds == kinds);
  CHECK(events.marks() == std::vector<std::int32_t>{2 * 8 + 1, 3 * 8 + 6, 4 * 8 + 3, 5 * 8 + 7});
}

TEST_CASE("products that differ by rounding are one event") {
  // 3 * 0.1 and 30 * 0.01 differ in the last digit.
  const TimeSpan span{.duration = 1000.0};
  const auto saves = save_times(span, 0.1, {});
  const auto events = merged_events(span, saves, sample_schedule(span, 0.01, 0.0));
  CHECK(events.times.size() == 100'001);
  std::size_t both = 0;
  std::vector<double> saved;
  for (std::size_t i = 0; i < events.times.size(); ++i) {
    if ((events.kinds[i] & Events::save) != 0) {
      saved.push_back(events.times[i]);
      both += (events.kinds[i] & Events::sample) != 0 ? 1 : 0;
    }
  }
  CHECK(saved == saves);
  CHECK(both == saves.size());
}

TEST_CASE("without samples events are the saves") {
  const auto events = merged_events({.duration = 1.0}, {0.5, 1.0}, {});
  CHECK(events.times == std::vector{0.5, 1.0});
  CHECK(events.kinds == std::vector<std::uint8_t>{Events::save, Events::save});
}

TEST_CASE("more events than can be counted are refused") {
  const TimeSpan span{.duration = 1.0};
  const auto saves = save_times(span, 1.0 / 10'000'000, {});
  CHECK_THROWS_MATCHES(merged_events(span, saves, sample_schedule(span, 1.0 / 9'000'000, 0.0)), InvalidArgument,
                       MessageMatches(ContainsSubstring("sample_every") && ContainsSubstring("at most 16777216")));
}
