// Right-hand sides that jump at known times, where steps end and begin anew.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "compare.hpp"
#include "forcing.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using forcing::at_end;
using forcing::Follower;
using forcing::Growth;
using forcing::Integral;
using forcing::message;
using forcing::of_runs;
using forcing::Ramp;
using forcing::Switched;
using forcing::switches;
using kobie::Driver;
using kobie::Interpolation;
using kobie::Outside;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// 1 before t = 1, and no number from there on.
struct Cliff {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Cliff, Real>& at, kobie::Rates<Cliff, Real>& d) {
    d.state = {kobie::select(at.t < Real(1), Real(1), Real(std::numeric_limits<double>::quiet_NaN()))};
  }
};

// The mean of Ramp's y over a window is that of its two lines.
using RampSummaries = kobie::Solver<Ramp, kobie::Tsit5, kobie::Summaries<kobie::Mean>>;

// What Numerical Recipes calls quick and dirty: even enough, and the same everywhere. Between -4 and 4, multiples of 1/64.
std::vector<double> drawn(std::size_t count) {
  std::vector<double> values;
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525U + 1013904223U;
    values.push_back(static_cast<double>(state >> 23U) / 64 - 4.0);
  }
  return values;
}

std::vector<double> equal_times(double first, double every, std::size_t count) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.push_back(first + static_cast<double>(i) * every);
  }
  return times;
}

template <class M, class... Policies>
struct With {
  template <class System>
  using Solver = kobie::Solver<System, M, Policies...>;
};

}  // namespace

// All of these have stages at the end of a step: with one look beyond the stop y would be a share of the step too large.
TEMPLATE_TEST_CASE("a step before a stop sees nothing of what comes after it, and a step after it nothing of what was before",
                   "", With<kobie::Tsit5>, (With<kobie::ClassicalRk4, kobie::FixedStep>), With<kobie::Rodas5P>,
                   With<kobie::Kvaerno3>, With<kobie::RadauIIA5>, (With<kobie::BackwardEuler, kobie::FixedStep>),
                   With<kobie::Auto>) {
  const typename TestType::template Solver<Ramp> solver({.rtol = 1e-8, .atol = 1e-8, .dt = 0.3});
  const auto result = solver.solve(kobie::grid<Ramp>({{"corner", {1.0, 0.7, 1.3}}}),
                                   {.duration = 2.0, .stop_at = {0.7, 1.0, 1.3}, .save_at = {0.5, 0.95, 1.05, 1.5, 2.0}});
  REQUIRE(result.failure_count() == 0);
  const double corners[] = {1.0, 0.7, 1.3};
  // Every method integrates constants exactly, and interpolates lines: some tens of steps of some units of rounding, and what
  // transformations of implicit methods' stages add to it.
  for (std::size_t run = 0; run < 3; ++run) {
    for (std::size_t save = 0; save < 5; ++save) {
      const double t = result.times()[save];
      CAPTURE(corners[run], t);
      CHECK(std::abs(result["y"](save, run) - (t + 2 * std::fmax(0.0, t - corners[run]))) < 1e-13);
    }
  }
}

TEST_CASE("saves at a stop and just beside it lie on the solution") {
  for (const bool land : {false, true}) {
    const kobie::Solver<Ramp, kobie::Tsit5> solver;
    const double beside = 1e-12;
    const auto result =
        solver.solve(kobie::grid<Ramp>({}), {.duration = 2.0,
                                             .stop_at = {1.0},
                                             .save_at = {1.0 - 1e-6, 1.0 - beside, 1.0, 1.0 + beside, 1.0 + 1e-6},
                                             .land_on_saves = land});
    REQUIRE(result.status(0) == kobie::Status::success);
    for (std::size_t save = 0; save < 5; ++save) {
      const double t = result.times()[save];
      CAPTURE(land, save);
      // Rounding, and what lies within 4 units of it beside the stop: 3 - 1 times as much at most.
      CHECK(std::abs(result["y"](save, 0) - (t + 2 * std::fmax(0.0, t - 1.0))) < 32 * epsilon);
    }
  }
}

TEST_CASE("what is no number after a stop spoils no save before it") {
  const kobie::Solver<Cliff, kobie::ClassicalRk4> solver({.dt = 0.3});
  const kobie::SolveRequest without{.duration = 2.0, .save_at = {0.5, 0.91, 0.999}};
  kobie::SolveRequest with = without;
  with.stop_at = {1.0};
  const auto stopped = solver.solve(kobie::grid<Cliff>({}), with);
  const auto blind = solver.solve(kobie::grid<Cliff>({}), without);
  for (std::size_t save = 0; save < 3; ++save) {
    CHECK(std::abs(stopped["y"](save, 0) - stopped.times()[save]) < 1e-14);
  }
  CHECK(std::isnan(blind["y"](1, 0)));  // so the test sees what it should
}

TEMPLATE_TEST_CASE(
    "with stops at its jumps a right-hand side is integrated within the tolerance, and hardly a step is rejected", "",
    kobie::BogackiShampine32, kobie::DormandPrince853, kobie::Rodas5P, kobie::KenCarp4, kobie::Auto) {
  const double tolerance = 1e-8;
  const kobie::Solver<Switched, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto runs = kobie::grid<Switched>({{"scale", {1.0, 0.5, 2.0}}});
  const double scales[] = {1.0, 0.5, 2.0};
  const auto with = solver.solve(runs, {.duration = 2.0, .stop_at = switches});
  const auto without = solver.solve(runs, {.duration = 2.0});
  REQUIRE(with.failure_count() == 0);
  for (std::size_t run = 0; run < 3; ++run) {
    CAPTURE(scales[run]);
    CHECK(std::abs(at_end(with, "y", run) - Switched::at(0.0, 2.0, scales[run])) <
          1000 * tolerance);  // steps of order 3 are some 500
    // Two stops, after each of which the first step may be too long once or twice.
    CHECK(with.rejected_steps()[run] <= 6);
  }
  CHECK(with.total_accepted() + with.total_rejected() < without.total_accepted() + without.total_rejected());
  CHECK(3 * with.total_rejected() < without.total_rejected());
}

namespace {

template <class M, int Order, int Steps>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int steps = Steps;
};

}  // namespace

TEMPLATE_TEST_CASE("fixed steps keep a method's order with stops at the jumps, and lose it without", "",
                   (Case<kobie::ClassicalRk4, 4, 20>), (Case<kobie::DormandPrince853, 8, 2>),
                   (Case<kobie::BackwardEuler, 1, 80>), (Case<kobie::Rodas5P, 5, 10>), (Case<kobie::KenCarp4, 4, 10>),
                   (Case<kobie::RadauIIA5, 5, 8>)) {
  // Steps of 1/n and 1/(4n), n no multiple of 3: the same share of a step is before each jump, and is left at the end.
  const auto error = [](int steps, const std::vector<double>& stops) {
    const kobie::Solver<Switched, typename TestType::Method, kobie::FixedStep> solver(
        {.rtol = 1e-11, .atol = 1e-11, .dt = 1.0 / steps});
    // At this scale y stays far from -1, beyond which the solution goes to infinity.
    const auto result = solver.solve(kobie::grid<Switched>({{"scale", 0.5}}), {.duration = 2.0, .stop_at = stops});
    if (stops.empty() && result.failure_count() > 0) {
      return std::numeric_limits<double>::infinity();  // a step across a jump may lead anywhere
    }
    REQUIRE(result.failure_count() == 0);
    // Each of the two stops cuts a step into two.
    CHECK(result.accepted_steps()[0] >= 2 * steps);
    CHECK(result.accepted_steps()[0] <= 2 * steps + 4);
    return std::abs(at_end(result, "y") - Switched::at(0.0, 2.0, 0.5));
  };
  const double coarse = error(TestType::steps, switches);
  const double fine = error(4 * TestType::steps, switches);
  CAPTURE(coarse, fine);
  CHECK(fine > 1e-14);
  CHECK(std::log2(coarse / fine) / 2 > TestType::order - 0.3);
  if (TestType::order > 1) {
    const double blind_coarse = error(TestType::steps, {});
    const double blind_fine = error(4 * TestType::steps, {});
    CAPTURE(blind_coarse, blind_fine);
    CHECK((std::isinf(blind_coarse) || std::log2(blind_coarse / blind_fine) / 2 < 1.3));
    CHECK(blind_fine > 10 * fine);
  }
}

TEST_CASE("a square wave is integrated exactly, its samples being stops") {
  const auto values = drawn(50);
  const Driver force{.name = "force",
                     .values = values,
                     .first = 0.3,
                     .every = 0.1,
                     .interpolation = Interpolation::previous,
                     .outside = Outside::hold,
                     .stop_at_samples = true};
  const kobie::Solver<Integral, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  const auto result =
      solver.solve(kobie::grid<Integral>({}), {.t0 = 0.3, .duration = 4.95, .drivers = {force}, .save_every = 0.05});
  auto times = equal_times(0.3, 0.1, 50);
  times.push_back(6.0);
  auto held = values;
  held.push_back(values.back());
  const auto pieces = forcing::levels(times, held);
  // 50 intervals of forces of up to 4: the sums stay below 10, whose rounding is 1e-15, and Tsit5's weights add up to 1 with a
  // rounding of some units. Times of samples have one of 1e-15, and the force jumps by up to 8 there.
  for (std::size_t save = 0; save < result.times().size(); ++save) {
    const double t = result.times()[save];
    CAPTURE(t);
    CHECK(std::abs(result["y"](save, 0) - forcing::integral(pieces, 0.3, t)) < 1e-12);
  }
  CHECK(result.total_rejected() == 0);
  CHECK(result.total_accepted() < 100);
}

TEST_CASE("samples that repeat are stops in every period") {
  // On for a third of a period, off for the rest; from a time before the first sample on.
  const Driver force{.name = "force",
                     .values = {3.0, 0.0, 3.0},
                     .times = {1.0, 4.0 / 3, 2.0},
                     .interpolation = Interpolation::previous,
                     .outside = Outside::repeat,
                     .stop_at_samples = true};
  const kobie::Solver<Integral, kobie::Tsit5> solver;
  const auto result =
      solver.solve(kobie::grid<Integral>({}), {.t0 = -5.0, .duration = 40.0, .drivers = {force}, .save_every = 1.0});
  // The integral of a period is 1. Each of 80 stops is known to within a rounding of times of up to 35, 4e-15, where the force
  // jumps by 3; the sum's own rounding is as much.
  for (std::size_t save = 0; save <= 40; ++save) {
    CAPTURE(save);
    CHECK(std::abs(result["y"](save, 0) - static_cast<double>(save)) < 80 * 4e-15 * 4);
  }
  CHECK(result.total_rejected() == 0);
}

TEST_CASE("samples that are stops are stops like listed ones, to the last bit") {
  const auto values = drawn(65);
  Driver force{.name = "force", .values = values, .every = 1.0 / 16, .interpolation = Interpolation::previous};
  const kobie::Solver<Growth, kobie::Tsit5> solver({.rtol = 1e-9, .atol = 1e-9});
  const auto runs = kobie::grid<Growth>({{"y", {1.0, -2.0, 0.25}}});
  const auto listed = solver.solve(runs, {.duration = 4.0, .drivers = {force}, .stop_at = equal_times(0.0, 1.0 / 16, 65)});
  const auto unknown = solver.solve(runs, {.duration = 4.0, .drivers = {force}});
  force.stop_at_samples = true;
  const auto sampled = solver.solve(runs, {.duration = 4.0, .drivers = {force}});
  const auto both = solver.solve(runs, {.duration = 4.0, .drivers = {force}, .stop_at = equal_times(0.0, 1.0 / 8, 33)});
  CHECK(compare::same_results(sampled, listed));
  CHECK(compare::same_results(both, listed));
  CHECK(10 * sampled.total_rejected() < unknown.total_rejected());
  const double exact = std::exp(forcing::integral(forcing::levels(equal_times(0.0, 1.0 / 16, 65), values), 0.0, 4.0));
  CHECK(std::abs(at_end(sampled, "y") - exact) < 100 * 1e-9 * (1.0 + exact));
}

TEMPLATE_TEST_CASE("a thousand stops cost float no more than its rounding", "", (With<kobie::Tsit5, kobie::Precision<float>>),
                   (With<kobie::ClassicalRk4, kobie::FixedStep, kobie::Precision<float>>)) {
  const auto values = drawn(1001);
  const auto pieces = forcing::levels(equal_times(0.0, 0.01, 1001), values);
  const Driver force{
      .name = "force", .values = values, .every = 0.01, .interpolation = Interpolation::previous, .stop_at_samples = true};
  const typename TestType::template Solver<Growth> solver({.rtol = 1e-6, .atol = 1e-6, .dt = 0.05});
  const auto result = solver.solve(kobie::grid<Growth>({}), {.duration = 10.0, .drivers = {force}});
  REQUIRE(result.status(0) == kobie::Status::success);
  const double exact = std::exp(forcing::integral(pieces, 0.0, 10.0));
  CAPTURE(exact);
  // All roundings are shares of y at their time, and stay that share of it. A stop takes three sums, each with a rounding of
  // half a unit of y, and a step has the errors of its weights, h |f| of some units: 2 units in all. A gap beside a stop that
  // was lost would be up to 1e-5 of the 1e-2 between stops, 100 times as much.
  CHECK(std::abs(at_end(result, "y") / exact - 1.0) < 1000 * 2 * static_cast<double>(std::numeric_limits<float>::epsilon()));
  CHECK(result.accepted_steps()[0] >= 1000);
  CHECK(result.accepted_steps()[0] <= 1100);
}

TEST_CASE("no step crosses a stop, and steps end right before it and go on right after") {
  const kobie::Solver<Switched, kobie::Tsit5, kobie::StepRecorder> solver({.rtol = 1e-7, .atol = 1e-7});
  const auto result = solver.solve(kobie::grid<Switched>({}), {.duration = 2.0, .stop_at = switches, .record_runs = {0}});
  for (const double stop : switches) {
    int crossing = 0;
    int ending = 0;
    int beginning = 0;
    for (const auto& step : result.recorded(0).steps) {
      const double end = step.t + step.dt;
      crossing += step.t < stop && end > stop ? 1 : 0;
      ending += step.accepted && std::abs(end - stop) < 16 * epsilon ? 1 : 0;
      beginning += step.accepted && std::abs(step.t - stop) < 16 * epsilon ? 1 : 0;
    }
    CAPTURE(stop);
    CHECK(crossing == 0);
    CHECK(ending == 1);
    CHECK(beginning == 1);
  }
}

TEST_CASE("stops at the start and outside the span are none") {
  const kobie::Solver<Switched, kobie::Tsit5> solver({.rtol = 1e-7, .atol = 1e-7});
  const auto runs = kobie::grid<Switched>({{"scale", kobie::linspace(0.5, 2.0, 17)}});
  kobie::SolveRequest request{.t0 = 0.7, .settling_time = 0.1, .duration = 0.4, .save_every = 0.1};
  const auto plain = solver.solve(runs, request);
  request.stop_at = {-5.0, Switched::first, 0.7, std::nextafter(0.7, 1.0), 1.2001, 7.0};
  CHECK(compare::same_results(solver.solve(runs, request), plain));
  request.t0 = 0.0;
  request.stop_at.clear();
  const auto from_0 = solver.solve(runs, request);
  request.stop_at = {-1.0, 0.0, 1.0};
  CHECK(compare::same_results(solver.solve(runs, request), from_0));
}

TEST_CASE("stops may be as near to each other as times are") {
  const kobie::Solver<Ramp, kobie::Tsit5> solver;
  const auto result = solver.solve(
      kobie::grid<Ramp>({{"corner", {1.0, 1.0 + 1e-12, 1.0 + 1e-9}}}),
      {.duration = 2.0,
       .stop_at = {1e-20, 1e-12, 1.0, 1.0 + 1e-15, 1.0 + 3e-15, 1.0 + 1e-14, 1.0 + 1e-12, 1.0 + 1e-9, 2.0 - 1e-14}});
  REQUIRE(result.failure_count() == 0);
  const double corners[] = {1.0, 1.0 + 1e-12, 1.0 + 1e-9};
  for (std::size_t run = 0; run < 3; ++run) {
    // As beside a single stop, with some more steps.
    CHECK(std::abs(at_end(result, "y", run) - (6.0 - 2 * corners[run])) < 1e-13);
  }
}

TEST_CASE("steps end on saves and at stops, where both are asked for") {
  const double tolerance = 1e-8;
  for (const bool fixed : {false, true}) {
    const kobie::SolverOptions options{.rtol = tolerance, .atol = tolerance, .dt = 0.03};
    const auto runs = kobie::grid<Switched>({});
    // At 0.5 and 1.7 there is a save and a stop.
    const kobie::SolveRequest request{
        .duration = 2.0, .stop_at = {Switched::first, 0.5, Switched::second, 1.7}, .save_every = 0.1, .land_on_saves = true};
    const auto result = fixed ? kobie::Solver<Switched, kobie::Tsit5, kobie::FixedStep>(options).solve(runs, request)
                              : kobie::Solver<Switched, kobie::Tsit5>(options).solve(runs, request);
    REQUIRE(result.failure_count() == 0);
    CHECK(result.accepted_steps()[0] >= 22);
    for (std::size_t save = 0; save < 21; ++save) {
      const double t = result.times()[save];
      CAPTURE(fixed, t);
      CHECK(std::abs(result["y"](save, 0) - Switched::at(0.0, t)) < 100 * tolerance);
    }
  }
}

// An interpolant through both sides of a jump would be off by a share of the step, some 1e-2.
TEMPLATE_TEST_CASE("between steps beside stops saves are as accurate as elsewhere", "", kobie::Tsit5, kobie::Verner65,
                   kobie::Rodas5P, kobie::KenCarp4) {
  const double tolerance = 1e-8;
  const kobie::Solver<Switched, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<Switched>({}), {.duration = 2.0, .stop_at = switches, .save_every = 0.001});
  REQUIRE(result.times().size() == 2001);
  double worst = 0.0;
  for (std::size_t save = 0; save < 2001; ++save) {
    worst = std::fmax(worst, std::abs(result["y"](save, 0) - Switched::at(0.0, result.times()[save])));
  }
  // Interpolants of an order less than the steps'.
  CHECK(worst < 1000 * tolerance);
}

TEST_CASE("what is settled has stops, too") {
  const double tolerance = 1e-9;
  const kobie::Solver<Switched, kobie::Tsit5> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<Switched>({}),
                                   {.t0 = 0.1, .settling_time = 0.5, .duration = 1.4, .stop_at = switches, .save_every = 0.7});
  REQUIRE(result.times().size() == 3);
  for (std::size_t save = 0; save < 3; ++save) {
    CHECK(std::abs(result["y"](save, 0) - Switched::at(0.1, result.times()[save])) < 100 * tolerance);
  }
  CHECK(result.total_rejected() <= 6);
}

TEST_CASE("summaries are taken across stops") {
  const auto result = RampSummaries().solve(
      kobie::grid<Ramp>({}), {.duration = 2.0, .stop_at = {1.0}, .sample_every = 1.0 / 64, .summarise_every = 0.5});
  const double means[] = {0.25, 0.75, 1.75, 3.25};
  for (std::size_t window = 0; window < 4; ++window) {
    CHECK(std::abs(result.summary("y", "mean")(window, 0) - means[window]) < 1e-13);
  }
}

TEMPLATE_TEST_CASE("stiff systems follow a force that jumps, with stops at its samples", "", kobie::Rodas5P, kobie::KenCarp4,
                   kobie::RadauIIA5, kobie::Auto) {
  const double tolerance = 1e-8;
  const std::vector<double> values = {1.0, -1.0, 2.0, 0.5, 3.0, -2.0};
  const std::vector<double> times = {0.0, 0.3, 0.6, 1.1, 1.2, 2.0};
  Driver force{.name = "force", .values = values, .times = times, .interpolation = Interpolation::previous};
  force.stop_at_samples = true;
  const double rates[] = {3.0, 100.0, 1e4};
  const kobie::Solver<Follower, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(
      kobie::grid<Follower>({{"rate", {3.0, 100.0, 1e4}}}),
      {.duration = 2.0, .drivers = {force}, .save_at = {0.3, 0.31, 0.6, 1.15, 1.2, 1.21, 2.0}, .land_on_saves = true});
  REQUIRE(result.failure_count() == 0);
  const auto pieces = forcing::levels(times, values);
  for (std::size_t run = 0; run < 3; ++run) {
    for (std::size_t save = 0; save < result.times().size(); ++save) {
      const double t = result.times()[save];
      CAPTURE(rates[run], t);
      CHECK(std::abs(result["y"](save, run) - forcing::followed(pieces, rates[run], 0.0, 0.0, t)) < 100 * tolerance * 4);
    }
  }
}

namespace {

constexpr std::size_t run_count = 61;
double start_of(std::size_t run) { return -1.0 + 2.3 * std::fmod(0.618 * static_cast<double>(run), 1.0); }
double scale_of(std::size_t run) { return 0.5 + 0.02 * static_cast<double>(run); }

kobie::Runs<Switched> starts(std::size_t first, std::size_t count) {
  return kobie::grid<Switched>({{"scale", of_runs(first, count, scale_of)}}).with_t0(of_runs(first, count, start_of));
}

}  // namespace

// Stops are absolute times, so that runs with other starts meet them at other times of their own, or not at all.
TEMPLATE_TEST_CASE(
    "runs that start at different times meet the stops at the same, in lanes and chunks to the bits they have alone", "",
    (With<kobie::Tsit5, kobie::OnHost>), (With<kobie::Tsit5, kobie::OnHostAsDevice>),
    (With<kobie::Tsit5, kobie::FixedStep, kobie::OnHost>)) {
  const double tolerance = 1e-9;
  const kobie::SolverOptions options{.rtol = tolerance, .atol = tolerance, .dt = 1.0 / 64};
  const typename TestType::template Solver<Switched> defaults(options);
  kobie::SolveRequest request{.duration = 1.5, .stop_at = switches, .save_every = 0.5};
  const auto whole = defaults.solve(starts(0, run_count), request);
  REQUIRE(whole.failure_count() == 0);
  std::vector<std::size_t> wrong;
  std::vector<std::size_t> different;
  for (std::size_t run = 0; run < run_count; ++run) {
    for (std::size_t save = 0; save < 4; ++save) {
      const double t0 = start_of(run);
      const double exact = Switched::at(t0, t0 + 0.5 * static_cast<double>(save), scale_of(run));
      if (!(std::abs(whole["y"](save, run) - exact) < 1000 * tolerance)) {
        wrong.push_back(run);
      }
    }
    const auto alone = defaults.solve(starts(run, 1), request);
    if (!compare::same_run_so_far(whole, run, alone, 0)) {
      different.push_back(run);
    }
  }
  CHECK(wrong == std::vector<std::size_t>());
  CHECK(different == std::vector<std::size_t>());
  for (const std::int64_t length : {7, 16, 60}) {
    request.chunk_runs = length;
    CAPTURE(length);
    CHECK(compare::same_results(defaults.solve(starts(0, run_count), request), whole));
  }
}

TEST_CASE("stops give the same bits in lanes and in scalar code") {
  const kobie::SolverOptions options{.rtol = 1e-7, .atol = 1e-7};
  const kobie::Solver<Switched, kobie::Tsit5, kobie::Lanes<1>, kobie::OnHost> scalar(options);
  const kobie::Solver<Switched, kobie::Tsit5, kobie::Lanes<8>, kobie::OnHost> lanes(options);
  const kobie::SolveRequest request{.duration = 1.5, .stop_at = switches, .save_every = 0.125};
  const auto one = scalar.solve(starts(0, run_count), request);
  CHECK(compare::same_results(lanes.solve(starts(0, run_count), request), one));
}

TEST_CASE("far from t = 0 a float's stop is as exact as its times can be") {
  // Floats are 1/16 apart here, so that the stop's neighbourhood is 1 long: what is integrated there is right all the same.
  const kobie::Solver<Ramp, kobie::Tsit5, kobie::Precision<float>> solver;
  const auto result = solver.solve(kobie::grid<Ramp>({{"corner", 1e6 + 5}}),
                                   {.t0 = 1e6, .duration = 10.0, .stop_at = {1e6 + 5}, .save_every = 2.5});
  REQUIRE(result.status(0) == kobie::Status::success);
  const double y[] = {0.0, 2.5, 5.0, 12.5, 20.0};
  for (std::size_t save = 0; save < 5; ++save) {
    CAPTURE(save);
    CHECK(std::abs(static_cast<double>(result["y"](save, 0)) - y[save]) <= 1e-5 * y[save]);
  }
}

TEST_CASE("a method whose stages lie beyond its step is refused where there are stops") {
  const kobie::Solver<Ramp, kobie::Kvaerno5> solver;
  CHECK_THROWS_WITH(solver.solve(kobie::grid<Ramp>({}), {.duration = 2.0, .stop_at = {1.0}}),
                    ContainsSubstring("stop_at = 1: stages of kvaerno-5 see the right-hand side beyond the end of a step"));
  CHECK(solver.solve(kobie::grid<Ramp>({}), {.duration = 2.0, .stop_at = {3.0}}).failure_count() == 0);
}

TEST_CASE("a stop at the end keeps the last step from what comes then") {
  // Every stage that saw the rate of 3 would be a share of the last step too much.
  const kobie::Solver<Ramp, kobie::ClassicalRk4> solver({.dt = 0.25});
  const auto result =
      solver.solve(kobie::grid<Ramp>({{"corner", {2.0, 1.0}}}).with_duration({2.0, 1.0}), {.stop_at = {1.0, 2.0}});
  CHECK(std::abs(at_end(result, "y", 0) - 2.0) < 16 * epsilon);
  CHECK(std::abs(at_end(result, "y", 1) - 1.0) < 16 * epsilon);
  CHECK(result.end_times()[0] == 2.0);
  CHECK(result.end_times()[1] == 1.0);
}

TEST_CASE("stops that are no times, or do not ascend, are one clear error") {
  const kobie::Solver<Ramp, kobie::Tsit5> solver;
  const auto runs = kobie::grid<Ramp>({});
  CHECK_THAT(message(solver, runs, {.duration = 2.0, .stop_at = {1.0, 0.5}}), ContainsSubstring("stop_at"));
  CHECK_THAT(message(solver, runs, {.duration = 2.0, .stop_at = {std::nan("")}}), ContainsSubstring("stop_at"));
  CHECK_THAT(message(solver, runs, {.duration = 2.0, .stop_at = {0.5, HUGE_VAL}}), ContainsSubstring("stop_at"));
  CHECK(message(solver, runs, {.duration = 2.0, .stop_at = {0.5, 1.0}}) == "nothing was thrown");
}
