#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>

#include "../temporary_folder.hpp"
#include "compare.hpp"

import kobie;

namespace {

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"k", 1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.parameter[0] * at.state[0]};
  }
};

constexpr std::size_t count = 100'000;

kobie::Runs<Decay> runs() { return kobie::grid<Decay>({{"k", kobie::linspace(0.1, 3.0, count)}}); }

template <class... Policies>
using Solver = kobie::Solver<Decay, kobie::Tsit5, Policies...>;

// Asks to stop once some runs are done.
kobie::SolveRequest stopping(std::stop_source& source, std::int64_t chunk_runs) {
  kobie::SolveRequest request{.duration = 2.0, .save_every = 0.5};
  request.chunk_runs = chunk_runs;
  request.stop = source.get_token();
  request.progress = [&source](std::int64_t done, std::int64_t) {
    if (done >= 10'000) {
      source.request_stop();
    }
  };
  return request;
}

// Whether every run is what it is in a whole result, or stopped and without a number. Returns how many are whole.
template <class T>
std::int64_t whole_runs(const kobie::Result<T>& result, const kobie::Result<T>& whole) {
  std::int64_t found = 0;
  for (std::int64_t run = 0; run < result.runs(); ++run) {
    if (result.status(run) == kobie::Status::stopped) {
      const auto i = static_cast<std::size_t>(run);
      for (std::size_t save = 0; save < result.times().size(); ++save) {
        REQUIRE(std::isnan(result["y"](save, i)));
      }
      REQUIRE(result.end_times()[i] == 0.0);
      REQUIRE(result.accepted_steps()[i] == 0);
    } else {
      REQUIRE(compare::same_run(result, run, whole, run));
      ++found;
    }
  }
  return found;
}

}  // namespace

TEMPLATE_TEST_CASE("a solve that is asked to stop has the runs that it has begun, and the others are stopped", "",
                   Solver<kobie::OnHost>, Solver<kobie::OnHostAsDevice>) {
  const TestType solver;
  const auto whole = solver.solve(runs(), {.duration = 2.0, .save_every = 0.5});
  CHECK_FALSE(whole.stopped());
  for (const std::int64_t chunk_runs : {std::int64_t{0}, std::int64_t{4'000}}) {
    CAPTURE(chunk_runs);
    std::stop_source source;
    const auto result = solver.solve(runs(), stopping(source, chunk_runs));
    CHECK(result.stopped());
    CHECK(result.failure_count() == 0);
    CHECK(result.failures().empty());
    const std::int64_t found = whole_runs(result, whole);
    CHECK(found >= 10'000);
    CHECK(found < static_cast<std::int64_t>(count));
    CHECK(result.summary().find("runs were not integrated") != std::string::npos);
  }
}

TEST_CASE("a solve that is asked to stop before it begins integrates nothing") {
  std::stop_source source;
  source.request_stop();
  kobie::SolveRequest request{.duration = 2.0};
  request.stop = source.get_token();
  const auto result = Solver<>().solve(runs(), request);
  CHECK(std::ranges::all_of(result.accepted_steps(), [](auto steps) { return steps == 0; }));
  CHECK(result.stopped());
  CHECK(result.status(0) == kobie::Status::stopped);
}

TEST_CASE("a stop from another thread ends a solve that would take for ever") {
  std::stop_source source;
  kobie::SolveRequest request{.duration = 2.0};
  request.stop = source.get_token();
  const kobie::Solver<Decay, kobie::ClassicalRk4> solver({.dt = 2e-6});  // a million steps a run
  std::jthread other([&source] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.request_stop();
  });
  const auto result = solver.solve(runs(), request);
  CHECK(result.stopped());
  CHECK(result.status(0) == kobie::Status::success);  // what was begun is finished
}

TEST_CASE("a stopped result is marked as partial in its file, and read as it was") {
  const tools::TemporaryFolder folder;
  std::stop_source source;
  auto request = stopping(source, 0);
  request.write_to = folder / "stopped.h5";
  const auto result = Solver<>().solve(runs(), request);
  REQUIRE(result.stopped());
  const auto read = kobie::read(request.write_to);
  CHECK(read.stopped());
  CHECK(compare::same_results(read, result));
  CHECK(kobie::io::Hdf5File(request.write_to).has_attribute("partial"));
}

TEMPLATE_TEST_CASE("a stopped solve to a file keeps whole chunks there and goes on later", "", Solver<kobie::OnHost>,
                   Solver<kobie::OnHostAsDevice>) {
  const tools::TemporaryFolder folder;
  const TestType solver;
  const auto whole = solver.solve(runs(), {.duration = 2.0, .save_every = 0.5});
  std::stop_source source;
  auto request = stopping(source, 4'000);
  request.write_to = folder / "stopped.h5";
  const auto stopped = solver.solve_to_file(runs(), request);
  CHECK(stopped.stopped);
  CHECK(stopped.finished_runs >= 10'000 - 4'000);
  CHECK(stopped.finished_runs < static_cast<std::int64_t>(count));
  CHECK(stopped.finished_runs % 4'000 == 0);
  CHECK_FALSE(std::filesystem::exists(request.write_to));

  SECTION("the partial file can be read") {
    const auto read = kobie::read(folder / "stopped.h5.partial");
    CHECK(read.stopped());
    CHECK(whole_runs(read, whole) == stopped.finished_runs);
    CHECK(read.inputs()["k"][0] == 0.1);
    CHECK(std::isnan(read.inputs()["k"][static_cast<std::int64_t>(count) - 1]));
    CHECK_THROWS_MATCHES(kobie::read_sweeps(folder / "stopped.h5.partial"), kobie::Error,
                         Catch::Matchers::MessageMatches(Catch::Matchers::ContainsSubstring("must end in")));
  }
  SECTION("the same solve goes on") {
    request.stop = {};
    const auto rest = solver.solve_to_file(runs(), request);
    CHECK_FALSE(rest.stopped);
    CHECK(rest.resumed_runs == stopped.finished_runs);
    CHECK(rest.finished_runs == static_cast<std::int64_t>(count));
    CHECK(compare::same_results(kobie::read(request.write_to), whole));
    CHECK_FALSE(kobie::io::Hdf5File(request.write_to).has_attribute("partial"));
  }
}
