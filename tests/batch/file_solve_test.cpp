#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../temporary_folder.hpp"
#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using problems::LorenzWithFuse;

namespace {

template <class Backend>
using Fuses = kobie::Solver<LorenzWithFuse, kobie::Tsit5, Backend>;

constexpr std::int64_t run_count = 500;

// Two of them fail.
kobie::Runs<LorenzWithFuse> fuses(std::int64_t count = run_count) {
  std::vector<double> growth(static_cast<std::size_t>(count), 0.0);
  growth[3] = growth.back() = 1.0;
  return kobie::grid<LorenzWithFuse>({{"rho", kobie::linspace(0.0, 28.0, growth.size())}, {"growth", growth}},
                                     kobie::Combine::zip);
}

kobie::SolveRequest request_to(const std::filesystem::path& path) {
  kobie::SolveRequest request{.duration = 1.5, .save_every = 0.5, .write_to = path};
  request.chunk_runs = 64;
  return request;
}

// What a solve of all these in memory gives.
template <class Backend>
kobie::Result<double> expected(const Fuses<Backend>& solver, std::int64_t count = run_count) {
  return solver.solve(fuses(count), {.duration = 1.5, .save_every = 0.5});
}

// A solve of the request that ends when so many runs are done, and leaves its file unfinished.
template <class Solver>
void interrupt(const Solver& solver, kobie::SolveRequest request, std::int64_t runs) {
  request.progress = [runs](std::int64_t done, std::int64_t) {
    if (done >= runs) {
      throw std::runtime_error("enough");
    }
  };
  CHECK_THROWS_AS(solver.solve_to_file(fuses(), request), std::runtime_error);
}

std::filesystem::path partial(const std::filesystem::path& path) { return path.string() + ".partial"; }

template <class Solver>
std::string message(const Solver& solver, const kobie::SolveRequest& request) {
  try {
    static_cast<void>(solver.solve_to_file(fuses(), request));
  } catch (const kobie::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEMPLATE_TEST_CASE("a file that is written while it is computed holds what a whole solve gives", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const tools::TemporaryFolder folder;
  const Fuses<TestType> solver;
  const auto whole = expected(solver);
  auto request = request_to(folder / "a.h5");
  for (const std::int64_t length : {500, 250, 167, 72, 499}) {
    request.chunk_runs = length;
    request.overwrite = true;
    const auto solved = solver.solve_to_file(fuses(), request);
    CHECK(solved.plan.chunks == (run_count - 1) / length + 1);
    CHECK(solved.resumed_runs == 0);
    CHECK(solved.totals.accepted_steps == whole.total_accepted());
    CHECK(solved.totals.rejected_steps == whole.total_rejected());
    CHECK(solved.totals.failures == 2);
    CHECK(solved.peak_pinned_bytes == solved.plan.pinned_bytes);
    CHECK_FALSE(exists(partial(request.write_to)));
    const auto read = kobie::read(request.write_to);
    CHECK(compare::same_results(read, whole));
    CHECK(read.inputs()["rho"].values == whole.inputs()["rho"].values);
    CHECK(read.inputs()["growth"].values == whole.inputs()["growth"].values);
    CHECK(read.inputs()["x"].values == whole.inputs()["x"].values);
    CHECK(read.quantities().size() == whole.quantities().size());
    CHECK(read.provenance().method == whole.provenance().method);
    CHECK(read.provenance().wall_seconds > 0.0);
  }
}

TEST_CASE("buffers for a file do not grow with the number of runs") {
  const tools::TemporaryFolder folder;
  const Fuses<kobie::OnDefaultBackend> solver;
  auto request = request_to(folder / "a.h5");
  request.duration = 0.01;
  request.save_every = 0.0;
  const auto some = solver.solve_to_file(fuses(640), request);
  request.overwrite = true;
  const auto many = solver.solve_to_file(fuses(6400), request);
  CHECK(many.plan.chunks == 100);
  CHECK(many.plan.pinned_bytes == some.plan.pinned_bytes);
  CHECK(many.peak_pinned_bytes == many.plan.pinned_bytes);
}

TEMPLATE_TEST_CASE("a solve to a file that was interrupted goes on where it ended", "", kobie::OnDefaultBackend,
                   kobie::OnHostAsDevice) {
  const tools::TemporaryFolder folder;
  const Fuses<TestType> solver;
  auto request = request_to(folder / "a.h5");
  interrupt(solver, request, 300);
  CHECK_FALSE(exists(request.write_to));
  // Runs can be read from it, inputs cannot be taken over.
  CHECK(kobie::read(partial(request.write_to)).stopped());
  std::filesystem::copy(partial(request.write_to), folder / "copy.h5");
  CHECK_THROWS_WITH(kobie::read_sweeps(folder / "copy.h5"), ContainsSubstring("is not finished"));

  // The file's chunks count, whatever is asked for now.
  request.chunk_runs = 100;
  const auto solved = solver.solve_to_file(fuses(), request);
  CHECK(solved.plan.chunk_runs == 64);
  CHECK(solved.resumed_runs >= 128);
  CHECK(solved.resumed_runs < run_count);
  const auto whole = expected(solver);
  CHECK(solved.totals.accepted_steps == whole.total_accepted());
  CHECK(compare::same_results(kobie::read(request.write_to), whole));
}

TEST_CASE("a file of another solve that was interrupted is kept unless told otherwise") {
  const tools::TemporaryFolder folder;
  const Fuses<kobie::OnDefaultBackend> solver;
  auto request = request_to(folder / "a.h5");
  interrupt(solver, request, 0);
  request.duration = 1.0;
  CHECK_THAT(message(solver, request), ContainsSubstring("a.h5.partial"));
  CHECK(exists(partial(request.write_to)));
  request.overwrite = true;
  CHECK(solver.solve_to_file(fuses(), request).resumed_runs == 0);
}

TEST_CASE("a request that no file can serve is refused before anything is written") {
  const tools::TemporaryFolder folder;
  const Fuses<kobie::OnDefaultBackend> solver;
  CHECK_THAT(message(solver, {.duration = 1.0}), ContainsSubstring("write_to"));
  CHECK_THAT(message(solver, request_to(folder / "a.npy")), ContainsSubstring("must end in .h5 or .hdf5"));
  CHECK_THAT(message(solver, request_to(folder / "no" / "a.h5")), ContainsSubstring("no/a.h5"));
  auto request = request_to(folder / "a.h5");
  request.chunk_runs = -1;
  CHECK_THAT(message(solver, request), ContainsSubstring("chunk_runs = -1: must be 0 or more"));
  std::ofstream(folder / "kept.h5") << "precious";
  CHECK_THAT(message(solver, request_to(folder / "kept.h5")), ContainsSubstring("kept.h5"));
  CHECK(std::filesystem::file_size(folder / "kept.h5") == 8);
  CHECK_FALSE(exists(partial(folder / "kept.h5")));
}

TEST_CASE("a disk that is full ends a solve with an error, and its file is finished when there is room") {
  const tools::TemporaryFolder folder;
  const Fuses<kobie::OnDefaultBackend> solver;
  auto request = request_to(folder / "a.h5");
  interrupt(solver, request, 0);

  // The file is there; now nothing may be written beyond its first kilobytes.
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit little{8192, before.rlim_max};
  REQUIRE(std::signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &little) == 0);
  const std::string full = message(solver, request);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_THAT(full, ContainsSubstring("a.h5"));

  static_cast<void>(solver.solve_to_file(fuses(), request));
  CHECK(compare::same_results(kobie::read(request.write_to), expected(solver)));
}

// This program runs it as another process, and kills that.
TEST_CASE("a solve to a file that may be killed", "[.]") {
  const char* path = std::getenv("KOBIE_KILLED");
  REQUIRE(path != nullptr);
  const Fuses<kobie::OnDefaultBackend> solver;
  auto request = request_to(path);
  request.chunk_runs = 40;
  request.progress = [](std::int64_t, std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(3)); };
  static_cast<void>(solver.solve_to_file(fuses(2000), request));
}

TEST_CASE("a solve that is killed at any moment is completed by the next ones, with the same results") {
  const tools::TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  REQUIRE(setenv("KOBIE_KILLED", path.c_str(), 1) == 0);
  const auto whole = expected(Fuses<kobie::OnDefaultBackend>(), 2000);
  std::array<char, 4096> self{};
  REQUIRE(readlink("/proc/self/exe", self.data(), self.size() - 1) > 0);
  std::mt19937 engine(7);
  std::uniform_int_distribution<int> delay(0, 250);
  int kills = 0;
  int completed = 0;
  while (kills < 50) {
    std::string name = "a solve to a file that may be killed";
    std::array<char*, 3> arguments{self.data(), name.data(), nullptr};
    pid_t child = 0;
    posix_spawn_file_actions_t quiet;
    REQUIRE(posix_spawn_file_actions_init(&quiet) == 0);
    REQUIRE(posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0);
    REQUIRE(posix_spawn(&child, self.data(), &quiet, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&quiet);
    std::this_thread::sleep_for(std::chrono::milliseconds(delay(engine)));
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
      ++kills;
      // What is there under the name is whole.
      if (std::filesystem::exists(path)) {
        CHECK(compare::same_results(kobie::read(path), whole));
      }
    }
    if (std::filesystem::exists(path)) {
      ++completed;
      CHECK(compare::same_results(kobie::read(path), whole));
      std::filesystem::remove(path);
    }
  }
  auto request = request_to(path);
  request.chunk_runs = 40;
  static_cast<void>(Fuses<kobie::OnDefaultBackend>().solve_to_file(fuses(2000), request));
  CHECK(compare::same_results(kobie::read(path), whole));
  INFO(completed << " were completed by solves that were not killed in time");
  CHECK(kills == 50);
  unsetenv("KOBIE_KILLED");
}
