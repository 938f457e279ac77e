/// The attempted steps of chosen runs, as a StepRecorder kept them.
module;
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

export module kobie.batch:step_records;

namespace kobie {

/// One attempted step.
export template <std::floating_point T>
struct StepRecord {
  T t;           ///< where it starts
  T dt;          ///< its length
  T error_norm;  ///< accepted where at most 1; 0 where steps are fixed
  bool accepted;
  T next_dt;                                      ///< what the controller decided
  std::vector<std::vector<T>> stage_values;       ///< [stage][state]: what the right-hand side was asked for
  std::vector<std::vector<T>> stage_derivatives;  ///< [stage][state]: what it said
};

/// All recorded attempts of one run, in order.
export template <std::floating_point T>
struct RecordedRun {
  std::int64_t run;
  std::int64_t attempts;  ///< made; more than are kept where a request allowed fewer
  std::vector<StepRecord<T>> steps;
};

/// How many stages and states a record has.
struct RecordShape {
  std::size_t stages;
  std::size_t states;
  std::size_t capacity;
};

/// From the numbers that StepRecordPointers points to.
template <std::floating_point T>
std::vector<RecordedRun<T>> recorded_runs(const std::vector<std::int64_t>& runs, const RecordShape& shape, const T* numbers,
                                          const std::int64_t* counts);

}  // namespace kobie
