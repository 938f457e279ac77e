#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using problems::LorenzWithFuse;

namespace {

/// A stiff pair, with an observable.
struct Relaxation {
  static constexpr auto states = kobie::values({{"x", 2.0}, {"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"rate", 100.0}});
  static constexpr auto observables = kobie::names({{"sum", ""}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Relaxation, Real>& at, kobie::Rates<Relaxation, Real>& d) {
    const auto& [x, y] = at.state;
    d.state = {at.parameter[0] * (y - x), x - y - y};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Relaxation, Real>& at, kobie::Observed<Relaxation, Real>& o) {
    o.observable = {at.state[0] + at.state[1]};
  }
};

/// One step of Euler's method is y = y0 + rate.
struct Rate {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"rate", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Rate, Real>& at, kobie::Rates<Rate, Real>& d) {
    d.state = {at.parameter[0]};
  }
};

constexpr std::int64_t run_count = 211;

// Four of them fail, at different times; each has a first step of its own.
kobie::Runs<LorenzWithFuse> fuses() {
  std::vector<double> growth(run_count, 0.0);
  growth[0] = growth[70] = growth[105] = 0.5;
  growth[run_count - 1] = 2.0;
  return kobie::grid<LorenzWithFuse>({{"rho", kobie::linspace(0.0, 28.0, run_count)}, {"growth", growth}}, kobie::Combine::zip)
      .with_initial_step(kobie::linspace(1e-4, 1e-3, run_count));
}

// 1, 2, 3 and 7 chunks, and 7 of which the last has a single run.
constexpr std::int64_t chunk_lengths[] = {run_count, 106, 71, 31, 35};

}  // namespace

TEMPLATE_TEST_CASE("a solve in chunks gives what a whole one gives, to the last bit", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, TestType> solver({.rtol = 1e-7, .atol = 1e-7});
  const auto runs = fuses();
  for (const double save_every : {0.0, 0.25}) {
    kobie::SolveRequest request{.settling_time = 0.1, .duration = 2.5, .save_every = save_every};
    request.chunk_runs = run_count;
    const auto whole = solver.solve(runs, request);
    REQUIRE(whole.failure_count() == 4);
    for (const std::int64_t length : chunk_lengths) {
      request.chunk_runs = length;
      REQUIRE(solver.plan(runs, request).chunks == (run_count - 1) / length + 1);
      CHECK(compare::same_results(solver.solve(runs, request), whole));
    }
  }
}

TEMPLATE_TEST_CASE("chunks keep the counts and observables of an implicit method", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<Relaxation, kobie::Kvaerno3, TestType> solver({.rtol = 1e-5, .atol = 1e-7});
  const auto runs = kobie::grid<Relaxation>({{"rate", kobie::linspace(1.0, 1e4, 11)}, {"y", {0.0, 1.0, 2.0}}});
  kobie::SolveRequest request{.duration = 3.0, .save_at = {0.5, 3.0}};
  const auto whole = solver.solve(runs, request);
  request.chunk_runs = 8;
  const auto cut = solver.solve(runs, request);
  CHECK(compare::same_results(cut, whole));
  for (std::size_t run = 0; run < 33; ++run) {
    CHECK(cut.jacobians()[run] == whole.jacobians()[run]);
    CHECK(cut.factorisations()[run] == whole.factorisations()[run]);
    CHECK(cut.newton_iterations()[run] == whole.newton_iterations()[run]);
    CHECK(cut.failed_solves()[run] == whole.failed_solves()[run]);
  }
}

TEMPLATE_TEST_CASE("columns too long to be shared by chunks give every run its own value", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<Rate, kobie::ExplicitEuler, kobie::FixedStep, kobie::Precision<float>, TestType> solver({.dt = 1.0});
  // The slow axis has 70,000 values, each for three runs; chunks begin and end between.
  const auto runs = kobie::grid<Rate>({{"rate", kobie::linspace(0.0, 69'999.0, 70'000)}, {"y", {0.0, 0.25, 0.5}}});
  kobie::SolveRequest request{.duration = 1.0};
  request.chunk_runs = 100'000;
  const auto plan = solver.plan(runs, request);
  REQUIRE(plan.chunks == 3);
  REQUIRE(plan.inputs.size() == 1);
  CHECK(plan.inputs[0].bytes_per_run == sizeof(float));
  const auto result = solver.solve(runs, request);
  const auto y = result["y"];
  std::int64_t wrong = 0;
  for (std::int64_t run = 0; run < result.runs(); ++run) {
    const float expected = static_cast<float>(run / 3) + 0.25F * static_cast<float>(run % 3);
    wrong += y(0, static_cast<std::size_t>(run)) == expected ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("progress counts the runs of finished chunks and ends with all", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, TestType> solver;
  std::vector<std::int64_t> seen;
  kobie::SolveRequest request{.duration = 0.1};
  request.chunk_runs = 50;
  request.progress = [&](std::int64_t done, std::int64_t total) {
    CHECK(total == run_count);
    seen.push_back(done);
  };
  static_cast<void>(solver.solve(fuses(), request));
  CHECK(seen == std::vector<std::int64_t>{50, 100, 150, 200, run_count});
}

TEMPLATE_TEST_CASE("a solve that is interrupted between chunks ends, and the next one is whole", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, TestType> solver;
  kobie::SolveRequest request{.duration = 0.1};
  const auto whole = solver.solve(fuses(), request);
  request.chunk_runs = 50;
  request.progress = [](std::int64_t done, std::int64_t) {
    if (done >= 100) {
      throw std::runtime_error("enough");
    }
  };
  CHECK_THROWS_AS(solver.solve(fuses(), request), std::runtime_error);
  request.progress = {};
  CHECK(compare::same_results(solver.solve(fuses(), request), whole));
}
