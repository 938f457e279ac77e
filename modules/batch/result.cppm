/// What a solve gives back.
export module kobie.batch:result;

import kobie.core;
import kobie.kokkos;
import kobie.loop;
import kobie.memory;
import kobie.outputs;
import kobie.standard;
import :options;
import :output_choice;
import :record_arrays;
import :result_arrays;
import :runs;
import :step_records;

namespace kobie {

/// Views of results, run fastest in memory. Kokkos' implementation of std::mdspan: element access is view(save, run).
export template <class T>
using Series = Kokkos::mdspan<const T, Kokkos::dextents<std::size_t, 2>>;
export template <class T>
using AllSeries = Kokkos::mdspan<const T, Kokkos::dextents<std::size_t, 3>>;

/// How a result came to be.
export struct Provenance {
  std::string system;
  std::string method;
  std::string controller;
  std::string precision;
  std::string backend;
  std::int64_t threads = 0;
  std::int64_t lanes = 0;
  SolverOptions options;   ///< with control of step sizes as it was in force, whatever the defaults; without shares of memory
  SolveRequest request;    ///< without what changes no result: files, chunks, records, progress
  bool repeatable = true;  ///< false: read from a file of format 1, which knows rtol, atol, dt, t0, settling_time and duration
  double wall_seconds = 0.0;    ///< from the call of solve to the results in host memory
  double kernel_seconds = 0.0;  ///< of them, integrating
  std::string version;
  std::string kokkos_version;
};

/// A run that did not reach its end.
export struct Failure {
  std::int64_t run;
  Status status;
  double time;         ///< where it stopped
  std::string inputs;  ///< "rho = 3.5"
};

/// The results of a batch in precision T: series of every state and observable, and how each run went.
export template <std::floating_point T>
class Result {
 public:
  Result(RunTable runs, Quantities quantities, std::vector<double> times, ResultArrays<T, HostArray> arrays,
         Provenance provenance, SummaryTable summaries = {});

  std::int64_t runs() const { return runs_.size(); }
  /// The absolute times of the saves; counted from t0 of each run where runs have their own (inputs().t0()). NaN stands for the
  /// end of each run: where these differ (inputs().duration()) and no saves were asked for, that is the only one.
  const std::vector<double>& times() const { return times_; }
  const RunTable& inputs() const { return runs_; }
  const Provenance& provenance() const { return provenance_; }

  /// The series of a state or an observable, [save][run]; NaN after a run failed. Throws UnknownName, also for one that was
  /// not saved.
  Series<T> operator[](std::string_view name) const;
  /// All states, and after them all observables, as far as they were saved, [quantity][save][run].
  AllSeries<T> all() const {
    return AllSeries<T>(arrays_.values.data(), quantities_.columns.size(), times_.size(), static_cast<std::size_t>(runs()));
  }
  /// The names of the quantities in all(), in order.
  const std::vector<Column>& quantities() const { return quantities_.columns; }

  /// A metric of a state or an observable, by their names: summary("x", "mean"). [window][run]; of a metric with n results
  /// [window * n + result][run]. NaN in windows that a failed run did not complete. Throws UnknownName.
  Series<T> summary(std::string_view quantity, std::string_view metric) const;
  /// Which summaries there are, and of which windows.
  const SummaryTable& summaries() const { return summaries_; }

  Status status(std::int64_t run) const { return static_cast<Status>(arrays_.status[static_cast<std::size_t>(run)]); }
  /// Steps that were accepted, for each run.
  std::span<const std::int32_t> accepted_steps() const { return {arrays_.accepted.data(), arrays_.accepted.size()}; }
  /// Steps that were rejected, for each run.
  std::span<const std::int32_t> rejected_steps() const { return {arrays_.rejected.data(), arrays_.rejected.size()}; }
  /// Of the rejected steps of an implicit method those whose equations it could not solve, for each run; empty for other
  /// methods.
  std::span<const std::int32_t> failed_solves() const { return counts(RunCount::failed_solves); }
  /// Jacobians that an implicit method evaluated, for each run; empty for other methods.
  std::span<const std::int32_t> jacobians() const { return counts(RunCount::jacobians); }
  /// Factorisations of an implicit method's matrices, for each run; empty for other methods.
  std::span<const std::int32_t> factorisations() const { return counts(RunCount::factorisations); }
  /// Iterations of Newton's method, for each run; empty for methods without.
  std::span<const std::int32_t> newton_iterations() const { return counts(RunCount::newton_iterations); }
  /// Iterations of linear solvers, for each run; empty where equations are solved by factors.
  std::span<const std::int32_t> linear_iterations() const { return counts(RunCount::linear_iterations); }
  /// The absolute time that each run reached.
  std::span<const T> end_times() const { return {arrays_.end_time.data(), arrays_.end_time.size()}; }

  /// What a StepRecorder kept of a run. Throws InvalidArgument for one that was not recorded.
  const RecordedRun<T>& recorded(std::int64_t run) const;
  /// All runs that were recorded.
  const std::vector<RecordedRun<T>>& recorded() const { return recorded_; }
  void set_recorded(std::vector<RecordedRun<T>> recorded) { recorded_ = std::move(recorded); }

  std::int64_t total_accepted() const;
  std::int64_t total_rejected() const;
  /// Whether some runs were not integrated, because the solve was asked to stop: they are Status::stopped, and no failures.
  bool stopped() const { return finished_runs() < runs(); }
  std::int64_t finished_runs() const { return runs() - count_of(Status::stopped); }
  std::int64_t failure_count() const { return finished_runs() - count_of(Status::success); }
  /// The first `most` runs that failed.
  std::vector<Failure> failures(std::size_t most = 10) const;
  /// A short table: runs, steps, failures, time, rates, backend.
  std::string summary() const;

  /// Writes everything to an HDF5 file (docs/files.md has its layout), with .npy at the path's end all() as one array, or with
  /// .csv a table with a row for each run and save.
  /// An existing file is kept and FileError thrown, unless `overwrite`.
  void write(const std::filesystem::path& path, bool overwrite = false) const;
  /// Writes the series of one quantity, [save][run], to a .npy file.
  void write_npy(const std::filesystem::path& path, std::string_view name, bool overwrite = false) const;
  /// Reads back what write() or a Solver's solve_to_file() put into an HDF5 file; numbers are converted to T. Of a partial file
  /// the runs that it has, and others as stopped, with inputs that are NaN where they differ. Throws FileError.
  static Result read(const std::filesystem::path& path);

 private:
  void write_table(const std::filesystem::path& path, bool overwrite) const;
  std::size_t quantity(std::string_view name) const;
  std::int64_t count_of(Status status) const;
  std::span<const std::int32_t> counts(RunCount which) const;

  RunTable runs_;
  Quantities quantities_;
  std::vector<double> times_;
  ResultArrays<T, HostArray> arrays_;
  Provenance provenance_;
  SummaryTable summaries_;
  std::vector<RecordedRun<T>> recorded_;
};

/// A line of a summary or a table.
export std::string table_row(std::string_view name, const std::string& value);
/// What was integrated with, and on what, in few words.
std::string method_text(const Provenance& provenance);
std::string backend_text(const Provenance& provenance);

/// 12345678 as "12,345,678".
std::string grouped(std::int64_t number);

/// Throws FileError or InvalidArgument if Result::write would not write there.
export void require_result_path(const std::filesystem::path& path, bool overwrite);

/// Reads a result file in double precision.
export inline Result<double> read(const std::filesystem::path& path) { return Result<double>::read(path); }

}  // namespace kobie
