/// What a solve will take, said before anything is allocated: which memory, in how many chunks, what is moved.
export module kobie.batch:plan;

import kobie.standard;

namespace kobie {

/// Where the results of a solve end.
export enum class Destination {
  memory,  ///< a Result: solve()
  mapped,  ///< a Result whose arrays lie in files of SolverOptions::results_folder, mapped into memory: solve()
  file,    ///< written while it goes, never whole in memory: solve_to_file()
};

/// One array that has some numbers for each run.
export struct PlannedArray {
  std::string name;
  std::uint64_t bytes_per_run;
};

/// How a solve goes about it. A batch is cut into chunks along its runs; where there are several, what is computed, moved and
/// put away overlaps. All sizes are in bytes.
export struct SolvePlan {
  std::int64_t runs = 0;
  std::int64_t chunks = 1;
  std::int64_t chunk_runs = 0;  ///< in each chunk but the last
  std::int64_t slots = 1;       ///< chunks that are under way at once
  Destination destination = Destination::memory;
  bool on_device = false;  ///< kernels have memory of their own; else they use the host's
  std::vector<PlannedArray> results = {};
  std::vector<PlannedArray> inputs = {};  ///< that each chunk has its own part of
  std::uint64_t shared_bytes = 0;         ///< inputs that all chunks read, and records of steps
  std::uint64_t device_bytes = 0;         ///< where kernels work; none where they work in the results themselves
  std::uint64_t pinned_bytes = 0;         ///< of the host: results of a single chunk, or buffers that chunks go through
  std::uint64_t host_bytes = 0;    ///< in all: pinned_bytes, what kernels use of it, and results where memory is their end
  std::uint64_t result_bytes = 0;  ///< in memory or in the file
  std::uint64_t upload_bytes = 0;
  std::uint64_t download_bytes = 0;
  std::uint64_t device_available = 0;
  std::uint64_t host_available = 0;
  int team_runs = 1;                     ///< integrated by one team of threads
  std::uint64_t team_scratch_bytes = 0;  ///< of fast memory, for a team

  /// The figures as a table.
  std::string table() const;
};

/// What a plan is made of. Sizes are in bytes.
export struct PlanInput {
  std::int64_t runs = 0;
  Destination destination = Destination::memory;
  bool may_map = false;  ///< results that memory has no room for may be mapped
  bool on_device = false;
  std::int64_t chunk_runs = 0;       ///< most in a chunk; 0: as many as memory allows
  std::int64_t worthwhile_runs = 1;  ///< that a chunk should have, to keep all threads busy
  std::vector<PlannedArray> results = {};
  std::uint64_t whole_input_bytes = 0;   ///< of all inputs, where there is one chunk
  std::uint64_t shared_input_bytes = 0;  ///< of those that are not staged, where there are several
  std::vector<PlannedArray> staged_inputs = {};
  std::uint64_t record_bytes = 0;
  std::uint64_t device_available = 0;
  std::uint64_t host_available = 0;
};

/// One chunk where that fits, else the fewest; results are mapped only where memory has no room for them. Throws Error with the
/// figures, and what would make it fit, where nothing does.
export SolvePlan make_plan(const PlanInput& input);

/// Throws Error unless the plan's chunks have as many runs as those of a file that it is to go on with.
void require_chunks(const SolvePlan& plan, std::int64_t chunk_runs);

}  // namespace kobie
