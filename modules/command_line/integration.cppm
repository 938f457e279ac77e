/// A system with a method, behind functions: what a command line integrates without knowing types.
export module kobie.command_line:integration;

import kobie.batch;
import kobie.outputs;
import kobie.standard;
import kobie.systems;

namespace kobie {

/// What is to be integrated: inputs, options, and what is wanted.
export struct Job {
  std::vector<NamedSweep> sweeps = {};
  Combine combine = Combine::cartesian;
  std::optional<Sweep> t0 = {};        ///< that runs have of their own
  std::optional<Sweep> duration = {};  ///< likewise
  SolverOptions options = {};
  SolveRequest request = {};

  /// The duration of the longest run.
  double longest() const { return duration ? std::ranges::max(duration->values) : request.duration; }
};

/// The runs of a job. Throws what grid, Runs::with_t0 and Runs::with_duration do.
template <System S>
Runs<S> runs_of(const Job& job) {
  Runs<S> runs = grid<S>(job.sweeps, job.combine);
  if (job.t0) {
    runs.set_t0(*job.t0);
  }
  if (job.duration) {
    runs.set_duration(*job.duration);
  }
  return runs;
}

/// A result in whichever precision.
export using AnyResult = std::variant<Result<float>, Result<double>>;

/// A system with a method in some precision. All functions throw what those of Solver and Runs do.
export class Integration {
 public:
  Integration() = default;
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;
  virtual ~Integration() = default;

  /// Whether states can be summarised without samples.
  virtual bool follows_steps() const = 0;
  virtual RunTable runs(const Job& job) const = 0;
  virtual SolvePlan plan(const Job& job, Destination destination) const = 0;
  /// A table of the working memory of a team of so many runs.
  virtual std::string describe_buffers(int runs_per_team) const = 0;
  virtual AnyResult solve(const Job& job) const = 0;
  virtual FileSolve solve_to_file(const Job& job) const = 0;
};

/// What command lines can summarise. Which of it is computed is the request's choice.
export using AllSummaries =
    Summaries<Mean, StandardDeviation, Rms, Min, Max, Extrema, MaxMagnitude, Peaks<10>, NegativePeaks<10>, DerivativeMin,
              DerivativeMax, DerivativeExtrema, SecondDerivativeMin, SecondDerivativeMax, SecondDerivativeExtrema>;

/// That of S with a Solver<S, Method, Policies...>.
template <class S, class Method, class... Policies>
class SolverIntegration final : public Integration {
 public:
  bool follows_steps() const override { return Batch::follows_steps; }
  RunTable runs(const Job& job) const override { return runs_of<S>(job); }
  SolvePlan plan(const Job& job, Destination destination) const override {
    return Batch(job.options).plan(runs_of<S>(job), job.request, destination);
  }
  std::string describe_buffers(int runs_per_team) const override { return Batch::describe_buffers(runs_per_team); }
  AnyResult solve(const Job& job) const override { return Batch(job.options).solve(runs_of<S>(job), job.request); }
  FileSolve solve_to_file(const Job& job) const override {
    return Batch(job.options).solve_to_file(runs_of<S>(job), job.request);
  }

 private:
  using Batch = Solver<S, Method, Policies...>;
};

}  // namespace kobie
