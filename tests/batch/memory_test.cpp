#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "budgets.hpp"
#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using problems::Lorenz;

namespace {

using Staged = kobie::Solver<Lorenz, kobie::Tsit5, kobie::OnHostAsDevice>;

constexpr std::uint64_t kib = 1024;

kobie::Runs<Lorenz> runs() { return kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 2000)}}); }

}  // namespace

TEST_CASE("a smaller budget cuts a batch into chunks, with the same results") {
  const kobie::SolveRequest request{.duration = 1.0, .save_every = 0.25};
  const Staged solver;
  const auto whole = solver.solve(runs(), request);
  CHECK(solver.plan(runs(), request).chunks == 1);
  const Budgets budgets(100 * kib, 1024 * kib);
  const auto plan = solver.plan(runs(), request);
  CHECK(plan.chunks > 3);
  CHECK(plan.device_bytes <= 100 * kib);
  CHECK(plan.host_bytes <= 1024 * kib);
  CHECK(compare::same_results(solver.solve(runs(), request), whole));
}

TEST_CASE("a solve beyond its budget is refused with figures, and one to a file is not") {
  const kobie::SolveRequest request{.duration = 1.0, .save_every = 0.01};
  const Staged solver;
  const Budgets budgets(1024 * kib, 1024 * kib);
  CHECK_THROWS_WITH(solver.solve(runs(), request),
                    ContainsSubstring("and this machine has 1.0 MiB") && ContainsSubstring("solve_to_file"));
  const auto path = std::filesystem::temp_directory_path() / "kobie_memory_test.h5";
  auto to_file = request;
  to_file.write_to = path;
  to_file.overwrite = true;
  const auto solved = solver.solve_to_file(runs(), to_file);
  CHECK(solved.plan.host_bytes <= 1024 * kib);
  CHECK(solved.plan.result_bytes > 4 * 1024 * kib);
  CHECK(kobie::read(path).failure_count() == 0);
  std::filesystem::remove(path);
}

TEST_CASE("whatever memory there is, a solve is right or says that it cannot be") {
  const kobie::SolveRequest request{.duration = 0.5, .save_every = 0.25};
  const Staged solver;
  const auto whole = solver.solve(runs(), request);
  int solved = 0;
  int refused = 0;
  const auto attempt = [&](std::uint64_t device, std::uint64_t host) {
    const Budgets budgets(device, host);
    std::optional<kobie::Result<double>> result;
    try {
      result.emplace(solver.solve(runs(), request));
    } catch (const kobie::Error&) {
      ++refused;
      return;
    }
    CHECK(compare::same_results(*result, whole));
    ++solved;
  };
  for (std::uint64_t size = 16 * kib; size <= 1024 * kib; size += size / 4) {
    attempt(size, 1024 * kib);
    attempt(1024 * kib, size);
  }
  CHECK(solved > 10);
  CHECK(refused > 5);
}

TEST_CASE("solvers share a budget, each its part") {
  const kobie::SolveRequest request{.duration = 1.0, .save_every = 0.25};
  const Budgets budgets(400 * kib, 2048 * kib);
  const Staged small({.device_share = {.proportion = 0.25}});
  const Staged other({.device_share = {.bytes = 200 * kib}});
  CHECK(small.plan(runs(), request).device_available == 100 * kib);
  CHECK(other.plan(runs(), request).device_available == 200 * kib);
  CHECK_THROWS_AS(Staged({.device_share = {.proportion = 0.5}}), kobie::InvalidArgument);
}

TEST_CASE("a solver keeps its buffers for the next solve until another one needs the memory, and frees them when it goes") {
  kobie::SolveRequest request{.duration = 0.1};
  request.chunk_runs = 500;
  const Budgets budgets(1024 * kib, 400 * kib);
  kobie::memory_manager().set_mode(kobie::MemoryMode::passive);
  kobie::MemoryClient other = kobie::memory_manager().join("another one");
  const auto kept = [&] { return other.attainable(kobie::MemoryPlace::host) - other.available(kobie::MemoryPlace::host); };

  std::optional<Staged> solver(std::in_place);
  const std::uint64_t buffers = solver->plan(runs(), request).pinned_bytes;
  CHECK(kept() == 0);
  const auto first = solver->solve(runs(), request);
  CHECK(kept() == buffers);
  CHECK(other.reclaim(kobie::MemoryPlace::host, 1) == buffers);
  CHECK(kept() == 0);
  CHECK(compare::same_results(solver->solve(runs(), request), first));
  CHECK(kept() == buffers);
  solver.reset();
  CHECK(kept() == 0);
  CHECK(other.available(kobie::MemoryPlace::host) == 400 * kib);
}
