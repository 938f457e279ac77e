#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"
#include "summaries.hpp"

import kobie;

using problems::Lorenz;
using problems::LorenzWithFuse;
using summaries::Everything;
using summaries::fuses;
using summaries::ShareAboveOne;
using summaries::Wave;

namespace {

constexpr double pi = std::numbers::pi;

const kobie::SolveRequest fuse_request{.duration = 2.5, .sample_every = 0.01, .summarise_every = 0.5};

}  // namespace

TEMPLATE_TEST_CASE("summaries of a sine are those of its closed form", "", double, float) {
  const bool is_float = sizeof(TestType) == 4;
  const kobie::Solver<Wave, kobie::DormandPrince853, kobie::Precision<TestType>, Everything> solver(
      {.rtol = is_float ? 1e-6 : 1e-11, .atol = is_float ? 1e-6 : 1e-11});
  const double end = 8.0;
  const double h = 1.0 / 256;
  const std::vector<double> w = {1.0, 2.0, 3.5};
  const auto result = solver.solve(kobie::grid<Wave>({{"w", w}}), {.duration = end, .sample_every = h});
  REQUIRE(result.failure_count() == 0);
  const double rounding = is_float ? 2e-5 : 1e-9;
  for (std::size_t run = 0; run < w.size(); ++run) {
    const auto of = [&](const std::string& metric, std::size_t row = 0) {
      return static_cast<double>(result.summary("y", metric)(row, run));
    };
    const double a = w[run] * end;
    // Rules for sums of sines and cosines at equal distances take 1/12 (w h)^2 off the integrals; differences sin(x) / x.
    const double rule = w[run] * w[run] * h * h;
    const double mean = (1 - std::cos(a)) / a;
    const double mean_square = 0.5 - std::sin(2 * a) / (4 * a);
    CAPTURE(w[run]);
    CHECK(std::abs(of("mean") - mean) < rule + rounding);
    CHECK(std::abs(of("rms") - std::sqrt(mean_square)) < rule + rounding);
    CHECK(std::abs(of("standard_deviation") - std::sqrt(mean_square - mean * mean)) < rule + rounding);
    CHECK(std::abs(of("max") - 1.0) < rule + rounding);
    CHECK(std::abs(of("min") + 1.0) < rule + rounding);
    CHECK(of("extrema", 0) == of("min"));
    CHECK(of("extrema", 1) == of("max"));
    CHECK(std::abs(of("max_magnitude") - 1.0) < rule + rounding);
    // Rounding of differences: units of 1 over h and h^2.
    CHECK(std::abs(of("derivative_extrema", 0) + w[run]) < w[run] * rule + 256 * rounding);
    CHECK(std::abs(of("derivative_extrema", 1) - w[run]) < w[run] * rule + 256 * rounding);
    CHECK(std::abs(of("second_derivative_max") - w[run] * w[run]) < w[run] * w[run] * rule + 65536 * rounding);
    for (std::size_t i = 0; i < 3; ++i) {
      const double time = (pi / 2 + 2 * pi * static_cast<double>(i)) / w[run];
      const bool there = time < end;
      CHECK(std::isnan(of("peaks", i)) == !there);
      if (there) {
        CHECK(std::abs(of("peaks", i) - 1.0) < 1e-6 + rounding);
        CHECK(std::abs(of("peaks", 3 + i) - time) < (is_float ? 2 * h : 1e-4));
      }
    }
    const double first_low = 3 * pi / (2 * w[run]);
    CHECK(std::abs(of("negative_peaks", 0) + 1.0) < 1e-6 + rounding);
    CHECK(std::abs(of("negative_peaks", 2) - first_low) < (is_float ? 2 * h : 1e-4));
    CHECK(std::abs(static_cast<double>(result.summary("decay", "mean")(0, run)) - (1 - std::exp(-end)) / end) < 1e-5);
    CHECK(std::abs(static_cast<double>(result.summary("square", "max")(0, run)) - 4.0) < 2 * rule + 4 * rounding);
  }
}

TEMPLATE_TEST_CASE("summaries are those of the trajectory that is saved at all samples", "", kobie::PiControl,
                   kobie::FixedStep) {
  const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6, .dt = 1.0 / 128};
  const kobie::Solver<Lorenz, kobie::Tsit5, TestType, Everything> solver(options);
  const kobie::Solver<Lorenz, kobie::Tsit5, TestType> saving(options);
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 53)}});
  const auto dense = saving.solve(runs, {.t0 = 3.0, .settling_time = 0.7, .duration = 6.0, .save_every = 0.02});
  const auto result =
      solver.solve(runs, {.t0 = 3.0, .settling_time = 0.7, .duration = 6.0, .sample_every = 0.02, .summarise_every = 1.5});
  REQUIRE(result.summaries().windows() == 4);
  CHECK(std::abs(result.summaries().window_ends[0] - 5.2) < 1e-14);
  CHECK(result.summaries().window_ends[3] == 9.7);
  const std::size_t n = 75;
  std::size_t wrong = 0;
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-14 * (1 + std::abs(b)); };
  for (const char* name : {"x", "y", "z"}) {
    for (std::size_t run = 0; run < 53; ++run) {
      for (std::size_t w = 0; w < 4; ++w) {
        const auto wanted = summaries::recomputed(dense[name], run, w * n, (w + 1) * n);
        wrong += near(result.summary(name, "mean")(w, run), wanted.mean) ? 0 : 1;
        wrong += near(result.summary(name, "standard_deviation")(w, run), wanted.deviation) ? 0 : 1;
        wrong += near(result.summary(name, "rms")(w, run), wanted.rms) ? 0 : 1;
        wrong += result.summary(name, "min")(w, run) == wanted.min ? 0 : 1;
        wrong += result.summary(name, "max")(w, run) == wanted.max ? 0 : 1;
        wrong += result.summary(name, "extrema")(2 * w, run) == wanted.min ? 0 : 1;
        wrong += result.summary(name, "extrema")(2 * w + 1, run) == wanted.max ? 0 : 1;
      }
    }
  }
  CHECK(wrong == 0);
  // The first peaks of z, from the saved trajectory: above both neighbours, and the vertex of the parabola through the three.
  for (std::size_t run = 0; run < 53; ++run) {
    const auto z = dense["z"];
    std::vector<double> heights;
    for (std::size_t i = 1; i < n && heights.size() < 3; ++i) {
      const double a = z(i - 1, run);
      const double b = z(i, run);
      const double c = z(i + 1, run);
      if (b > a && b > c) {
        heights.push_back(b - (c - a) * (c - a) / (8 * (a - 2 * b + c)));
      }
    }
    for (std::size_t i = 0; i < 3; ++i) {
      const double found = result.summary("z", "peaks")(i, run);
      CHECK((i < heights.size() ? near(found, heights[i]) : std::isnan(found)));
    }
  }
}

TEST_CASE("what is saved is the same to the last bit with and without summaries") {
  const kobie::SolverOptions options{.rtol = 1e-7, .atol = 1e-7};
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything> solver(options);
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5> plain(options);
  kobie::SolveRequest request{.t0 = 1.0, .settling_time = 0.1, .duration = 2.4, .save_every = 0.3};
  kobie::SolveRequest sampled = request;
  sampled.sample_every = 0.02;
  CHECK(compare::same_results(solver.solve(fuses(), sampled), plain.solve(fuses(), request)));
  request.save_every = sampled.save_every = 0.0;
  request.save_at = sampled.save_at = {1.1, 1.1234, 2.0, 2.0001, 3.5};
  CHECK(compare::same_results(solver.solve(fuses(), sampled), plain.solve(fuses(), request)));
  request.save_at.clear();
  sampled.save_at.clear();
  CHECK(compare::same_results(solver.solve(fuses(), sampled), plain.solve(fuses(), request)));
}

TEMPLATE_TEST_CASE("summaries of chunks are those of a whole solve, to the last bit", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything, TestType> solver({.rtol = 1e-6, .atol = 1e-6});
  auto request = fuse_request;
  const auto whole = solver.solve(fuses(), request);
  REQUIRE(whole.failure_count() == 4);
  for (const std::int64_t length : {97, 49, 33, 16, 1}) {
    request.chunk_runs = length;
    const auto cut = solver.solve(fuses(), request);
    CHECK(compare::same_results(cut, whole));
    CHECK(summaries::same(cut, whole));
  }
}

TEST_CASE("summaries do not depend on lanes or neighbours") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything, kobie::Lanes<1>> scalar({.rtol = 1e-6, .atol = 1e-6});
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Everything, kobie::Lanes<16>> sixteen({.rtol = 1e-6, .atol = 1e-6});
  const auto result = scalar.solve(fuses(), fuse_request);
  CHECK(summaries::same(sixteen.solve(fuses(), fuse_request), result));

  // Alone, and in the opposite order.
  const auto& rho = result.inputs()["rho"];
  const auto& growth = result.inputs()["growth"];
  std::vector<double> rho_back;
  std::vector<double> growth_back;
  for (std::int64_t run = 96; run >= 0; --run) {
    rho_back.push_back(rho[run]);
    growth_back.push_back(growth[run]);
  }
  const auto back = sixteen.solve(
      kobie::grid<LorenzWithFuse>({{"rho", rho_back}, {"growth", growth_back}}, kobie::Combine::zip), fuse_request);
  for (std::size_t run = 0; run < 97; ++run) {
    CHECK(summaries::same_run(back, 96 - run, result, run));
  }
  for (const std::int64_t run : {0, 40, 50}) {
    const auto alone =
        sixteen.solve(kobie::grid<LorenzWithFuse>({{"rho", {rho[run]}}, {"growth", {growth[run]}}}), fuse_request);
    CHECK(summaries::same_run(alone, 0, result, static_cast<std::size_t>(run)));
  }
}

TEST_CASE("windows that a failed run did not complete have no numbers, those before have theirs") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max>> solver(
      {.rtol = 1e-6, .atol = 1e-6});
  const auto result = solver.solve(fuses(), fuse_request);
  summaries::check_fuses(result, 1e-2, 1e-3);
  CHECK(std::isfinite(result.summary("fuse", "mean")(4, 1)));
}

TEST_CASE("a run that fails at once has no summaries") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Peaks<1>>> solver({.max_steps = 1});
  const auto result = solver.solve(kobie::grid<LorenzWithFuse>({}), {.duration = 1.0, .sample_every = 0.25});
  REQUIRE(result.status(0) == kobie::Status::too_many_steps);
  CHECK(std::isnan(result.summary("x", "mean")(0, 0)));
  CHECK(std::isnan(result.summary("x", "peaks")(0, 0)));
}

TEST_CASE("summaries of some quantities are those of all") {
  const kobie::Solver<Wave, kobie::Tsit5, Everything> solver;
  const auto runs = kobie::grid<Wave>({{"w", kobie::linspace(0.5, 3.0, 21)}});
  kobie::SolveRequest request{.duration = 5.0, .sample_every = 0.05, .summarise_every = 1.0};
  const auto all = solver.solve(runs, request);
  request.summarise = {"square", "y"};
  request.save = {"decay"};
  const auto some = solver.solve(runs, request);
  REQUIRE(some.summaries().quantities.size() == 2);
  CHECK(some.summaries().quantities[0].name == "y");
  CHECK(some.quantities().size() == 1);
  CHECK(summaries::same(some, all));
}

TEST_CASE("implicit methods are sampled by their interpolants too") {
  const kobie::Solver<Wave, kobie::Rodas5P, kobie::Summaries<kobie::Mean, kobie::Max>> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto result = solver.solve(kobie::grid<Wave>({}), {.duration = 2 * pi, .sample_every = 2 * pi / 1000});
  CHECK(std::abs(result.summary("y", "mean")(0, 0)) < 1e-6);
  CHECK(std::abs(result.summary("y", "max")(0, 0) - 1.0) < 1e-5);
}

TEST_CASE("a metric of a user's own is computed in lanes") {
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<ShareAboveOne, kobie::Mean>> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto result = solver.solve(kobie::grid<Wave>({{"y", kobie::linspace(-1.0, 1.0, 33)}}),
                                   {.duration = 2 * pi, .sample_every = 2 * pi / 3000});
  for (std::size_t run = 0; run < 33; ++run) {
    // y = y0 + sin(t) is above 1 between asin(1 - y0) and pi less that.
    const double y0 = result.inputs()["y"][static_cast<std::int64_t>(run)];
    const double share = y0 > 0 ? (pi - 2 * std::asin(1 - y0)) / (2 * pi) : 0.0;
    CHECK(std::abs(result.summary("y", "share_above_one")(0, run) - share) < 1e-3);
  }
}

TEST_CASE("a plan counts summaries, and buffers are described") {
  using Solver = kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Peaks<2>>>;
  const auto plan = Solver().plan(kobie::grid<Wave>({}), {.duration = 1.0, .sample_every = 0.1, .summarise_every = 0.5});
  std::uint64_t bytes = 0;
  for (const auto& array : plan.results) {
    bytes += array.name == "summaries" ? array.bytes_per_run : 0;
  }
  CHECK(bytes == 2 * 3 * (1 + 4) * sizeof(double));  // windows, quantities, results
  CHECK(Solver::describe_buffers(1).find("negative_peaks") == std::string::npos);
  CHECK(Solver::describe_buffers(1).find("summaries       peaks") != std::string::npos);
}
