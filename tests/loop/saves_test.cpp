#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using kobie::ClassicalRk4;
using kobie::FixedStep;
using kobie::PiControl;
using kobie::Tsit5;
using systems::Bell;
using systems::Decay;

TEST_CASE("a save at the start is the initial state to the last digit") {
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>({.saves = {0.0}}, {.state = {0.1}, .parameter = {3.0}});
  REQUIRE(run.saves.size() == 1);
  CHECK(run.saves[0].state[0] == 0.1);
}

TEMPLATE_TEST_CASE("a save at the end is the last step's solution, whatever else is saved", "", Tsit5, ClassicalRk4) {
  const harness::Start start{.state = {1.0}, .dt = 0.3};
  const auto end_only = harness::integrate_one<Bell, TestType, FixedStep>({.saves = {1.0}}, start);
  const auto all = harness::integrate_one<Bell, TestType, FixedStep>({.saves = {0.0, 0.1, 0.95, 1.0}}, start);
  REQUIRE(all.saves.size() == 4);
  CHECK(all.saves[3].state[0] == end_only.saves.at(0).state[0]);
}

TEST_CASE("many saves inside one step come in order and lie on the solution") {
  std::vector<double> times;
  for (int i = 0; i < 100; ++i) {
    times.push_back(0.01 * (i + 1) / 101);
  }
  const auto run = harness::integrate_one<Bell, Tsit5, FixedStep>({.end = 0.01, .saves = times}, {.state = {1.0}, .dt = 0.01});
  CHECK(run.accepted == 1);
  REQUIRE(run.saves.size() == times.size());
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(run.saves[i].index == static_cast<std::int64_t>(i));
    CHECK_THAT(run.saves[i].state[0], WithinAbs(Bell::at(times[i]), 1e-12));  // h^5
  }
}

TEST_CASE("interpolated saves leave the steps alone") {
  const harness::Request few{.end = 10.0, .saves = {10.0}};
  harness::Request many{.end = 10.0};
  for (int i = 0; i <= 1000; ++i) {
    many.saves.push_back(0.01 * i);
  }
  const auto sparse = harness::integrate_one<Bell, Tsit5, PiControl>(few, {.state = {1.0}});
  const auto dense = harness::integrate_one<Bell, Tsit5, PiControl>(many, {.state = {1.0}});
  CHECK(sparse.accepted == dense.accepted);
  CHECK(sparse.rejected == dense.rejected);
  CHECK(sparse.saves.at(0).state[0] == dense.saves.at(1000).state[0]);
}

TEST_CASE("steps that land on saves end there exactly") {
  // Landing, a save is the end of a step: the same number as when the integration ends there.
  const harness::Start start{.state = {1.0}, .dt = 0.3};
  const auto landed = harness::integrate_one<Bell, Tsit5, FixedStep>({.saves = {0.5, 1.0}, .land_on_saves = true}, start);
  const auto ended = harness::integrate_one<Bell, Tsit5, FixedStep>({.end = 0.5, .saves = {0.5}}, start);
  REQUIRE(landed.saves.size() == 2);
  CHECK(landed.saves[0].state[0] == ended.saves.at(0).state[0]);
  CHECK(landed.accepted == 4);  // 0.3, 0.2, 0.3, 0.2
  CHECK(landed.elapsed == 1.0);
}

TEST_CASE("landing on saves does not make later steps short") {
  harness::Request request{.end = 100.0, .land_on_saves = true, .rtol = 1e-3, .atol = 1e-3};
  for (int i = 1; i <= 10; ++i) {
    request.saves.push_back(10.0 * i - 1e-3);
    request.saves.push_back(10.0 * i);
  }
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>(request, {.state = {1.0}, .parameter = {1e-3}});
  CHECK(run.status == kobie::Status::success);
  // 20 saves, a few steps to grow to the length of the intervals, and none grown anew after each.
  CHECK(run.accepted <= 35);
}

TEST_CASE("nothing is saved while a run settles") {
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>(
      {.end = 3.0, .saves = {2.0, 2.5, 3.0}, .rtol = 1e-10, .atol = 1e-12}, {.state = {1.0}, .parameter = {1.0}});
  REQUIRE(run.saves.size() == 3);
  CHECK_THAT(run.saves[0].state[0], WithinRel(std::exp(-2.0), 1e-9));  // some ten steps at rtol
  CHECK_THAT(run.saves[2].state[0], WithinRel(std::exp(-3.0), 1e-9));
}

TEST_CASE("a run without saves still integrates") {
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>({}, {.state = {1.0}, .parameter = {1.0}});
  CHECK(run.saves.empty());
  CHECK(run.status == kobie::Status::success);
  CHECK(run.elapsed == 1.0);
}

TEST_CASE("observables are those of the saved state and of absolute time") {
  const auto run = harness::integrate_one<Decay, Tsit5, FixedStep>({.t0 = -7.0, .end = 2.0, .saves = {0.0, 0.7, 2.0}},
                                                                   {.state = {4.0}, .parameter = {0.5}, .dt = 0.25});
  REQUIRE(run.saves.size() == 3);
  for (const auto& save : run.saves) {
    CHECK(save.observed[0] == 0.5 * save.state[0]);
  }
  CHECK(run.saves[0].observed[1] == -7.0);
  CHECK(run.saves[1].observed[1] == -7.0 + 0.7);
  CHECK(run.saves[2].observed[1] == -5.0);
}

TEMPLATE_TEST_CASE("time counts from t0, which may be negative", "", Tsit5, ClassicalRk4) {
  const auto run = harness::integrate_one<systems::Swing, TestType, FixedStep>({.t0 = -4.0, .end = 6.0, .saves = {2.0, 6.0}},
                                                                               {.state = {1.0}, .dt = 0.01});
  REQUIRE(run.saves.size() == 2);
  // RK4's global error, h^4; the other's is smaller.
  CHECK_THAT(run.saves[0].state[0], WithinAbs(systems::Swing::at(-2.0, -4.0), 1e-8));
  CHECK_THAT(run.saves[1].state[0], WithinAbs(systems::Swing::at(2.0, -4.0), 1e-8));
  CHECK(run.elapsed == 6.0);
}

TEMPLATE_TEST_CASE("each lane saves every time once and in order", "", (kobie::Pack<double, 8>), (kobie::Pack<float, 16>)) {
  harness::Request request{.end = 2.0};
  for (int i = 0; i <= 20; ++i) {
    request.saves.push_back(0.1 * i);
  }
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    starts.push_back({.state = {1.0}, .parameter = {std::exp2(i)}});
  }
  const auto runs = harness::integrate<Decay, Tsit5, PiControl, TestType>(request, starts);
  for (const auto& run : runs) {
    REQUIRE(run.saves.size() == 21);
    for (std::size_t i = 0; i < 21; ++i) {
      CHECK(run.saves[i].index == static_cast<std::int64_t>(i));
    }
  }
}
