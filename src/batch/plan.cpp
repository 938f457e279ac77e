module;
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.memory;
import :plan;

namespace kobie {
namespace {

// Buffers of this size hide what it costs to fill, move and put them away; larger ones are but more pinned memory.
constexpr std::uint64_t enough_on_device = std::uint64_t{256} << 20U;
constexpr std::uint64_t enough_on_host = std::uint64_t{32} << 20U;

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// Bytes, of which there may be more than can be counted.
std::uint64_t product(std::uint64_t a, std::uint64_t b) { return b != 0 && a > no_limit / b ? no_limit : a * b; }
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return a > no_limit - b ? no_limit : a + b; }

std::uint64_t bytes_per_run(const std::vector<PlannedArray>& arrays) {
  std::uint64_t bytes = 0;
  for (const auto& array : arrays) {
    bytes += array.bytes_per_run;
  }
  return bytes;
}

// The plan with chunks of this many runs.
SolvePlan with_chunks(const PlanInput& input, std::int64_t chunk_runs) {
  const bool whole = chunk_runs >= input.runs;
  const bool to_file = input.destination == Destination::file;
  const bool on_disk = input.destination != Destination::memory;
  const auto runs = static_cast<std::uint64_t>(input.runs);
  const auto length = static_cast<std::uint64_t>(chunk_runs);

  SolvePlan plan;
  plan.runs = input.runs;
  plan.chunk_runs = chunk_runs;
  plan.chunks = (input.runs - 1) / chunk_runs + 1;
  plan.destination = input.destination;
  plan.on_device = input.on_device;
  plan.device_available = input.device_available;
  plan.host_available = input.host_available;
  plan.results = input.results;
  plan.inputs = whole ? std::vector<PlannedArray>{} : input.staged_inputs;
  // One is computed while another is put away; on a device a third one's inputs come.
  plan.slots = std::min<std::int64_t>(plan.chunks, input.on_device ? 3 : to_file ? 2 : 1);

  const std::uint64_t input_bytes = whole ? input.whole_input_bytes : input.shared_input_bytes;
  const std::uint64_t result = bytes_per_run(plan.results);
  const std::uint64_t staged = product(bytes_per_run(plan.inputs), length);
  const auto slots = static_cast<std::uint64_t>(plan.slots);
  plan.shared_bytes = sum(input_bytes, input.record_bytes);
  plan.result_bytes = product(result, runs);
  const std::uint64_t in_memory = on_disk ? 0 : plan.result_bytes;
  if (input.on_device) {
    const std::uint64_t chunk_bytes = sum(product(result, length), staged);
    plan.device_bytes = sum(plan.shared_bytes, product(slots, chunk_bytes));
    plan.pinned_bytes = product(slots, chunk_bytes);
    plan.host_bytes = sum(plan.shared_bytes, sum(plan.pinned_bytes, whole ? 0 : in_memory));
    plan.upload_bytes = sum(input_bytes, product(bytes_per_run(plan.inputs), runs));
    plan.download_bytes = plan.result_bytes;
  } else {
    plan.pinned_bytes = to_file ? product(slots, product(result, length)) : 0;
    plan.device_bytes = sum(plan.shared_bytes, sum(staged, plan.pinned_bytes));
    plan.host_bytes = sum(plan.device_bytes, in_memory);
  }
  return plan;
}

bool fits(const SolvePlan& plan) {
  return plan.device_bytes <= plan.device_available && plan.host_bytes <= plan.host_available;
}

// Nothing to gain from more runs in a chunk than these.
std::int64_t enough_runs(const PlanInput& input) {
  const std::uint64_t enough = input.on_device ? enough_on_device : enough_on_host;
  const std::uint64_t bytes = std::max<std::uint64_t>(bytes_per_run(input.results), 1);
  const auto by_bytes = static_cast<std::int64_t>(std::min<std::uint64_t>(enough / bytes, no_limit / 4));
  return std::max({by_bytes, input.worthwhile_runs, std::int64_t{1}});
}

[[noreturn]] void refuse(const PlanInput& input) {
  const SolvePlan least = with_chunks(input, 1);
  const bool to_file = input.destination == Destination::file;
  const bool on_host = least.host_bytes > least.host_available;
  const bool in_memory = input.destination == Destination::memory;
  const std::string results = in_memory ? fmt::format(" ({} of it results)", bytes_text(least.result_bytes)) : "";
  const std::string_view remedy =
      to_file         ? "give it more memory, or save less often"
      : input.may_map ? "give it more memory, save less often, or solve fewer runs"
                      : "write it to a file as it goes (Solver::solve_to_file), name a folder on a disk for its results "
                        "(SolverOptions::results_folder), save less often, or solve fewer runs";
  throw Error(fmt::format("this solve needs at least {} of memory{} and {} has {}: {}",
                          bytes_text(on_host ? least.host_bytes : least.device_bytes), on_host ? results : "",
                          on_host ? "this machine" : "the device",
                          bytes_text(on_host ? least.host_available : least.device_available), remedy));
}

}  // namespace

SolvePlan make_plan(const PlanInput& input) {
  const bool asked = input.chunk_runs > 0;
  // Whole, where that is the best: nothing is staged. A file is better written in pieces.
  const std::int64_t enough = asked                                    ? input.chunk_runs
                              : input.destination == Destination::file ? enough_runs(input)
                                                                       : input.runs;
  if (enough >= input.runs) {
    SolvePlan plan = with_chunks(input, input.runs);
    if (fits(plan)) {
      return plan;
    }
  }
  // The longest chunks that fit: what they take grows with their length.
  std::int64_t least = 0;
  std::int64_t bound = std::min(input.runs - 1, asked ? input.chunk_runs : enough_runs(input));
  while (least < bound) {
    const std::int64_t middle = bound - (bound - least) / 2;
    if (fits(with_chunks(input, middle))) {
      least = middle;
    } else {
      bound = middle - 1;
    }
  }
  if (least == 0 && input.may_map && input.destination == Destination::memory) {
    PlanInput mapped = input;
    mapped.destination = Destination::mapped;
    return make_plan(mapped);
  }
  if (least == 0) {
    refuse(input);
  }
  if (asked && least == input.chunk_runs) {
    return with_chunks(input, least);
  }
  // Chunks of like lengths.
  const std::int64_t chunks = (input.runs - 1) / least + 1;
  return with_chunks(input, (input.runs - 1) / chunks + 1);
}

void require_chunks(const SolvePlan& plan, std::int64_t chunk_runs) {
  if (plan.chunks > 1 && plan.chunk_runs != chunk_runs) {
    throw Error(
        fmt::format("the file that is to be finished has chunks of {} runs, and memory has room for {}: give it more "
                    "memory, or overwrite the file",
                    chunk_runs, plan.chunk_runs));
  }
}

std::string SolvePlan::table() const {
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) { text += table_row(name, value); };
  row("runs", fmt::format("{}", runs));
  row("chunks", chunks == 1 ? std::string("1") : fmt::format("{} of {} runs, {} under way at once", chunks, chunk_runs, slots));
  for (const auto& array : results) {
    row(fmt::format("  {}", array.name),
        fmt::format("{} for each run, {} in a chunk", bytes_text(array.bytes_per_run),
                    bytes_text(product(array.bytes_per_run, static_cast<std::uint64_t>(chunk_runs)))));
  }
  for (const auto& array : inputs) {
    row(fmt::format("  {}", array.name),
        fmt::format("{} for each run, {} in a chunk", bytes_text(array.bytes_per_run),
                    bytes_text(product(array.bytes_per_run, static_cast<std::uint64_t>(chunk_runs)))));
  }
  row("shared by chunks", bytes_text(shared_bytes));
  const std::string_view place = destination == Destination::file     ? "the file"
                                 : destination == Destination::mapped ? "files that are mapped into memory"
                                                                      : "memory";
  row("results", fmt::format("{} in {}", bytes_text(result_bytes), place));
  row("device memory",
      on_device ? fmt::format("{} of {}", bytes_text(device_bytes), bytes_text(device_available)) : std::string("the host's"));
  row("host memory", fmt::format("{} of {}, {} of it {}", bytes_text(host_bytes), bytes_text(host_available),
                                 bytes_text(pinned_bytes), on_device ? "pinned" : "buffers"));
  row("moved", on_device ? fmt::format("{} to the device, {} back", bytes_text(upload_bytes), bytes_text(download_bytes))
                         : std::string("nothing"));
  row("a team", fmt::format("{} run{}, {} of scratch", team_runs, team_runs == 1 ? "" : "s", bytes_text(team_scratch_bytes)));
  return text;
}

}  // namespace kobie
