/// The attempted steps of chosen runs, as a StepRecorder kept them.
export module kobie.batch:step_records;

import kobie.loop;
import kobie.standard;

namespace kobie {

/// One iteration of Newton's method. Norms are root mean squares of components over their tolerances.
export template <std::floating_point T>
struct NewtonRecord {
  std::int32_t iteration;          ///< from 0; a 0 begins the next stage, or the same once more with a new Jacobian
  T update_norm;                   ///< before it is damped
  T residual_norm;                 ///< before the update
  std::int32_t linear_iterations;  ///< of an iterative linear solver
  T linear_residual_norm;          ///< after the last of them

  friend bool operator==(const NewtonRecord&, const NewtonRecord&) = default;
};

/// One attempted step.
export template <std::floating_point T>
struct StepRecord {
  T t;           ///< where it starts
  T dt;          ///< its length
  T error_norm;  ///< accepted where at most 1; 0 where steps are fixed
  bool accepted;
  T next_dt;                                      ///< what the controller decided
  bool solved;                                    ///< an implicit method's equations were solved; true for an explicit one
  std::vector<std::vector<T>> stage_values;       ///< [stage][state]: what the right-hand side was asked for; NaN for those
                                                  ///< that an attempt which was not solved did not get to
  std::vector<std::vector<T>> stage_derivatives;  ///< [stage][state]: what it said; empty for Rosenbrock methods
  std::vector<std::vector<T>> stage_increments;   ///< [stage][state]: of Rosenbrock methods: the U of their linear systems

  // Of implicit methods.
  bool new_jacobian = false;  ///< a Jacobian was evaluated in it; in every one of a Rosenbrock method, also where Auto is at it
  bool refactorised = false;  ///< a matrix was factorised in it; likewise
  // Of methods with Newton iterations.
  std::vector<std::vector<T>> newton_guesses = {};  ///< [stage][state]: the z = Y - y it began with, NaN for a stage without
  std::vector<NewtonRecord<T>> newton = {};         ///< all iterations of all stages, in order
  std::int64_t newton_iterations = 0;               ///< made; as many as `newton` has where it has room for all
};

/// All recorded attempts of one run, in order.
export template <std::floating_point T>
struct RecordedRun {
  std::int64_t run;
  std::int64_t attempts;  ///< made; more than are kept where a request allowed fewer
  std::vector<StepRecord<T>> steps;

  /// What happened, as text: a summary of all that is kept, and a table with a line for each of `most` attempts from number
  /// `first` on. Norms of errors are at most 1 where a step stands; the contraction is that of the last two Newton
  /// iterations; J marks a new Jacobian, LU new factors.
  std::string report(std::size_t first = 0, std::size_t most = 1000) const;
};

/// What the numbers of a record are.
struct RecordShape {
  AttemptLayout layout;
  std::size_t capacity;  ///< attempts
  bool derivatives;      ///< else increments
};

/// From the numbers that StepRecordPointers points to.
template <std::floating_point T>
std::vector<RecordedRun<T>> recorded_runs(const std::vector<std::int64_t>& runs, const RecordShape& shape, const T* numbers,
                                          const std::int64_t* counts);

}  // namespace kobie
