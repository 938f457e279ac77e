#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;

namespace {

/// y' = growth y^2, y(0) = 1: infinite at t = 1 / growth.
struct Blowup {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"growth", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Blowup, Real>& at, kobie::Rates<Blowup, Real>& d) {
    d.state = {at.parameter[0] * at.state[0] * at.state[0]};
  }
};

}  // namespace

TEST_CASE("one run in 100,000 blows up: it is marked and named, and the others are as before") {
  const std::size_t count = 100'000;
  const std::size_t bad = 54'321;
  std::vector<double> growth(count);
  for (std::size_t i = 0; i < count; ++i) {
    growth[i] = 0.4 * static_cast<double>(i) / static_cast<double>(count);
  }
  const kobie::Solver<Blowup, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  const kobie::SolveRequest request{.duration = 2.0, .save_every = 0.5};
  const auto before = solver.solve(kobie::grid<Blowup>({{"growth", growth}}), request);
  REQUIRE(before.failure_count() == 0);

  growth[bad] = 0.8;
  const auto after = solver.solve(kobie::grid<Blowup>({{"growth", growth}}), request);
  REQUIRE(after.failure_count() == 1);
  const auto failures = after.failures();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].run == static_cast<std::int64_t>(bad));
  CHECK(failures[0].status != kobie::Status::success);
  CHECK(std::abs(failures[0].time - 1.25) < 1e-3);  // the singularity, up to the error of approaching it
  CHECK(failures[0].inputs == "growth = 0.8");
  CHECK_THAT(after.summary(), ContainsSubstring("run 54321 failed") && ContainsSubstring("growth = 0.8"));

  const auto y = after["y"];
  CHECK(std::isfinite(y(2, bad)));
  CHECK(std::isnan(y(3, bad)));
  CHECK(std::isnan(y(4, bad)));
  bool same = true;
  for (std::size_t run = 0; run < count; ++run) {
    for (std::size_t save = 0; save < 5; ++save) {
      same = same && (run == bad || y(save, run) == before["y"](save, run));
    }
  }
  CHECK(same);
}

TEST_CASE("with fixed steps a run that overflows is marked as not finite") {
  const kobie::Solver<Blowup, kobie::ClassicalRk4> solver({.dt = 0.01});
  const auto result = solver.solve(kobie::grid<Blowup>({{"growth", {0.1, 3.0}}}), {.duration = 1.0, .save_every = 0.25});
  CHECK(result.status(0) == kobie::Status::success);
  CHECK(result.status(1) == kobie::Status::non_finite);
  CHECK(std::isnan(result["y"](4, 1)));
}

TEST_CASE("a run that starts at NaN-making values fails at once and alone") {
  const kobie::Solver<Blowup, kobie::Tsit5> solver;
  const auto result =
      solver.solve(kobie::grid<Blowup>({{"y", {1.0, 1e200}}, {"growth", 0.1}}, kobie::Combine::zip), {.duration = 1.0});
  CHECK(result.status(0) == kobie::Status::success);
  CHECK(result.status(1) == kobie::Status::non_finite);
  CHECK(result.end_times()[1] == 0.0);
}

TEST_CASE("a run that runs out of steps says so and keeps what it saved") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8, .max_steps = 50});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({}), {.duration = 10.0, .save_every = 0.1});
  CHECK(result.status(0) == kobie::Status::too_many_steps);
  CHECK(result.accepted_steps()[0] + result.rejected_steps()[0] == 50);
  CHECK(std::isfinite(result["x"](1, 0)));
  CHECK(std::isnan(result["x"](100, 0)));
}

TEST_CASE("a run that would need shorter steps than allowed says so") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10, .dt = 0.5, .dt_min = 0.5});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({}), {.duration = 10.0});
  CHECK(result.status(0) == kobie::Status::step_too_small);
  CHECK(result.accepted_steps()[0] == 0);
  CHECK(result.rejected_steps()[0] == 1);
}
