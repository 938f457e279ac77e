#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
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
using systems::Decay;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

TEMPLATE_TEST_CASE("fixed steps that fit the span are as many as they should be", "", double, float, Double8, Float16) {
  for (const int steps : {1, 3, 10, 1000, 99'999}) {
    for (const double end : {1.0, 0.3, 10.0, 7.77}) {
      const auto run = harness::integrate<Decay, ClassicalRk4, FixedStep, TestType>(
                           {.end = end}, {{.state = {1.0}, .parameter = {0.1}, .dt = end / steps}})
                           .front();
      INFO(steps << " steps to " << end);
      CHECK(run.accepted == steps);
      CHECK(run.elapsed == static_cast<kobie::ScalarOf<TestType>>(end));
    }
  }
}

TEST_CASE("a float run does not stall where steps are far below its time's last digit") {
  // At 1e4 float's digits are 1e-3 apart.
  const auto run = harness::integrate<Decay, ClassicalRk4, FixedStep, Float16>(
                       {.t0 = 0.0, .end = 1e4, .saves = {9999.9995, 1e4}}, {{.state = {1.0}, .parameter = {1e-4}, .dt = 1e-3}})
                       .front();
  CHECK(run.accepted == 10'000'000);
  CHECK(run.elapsed == 1e4F);
  CHECK(run.saves.size() == 2);
}

TEST_CASE("a fixed step that does not fit is cut short at the end") {
  const auto run =
      harness::integrate_one<Decay, Tsit5, FixedStep>({.saves = {1.0}}, {.state = {1.0}, .parameter = {1.0}, .dt = 0.3});
  CHECK(run.accepted == 4);
  CHECK(run.elapsed == 1.0);
  CHECK_THAT(run.saves.at(0).state[0], WithinAbs(std::exp(-1.0), 1e-5));  // 0.3^5 / 6!
}

TEMPLATE_TEST_CASE("adaptive steps keep the error near the tolerance", "", Tsit5, kobie::DormandPrince54) {
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
    const auto run = harness::integrate_one<systems::Swing, TestType, PiControl>(
        {.end = 10.0, .saves = {10.0}, .rtol = tolerance, .atol = tolerance}, {.state = {1.0}});
    // Local errors of up to a tolerance each add up over some ten steps for each unit of time.
    CHECK(std::abs(run.saves.at(0).state[0] - systems::Swing::at(10.0)) < 20 * tolerance);
  }
}

TEST_CASE("a given first step is the first step") {
  // One step only: it is as long as it was told to be, or dt_max lets it be.
  const harness::Start start{.state = {1.0}, .parameter = {1e-3}, .dt = 0.01};
  CHECK(harness::integrate_one<Decay, Tsit5, PiControl>({.end = 100.0, .max_steps = 1}, start).elapsed == 0.01);
  CHECK(harness::integrate_one<Decay, Tsit5, PiControl>({.end = 100.0, .dt_max = 0.004, .max_steps = 1}, start).elapsed ==
        0.004);
}

TEST_CASE("no step is longer than dt_max") {
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>({.end = 10.0, .dt_max = 0.1},
                                                                   {.state = {1.0}, .parameter = {1e-3}, .dt = 0.1});
  CHECK(run.accepted == 100);
}

// Hairer's rule is not invariant under a change of the unit of time, so the step may start out some orders of magnitude short;
// growing tenfold at once, it catches up in a few steps.
TEMPLATE_TEST_CASE("the first step costs a few attempts at most", "", double, Double8, Float16) {
  for (const double rate : {1e-4, 1e-2, 1.0, 1e2, 1e4}) {
    const harness::Request request{.end = 5.0 / rate, .rtol = 1e-5, .atol = 1e-8};
    const auto guessed =
        harness::integrate<Decay, Tsit5, PiControl, TestType>(request, {{.state = {1.0}, .parameter = {rate}}}).front();
    const auto told = harness::integrate<Decay, Tsit5, PiControl, TestType>(
                          request, {{.state = {1.0}, .parameter = {rate}, .dt = 0.2 / rate}})
                          .front();
    INFO("rate " << rate);
    CHECK(guessed.accepted + guessed.rejected <= told.accepted + told.rejected + 11);
  }
}

TEST_CASE("the first step is what Hairer's rule says") {
  // HNW I, II.4, written out for y' = -rate y from y = 1, where f = -rate and f' h0 = rate^2 h0.
  constexpr double rate = 3.0;
  const double scale = 1e-8 + 1e-5;
  const double h0 = 0.01 * (1.0 / scale) / (rate / scale);
  const double steepest = std::max(rate / scale, rate * rate / scale);
  const double expected = std::min(100 * h0, std::pow(0.01 / steepest, 1.0 / 5));
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>({.end = 10.0, .rtol = 1e-5, .atol = 1e-8, .max_steps = 1},
                                                                   {.state = {1.0}, .parameter = {rate}});
  REQUIRE(run.accepted == 1);
  CHECK_THAT(run.elapsed, WithinRel(expected, 1e-4));  // the rule's powers are taken to five digits
}

TEST_CASE("a solution at rest gets a first step though nothing moves") {
  const auto run = harness::integrate_one<Decay, Tsit5, PiControl>({.saves = {1.0}}, {.state = {0.0}, .parameter = {1.0}});
  CHECK(run.status == kobie::Status::success);
  CHECK(run.saves.at(0).state[0] == 0.0);
  CHECK(run.accepted < 20);
}
