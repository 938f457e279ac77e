// A batch larger than memory: Lorenz in float, the end of each run alone, to a file within budgets of memory; beside it a batch
// that is one chunk. Prints the time of a run of each, and the most memory that was resident.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "lorenz.hpp"

import kobie;

namespace {

constexpr double mib = 1024.0 * 1024.0;

// As Linux knows it, in MiB; "VmHWM" is the most there ever was.
double resident(const std::string& which) {
  std::ifstream status("/proc/self/status");
  std::string name;
  double kib = 0.0;
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(which + ":")) {
      kib = std::stod(line.substr(which.size() + 1));
    }
  }
  return kib / 1024.0;
}

// As many runs as the square of a number of values.
kobie::Runs<Lorenz> square(std::int64_t runs) {
  const auto side = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(runs))));
  return kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, side)}, {"x", kobie::linspace(1.0, 2.0, side)}});
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int run(std::int64_t runs, std::int64_t whole_runs, std::uint64_t host, std::uint64_t device, double duration,
        const std::filesystem::path& path) {
  const kobie::Solver<Lorenz, kobie::Tsit5, kobie::Precision<float>> solver({.rtol = 1e-5, .atol = 1e-5});

  const auto few = square(whole_runs);
  double whole = std::numeric_limits<double>::infinity();
  for (int repetition = 0; repetition < 3; ++repetition) {
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(solver.solve(few, {.duration = duration}));
    whole = std::min(whole, seconds_since(start) / static_cast<double>(few.size()));
  }
  fmt::print("{} runs, one chunk: {:.2f} ns a run\n", few.size(), 1e9 * whole);

  kobie::memory_manager().set_budget(kobie::MemoryPlace::host, host);
  kobie::memory_manager().set_budget(kobie::MemoryPlace::device, device);
  kobie::memory_manager().set_mode(kobie::MemoryMode::active);
  const auto many = square(runs);
  kobie::SolveRequest request{.duration = duration, .write_to = path, .overwrite = true};
  fmt::print("{}", solver.plan(many, request, kobie::Destination::file).table());
  const double before = resident("VmRSS");
  const auto start = std::chrono::steady_clock::now();
  const auto solved = solver.solve_to_file(many, request);
  const double chunked = seconds_since(start) / static_cast<double>(many.size());
  fmt::print("{}", solved.summary());
  fmt::print("{} runs, {} chunks: {:.2f} ns a run, {:.3f} of one chunk's\n", many.size(), solved.plan.chunks, 1e9 * chunked,
             chunked / whole);
  fmt::print("resident memory: {:.0f} MiB before it, {:.0f} MiB at most in all; buffers {:.1f} MiB, planned {:.1f} MiB\n",
             before, resident("VmHWM"), static_cast<double>(solved.peak_pinned_bytes) / mib,
             static_cast<double>(solved.plan.pinned_bytes) / mib);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const kobie::Session session(argc, argv);
    CLI::App app("Solves a batch that is larger than the memory that it may have.");
    std::int64_t runs = 100'000'000;
    std::int64_t whole_runs = 1'000'000;
    std::uint64_t host = std::uint64_t{1} << 30U;
    std::uint64_t device = std::uint64_t{256} << 20U;
    double duration = 10.0;
    std::filesystem::path path = "large.h5";
    app.add_option("--runs", runs, "of the large batch");
    app.add_option("--whole-runs", whole_runs, "of the batch that is one chunk");
    app.add_option("--host", host, "budget of the host's memory, bytes");
    app.add_option("--device", device, "budget of the device's memory, bytes");
    app.add_option("--duration", duration, "of each run");
    app.add_option("--path", path, "of the file; it is replaced");
    CLI11_PARSE(app, argc, argv);
    return run(runs, whole_runs, host, device, duration, path);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kobie-large-batch: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
