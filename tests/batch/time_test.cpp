#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <vector>

#include "problems.hpp"

import kobie;

namespace {

/// y' = 1: the state is the time since the start.
struct Stopwatch {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto observables = kobie::names({"t"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Stopwatch, Real>&, kobie::Rates<Stopwatch, Real>& d) {
    d.state = {Real(1)};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Stopwatch, Real>& at, kobie::Observed<Stopwatch, Real>& o) {
    o.observable = {at.t};
  }
};

double difference(const kobie::Result<double>& a, const kobie::Result<double>& b, std::size_t save_a, std::size_t save_b) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.all().extent(0); ++i) {
    worst = std::fmax(worst, std::abs(a.all()(i, save_a, 0) - b.all()(i, save_b, 0)));
  }
  return worst;
}

}  // namespace

TEMPLATE_TEST_CASE("saves land where they should, in float and double", "", float, double) {
  const kobie::Solver<Stopwatch, kobie::Tsit5, kobie::Precision<TestType>> solver({.dt_max = 0.37});
  const auto result = solver.solve(kobie::grid<Stopwatch>({}), {.t0 = -3.0, .duration = 100.0, .save_every = 0.1});
  REQUIRE(result.times().size() == 1001);
  CHECK(result.times().front() == -3.0);
  CHECK(result.times().back() == 97.0);
  const double epsilon = std::numeric_limits<TestType>::epsilon();
  double worst_time = 0.0;
  double worst_state = 0.0;
  for (std::size_t save = 0; save < 1001; ++save) {
    const double t = result.times()[save];
    worst_time = std::fmax(worst_time, std::abs(static_cast<double>(result["t"](save, 0)) - t));
    worst_state = std::fmax(worst_state, std::abs(static_cast<double>(result["y"](save, 0)) - (t + 3.0)));
  }
  CHECK(worst_time <= 100.0 * epsilon);         // rounding of t0 + elapsed, both below 100
  CHECK(worst_state <= 300 * 100.0 * epsilon);  // y is a plain sum of some 300 steps
}

TEST_CASE("fixed float steps do not stall: 100,000 of them end at the end") {
  const kobie::Solver<Stopwatch, kobie::ClassicalRk4, kobie::Precision<float>> solver({.dt = 1e-2});
  const auto result = solver.solve(kobie::grid<Stopwatch>({}), {.t0 = 1e4, .duration = 1e3});
  CHECK(result.accepted_steps()[0] == 100'000);
  CHECK(result.end_times()[0] == 1.1e4F);
  CHECK(result.status(0) == kobie::Status::success);
}

TEST_CASE("settling is integrating without saving") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5, kobie::FixedStep> solver({.dt = 1e-3});
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", 10.5}});
  const auto settled = solver.solve(runs, {.t0 = 1.0, .settling_time = 2.0, .duration = 1.0, .save_every = 0.5});
  const auto whole = solver.solve(runs, {.t0 = 1.0, .duration = 3.0, .save_every = 0.5});
  CHECK(settled.times() == std::vector<double>{3.0, 3.5, 4.0});
  for (std::size_t save = 0; save < 3; ++save) {
    CHECK(difference(settled, whole, save, save + 4) == 0.0);
  }
}

TEST_CASE("listed times, regular times and the end agree") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-9, .atol = 1e-9});
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", 10.5}});
  const auto regular = solver.solve(runs, {.duration = 2.0, .save_every = 0.25});
  const auto listed = solver.solve(runs, {.duration = 2.0, .save_at = {0.0, 0.25, 1.75, 2.0}});
  const auto end = solver.solve(runs, {.duration = 2.0});
  REQUIRE(regular.times().size() == 9);
  REQUIRE(listed.times() == std::vector<double>{0.0, 0.25, 1.75, 2.0});
  REQUIRE(end.times() == std::vector<double>{2.0});
  // Interpolation does not change the steps, so all three are the same computation.
  CHECK(difference(listed, regular, 0, 0) == 0.0);
  CHECK(difference(listed, regular, 1, 1) == 0.0);
  CHECK(difference(listed, regular, 2, 7) == 0.0);
  CHECK(difference(end, regular, 0, 8) == 0.0);
}

TEMPLATE_TEST_CASE("steps that end on save times agree with interpolation between steps", "", kobie::Tsit5,
                   kobie::DormandPrince54) {
  const double tolerance = 1e-9;
  const kobie::Solver<problems::Lorenz, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", 10.5}});
  const auto landed = solver.solve(runs, {.duration = 2.0, .save_every = 0.01, .land_on_saves = true});
  const auto interpolated = solver.solve(runs, {.duration = 2.0, .save_every = 0.01});
  CHECK(landed.total_accepted() >= 200);
  CHECK(interpolated.total_accepted() < landed.total_accepted());
  double worst = 0.0;
  for (std::size_t save = 0; save < 201; ++save) {
    worst = std::fmax(worst, difference(landed, interpolated, save, save));
  }
  // States are of size 10, and interpolants of order 4 are an order below the steps.
  CHECK(worst < 1000 * tolerance * 10);
}

TEST_CASE("each run can have its own step") {
  const kobie::Solver<Stopwatch, kobie::ClassicalRk4> fixed({.dt = 0.5});
  const auto runs = kobie::grid<Stopwatch>({{"y", {0.0, 1.0, 2.0}}}).with_initial_step({0.1, 0.25, 1.0});
  const auto result = fixed.solve(runs, {.duration = 1.0});
  CHECK(result.accepted_steps()[0] == 10);
  CHECK(result.accepted_steps()[1] == 4);
  CHECK(result.accepted_steps()[2] == 1);
}

TEST_CASE("a first step that is far too long is rejected and mended") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> hasty({.rtol = 1e-8, .atol = 1e-8, .dt = 1.0});
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> careful({.rtol = 1e-8, .atol = 1e-8});
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", 10.5}});
  const auto a = hasty.solve(runs, {.duration = 1.0});
  const auto b = careful.solve(runs, {.duration = 1.0});
  CHECK(a.total_rejected() > 0);
  CHECK(b.total_rejected() == 0);
  CHECK(difference(a, b, 0, 0) < 100 * 1e-8 * 10);
}
