#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.tableaus;

using kobie::Tsit5;

namespace {

// A controller that keeps every step size, rejects as the loop does, and writes down what it is told.
struct Diary : kobie::ControlPolicy {
  static constexpr bool adaptive = true;

  struct Entry {
    double h;
    bool accepted;
    bool rejected;
    bool operator==(const Entry&) const = default;
  };
  static inline std::vector<Entry> entries;

  template <class Method>
  static constexpr kobie::ControlSettings<double> defaults() {
    return {};
  }
  template <class Real>
  struct History {
    void forget(bool /*lanes*/) {}
  };

  template <int Order, class Real>
  static Real factor(const kobie::ControlSettings<double>& /*settings*/, Real /*error_square*/, Real /*h*/, bool accepted,
                     const History<Real>& /*history*/) {
    return accepted ? 1.0 : 0.5;
  }
  template <class Real>
  static void remember(History<Real>& /*history*/, Real /*error_square*/, Real h, bool accepted, bool rejected) {
    entries.push_back({h, accepted, rejected});
  }
};

}  // namespace

TEMPLATE_TEST_CASE("every controller keeps the error near the tolerance", "", kobie::IControl, kobie::PiControl,
                   kobie::PidControl, kobie::GustafssonControl) {
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
    CAPTURE(tolerance);
    const double orbit = 2 * std::numbers::pi;
    const auto kepler = harness::integrate_one<systems::Kepler, Tsit5, TestType>(
        {.end = orbit, .saves = {orbit}, .rtol = tolerance, .atol = tolerance}, {.state = {0.5, 0.0, 0.0, std::sqrt(3.0)}});
    REQUIRE(kepler.status == kobie::Status::success);
    CHECK(std::abs(kepler.saves.at(0).state[0] - 0.5) < 100 * tolerance);
    CHECK(std::abs(kepler.saves.at(0).state[1]) < 100 * tolerance);
    // Control that works rejects few steps.
    CHECK(kepler.rejected <= kepler.accepted / 2);

    const auto swing = harness::integrate_one<systems::Swing, Tsit5, TestType>(
        {.end = 10.0, .saves = {10.0}, .rtol = tolerance, .atol = tolerance}, {.state = {1.0}});
    CHECK(std::abs(swing.saves.at(0).state[0] - systems::Swing::at(10.0)) < 100 * tolerance);
  }
}

TEST_CASE("a controller is told each step's size, and not to remember one that was cut short") {
  Diary::entries.clear();
  const auto run = harness::integrate_one<systems::Decay, Tsit5, Diary>({.end = 1.0, .saves = {0.625}, .land_on_saves = true},
                                                                        {.state = {1.0}, .parameter = {0.01}, .dt = 0.25});
  CHECK(run.accepted == 5);
  // To the save at 0.625, and to the end.
  CHECK(Diary::entries ==
        std::vector<Diary::Entry>{
            {0.25, true, false}, {0.25, true, false}, {0.125, false, false}, {0.25, true, false}, {0.125, false, false}});
}

TEST_CASE("a controller is told which steps were rejected") {
  Diary::entries.clear();
  harness::integrate_one<systems::Decay, Tsit5, Diary>({.end = 4.0, .max_steps = 10},
                                                       {.state = {1.0}, .parameter = {20.0}, .dt = 1.0});
  REQUIRE(Diary::entries.size() == 10);
  CHECK(Diary::entries[0] == Diary::Entry{1.0, false, true});
  CHECK(Diary::entries[1] == Diary::Entry{0.5, false, true});
  CHECK(std::ranges::any_of(Diary::entries, [](const auto& entry) { return entry.accepted; }));
}
