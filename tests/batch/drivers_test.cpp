// Systems that are forced by samples.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "compare.hpp"
#include "forcing.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using forcing::at_end;
using forcing::Follower;
using forcing::Growth;
using forcing::GrowthWithDerivatives;
using forcing::Integral;
using forcing::message;
using forcing::of_runs;
using kobie::Driver;
using kobie::Interpolation;
using kobie::Outside;
using kobie::SplineEnds;

namespace {

// x'' + 2 damping x' + w0^2 x = force.
struct Oscillator {
  static constexpr double damping = 0.5;
  static constexpr double w0 = 3.0;
  static constexpr auto states = kobie::values({{"x", 0.5}, {"v", -1.0}});
  static constexpr auto drivers = kobie::names({{"force", "N"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Oscillator, Real>& at, kobie::Rates<Oscillator, Real>& d) {
    const auto& [x, v] = at.state;
    const auto& [force] = at.driver;
    d.state = {v, force - Real(2 * damping) * v - Real(w0 * w0) * x};
  }
  /// x(t) where the force is sin(w t).
  static double at(double w, double t) {
    const double detuning = w0 * w0 - w * w;
    const double size = detuning * detuning + 4 * damping * damping * w * w;
    const double in_phase = detuning / size;
    const double behind = -2 * damping * w / size;
    const double own = std::sqrt(w0 * w0 - damping * damping);
    const double c = 0.5 - behind;
    const double s = (-1.0 + damping * c - in_phase * w) / own;
    return in_phase * std::sin(w * t) + behind * std::cos(w * t) +
           std::exp(-damping * t) * (c * std::cos(own * t) + s * std::sin(own * t));
  }
};

// Two drivers, whose order shows.
struct TwoDrivers {
  static constexpr auto states = kobie::values({{"y", 0.0}, {"z", 0.0}});
  static constexpr auto drivers = kobie::names({"force", "wind"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<TwoDrivers, Real>& at, kobie::Rates<TwoDrivers, Real>& d) {
    const auto& [force, wind] = at.driver;
    d.state = {force, force * wind};
  }
};

const std::vector<double> uneven = {0.0, 0.25, 1.0, 1.5, 2.0, 3.0};
const std::vector<double> heights = {1.0, -2.0, 0.5, 3.0, 3.0, -1.0};

template <class F>
std::vector<double> sampled(double first, double every, std::size_t count, const F& f) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(f(first + static_cast<double>(i) * every));
  }
  return values;
}

// A cubic polynomial and its integral from 0.
double cubic(double t) { return 1.0 + t * (-3.0 + t * (2.0 - 0.3 * t)); }
double cubic_slope(double t) { return -3.0 + t * (4.0 - 0.9 * t); }
double cubic_integral(double t) { return t * (1.0 + t * (-1.5 + t * (2.0 / 3 - 0.075 * t))); }

Driver cubic_driver() {
  return {.name = "force",
          .values = sampled(0.0, 0.25, 9, cubic),
          .first = 0.0,
          .every = 0.25,
          .interpolation = Interpolation::cubic};
}

using FixedRk4 = kobie::Solver<Integral, kobie::ClassicalRk4>;
using Adaptive = kobie::Solver<Integral, kobie::Tsit5>;

// The integral at the end, by steps of a sixteenth that meet all samples at sixteenths: a step of the classical method is
// Simpson's rule, which is exact for cubics. What is left is rounding: some units of 1e-16 a step.
double simpson(const Driver& driver, double duration, double t0 = 0.0) {
  const auto result =
      FixedRk4({.dt = 1.0 / 16}).solve(kobie::grid<Integral>({}), {.t0 = t0, .duration = duration, .drivers = {driver}});
  REQUIRE(result.failure_count() == 0);
  return at_end(result, "y");
}

}  // namespace

TEST_CASE("a force that is linear between samples is integrated exactly, and so are saves between steps") {
  const Driver force{.name = "force", .values = heights, .times = uneven};
  const auto result =
      FixedRk4({.dt = 1.0 / 16}).solve(kobie::grid<Integral>({}), {.duration = 3.0, .drivers = {force}, .save_every = 0.1});
  const auto pieces = forcing::lines(uneven, heights);
  // 48 steps, each of some units of 1e-16; the interpolant, a cubic, is exact for the parabola in each step.
  for (std::size_t save = 0; save < result.times().size(); ++save) {
    const double t = result.times()[save];
    CAPTURE(t);
    CHECK(std::abs(result["y"](save, 0) - forcing::integral(pieces, 0.0, t)) < 1e-14);
  }
}

TEMPLATE_TEST_CASE("adaptive steps integrate forces with corners and jumps within the tolerance", "", kobie::BogackiShampine32,
                   kobie::Tsit5) {
  const double tolerance = 1e-8;
  const kobie::Solver<Integral, TestType> solver({.rtol = tolerance, .atol = tolerance});
  for (const auto interpolation : {Interpolation::linear, Interpolation::previous}) {
    const Driver force{.name = "force", .values = heights, .times = uneven, .interpolation = interpolation};
    const auto result = solver.solve(kobie::grid<Integral>({}), {.duration = 3.0, .drivers = {force}});
    REQUIRE(result.failure_count() == 0);
    const auto pieces =
        interpolation == Interpolation::linear ? forcing::lines(uneven, heights) : forcing::levels(uneven, heights);
    // y does not leave 5, and steps that meet a corner have the error of one tolerance.
    CHECK(std::abs(at_end(result, "y") - forcing::integral(pieces, 0.0, 3.0)) < 100 * tolerance);
  }
}

TEST_CASE("a cubic spline through samples of a cubic is that cubic, whatever its ends") {
  Driver force = cubic_driver();
  CHECK(std::abs(simpson(force, 2.0) - cubic_integral(2.0)) < 1e-14);
  force.ends = SplineEnds::clamped;
  force.first_slope = cubic_slope(0.0);
  force.last_slope = cubic_slope(2.0);
  CHECK(std::abs(simpson(force, 2.0) - cubic_integral(2.0)) < 1e-14);
  // At times of any distance.
  Driver listed{.name = "force", .values = {}, .times = {0.0, 0.25, 1.0, 1.25, 2.0}, .interpolation = Interpolation::cubic};
  for (const double t : listed.times) {
    listed.values.push_back(cubic(t));
  }
  CHECK(std::abs(simpson(listed, 2.0) - cubic_integral(2.0)) < 1e-14);
}

TEST_CASE("natural, clamped and periodic splines through samples of a B-spline are that B-spline") {
  // The cardinal cubic B-spline on [1, 5]: its integrals are 1, half of it up to its middle, 1/24 in its first interval. At
  // both ends of [0, 6] value, slope and curvature are 0.
  Driver force{.name = "force", .values = {0, 0, 1.0 / 6, 4.0 / 6, 1.0 / 6, 0, 0}, .every = 1.0};
  force.interpolation = Interpolation::cubic;
  for (const auto ends : {SplineEnds::natural, SplineEnds::clamped, SplineEnds::periodic}) {
    force.ends = ends;
    CAPTURE(static_cast<int>(ends));
    CHECK(std::abs(simpson(force, 2.0) - 1.0 / 24) < 1e-14);
    CHECK(std::abs(simpson(force, 3.0) - 0.5) < 1e-14);
    CHECK(std::abs(simpson(force, 6.0) - 1.0) < 1e-14);
  }
  force.ends = SplineEnds::periodic;
  force.outside = Outside::repeat;
  CHECK(std::abs(simpson(force, 60.0) - 10.0) < 1e-12);  // 960 steps, sums up to 10
  CHECK(std::abs(simpson(force, 6.0, -33.0) - 1.0) < 1e-14);
  CHECK(std::abs(simpson(force, 2.0, 600.0) - 1.0 / 24) < 1e-12);  // times have 1e-13
}

TEST_CASE("outside its samples a driver holds, is zero, or repeats them") {
  Driver force{.name = "force", .values = {2.0, 4.0, -4.0 / 3}, .times = {1.0, 1.5, 3.0}};
  const auto pieces = forcing::lines(force.times, force.values);
  const double whole = forcing::integral(pieces, 1.0, 3.0);
  const double tolerance = 1e-9;
  const auto from_0_to_6 = [&](Outside outside, bool stops) {
    force.outside = outside;
    force.stop_at_samples = stops;
    const auto result =
        Adaptive({.rtol = tolerance, .atol = tolerance})
            .solve(kobie::grid<Integral>({}), {.duration = 6.0, .drivers = {force}, .save_at = {1.0, 3.0, 6.0}});
    return std::vector<double>{result["y"](0, 0), result["y"](1, 0), result["y"](2, 0)};
  };
  const double last_half = forcing::integral(pieces, 2.0, 3.0);
  const std::vector<std::tuple<Outside, double, double>> cases = {
      {Outside::hold, 2.0, -4.0}, {Outside::zero, 0.0, 0.0}, {Outside::repeat, last_half, whole + whole - last_half}};
  for (const auto& [outside, before, after] : cases) {
    CAPTURE(static_cast<int>(outside));
    for (const bool stops : {false, true}) {
      if (outside == Outside::repeat && !stops) {
        // Where periods do not meet there must be stops.
        CHECK_THROWS_WITH(from_0_to_6(outside, stops), ContainsSubstring("drivers['force'].values[2]"));
        continue;
      }
      const auto y = from_0_to_6(outside, stops);
      // Between stops all is linear, for which the method is exact; without them each of several steps across a corner or a
      // jump costs a tolerance, which is one of 1 + |y|.
      const double bound = stops ? 1e-13 : 300 * tolerance;
      CHECK(std::abs(y[0] - before) < bound);
      CHECK(std::abs(y[1] - (before + whole)) < bound);
      CHECK(std::abs(y[2] - (before + whole + after)) < bound);
    }
  }
}

// Kink by kink a spline is smooth enough not to disturb any of them.
TEMPLATE_TEST_CASE("a damped oscillator follows a sine that is given as samples, with methods of every kind", "", kobie::Tsit5,
                   kobie::Rodas5P, kobie::Kvaerno5, kobie::RadauIIA5) {
  const double w = 2.0;
  const double every = 1.0 / 128;
  const double tolerance = 1e-8;
  const Driver force{.name = "force",
                     .values = sampled(0.0, every, 1281, [=](double t) { return std::sin(w * t); }),
                     .every = every,
                     .interpolation = Interpolation::cubic};
  const kobie::Solver<Oscillator, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<Oscillator>({}), {.duration = 10.0, .drivers = {force}});
  REQUIRE(result.failure_count() == 0);
  // The spline's error is below 1e-9: see the test of its convergence. Errors of steps fade within 2.
  CHECK(std::abs(at_end(result, "x") - Oscillator::at(w, 10.0)) < 100 * tolerance);
}

TEST_CASE("what samples cost in accuracy falls with the fourth power of their distance") {
  const double w = 2.0;
  const double end = 8.0;
  const kobie::Solver<Oscillator, kobie::Verner76> solver({.rtol = 1e-12, .atol = 1e-12});
  const auto worst = [&](double every) {
    const Driver force{
        .name = "force",
        .values = sampled(0.0, every, static_cast<std::size_t>(end / every) + 1, [=](double t) { return std::sin(w * t); }),
        .every = every,
        .interpolation = Interpolation::cubic,
        .ends = SplineEnds::clamped,
        .first_slope = w,
        .last_slope = w * std::cos(w * end)};
    const auto result = solver.solve(kobie::grid<Oscillator>({}),
                                     {.duration = end, .drivers = {force}, .save_every = 0.5, .land_on_saves = true});
    REQUIRE(result.failure_count() == 0);
    double error = 0.0;
    for (std::size_t save = 0; save < result.times().size(); ++save) {
      error = std::fmax(error, std::abs(result["x"](save, 0) - Oscillator::at(w, result.times()[save])));
    }
    return error;
  };
  const double coarse = worst(1.0 / 4);
  const double fine = worst(1.0 / 16);
  CAPTURE(coarse, fine);
  // The complete spline is within 5/384 h^4 max |f''''| (Hall and Meyer 1976); the oscillator's response to an impulse has an
  // integral of less than 1 / (damping times its own frequency).
  const double gain = 1.0 / (Oscillator::damping * std::sqrt(8.75));
  CHECK(coarse < gain * 5.0 / 384 * std::pow(w / 4, 4));
  CHECK(fine < gain * 5.0 / 384 * std::pow(w / 16, 4));
  CHECK(std::log2(coarse / fine) / 2 > 3.8);
}

namespace {

template <class System, class M, int Order, class... Policies>
struct Ordered {
  using S = System;
  using Solver = kobie::Solver<System, M, kobie::FixedStep, Policies...>;
  static constexpr int order = Order;
};

}  // namespace

// Of a Rosenbrock method the order shows that it has the derivative in time, which is the driver's slope times y.
TEMPLATE_TEST_CASE("with a smooth driver fixed steps converge by the method's order", "",
                   (Ordered<Growth, kobie::ClassicalRk4, 4>), (Ordered<Growth, kobie::Tsit5, 5>),
                   (Ordered<Growth, kobie::Rodas5P, 5>), (Ordered<Growth, kobie::KenCarp4, 4>),
                   (Ordered<Growth, kobie::RadauIIA5, 5>), (Ordered<GrowthWithDerivatives, kobie::Rodas5P, 5>),
                   (Ordered<GrowthWithDerivatives, kobie::KenCarp4, 4, kobie::MatrixFree<kobie::BiCgStab>>)) {
  using System = typename TestType::S;
  const auto error = [&](double dt) {
    // Newton's iterations are solved far below the error of a step.
    const typename TestType::Solver solver({.rtol = 1e-11, .atol = 1e-11, .dt = dt});
    const auto result = solver.solve(kobie::grid<System>({}), {.duration = 2.0, .drivers = {cubic_driver()}});
    REQUIRE(result.failure_count() == 0);
    return std::abs(at_end(result, "y") - std::exp(cubic_integral(2.0)));
  };
  const double coarse = error(1.0 / 8);
  const double fine = error(1.0 / 16);
  CAPTURE(coarse, fine);
  CHECK(fine > 1e-13);
  CHECK(std::log2(coarse / fine) > TestType::order - 0.3);
}

namespace {

template <class Number, class Where>
struct Setting {
  using T = Number;
  using Backend = Where;
};

// 61 runs with curves of their own and of very different stiffness: those that end early give their lanes to others.
constexpr std::size_t run_count = 61;
const std::vector<double> curve_times = {0.0, 0.5, 1.0, 1.5, 2.0};
const std::vector<double> shape = {0.0, 1.0, -1.0, 2.0, 0.5};

std::vector<double> curve(std::size_t run) { return forcing::scaled(shape, run); }
double rate_of(std::size_t run) { return std::pow(10.0, 2.5 * std::fmod(0.618 * static_cast<double>(run), 1.0)); }
double start_of(std::size_t run) { return 0.25 * static_cast<double>(run % 5); }

kobie::Runs<Follower> followers(std::size_t first, std::size_t count) {
  return kobie::grid<Follower>({{"rate", of_runs(first, count, rate_of)}, {"y", of_runs(first, count, start_of)}},
                               kobie::Combine::zip);
}

Driver curves(std::size_t first, std::size_t count) {
  return {.name = "force", .values = of_runs(first, count, curve), .every = 0.5, .curves = static_cast<std::int64_t>(count)};
}

template <class T>
void check_followers(const kobie::Result<T>& result, double tolerance) {
  REQUIRE(result.failure_count() == 0);
  std::vector<std::size_t> wrong;
  for (std::size_t run = 0; run < run_count; ++run) {
    const auto pieces = forcing::lines(curve_times, curve(run));
    const double exact = forcing::followed(pieces, rate_of(run), start_of(run), 0.0, 2.0);
    // Curves of neighbours end half a unit apart; with these numbers the bound is at most 0.13.
    if (!(std::abs(at_end(result, "y", run) - exact) < 100 * tolerance * (1.0 + 2.0 * static_cast<double>(run + 1)))) {
      wrong.push_back(run);
    }
  }
  CHECK(wrong == std::vector<std::size_t>());
}

}  // namespace

TEMPLATE_TEST_CASE("each run follows its own curve, in whatever lane and chunk, to the bits that it has alone", "",
                   (Setting<double, kobie::OnHost>), (Setting<float, kobie::OnHost>),
                   (Setting<double, kobie::OnHostAsDevice>)) {
  using T = typename TestType::T;
  const double tolerance = sizeof(T) == 4 ? 1e-5 : 1e-9;
  const kobie::SolverOptions options{.rtol = tolerance, .atol = tolerance};
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Precision<T>, kobie::Lanes<8>, typename TestType::Backend> lanes(options);
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Precision<T>, kobie::Lanes<1>, kobie::OnHost> scalar(options);
  kobie::SolveRequest request{.duration = 2.0, .drivers = {curves(0, run_count)}, .save_every = 0.5};
  const auto whole = lanes.solve(followers(0, run_count), request);
  check_followers(whole, tolerance);
  for (const std::int64_t length : {7, 16, 60}) {
    request.chunk_runs = length;
    CAPTURE(length);
    CHECK(compare::same_results(lanes.solve(followers(0, run_count), request), whole));
  }
  std::vector<std::size_t> different;
  for (std::size_t run = 0; run < run_count; ++run) {
    const auto alone = scalar.solve(followers(run, 1), {.duration = 2.0, .drivers = {curves(run, 1)}, .save_every = 0.5});
    if (!compare::same_run(whole, static_cast<std::int64_t>(run), alone, 0)) {
      different.push_back(run);
    }
  }
  CHECK(different == std::vector<std::size_t>());
}

TEMPLATE_TEST_CASE("each run follows its own curve with explicit, Rosenbrock and implicit methods", "", kobie::DormandPrince54,
                   kobie::Rodas5P, kobie::Kvaerno5) {
  const double tolerance = 1e-7;
  const kobie::Solver<Follower, TestType> solver({.rtol = tolerance, .atol = tolerance});
  kobie::SolveRequest request{.duration = 2.0, .drivers = {curves(0, run_count)}};
  const auto whole = solver.solve(followers(0, run_count), request);
  check_followers(whole, tolerance);
  request.chunk_runs = 16;
  CHECK(compare::same_results(solver.solve(followers(0, run_count), request), whole));
}

TEST_CASE("splines of their own give every run the bits that it has alone") {
  const kobie::SolverOptions options{.rtol = 1e-8, .atol = 1e-8};
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Lanes<8>, kobie::OnHost> lanes(options);
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Lanes<1>, kobie::OnHost> scalar(options);
  const auto request = [](std::size_t first, std::size_t count) {
    Driver force = curves(first, count);
    force.interpolation = Interpolation::cubic;
    return kobie::SolveRequest{.duration = 2.0, .drivers = {force}};
  };
  const auto whole = lanes.solve(followers(0, run_count), request(0, run_count));
  std::vector<std::size_t> different;
  for (std::size_t run = 0; run < run_count; ++run) {
    const auto alone = scalar.solve(followers(run, 1), request(run, 1));
    if (!compare::same_run(whole, static_cast<std::int64_t>(run), alone, 0)) {
      different.push_back(run);
    }
  }
  CHECK(different == std::vector<std::size_t>());
  // y' = rate (force - y) is linear in the force: curves that are multiples of one give multiples.
  const auto at_rest = kobie::grid<Follower>({{"rate", {rate_of(3)}}, {"y", {0.0}}});
  const double one = at_end(lanes.solve(at_rest, request(0, 1)), "y");
  const double four = at_end(lanes.solve(at_rest, request(3, 1)), "y");
  CHECK(std::abs(four - 4 * one) < 100 * 1e-8 * 8);
}

TEST_CASE("observables read drivers, at saves and in summaries") {
  const kobie::Solver<Integral, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max>> solver({.rtol = 1e-9, .atol = 1e-9});
  const Driver force{.name = "force", .values = heights, .times = uneven, .stop_at_samples = true};
  const auto result = solver.solve(kobie::grid<Integral>({}),
                                   {.duration = 3.0, .drivers = {force}, .save_every = 0.1, .sample_every = 1.0 / 64});
  const auto pieces = forcing::lines(uneven, heights);
  const auto y = result["y"];
  const auto input = result["input"];
  REQUIRE(result.times().size() == 31);
  double sum = 0.0;
  for (std::size_t save = 0; save < 31; ++save) {
    const double t = result.times()[save];
    CAPTURE(t);
    // y is the state that was saved, so what is left is the rounding of t, times slopes of up to 12, and of the sum.
    CHECK(std::abs(input(save, 0) - (2 * forcing::value(pieces, t) + y(save, 0))) < 1e-13);
  }
  // Means of y and of the force, by the trapezoidal rule, to which the force is exact: all corners are samples.
  for (std::size_t i = 0; i <= 192; ++i) {
    sum += (i == 0 || i == 192 ? 0.5 : 1.0) * forcing::integral(pieces, 0.0, static_cast<double>(i) / 64) / 192;
  }
  const double mean = 2 * forcing::integral(pieces, 0.0, 3.0) / 3 + sum;
  CHECK(std::abs(result.summary("input", "mean")(0, 0) - mean) < 100 * 1e-9);
}

TEST_CASE("several drivers come in the system's order, however they are given") {
  const Driver force{.name = "force", .values = {1.0, 3.0}, .every = 2.0};
  const Driver wind{.name = "wind", .values = {5.0, 5.0, 7.0}, .times = {0.0, 1.0, 2.0}};
  const kobie::Solver<TwoDrivers, kobie::ClassicalRk4> solver({.dt = 1.0 / 8});
  for (const auto& drivers : {std::vector<Driver>{force, wind}, std::vector<Driver>{wind, force}}) {
    const auto result = solver.solve(kobie::grid<TwoDrivers>({}), {.duration = 2.0, .drivers = drivers});
    CHECK(std::abs(at_end(result, "y") - 4.0) < 1e-14);
    // Of 5 (1 + t) up to 1, and of (1 + t) (3 + 2 t) from there on.
    CHECK(std::abs(at_end(result, "z") - (7.5 + 3.0 + 7.5 + 14.0 / 3)) < 1e-13);
  }
}

TEST_CASE("one driver may have a curve for all runs and another one for each") {
  const Driver force{.name = "force", .values = {1.0, 3.0, 2.0, 6.0, -1.0, -3.0}, .every = 2.0, .curves = 3};
  const Driver wind{.name = "wind", .values = {2.0, 2.0}, .every = 2.0};
  const kobie::Solver<TwoDrivers, kobie::Tsit5> solver;
  const auto result =
      solver.solve(kobie::grid<TwoDrivers>({{"y", {0.0, 0.5, 1.0}}}), {.duration = 2.0, .drivers = {wind, force}});
  const double y[] = {4.0, 8.5, -3.0};
  const double z[] = {8.0, 16.0, -8.0};
  for (std::size_t run = 0; run < 3; ++run) {
    CHECK(std::abs(at_end(result, "y", run) - y[run]) < 1e-13);
    CHECK(std::abs(at_end(result, "z", run) - z[run]) < 1e-13);
  }
}

TEST_CASE("a driver is not read before it is needed, nor after: samples may reach far beyond the span") {
  Driver force{.name = "force", .values = sampled(-10.0, 0.5, 61, cubic), .first = -10.0, .every = 0.5};
  force.interpolation = Interpolation::cubic;
  // Values of up to 7e3 at the ends have rounding of 1e-12.
  CHECK(std::abs(simpson(force, 2.0) - cubic_integral(2.0)) < 1e-11);
}

TEST_CASE("in float a driver keeps float's digits, far from its first sample too") {
  // A triangle wave of period 1 and mean 1/2, over 200 periods.
  Driver force{.name = "force", .values = {0.0, 1.0, 0.0}, .every = 0.5};
  force.outside = Outside::repeat;
  const kobie::Solver<Integral, kobie::ClassicalRk4, kobie::Precision<float>> solver({.dt = 1.0 / 16});
  const auto result = solver.solve(kobie::grid<Integral>({}), {.duration = 200.0, .drivers = {force}, .save_every = 50.0});
  const double epsilon = 1.2e-7;
  for (std::size_t save = 0; save < 5; ++save) {
    const double y = 25.0 * static_cast<double>(save);
    // 16 steps in a unit of time, each rounded to half a unit in the last place of y.
    CHECK(std::abs(static_cast<double>(result["y"](save, 0)) - y) <= 800.0 * static_cast<double>(save) * 0.5 * epsilon * y);
  }
}

TEST_CASE("drivers that are missing, unknown, given twice or of too few curves are one clear error") {
  const Adaptive solver;
  const auto runs = kobie::grid<Integral>({{"y", {0.0, 1.0, 2.0}}});
  const Driver force{.name = "force", .values = {1.0, 2.0}, .every = 1.0};
  Driver misnamed = force;
  misnamed.name = "forze";
  Driver two = force;
  two.values = {1.0, 2.0, 3.0, 4.0};
  two.curves = 2;
  CHECK_THAT(message(solver, runs, {.duration = 1.0}), ContainsSubstring("drivers['force'] = nothing: must be given"));
  CHECK_THAT(message(solver, runs, {.duration = 1.0, .drivers = {misnamed}}), ContainsSubstring("forze"));
  CHECK_THAT(message(solver, runs, {.duration = 1.0, .drivers = {force, misnamed}}), ContainsSubstring("forze"));
  CHECK_THAT(message(solver, runs, {.duration = 1.0, .drivers = {force, force}}), ContainsSubstring("is given twice"));
  CHECK_THAT(message(solver, runs, {.duration = 1.0, .drivers = {two}}),
             ContainsSubstring("drivers['force'].curves = 2: must be 1 or the number of runs, 3"));
  CHECK(message(solver, runs, {.duration = 1.0, .drivers = {force}}) == "nothing was thrown");
  // A system without drivers has no use for one.
  const kobie::Solver<forcing::Ramp, kobie::Tsit5> undriven;
  CHECK_THAT(message(undriven, kobie::grid<forcing::Ramp>({}), {.duration = 1.0, .drivers = {force}}),
             ContainsSubstring("force"));
}

TEST_CASE("a span that leaves the samples is refused, unless the driver says what is there") {
  const Adaptive solver;
  const auto runs = [] { return kobie::grid<Integral>({{"y", {0.0, 1.0}}}); };
  Driver force{.name = "force", .values = {1.0, 2.0, 1.0}, .first = 1.0, .every = 1.0};
  CHECK_THAT(message(solver, runs(), {.t0 = 0.5, .duration = 1.0, .drivers = {force}}),
             ContainsSubstring("drivers['force'].outside = refuse"));
  CHECK_THAT(message(solver, runs(), {.t0 = 1.0, .duration = 2.5, .drivers = {force}}),
             ContainsSubstring("drivers['force'].outside = refuse"));
  CHECK_THAT(message(solver, runs(), {.t0 = 1.0, .settling_time = 1.5, .duration = 1.0, .drivers = {force}}),
             ContainsSubstring("drivers['force'].outside = refuse"));
  CHECK(message(solver, runs(), {.t0 = 1.0, .duration = 2.0, .drivers = {force}}) == "nothing was thrown");
  // Of runs with spans of their own all count.
  CHECK_THAT(message(solver, runs().with_t0({1.0, 2.5}), {.duration = 1.0, .drivers = {force}}),
             ContainsSubstring("drivers['force'].outside = refuse"));
  CHECK_THAT(message(solver, runs().with_duration({1.0, 2.5}), {.t0 = 1.0, .drivers = {force}}),
             ContainsSubstring("drivers['force'].outside = refuse"));
  CHECK(message(solver, runs().with_t0({2.5, 1.0}).with_duration({0.5, 2.0}), {.drivers = {force}}) == "nothing was thrown");
  force.outside = Outside::hold;
  CHECK(message(solver, runs(), {.t0 = 0.5, .duration = 10.0, .drivers = {force}}) == "nothing was thrown");
}
