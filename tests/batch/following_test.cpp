// Summaries without samples: of cubics through the ends of every step.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "../temporary_folder.hpp"
#include "compare.hpp"
#include "problems.hpp"
#include "summaries.hpp"

import kobie;

using problems::LorenzWithFuse;
using summaries::Everything;
using summaries::fuses;
using summaries::ShareAboveOne;
using summaries::Wave;

namespace {

constexpr double pi = std::numbers::pi;

/// The integral of a quantity: a metric of one's own that follows.
struct Area {
  static constexpr std::string_view name = "area";
  static constexpr std::size_t results = 1;
  static constexpr std::size_t numbers = 1;
  template <class Real>
  static constexpr void begin(kobie::Components<Real, 1> state, const kobie::Sample<Real>& /*sample*/,
                              kobie::MaskOf<Real> lanes) {
    state[0] = kobie::select(lanes, Real(0), state[0]);
  }
  template <class Real>
  static constexpr void add(kobie::Components<Real, 1> /*state*/, const kobie::Sample<Real>& /*sample*/,
                            kobie::MaskOf<Real> /*lanes*/) {}
  template <class Real>
  static constexpr void follow(kobie::Components<Real, 1> state, const kobie::Piece<Real>& piece, kobie::MaskOf<Real> lanes) {
    state[0] = kobie::select(lanes, state[0] + piece.integral(Real(0)), state[0]);
  }
  template <class Real>
  static constexpr void finish(kobie::Components<Real, 1> state, const kobie::Sampling<kobie::ScalarOf<Real>>& /*sampling*/,
                               kobie::Components<Real, 1> out) {
    out[0] = state[0];
  }
};

/// y' = 1, and -1 from t = 0.75 on.
struct Tent {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Tent, Real>& at, kobie::Rates<Tent, Real>& d) {
    d.state = {kobie::select(at.t < Real(0.75), Real(1), Real(-1))};
  }
};

const std::vector<std::string> waves = {"y", "decay"};

// Windows that end within steps.
const kobie::SolveRequest fuse_request{.t0 = 0.25, .settling_time = 0.125, .duration = 2.5, .summarise_every = 0.3125};

// sin(w t) over [a, b]: mean, mean square, largest, smallest.
struct Closed {
  double mean, square, max, min;
};
Closed closed(double w, double a, double b) {
  const double length = b - a;
  const auto turn = [&](double phase, double otherwise) {
    const double first = (phase + 2 * pi * std::ceil((w * a - phase) / (2 * pi))) / w;
    return first <= b ? std::sin(phase) : otherwise;
  };
  const double low = std::fmin(std::sin(w * a), std::sin(w * b));
  const double high = std::fmax(std::sin(w * a), std::sin(w * b));
  return {(std::cos(w * a) - std::cos(w * b)) / (w * length),
          0.5 - (std::sin(2 * w * b) - std::sin(2 * w * a)) / (4 * w * length), turn(pi / 2, high), turn(-pi / 2, low)};
}

template <class T, class Method, class Control>
void check_sine(double dt) {
  const bool is_float = sizeof(T) == 4;
  const double tolerance = is_float ? 1e-6 : 1e-11;
  const kobie::Solver<Wave, Method, Control, kobie::Precision<T>, Everything> solver(
      {.rtol = tolerance, .atol = tolerance, .dt = Control::adaptive ? 0.0 : dt, .dt_max = Control::adaptive ? dt : 0.0});
  const std::vector<double> w = {1.0, 2.0, 3.5};
  const double window = 2.7;
  const auto result =
      solver.solve(kobie::grid<Wave>({{"w", w}}),
                   {.settling_time = 0.4, .duration = 3 * window, .summarise_every = window, .summarise = waves});
  REQUIRE(result.failure_count() == 0);
  for (std::size_t run = 0; run < 3; ++run) {
    // The cubic is off by (w h)^4 / 384, its slope by no more than w (w h)^3 / 100 and its bend by w^2 (w h)^2 / 12. Solutions
    // are off by some ten times the tolerance, in float by half a unit in each of a thousand steps; slopes of cubics by
    // rounding over h, bends by that over h^2.
    const double step = w[run] * dt;
    const double bound = std::pow(step, 4) / 300 + (is_float ? 6e-5 : 1e-9);
    const double rounding = is_float ? 1e-6 : 1e-15;
    for (std::size_t k = 0; k < 3; ++k) {
      const double a = 0.4 + static_cast<double>(k) * window;
      const double b = a + window;
      const Closed wanted = closed(w[run], a, b);
      const auto of = [&](const std::string& metric, std::size_t results = 1, std::size_t number = 0) {
        return static_cast<double>(result.summary("y", metric)(k * results + number, run));
      };
      CAPTURE(is_float, w[run], k);
      CHECK(std::abs(of("mean") - wanted.mean) < bound);
      CHECK(std::abs(of("rms") - std::sqrt(wanted.square)) < bound);
      CHECK(std::abs(of("standard_deviation") - std::sqrt(wanted.square - wanted.mean * wanted.mean)) < bound);
      CHECK(std::abs(of("max") - wanted.max) < bound);
      CHECK(std::abs(of("min") - wanted.min) < bound);
      CHECK(of("extrema", 2, 0) == of("min"));
      CHECK(of("extrema", 2, 1) == of("max"));
      CHECK(std::abs(of("max_magnitude") - std::fmax(wanted.max, -wanted.min)) < bound);
      // The slope w cos(w t) is a sine a quarter of a period ahead, the bend one of half a period.
      const double ahead = pi / (2 * w[run]);
      const Closed slope = closed(w[run], a + ahead, b + ahead);
      const Closed bend = closed(w[run], a + 2 * ahead, b + 2 * ahead);
      const double slope_bound = w[run] * (std::pow(step, 3) / 100 + bound) + 100 * rounding / dt;
      CHECK(std::abs(of("derivative_extrema", 2, 0) - w[run] * slope.min) < slope_bound);
      CHECK(std::abs(of("derivative_extrema", 2, 1) - w[run] * slope.max) < slope_bound);
      if (!is_float) {
        CHECK(std::abs(of("second_derivative_max") - w[run] * w[run] * bend.max) < w[run] * w[run] * step * step / 6 + 1e-5);
      }
      double peak = (pi / 2 + 2 * pi * std::ceil((w[run] * a - pi / 2) / (2 * pi))) / w[run];
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(std::isnan(of("peaks", 6, i)) == !(peak < b));
        if (peak < b) {
          CHECK(std::abs(of("peaks", 6, i) - 1.0) < bound);
          CHECK(std::abs(of("peaks", 6, 3 + i) - peak) < std::pow(step, 3) / 100 + (is_float ? 2e-4 : 1e-8));
        }
        peak += 2 * pi / w[run];
      }
      const double decay = (std::exp(-a) - std::exp(-b)) / window;
      CHECK(std::abs(static_cast<double>(result.summary("decay", "mean")(k, run)) - decay) < bound);
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("summaries without samples of a sine are those of its closed form, in any windows", "", float, double) {
  check_sine<TestType, kobie::Tsit5, kobie::PiControl>(1.0 / 32);
  check_sine<TestType, kobie::Tsit5, kobie::FixedStep>(1.0 / 32);
}

TEST_CASE("summaries without samples of a sine are those of its closed form by methods of other orders") {
  check_sine<double, kobie::ClassicalRk4, kobie::FixedStep>(1.0 / 128);
  check_sine<double, kobie::DormandPrince853, kobie::PiControl>(1.0 / 16);
}

TEST_CASE("summaries without samples are what many samples come to") {
  const kobie::SolverOptions options{.rtol = 1e-10, .atol = 1e-10, .dt_max = 0.004};
  const kobie::Solver<problems::Lorenz, kobie::DormandPrince54, Everything> solver(options);
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", kobie::linspace(1.0, 28.0, 23)}});
  const kobie::SolveRequest request{.settling_time = 0.7, .duration = 3.0, .summarise_every = 1.0};
  auto sampled = request;
  sampled.sample_every = 1.0 / 4096;
  const auto followed = solver.solve(runs, request);
  const auto result = solver.solve(runs, sampled);
  for (const char* const name : {"x", "y", "z"}) {
    for (const char* const metric : {"mean", "standard_deviation", "rms", "extrema", "max_magnitude"}) {
      const auto found = followed.summary(name, metric);
      const auto wanted = result.summary(name, metric);
      double worst = 0.0;
      for (std::size_t row = 0; row < found.extent(0); ++row) {
        for (std::size_t run = 0; run < 23; ++run) {
          worst = std::fmax(worst, std::abs(found(row, run) - wanted(row, run)));
        }
      }
      CAPTURE(name, metric);
      // Second derivatives are up to 1e4 there: the trapezoidal rule takes h^2 / 12 times that off, an extreme h^2 / 8.
      CHECK(worst < 1e-4);
    }
  }
}

TEST_CASE("what is saved is the same to the last bit where summaries follow the solution, and they do not depend on saves") {
  const kobie::SolverOptions options{.rtol = 1e-7, .atol = 1e-7};
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything> solver(options);
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5> plain(options);
  auto request = fuse_request;
  const auto alone = solver.solve(fuses(), request);
  // At the beginning, at ends of windows and within them.
  request.save_at = {0.375, 0.4321, 0.6875, 1.25, 2.0, 2.0001, 2.875};
  const auto result = solver.solve(fuses(), request);
  CHECK(summaries::same(result, alone));
  request.summarise_every = 0.0;
  CHECK(compare::same_results(result, plain.solve(fuses(), request)));
}

TEST_CASE("summaries without samples do not depend on lanes, neighbours or chunks") {
  const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6};
  const auto result =
      kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything, kobie::Lanes<1>>(options).solve(fuses(), fuse_request);
  REQUIRE(result.failure_count() == 4);
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything, kobie::Lanes<16>> sixteen(options);
  CHECK(summaries::same(sixteen.solve(fuses(), fuse_request), result));
  auto cut = fuse_request;
  cut.chunk_runs = 10;
  CHECK(summaries::same(sixteen.solve(fuses(), cut), result));
  const auto& rho = result.inputs()["rho"];
  const auto& growth = result.inputs()["growth"];
  for (const std::int64_t run : {0, 41, 50}) {
    const auto alone =
        sixteen.solve(kobie::grid<LorenzWithFuse>({{"rho", {rho[run]}}, {"growth", {growth[run]}}}), fuse_request);
    CHECK(summaries::same_run(alone, 0, result, static_cast<std::size_t>(run)));
  }
  // With fixed steps, most of which are made without a look at anything.
  const kobie::SolverOptions fixed{.dt = 1.0 / 512};
  auto steady = fuse_request;
  steady.duration = 0.625;
  const auto scalar =
      kobie::Solver<LorenzWithFuse, kobie::ClassicalRk4, Everything, kobie::Lanes<1>>(fixed).solve(fuses(), steady);
  CHECK(summaries::same(kobie::Solver<LorenzWithFuse, kobie::ClassicalRk4, Everything>(fixed).solve(fuses(), steady), scalar));
}

TEST_CASE("without samples, too, windows that a failed run did not complete have no numbers, those before have theirs") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max>> solver(
      {.rtol = 1e-8, .atol = 1e-8});
  const auto result = solver.solve(fuses(), {.duration = 2.5, .summarise_every = 0.5});
  summaries::check_fuses(result, 1e-5, 1e-5);
}

TEST_CASE("without samples, too, windows and peaks count from each run's own start") {
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Peaks<1>>> solver(
      {.rtol = 1e-9, .atol = 1e-9, .dt_max = 1.0 / 32});
  const std::vector<double> t0 = {0.0, 1.0, -10.0};
  const std::vector<double> durations = {2.0, 7.5, 4.0};
  const auto result = solver.solve(kobie::grid<Wave>({{"y", {0.0, 0.0, 0.0}}}).with_t0(t0).with_duration(durations),
                                   {.summarise_every = 2.0, .summarise = waves});
  REQUIRE(result.failure_count() == 0);
  for (std::size_t run = 0; run < 3; ++run) {
    for (std::size_t window = 0; window < 3; ++window) {
      // y = sin(t) - sin(t0).
      const double a = t0[run] + 2.0 * static_cast<double>(window);
      const double b = a + 2.0;
      const double mean = result.summary("y", "mean")(window, run);
      const double time = result.summary("y", "peaks")(2 * window + 1, run);
      CAPTURE(run, window);
      if (2.0 * static_cast<double>(window + 1) > durations[run]) {
        CHECK(std::isnan(mean));
        continue;
      }
      CHECK(std::abs(mean - ((std::cos(a) - std::cos(b)) / 2.0 - std::sin(t0[run]))) < 1e-7);
      const double peak = pi / 2 + 2 * pi * std::ceil((a - pi / 2) / (2 * pi));
      CHECK(std::isnan(time) == !(peak < b));
      if (peak < b) {
        CHECK(std::abs(time - (peak - t0[run])) < 1e-5);
      }
    }
  }
}

TEST_CASE("a peak is where the right-hand side jumps, if steps stop there") {
  const kobie::Solver<Tent, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max, kobie::Peaks<2>>> solver(
      {.rtol = 1e-9, .atol = 1e-9});
  const auto result = solver.solve(kobie::grid<Tent>({}), {.duration = 2.0, .stop_at = {0.75}});
  CHECK(std::abs(result.summary("y", "mean")(0, 0) - (0.75 * 0.75 / 2 + (0.75 + -0.5) / 2 * 1.25) / 2.0) < 1e-12);
  CHECK(std::abs(result.summary("y", "max")(0, 0) - 0.75) < 1e-12);
  CHECK(std::abs(result.summary("y", "peaks")(0, 0) - 0.75) < 1e-12);
  CHECK(std::abs(result.summary("y", "peaks")(2, 0) - 0.75) < 1e-12);
  CHECK(std::isnan(result.summary("y", "peaks")(1, 0)));
}

TEST_CASE("averages lose no time at stops, in float neither") {
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Precision<float>, kobie::Summaries<kobie::Mean, kobie::Rms>> solver(
      {.rtol = 1e-6, .atol = 1e-6});
  kobie::SolveRequest request{.t0 = 64.0, .duration = 4.0, .summarise = {"decay"}};
  for (int i = 1; i < 1024; ++i) {
    request.stop_at.push_back(64.0 + i / 256.0);
  }
  const auto result = solver.solve(kobie::grid<Wave>({}), request);
  REQUIRE(result.failure_count() == 0);
  const double mean = (1 - std::exp(-4.0)) / 4.0;
  const double square = (1 - std::exp(-8.0)) / 8.0;
  // Without what is at stops 3 % of the time were lost.
  CHECK(std::abs(static_cast<double>(result.summary("decay", "mean")(0, 0)) - mean) < 1e-4);
  CHECK(std::abs(static_cast<double>(result.summary("decay", "rms")(0, 0)) - std::sqrt(square)) < 1e-4);
}

TEST_CASE("windows that end beside a step's end have derivatives without noise") {
  // 0.3 lies a rounding before the end of the third step.
  const kobie::Solver<Wave, kobie::Tsit5, kobie::FixedStep,
                      kobie::Summaries<kobie::DerivativeExtrema, kobie::SecondDerivativeMax>>
      solver({.dt = 0.1});
  const auto result = solver.solve(kobie::grid<Wave>({}), {.duration = 3.0, .summarise_every = 0.3, .summarise = {"y"}});
  for (std::size_t k = 0; k < 10; ++k) {
    const double a = 0.3 * static_cast<double>(k);
    CAPTURE(k);
    CHECK(std::abs(result.summary("y", "derivative_extrema")(2 * k, 0) - std::cos(a + 0.3)) < 1e-4);
    CHECK(std::abs(result.summary("y", "derivative_extrema")(2 * k + 1, 0) - std::cos(a)) < 1e-4);
    // The bend is -sin(t); the cubic's is off by h^2 / 12.
    const double bend = std::fmax(-std::sin(a), -std::sin(a + 0.3));
    CHECK(std::abs(result.summary("y", "second_derivative_max")(k, 0) - bend) < 2e-3);
  }
}

TEST_CASE("windows may lie before t = 0") {
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean>> solver({.rtol = 1e-9, .atol = 1e-9});
  const auto result = solver.solve(kobie::grid<Wave>({}), {.t0 = -10.0, .duration = 4.0, .summarise = {"y"}});
  CHECK(std::abs(result.summary("y", "mean")(0, 0) - ((std::cos(-10.0) - std::cos(-6.0)) / 4.0 - std::sin(-10.0))) < 1e-6);
}

TEST_CASE("a metric of one's own may follow the solution") {
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<Area, ShareAboveOne>> solver(
      {.rtol = 1e-9, .atol = 1e-9, .dt_max = 1.0 / 32});
  const auto result = solver.solve(kobie::grid<Wave>({}), {.duration = 3.0, .summarise = waves, .metrics = {"area"}});
  CHECK(std::abs(result.summary("y", "area")(0, 0) - (1 - std::cos(3.0))) < 1e-8);
  CHECK(std::abs(result.summary("decay", "area")(0, 0) - (1 - std::exp(-3.0))) < 1e-8);
}

TEST_CASE("a file says that its summaries had no samples, and the solve can be repeated from it") {
  const tools::TemporaryFolder folder;
  const kobie::Solver<Wave, kobie::Tsit5, Everything> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto runs = kobie::grid<Wave>({{"w", kobie::linspace(0.5, 3.0, 21)}});
  kobie::SolveRequest request{.duration = 4.0, .summarise_every = 2.0, .summarise = waves, .write_to = folder / "followed.h5"};
  const auto made = solver.solve(runs, request);
  const auto read = kobie::read(request.write_to);
  CHECK(summaries::same(read, made));
  CHECK(read.provenance().request.sample_every == 0.0);
  CHECK(read.provenance().request.summarise_every == 2.0);
  CHECK(summaries::same(solver.solve(runs, read.provenance().request), made));
  request.write_to = folder / "chunks.h5";
  request.chunk_runs = 5;
  static_cast<void>(solver.solve_to_file(runs, request));
  CHECK(summaries::same(kobie::read(request.write_to), made));
}

TEST_CASE("what needs samples says so") {
  const auto message = [](const auto& solver, const kobie::SolveRequest& request) -> std::string {
    try {
      static_cast<void>(solver.solve(kobie::grid<Wave>({}), request));
    } catch (const kobie::InvalidArgument& error) {
      return error.what();
    }
    return "";
  };
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean, ShareAboveOne>> solver;
  CHECK(message(solver, {.duration = 1.0, .metrics = {"mean"}}) ==
        "sample_every = 0: must be above 0 where the observable 'square' is summarised");
  CHECK(message(solver, {.duration = 1.0, .summarise = waves}) ==
        "sample_every = 0: must be above 0: the metric 'share_above_one' needs samples");
  CHECK(message(solver, {.duration = 1.0, .summarise_every = 0.3, .summarise = waves, .metrics = {"mean"}})
            .starts_with("summarise_every = 0.3"));
  CHECK(message(solver, {.duration = 1.0, .summarise = waves, .metrics = {"mean"}}).empty());
  const kobie::Solver<Wave, kobie::Rodas5P, kobie::Summaries<kobie::Mean>> implicit;
  CHECK(message(implicit, {.duration = 1.0, .summarise = waves}) ==
        "sample_every = 0: must be above 0: the summaries of an implicit method need samples");
}
