#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.tableaus;

using Catch::Matchers::WithinRel;
using kobie::ClassicalRk4;
using kobie::FixedStep;
using kobie::PiControl;
using kobie::Status;
using kobie::Tsit5;

TEST_CASE("max_steps counts attempts, and what was not reached is NaN") {
  const auto run = harness::integrate_one<systems::Lorenz, Tsit5, PiControl>(
      {.end = 100.0, .saves = {0.0, 0.001, 50.0, 100.0}, .max_steps = 100},
      {.state = {1.0, 0.0, 0.0}, .parameter = {10.0, 28.0, 8.0 / 3.0}});
  CHECK(run.status == Status::too_many_steps);
  CHECK(run.accepted + run.rejected == 100);
  REQUIRE(run.saves.size() == 4);
  CHECK(std::isfinite(run.saves[0].state[0]));
  CHECK(std::isfinite(run.saves[1].state[2]));
  for (const double lost : {run.saves[2].state[0], run.saves[2].state[1], run.saves[3].state[2]}) {
    CHECK(std::isnan(lost));
  }
  CHECK(run.elapsed < 50.0);
}

TEST_CASE("a run that ends on its last allowed step succeeds") {
  const harness::Start start{.state = {1.0}, .dt = 0.1};
  CHECK(harness::integrate_one<systems::Bell, Tsit5, FixedStep>({.max_steps = 10}, start).status == Status::success);
  CHECK(harness::integrate_one<systems::Bell, Tsit5, FixedStep>({.max_steps = 9}, start).status == Status::too_many_steps);
}

TEST_CASE("a step below dt_min ends a run before the singularity") {
  const auto run = harness::integrate_one<systems::BlowUp, Tsit5, PiControl>({.end = 2.0, .saves = {0.5, 1.5}, .dt_min = 1e-9},
                                                                             {.state = {1.0}, .parameter = {1.0}});
  CHECK(run.status == Status::step_too_small);
  CHECK_THAT(run.elapsed, WithinRel(1.0, 1e-5));  // rtol, by which the singularity itself moves
  REQUIRE(run.saves.size() == 2);
  CHECK_THAT(run.saves[0].state[0], WithinRel(2.0, 1e-4));
  CHECK(std::isnan(run.saves[1].state[0]));
}

TEST_CASE("a fixed-step run that becomes infinite is non-finite from there on") {
  const auto run = harness::integrate_one<systems::BlowUp, ClassicalRk4, FixedStep>(
      {.end = 2.0, .saves = {0.5, 1.5, 1.7, 2.0}}, {.state = {1.0}, .parameter = {1.0}, .dt = 1e-3});
  CHECK(run.status == Status::non_finite);
  REQUIRE(run.saves.size() == 4);
  CHECK_THAT(run.saves[0].state[0], WithinRel(2.0, 1e-9));
  CHECK(std::isnan(run.saves[1].state[0]));
  CHECK(std::isnan(run.saves[3].state[0]));
}

TEST_CASE("a fixed-step run that ends infinite is non-finite though nothing was saved there") {
  const auto run = harness::integrate_one<systems::BlowUp, ClassicalRk4, FixedStep>(
      {.end = 2.0, .saves = {0.5}}, {.state = {1.0}, .parameter = {1.0}, .dt = 1e-3});
  CHECK(run.status == Status::non_finite);
  REQUIRE(run.saves.size() == 1);
  CHECK(std::isfinite(run.saves[0].state[0]));
}

TEMPLATE_TEST_CASE("a run that starts from NaN or infinity is non-finite at once", "", Tsit5) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const auto run = harness::integrate_one<systems::Bell, TestType, PiControl>(
        {.saves = {1.0}, .dt_min = 1e-12, .max_steps = 1'000}, {.state = {bad}});
    CHECK(run.status == Status::non_finite);
    REQUIRE(run.saves.size() == 1);
    CHECK(std::isnan(run.saves[0].state[0]));
  }
}

TEST_CASE("observables that were not reached are NaN too") {
  const auto run = harness::integrate_one<systems::Decay, Tsit5, FixedStep>({.saves = {0.1, 1.0}, .max_steps = 5},
                                                                            {.state = {1.0}, .parameter = {1.0}, .dt = 0.1});
  REQUIRE(run.saves.size() == 2);
  CHECK(std::isfinite(run.saves[0].observed[0]));
  CHECK(std::isnan(run.saves[1].observed[0]));
  CHECK(std::isnan(run.saves[1].observed[1]));
}

TEST_CASE("a fixed-step run that ends early tells how far it came, whatever its neighbours do") {
  std::vector<harness::Start> starts(4, {.state = {1.0}, .parameter = {0.1}, .dt = 0.0625});
  starts[1].dt = 0.001953125;
  starts[2].parameter = {1.0};
  const auto runs = harness::integrate<systems::BlowUp, ClassicalRk4, FixedStep, kobie::Pack<double, 4>>(
      {.end = 2.0, .saves = {1.49, 2.0}, .max_steps = 40}, starts);
  CHECK(runs[0].status == Status::success);
  CHECK(runs[0].elapsed == 2.0);
  CHECK(runs[1].status == Status::too_many_steps);
  CHECK(runs[1].elapsed == 0.078125);  // 40 steps
  CHECK(runs[2].status == Status::non_finite);
  CHECK(runs[2].elapsed == 1.5);  // of the step with a save that is infinite
}
