#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using compare::same_run;
using problems::Lorenz;
using problems::LorenzWithFuse;

namespace {

// Saves before `finite` hold numbers in all quantities, the others NaN.
template <class T>
bool ends_in_nan(const kobie::Result<T>& result, std::size_t run, std::size_t finite) {
  bool right = true;
  for (std::size_t quantity = 0; quantity < result.all().extent(0); ++quantity) {
    for (std::size_t save = 0; save < result.times().size(); ++save) {
      const T value = result.all()(quantity, save, run);
      right = right && (save < finite ? std::isfinite(value) : std::isnan(value));
    }
  }
  return right;
}

}  // namespace

TEST_CASE("one run in 100,000 blows up: it is marked and named, and the others are as before") {
  const std::size_t count = 100'000;
  const std::int64_t bad = 54'321;
  const auto rho = kobie::linspace(0.0, 21.0, count);
  std::vector<double> growth(count, 0.25);
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  const auto solve = [&] {
    return solver.solve(kobie::grid<LorenzWithFuse>({{"rho", rho}, {"growth", growth}}, kobie::Combine::zip),
                        {.duration = 2.0, .save_every = 0.5});
  };
  const auto before = solve();
  REQUIRE(before.failure_count() == 0);

  growth[static_cast<std::size_t>(bad)] = 0.8;
  const auto after = solve();
  REQUIRE(after.failure_count() == 1);
  CHECK(after.status(bad) == kobie::Status::step_too_small);
  const auto failures = after.failures();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].run == bad);
  CHECK(failures[0].status == kobie::Status::step_too_small);
  // The singularity is at 1.25; at this tolerance the way there is some 1e-5 off.
  CHECK(std::abs(failures[0].time - 1.25) < 1e-4);
  CHECK(failures[0].time == after.end_times()[static_cast<std::size_t>(bad)]);
  CHECK_THAT(failures[0].inputs, ContainsSubstring("rho = 11.4") && ContainsSubstring("growth = 0.8"));
  CHECK_THAT(after.summary(), ContainsSubstring("run 54321 failed") && ContainsSubstring("step too small at t = 1.25") &&
                                  ContainsSubstring("growth = 0.8"));
  CHECK(ends_in_nan(after, static_cast<std::size_t>(bad), 3));

  bool same = true;
  for (std::int64_t run = 0; run < after.runs(); ++run) {
    same = same && (run == bad || same_run(before, run, after, run));
  }
  CHECK(same);
}

TEMPLATE_TEST_CASE("with fixed steps a run that overflows is marked as not finite", "", float, double) {
  const kobie::Solver<LorenzWithFuse, kobie::ClassicalRk4, kobie::Precision<TestType>> solver({.dt = 1.0 / 128});
  const auto result =
      solver.solve(kobie::grid<LorenzWithFuse>({{"growth", {0.1, 3.0}}}), {.duration = 1.0, .save_every = 0.125});
  CHECK(result.status(0) == kobie::Status::success);
  CHECK(result.status(1) == kobie::Status::non_finite);
  // The singularity is at 1/3, and saves after it come from an overflow that took some steps of 1/128 more.
  CHECK(ends_in_nan(result, 1, 3));
}

TEST_CASE("a run whose right-hand side overflows at once fails at once and alone") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5> solver;
  const auto result = solver.solve(kobie::grid<LorenzWithFuse>({{"fuse", {1.0, 1e200}}, {"growth", 0.1}}, kobie::Combine::zip),
                                   {.duration = 1.0});
  CHECK(result.status(0) == kobie::Status::success);
  CHECK(result.status(1) == kobie::Status::non_finite);
  CHECK(result.end_times()[1] == 0.0);
  CHECK(result.accepted_steps()[1] == 0);
}

TEST_CASE("the runs that run out of steps say so, and keep what they saved") {
  // rho = 0 decays to rest, and takes far fewer steps than the others.
  const kobie::SolveRequest request{.duration = 10.0, .save_every = 0.1};
  const auto runs = kobie::grid<Lorenz>({{"rho", {0.0, 28.0, 0.0, 24.0}}});
  const kobie::SolverOptions options{.rtol = 1e-8, .atol = 1e-8};
  kobie::SolverOptions limited = options;
  limited.max_steps = 400;
  const auto all = kobie::Solver<Lorenz, kobie::Tsit5>(options).solve(runs, request);
  const auto result = kobie::Solver<Lorenz, kobie::Tsit5>(limited).solve(runs, request);
  REQUIRE(all.accepted_steps()[0] + all.rejected_steps()[0] < 400);
  CHECK(same_run(all, 0, result, 0));
  CHECK(same_run(all, 2, result, 2));
  for (const std::size_t run : {1UL, 3UL}) {
    CHECK(result.status(static_cast<std::int64_t>(run)) == kobie::Status::too_many_steps);
    CHECK(result.accepted_steps()[run] + result.rejected_steps()[run] == 400);
    const auto reached = static_cast<std::size_t>(result.end_times()[run] / 0.1) + 1;
    CHECK(ends_in_nan(result, run, reached));
    CHECK(compare::same_bits(result["x"](reached - 1, run), all["x"](reached - 1, run)));
  }
}

TEST_CASE("a run that takes its last allowed step to the end succeeds") {
  const auto runs = kobie::grid<Lorenz>({});
  const kobie::Solver<Lorenz, kobie::ClassicalRk4> enough({.dt = 0.125, .max_steps = 8});
  CHECK(enough.solve(runs, {.duration = 1.0}).failure_count() == 0);
  const kobie::Solver<Lorenz, kobie::ClassicalRk4> short_by_one({.dt = 0.125, .max_steps = 7});
  const auto result = short_by_one.solve(runs, {.duration = 1.0});
  CHECK(result.status(0) == kobie::Status::too_many_steps);
  CHECK(result.end_times()[0] == 0.875);
}

TEST_CASE("a run that would need shorter steps than allowed says so") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10, .dt = 0.5, .dt_min = 0.5});
  const auto result = solver.solve(kobie::grid<Lorenz>({}), {.duration = 10.0});
  CHECK(result.status(0) == kobie::Status::step_too_small);
  CHECK(result.accepted_steps()[0] == 0);
  CHECK(result.rejected_steps()[0] == 1);
}

TEST_CASE("failures lists as many as are asked for, and summary the first three") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.max_steps = 1});
  const auto result = solver.solve(kobie::grid<Lorenz>({{"rho", kobie::linspace(20.0, 28.0, 20)}}), {.duration = 10.0});
  CHECK(result.failure_count() == 20);
  CHECK(result.failures().size() == 10);
  CHECK(result.failures(100).size() == 20);
  CHECK_THAT(result.summary(), ContainsSubstring("run 2 failed") && !ContainsSubstring("run 3 failed"));
  CHECK_THAT(result.summary(), ContainsSubstring("too many steps"));
}
