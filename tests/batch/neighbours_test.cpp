#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using compare::same_results;
using compare::same_run;
using problems::Lorenz;

namespace {

const kobie::SolveRequest request{.duration = 2.0, .save_every = 0.25};

template <class Solver>
auto solve_rho(const Solver& solver, const std::vector<double>& rho) {
  return solver.solve(kobie::grid<Lorenz>({{"rho", rho}}), request);
}

}  // namespace

TEMPLATE_TEST_CASE("a run's bits do not depend on its place, nor on the size of the batch", "",
                   (kobie::Solver<Lorenz, kobie::Tsit5>), (kobie::Solver<Lorenz, kobie::Tsit5, kobie::FixedStep>),
                   (kobie::Solver<Lorenz, kobie::DormandPrince54, kobie::Precision<float>>)) {
  const TestType solver({.rtol = 1e-6, .atol = 1e-6, .dt = 0.01});
  const auto rho = kobie::linspace(0.0, 28.0, 1000).values;
  const auto whole = solve_rho(solver, rho);
  REQUIRE(whole.failure_count() == 0);

  std::vector<std::size_t> order(rho.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(1));
  for (const std::size_t size : {1UL, 7UL, 8UL, 9UL, 1000UL}) {
    std::vector<double> some;
    for (std::size_t i = 0; i < size; ++i) {
      some.push_back(rho[order[i]]);
    }
    const auto part = solve_rho(solver, some);
    bool same = true;
    for (std::size_t i = 0; i < size; ++i) {
      same = same && same_run(part, static_cast<std::int64_t>(i), whole, static_cast<std::int64_t>(order[i]));
    }
    CAPTURE(size);
    CHECK(same);
  }
}

TEST_CASE("a run that needs a thousand times as many steps leaves its neighbours' bits alone") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  auto rho = kobie::linspace(0.0, 28.0, 33).values;
  const auto calm = solve_rho(solver, rho);
  const std::int64_t wild = 11;
  rho[static_cast<std::size_t>(wild)] = 1e6;
  const auto mixed = solve_rho(solver, rho);
  CHECK(mixed.accepted_steps()[wild] > 100 * calm.accepted_steps()[wild]);
  bool same = true;
  for (std::int64_t run = 0; run < calm.runs(); ++run) {
    same = same && (run == wild || same_run(calm, run, mixed, run));
  }
  CHECK(same);
}

TEMPLATE_TEST_CASE("a run that fails leaves its neighbours' bits alone", "", kobie::PiControl, kobie::FixedStep) {
  const kobie::Solver<problems::LorenzWithFuse, kobie::Tsit5, TestType> solver({.rtol = 1e-6, .atol = 1e-6, .dt = 0.01});
  std::vector<double> growth(33, 0.0);
  const auto solve = [&] { return solver.solve(kobie::grid<problems::LorenzWithFuse>({{"growth", growth}}), request); };
  const auto calm = solve();
  REQUIRE(calm.failure_count() == 0);
  const std::int64_t bad = 11;
  growth[static_cast<std::size_t>(bad)] = 3.0;
  const auto mixed = solve();
  CHECK(mixed.failure_count() == 1);
  CHECK(mixed.status(bad) != kobie::Status::success);
  bool same = true;
  for (std::int64_t run = 0; run < calm.runs(); ++run) {
    same = same && (run == bad || same_run(calm, run, mixed, run));
  }
  CHECK(same);
}

TEST_CASE("a run's bits do not depend on progress reports") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 10'001)}});
  std::vector<std::int64_t> seen;
  std::vector<std::int64_t> totals;
  const auto silent = solver.solve(runs, {.duration = 1.0});
  const auto chatty = solver.solve(runs, {.duration = 1.0, .progress = [&](std::int64_t done, std::int64_t total) {
                                            seen.push_back(done);
                                            totals.push_back(total);
                                          }});
  CHECK(same_results(silent, chatty));
  REQUIRE(seen.size() > 1);
  CHECK(std::ranges::is_sorted(seen));
  CHECK(seen.back() == 10'001);
  CHECK(totals == std::vector<std::int64_t>(seen.size(), 10'001));
}
