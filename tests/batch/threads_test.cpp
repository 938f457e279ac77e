#include <Kokkos_Core.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "problems.hpp"

import kobie;

TEST_CASE("a solve is written for comparison", "[.]") {
  const char* path = std::getenv("KOBIE_COMPARE");
  REQUIRE(path != nullptr);
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 1003)}}),
                                   {.duration = 3.0, .save_every = 0.25});
  REQUIRE(result.failure_count() == 0);
  result.write(path, true);
}

TEST_CASE("a parallel kernel runs on all threads") {
  const int threads = kobie::Session::concurrency();
  std::vector<std::thread::id> seen(static_cast<std::size_t>(threads));
  // Each iteration is long enough that no thread can take another's share.
  Kokkos::parallel_for("kobie::test::threads", Kokkos::RangePolicy<>(0, threads), [&](int i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    seen[static_cast<std::size_t>(i)] = std::this_thread::get_id();
  });
  Kokkos::fence("kobie::test::threads");
  CHECK(std::set<std::thread::id>(seen.begin(), seen.end()).size() == static_cast<std::size_t>(threads));
}
