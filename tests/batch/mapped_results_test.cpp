#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "../temporary_folder.hpp"
#include "budgets.hpp"
#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using problems::Lorenz;

namespace {

constexpr std::uint64_t kib = 1024;

kobie::Runs<Lorenz> runs() { return kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 1000)}}); }

}  // namespace

TEMPLATE_TEST_CASE("results that memory has no room for lie in a folder's files, and are the same", "", kobie::OnHost,
                   kobie::OnHostAsDevice) {
  const tools::TemporaryFolder folder;
  const kobie::SolveRequest request{.duration = 1.0, .save_every = 0.01};
  const kobie::Solver<Lorenz, kobie::Tsit5, TestType> plain;
  const auto whole = plain.solve(runs(), request);
  const kobie::Solver<Lorenz, kobie::Tsit5, TestType> solver({.results_folder = folder.path()});
  CHECK(solver.plan(runs(), request).destination == kobie::Destination::memory);

  std::optional<kobie::Result<double>> kept;
  {
    const Budgets budgets(1024 * kib, 1024 * kib);
    CHECK_THROWS_WITH(plain.solve(runs(), request), ContainsSubstring("SolverOptions::results_folder"));
    const auto plan = solver.plan(runs(), request);
    CHECK(plan.destination == kobie::Destination::mapped);
    CHECK(plan.result_bytes > 2 * 1024 * kib);
    CHECK(plan.host_bytes <= 1024 * kib);
    CHECK_THAT(plan.table(), ContainsSubstring("in files that are mapped into memory"));
    kept.emplace(solver.solve(runs(), request));
    CHECK(compare::same_results(*kept, whole));
  }
  // Nobody sees the files, and the result has them for as long as it likes.
  CHECK(std::filesystem::is_empty(folder.path()));
  const kobie::Result<double> moved = *std::move(kept);
  CHECK(compare::same_results(moved, whole));
}

TEST_CASE("a folder for results that is not there is refused before anything is launched") {
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.results_folder = "/nowhere/at/all"});
  CHECK_THROWS_WITH(solver.solve(runs(), {.duration = 1.0}),
                    ContainsSubstring("results_folder = /nowhere/at/all: must be a folder that exists"));
}
