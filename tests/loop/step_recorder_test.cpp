// What a StepRecorder keeps: every attempt of chosen runs, in order, and nothing else changes.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using kobie::ClassicalRk4;
using kobie::FixedStep;
using kobie::PiControl;
using kobie::Tsit5;
using systems::Bell;
using systems::Kepler;
using systems::Lorenz;
using systems::Oscillator;
using Double4 = kobie::Pack<double, 4>;

namespace {

template <class System, class Method>
struct Step {
  using Numbers = kobie::AttemptNumbers<System, Method>;
  using Stages = std::array<std::array<double, Numbers::states>, Numbers::stages>;

  double t;
  double dt;
  double error_norm;
  double accepted;
  double next_dt;
  Stages values;
  Stages derivatives;

  friend bool operator==(const Step&, const Step&) = default;
};

// What was recorded of one run.
template <class System, class Method>
struct History {
  std::int64_t attempts = 0;
  std::vector<Step<System, Method>> steps;
};

template <class System, class Method>
Step<System, Method> step_at(const double* numbers) {
  using Numbers = kobie::AttemptNumbers<System, Method>;
  Step<System, Method> step{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], {}, {}};
  for (std::size_t stage = 0; stage < Numbers::stages; ++stage) {
    for (std::size_t q = 0; q < Numbers::states; ++q) {
      step.values[stage][q] = numbers[Numbers::arguments + stage * Numbers::states + q];
      step.derivatives[stage][q] = numbers[Numbers::answers + stage * Numbers::states + q];
    }
  }
  return step;
}

// What became of a batch, and the histories of the chosen runs among its lanes.
template <class System, class Method>
struct Recorded {
  std::vector<harness::Run<double>> runs;
  std::vector<History<System, Method>> histories;
};

template <class System, class Method, class Control, class Real = double>
Recorded<System, Method> record(const harness::Request& request, const std::vector<harness::Start>& starts,
                                const std::vector<std::int64_t>& chosen = {0}, std::int64_t capacity = 1000) {
  using Instrument = kobie::StepRecorder::For<System, Method, Real>;
  constexpr std::size_t count = kobie::AttemptNumbers<System, Method>::count;
  constexpr double untouched = -12345.0;
  std::vector<double> numbers(chosen.size() * static_cast<std::size_t>(capacity) * count + count, untouched);
  std::vector<std::int64_t> counts(chosen.size(), 0);
  const Instrument instrument(kobie::StepRecordPointers<double>{chosen.data(), static_cast<std::int64_t>(chosen.size()),
                                                                capacity, numbers.data(), counts.data()});
  Recorded<System, Method> recorded;
  recorded.runs = harness::integrate<System, Method, Control, Real, harness::Buffers<System, Method, Real>, Instrument>(
      request, starts, instrument);
  for (std::size_t slot = 0; slot < chosen.size(); ++slot) {
    History<System, Method> history;
    history.attempts = counts[slot];
    for (std::int64_t i = 0; i < capacity; ++i) {
      const double* at = numbers.data() + (slot * static_cast<std::size_t>(capacity) + static_cast<std::size_t>(i)) * count;
      if (i < counts[slot]) {
        history.steps.push_back(step_at<System, Method>(at));
      } else {
        CHECK(std::all_of(at, at + count, [](double number) { return number == untouched; }));
      }
    }
    recorded.histories.push_back(history);
  }
  CHECK(std::all_of(numbers.end() - count, numbers.end(), [](double number) { return number == untouched; }));
  return recorded;
}

template <class System>
std::array<double, kobie::state_count<System>> rhs(double t, const std::array<double, kobie::state_count<System>>& y) {
  constexpr std::size_t n = kobie::state_count<System>;
  std::array<double, n> rates{};
  const kobie::Point<System, double> at{t, kobie::Components<const double, n>(y.data()),
                                        kobie::Components<const double, kobie::parameter_count<System>>(nullptr)};
  kobie::Rates<System, double> d{kobie::Components<double, n>(rates.data())};
  System::rhs(at, d);
  return rates;
}

// A first step that is much too long, and perihelia that have to be slowed down for.
const harness::Request orbit{.end = 12.0, .saves = {12.0}, .rtol = 1e-7, .atol = 1e-7};
const harness::Start planet{.state = {0.5, 0.0, 0.0, 1.7320508075688772}, .dt = 3.0};

}  // namespace

TEST_CASE("the stages of a step are those that one computes by hand") {
  const auto recorded =
      record<Oscillator, ClassicalRk4, FixedStep>({.end = 1.0, .saves = {1.0}}, {{.state = {0.0, 1.0}, .dt = 0.5}});
  const auto& steps = recorded.histories[0].steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].t == 0.0);
  CHECK(steps[0].dt == 0.5);
  CHECK(steps[0].error_norm == 0.0);
  CHECK(steps[0].accepted == 1.0);
  CHECK(steps[0].next_dt == 0.5);
  // k1 = f(y), k2 = f(y + k1 / 4), k3 = f(y + k2 / 4), k4 = f(y + k3 / 2) with f(x, v) = (v, -x): all of them are exact.
  using Stages = Step<Oscillator, ClassicalRk4>::Stages;
  CHECK(steps[0].values == Stages{{{0.0, 1.0}, {0.25, 1.0}, {0.25, 0.9375}, {0.46875, 0.875}}});
  CHECK(steps[0].derivatives == Stages{{{1.0, 0.0}, {1.0, -0.25}, {0.9375, -0.25}, {0.875, -0.46875}}});
  CHECK(steps[1].t == 0.5);
  CHECK(steps[1].dt == 0.5);
  // y1 = y + (k1 + 2 k2 + 2 k3 + k4) / 12
  CHECK_THAT(steps[1].values[0][0], WithinAbs((1.0 + 2.0 + 1.875 + 0.875) / 12, 1e-15));
  CHECK_THAT(steps[1].values[0][1], WithinAbs(1.0 - (0.5 + 0.5 + 0.46875) / 12, 1e-15));
}

TEST_CASE("every attempt is recorded in order, with what the controller made of it") {
  const auto recorded = record<Kepler, Tsit5, PiControl>(orbit, {planet});
  const auto& run = recorded.runs[0];
  const auto& [attempts, steps] = recorded.histories[0];
  REQUIRE(run.status == kobie::Status::success);
  REQUIRE(run.rejected > 3);
  CHECK(attempts == run.accepted + run.rejected);
  REQUIRE(steps.size() == static_cast<std::size_t>(attempts));
  CHECK(std::ranges::count(steps, 1.0, &Step<Kepler, Tsit5>::accepted) == run.accepted);
  CHECK(std::ranges::count(steps, 0.0, &Step<Kepler, Tsit5>::accepted) == run.rejected);

  CHECK(steps[0].t == 0.0);
  CHECK(steps[0].dt == planet.dt);
  double sum = 0.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    const bool accepted = steps[i].accepted == 1.0;
    CHECK((steps[i].error_norm <= 1.0) == accepted);
    CHECK((accepted || steps[i].next_dt < steps[i].dt));
    sum += accepted ? steps[i].dt : 0.0;
    if (i + 1 < steps.size()) {
      CHECK_THAT(steps[i + 1].t, WithinRel(accepted ? steps[i].t + steps[i].dt : steps[i].t, 1e-15));
      const bool lands = i + 2 == steps.size();
      CHECK((lands || steps[i + 1].dt == steps[i].next_dt));
    }
  }
  CHECK_THAT(sum, WithinRel(orbit.end, 1e-13));
  CHECK_THAT(steps.back().t + steps.back().dt, WithinRel(orbit.end, 1e-15));
}

TEST_CASE("what is recorded of a stage is the right-hand side's argument and its answer, of rejected attempts too") {
  const auto nodes = Tsit5::tableau.c;
  const auto of_orbit = record<Kepler, Tsit5, PiControl>(orbit, {planet});
  std::size_t wrong = 0;
  for (const auto& step : of_orbit.histories[0].steps) {
    for (std::size_t stage = 0; stage < nodes.size(); ++stage) {
      wrong += step.derivatives[stage] != rhs<Kepler>(step.t, step.values[stage]) ? 1 : 0;
    }
  }
  CHECK(wrong == 0);

  // This one depends on time.
  const auto of_bell = record<Bell, Tsit5, PiControl>({.end = 3.0, .rtol = 1e-9, .atol = 1e-9}, {{.state = {1.0}, .dt = 2.0}});
  REQUIRE(of_bell.runs[0].rejected > 0);
  for (const auto& step : of_bell.histories[0].steps) {
    for (std::size_t stage = 0; stage < nodes.size(); ++stage) {
      CHECK_THAT(step.derivatives[stage][0],
                 WithinRel(rhs<Bell>(step.t + nodes[stage] * step.dt, step.values[stage])[0], 1e-14));
    }
  }
}

TEST_CASE("an attempt starts where the last accepted one ended") {
  const auto recorded = record<Kepler, Tsit5, PiControl>(orbit, {planet});
  std::array<double, 4> y{};
  std::copy(planet.state.begin(), planet.state.end(), y.begin());
  for (const auto& step : recorded.histories[0].steps) {
    CHECK(step.values.front() == y);
    y = step.accepted == 1.0 ? step.values.back() : y;  // the last stage is the next first one
  }
  CHECK(std::ranges::equal(recorded.runs[0].saves[0].state, y));
}

TEST_CASE("fixed steps are all recorded, and none more") {
  const auto recorded = record<Kepler, ClassicalRk4, FixedStep>({.end = 1.0, .saves = {0.33, 1.0}},
                                                                {{.state = {0.5, 0.0, 0.0, 1.7320508075688772}, .dt = 0.003}});
  const auto& [attempts, steps] = recorded.histories[0];
  CHECK(attempts == recorded.runs[0].accepted);
  REQUIRE(steps.size() == 334);  // 333 full ones and 0.001 to land
  double sum = 0.0;
  for (const auto& step : steps) {
    CHECK(step.accepted == 1.0);
    CHECK(step.next_dt == 0.003);
    sum += step.dt;
  }
  CHECK_THAT(sum, WithinRel(1.0, 1e-13));
  CHECK_THAT(steps.back().dt, WithinAbs(0.001, 1e-12));
}

TEST_CASE("recording changes no bit of a result") {
  compare::check_same(record<Kepler, Tsit5, PiControl>(orbit, {planet}).runs[0],
                      harness::integrate_one<Kepler, Tsit5, PiControl>(orbit, planet));
  const harness::Request request{.end = 1.0, .saves = {0.0, 0.1234, 0.77, 1.0}};
  const harness::Start start{.state = {1.0, 0.0, 0.0}, .parameter = {10.0, 28.0, 8.0 / 3.0}, .dt = 0.0011};
  compare::check_same(record<Lorenz, ClassicalRk4, FixedStep>(request, {start}).runs[0],
                      harness::integrate_one<Lorenz, ClassicalRk4, FixedStep>(request, start));
}

TEST_CASE("of runs in lanes the chosen ones are recorded, each as if it were alone") {
  const harness::Request request{.end = 3.0, .saves = {0.7, 3.0}, .rtol = 1e-6, .atol = 1e-6};
  std::vector<harness::Start> starts;
  for (int i = 0; i < 4; ++i) {
    starts.push_back({.state = {1.0 + i, 0.5 * i, 2.0}, .parameter = {10.0, 8.0 + 20.0 * i, 8.0 / 3.0}, .dt = 0.5});
  }
  const auto together = record<Lorenz, Tsit5, PiControl, Double4>(request, starts, {1, 3});
  const auto plain = harness::integrate<Lorenz, Tsit5, PiControl, Double4>(request, starts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    compare::check_same(together.runs[i], plain[i]);
  }
  for (const std::size_t slot : {0U, 1U}) {
    const auto alone = record<Lorenz, Tsit5, PiControl>(request, {starts[2 * slot + 1]});
    CHECK(together.histories[slot].attempts == alone.histories[0].attempts);
    CHECK(together.histories[slot].steps == alone.histories[0].steps);
  }
  CHECK(together.histories[0].attempts != together.histories[1].attempts);
}

TEST_CASE("what is beyond a recorder's capacity is counted and not kept") {
  const auto all = record<Kepler, Tsit5, PiControl>(orbit, {planet}).histories[0];
  for (const std::size_t capacity : {0U, 1U, 7U}) {
    const auto some = record<Kepler, Tsit5, PiControl>(orbit, {planet}, {0}, static_cast<std::int64_t>(capacity)).histories[0];
    CHECK(some.attempts == all.attempts);
    REQUIRE(some.steps.size() == capacity);
    CHECK(std::equal(some.steps.begin(), some.steps.end(), all.steps.begin()));
  }
}

TEST_CASE("a run that is not chosen leaves no record") {
  const auto recorded = record<Kepler, Tsit5, PiControl>(orbit, {planet}, {1, 2});
  CHECK(recorded.histories[0].attempts == 0);
  CHECK(recorded.histories[1].attempts == 0);
}
