#include <Kokkos_Core.hpp>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "problems.hpp"

import kobie;

namespace {

std::mutex threads_mutex;
std::set<std::thread::id> threads_seen;

/// y' = 0, slowly: long enough that no thread can take all runs before another wakes up.
struct Witness {
  static constexpr bool lanes = false;
  static constexpr auto states = kobie::values({{"y", 0.0}});
  template <class Real>
  static void rhs(const kobie::Point<Witness, Real>&, kobie::Rates<Witness, Real>& d) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::scoped_lock lock(threads_mutex);
    threads_seen.insert(std::this_thread::get_id());
    d.state = {Real(0)};
  }
};

template <class T>
void append(std::ofstream& file, std::span<const T> values) {
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

}  // namespace

// Kokkos fixes its threads when it starts: CMakeLists.txt runs the first two tests with 1 and with 2, and compares the files.
TEST_CASE("a solve is written for comparison", "[.]") {
  const char* path = std::getenv("KOBIE_COMPARE");
  REQUIRE(path != nullptr);
  const kobie::Solver<problems::LorenzWithFuse, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  // Three of these fail, at different times.
  std::vector<double> growth(1003, 0.0);
  growth[5] = growth[500] = 0.5;
  growth[1002] = 2.0;
  const auto runs = kobie::grid<problems::LorenzWithFuse>(
      {{"rho", kobie::linspace(0.0, 28.0, growth.size())}, {"growth", growth}}, kobie::Combine::zip);
  const auto result = solver.solve(runs, {.duration = 3.0, .save_every = 0.25});
  REQUIRE(result.failure_count() == 3);

  std::ofstream file(path, std::ios::binary);
  append(file, std::span<const double>(result.all().data_handle(), result.all().size()));
  append(file, result.accepted_steps());
  append(file, result.rejected_steps());
  append(file, result.end_times());
  for (std::int64_t run = 0; run < result.runs(); ++run) {
    append(file, std::span<const kobie::Status>(std::array{result.status(run)}));
  }
  file.close();
  REQUIRE(file.good());
}

TEST_CASE("a session has as many threads as it was asked for", "[.]") {
  const char* asked = std::getenv("KOBIE_THREADS");
  REQUIRE(asked != nullptr);
  const kobie::Solver<problems::Lorenz, kobie::Tsit5, kobie::OnHost> solver;
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({}), {.duration = 0.1});
  CHECK(result.provenance().threads == std::stoi(asked));
  CHECK(result.provenance().backend == Kokkos::DefaultHostExecutionSpace::name());
}

TEST_CASE("a parallel kernel runs on all threads") {
  using Space = Kokkos::DefaultHostExecutionSpace;
  const int threads = Space().concurrency();
  std::vector<std::thread::id> seen(static_cast<std::size_t>(threads));
  // Each iteration is long enough that no thread can take another's share.
  Kokkos::parallel_for("kobie::test::threads", Kokkos::RangePolicy<Space>(0, threads), [&](int i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    seen[static_cast<std::size_t>(i)] = std::this_thread::get_id();
  });
  Kokkos::fence("kobie::test::threads");
  CHECK(std::set<std::thread::id>(seen.begin(), seen.end()).size() == static_cast<std::size_t>(threads));
}

TEST_CASE("the right-hand sides of a solve run on all threads") {
  threads_seen.clear();
  const kobie::Solver<Witness, kobie::ClassicalRk4, kobie::OnHost> solver({.dt = 1.0});
  const auto result = solver.solve(kobie::grid<Witness>({{"y", kobie::linspace(0.0, 1.0, 64)}}), {.duration = 1.0});
  CHECK(result.failure_count() == 0);
  CHECK(threads_seen.size() == static_cast<std::size_t>(Kokkos::DefaultHostExecutionSpace().concurrency()));
}
