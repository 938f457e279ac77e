#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <string>

#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

// 16 bytes of results and 4 of inputs for each run.
kobie::PlanInput million() {
  kobie::PlanInput input{.runs = 1'000'000};
  input.results = {kobie::PlannedArray{"values", 12}, kobie::PlannedArray{"status", 4}};
  input.whole_input_bytes = 4'001'000;
  input.shared_input_bytes = 1'000;
  input.staged_inputs = {kobie::PlannedArray{"inputs", 4}};
  input.device_available = 1024 * mib;
  input.host_available = 1024 * mib;
  return input;
}

}  // namespace

TEST_CASE("what fits a device is one chunk, with pinned results and nothing staged") {
  auto input = million();
  input.on_device = true;
  const auto plan = kobie::make_plan(input);
  CHECK(plan.chunks == 1);
  CHECK(plan.chunk_runs == 1'000'000);
  CHECK(plan.inputs.empty());
  CHECK(plan.device_bytes == 4'001'000 + 16'000'000);
  CHECK(plan.pinned_bytes == 16'000'000);
  CHECK(plan.host_bytes == 4'001'000 + 16'000'000);
  CHECK(plan.upload_bytes == 4'001'000);
  CHECK(plan.download_bytes == 16'000'000);
}

TEST_CASE("what does not fit a device is cut into the fewest chunks, three under way at once") {
  auto input = million();
  input.on_device = true;
  input.device_available = 10'000'000;
  const auto plan = kobie::make_plan(input);
  // 3 chunks under way, of 20 bytes for each run, beside what they share: at most 166,650 runs.
  CHECK(plan.slots == 3);
  CHECK(plan.chunks == 7);
  CHECK(plan.chunk_runs == 142'858);
  CHECK(plan.device_bytes == 1'000 + std::uint64_t{3} * 20 * 142'858);
  CHECK(plan.device_bytes <= input.device_available);
  CHECK(plan.pinned_bytes == std::uint64_t{3} * 20 * 142'858);
  CHECK(plan.host_bytes == plan.shared_bytes + plan.pinned_bytes + 16'000'000);
  CHECK(plan.upload_bytes == 1'000 + 4'000'000);
}

TEST_CASE("pinned memory does not grow with the number of runs") {
  auto input = million();
  input.on_device = true;
  input.destination = kobie::Destination::file;
  input.device_available = 100 * mib;
  const auto some = kobie::make_plan(input);
  input.runs = 100'000'000;
  const auto many = kobie::make_plan(input);
  CHECK(many.chunks > some.chunks);
  CHECK(many.pinned_bytes <= 100 * mib);
  CHECK(many.host_bytes <= many.pinned_bytes + many.shared_bytes);
  CHECK(many.result_bytes == 1'600'000'000);
}

TEST_CASE("kernels of a host work in the results themselves, and have buffers only on the way to a file") {
  auto input = million();
  const auto in_memory = kobie::make_plan(input);
  CHECK(in_memory.chunks == 1);
  CHECK(in_memory.pinned_bytes == 0);
  CHECK(in_memory.host_bytes == 4'001'000 + 16'000'000);

  input.runs = 100'000'000;
  input.destination = kobie::Destination::file;
  const auto to_file = kobie::make_plan(input);
  CHECK(to_file.slots == 2);
  CHECK(to_file.host_bytes <= 256 * mib);
  CHECK(to_file.host_bytes == to_file.shared_bytes + to_file.pinned_bytes + static_cast<std::uint64_t>(to_file.chunk_runs) * 4);
}

TEST_CASE("chunks have as many runs as were asked for, where they fit") {
  auto input = million();
  input.chunk_runs = 1'001;
  CHECK(kobie::make_plan(input).chunk_runs == 1'001);
  CHECK(kobie::make_plan(input).chunks == 1'000);
  input.on_device = true;
  input.device_available = 1'000 + std::uint64_t{3} * 20 * 10;
  CHECK(kobie::make_plan(input).chunk_runs == 10);
}

TEST_CASE("what no memory holds is refused with figures and a remedy") {
  auto input = million();
  input.host_available = 8 * mib;
  CHECK_THROWS_WITH(kobie::make_plan(input),
                    ContainsSubstring("at least 15.3 MiB of memory (15.3 MiB of it results) and this machine has 8.0 MiB") &&
                        ContainsSubstring("Solver::solve_to_file"));
  input = million();
  input.on_device = true;
  input.device_available = 1'000;
  CHECK_THROWS_WITH(kobie::make_plan(input), ContainsSubstring("at least 1.0 KiB of memory and the device has 1000 B"));
  // More than 2^64 bytes are counted as what they are: too many.
  input.runs = std::int64_t{1} << 62U;
  CHECK_THROWS_AS(kobie::make_plan(input), kobie::Error);
}

TEST_CASE("the least chunk has one run") {
  auto input = million();
  input.on_device = true;
  input.device_available = 1'000 + 3 * 20;
  const auto plan = kobie::make_plan(input);
  CHECK(plan.chunk_runs == 1);
  CHECK(plan.chunks == 1'000'000);
}

TEST_CASE("a plan prints what a solve will take, and allocates nothing") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5, kobie::OnHostAsDevice> solver;
  const auto values = kobie::linspace(0.0, 21.0, 1'000);
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", values}, {"x", values}});
  kobie::SolveRequest request{.duration = 1.0, .save_every = 0.1};
  request.chunk_runs = 100'000;
  const auto plan = solver.plan(runs, request);
  // Three doubles at each of ten saves and the end of a run, three counters.
  CHECK(plan.result_bytes == std::uint64_t{1'000'000} * (3 * 8 * 11 + 3 * 4 + 8));
  const std::string table = plan.table();
  CHECK_THAT(table, ContainsSubstring("10 of 100000 runs, 3 under way at once"));
  CHECK_THAT(table, ContainsSubstring("264 B for each run"));
}
