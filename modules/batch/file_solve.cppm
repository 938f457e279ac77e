/// Results that are written to a file while they are computed.
export module kobie.batch:file_solve;

import kobie.standard;
import :chunk_store;
import :options;
import :output_choice;
import :plan;
import :result;
import :result_arrays;
import :runs;

namespace kobie {

/// Of all runs in a file.
export struct FileTotals {
  std::int64_t accepted_steps = 0;
  std::int64_t rejected_steps = 0;
  std::int64_t failures = 0;  ///< runs that did not reach their end; their status in the file says why
};

/// What became of a solve to a file.
export struct FileSolve {
  std::filesystem::path path;
  SolvePlan plan = {};
  Provenance provenance = {};
  std::int64_t resumed_runs = 0;   ///< that were there from an earlier solve, which did not end
  std::int64_t finished_runs = 0;  ///< that are in the file
  bool stopped =
      false;  ///< the solve was asked to stop: the file is still called <path>.partial, and the same solve goes on there
  FileTotals totals = {};
  std::uint64_t peak_pinned_bytes = 0;  ///< as measured

  /// A short table, as Result's.
  std::string summary() const;
};

/// Puts chunks into a result file, and knows which ones an earlier solve has put there.
template <std::floating_point T>
class FileStore final : public ChunkStore<T> {
 public:
  /// `counts` of the RunCounts are there. Creates the file beside its target, under the name that io::BlockFile gives it, or
  /// goes on with the one that is there. Throws FileError. Everything given must outlive this.
  FileStore(const SolveRequest& request, const std::string& fingerprint, const RunTable& runs, const OutputChoice& outputs,
            const std::vector<double>& times, std::size_t counts, const Provenance& provenance, std::int64_t chunk_runs);
  ~FileStore() override;

  bool holds(const Chunk& chunk) const override;
  void store(const Chunk& chunk, const OutputPointers<T>& from) override;

  /// Of the file; that of the earlier solve, where it goes on with one.
  std::int64_t chunk_runs() const;
  /// All chunks are there: the file gets its name.
  void commit();
  /// Of all chunks that are there.
  FileTotals totals() const;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// A text that is the same for two solves only if their results are; what a system computes is known by its name alone.
std::string fingerprint(const SolverOptions& options, const SolveRequest& request, const RunTable& runs,
                        const OutputChoice& outputs, const std::vector<double>& times, const Provenance& provenance);

}  // namespace kobie
