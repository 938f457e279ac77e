/// A system with a method, behind functions: what a command line integrates without knowing types.
module;
#include <memory>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

export module kobie.command_line:integration;

import kobie.batch;
import kobie.outputs;
import kobie.systems;

namespace kobie {

/// What is to be integrated: inputs, options, and what is wanted.
export struct Job {
  std::vector<NamedSweep> sweeps = {};
  Combine combine = Combine::cartesian;
  SolverOptions options = {};
  SolveRequest request = {};
};

/// A result in whichever precision.
export using AnyResult = std::variant<Result<float>, Result<double>>;

/// A system with a method in some precision. All functions throw what those of Solver and grid do.
export class Integration {
 public:
  Integration() = default;
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;
  virtual ~Integration() = default;

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
  RunTable runs(const Job& job) const override { return grid<S>(job.sweeps, job.combine); }
  SolvePlan plan(const Job& job, Destination destination) const override {
    return Batch(job.options).plan(grid<S>(job.sweeps, job.combine), job.request, destination);
  }
  std::string describe_buffers(int runs_per_team) const override { return Batch::describe_buffers(runs_per_team); }
  AnyResult solve(const Job& job) const override {
    return Batch(job.options).solve(grid<S>(job.sweeps, job.combine), job.request);
  }
  FileSolve solve_to_file(const Job& job) const override {
    return Batch(job.options).solve_to_file(grid<S>(job.sweeps, job.combine), job.request);
  }

 private:
  using Batch = Solver<S, Method, Policies...>;
};

}  // namespace kobie
