/// An instrument that keeps every attempted step of chosen runs.
module;
#include <cstddef>
#include <cstdint>

export module kobie.loop:step_recorder;

import kobie.algorithms;
import kobie.numbers;
import kobie.systems;
import :instrument;

namespace kobie {

/// The numbers of one attempt, in this order: t, dt, the norm of the error (0 where steps are fixed), 1 or 0 for accepted, the
/// next dt; then [stage][state] the arguments of the stages, and after them their derivatives.
export template <class System, class Method>
struct AttemptNumbers {
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr std::size_t arguments = 5;  ///< where they begin
  static constexpr std::size_t derivatives = arguments + stages * states;
  static constexpr std::size_t count = derivatives + stages * states;
};

/// Where attempts go, in the memory of the backend.
export template <class T>
struct StepRecordPointers {
  const std::int64_t* runs = nullptr;  ///< the chosen ones, ascending
  std::int64_t chosen = 0;
  std::int64_t capacity = 0;       ///< attempts of each run; what follows is counted and not kept
  T* numbers = nullptr;            ///< [chosen run][attempt][AttemptNumbers]
  std::int64_t* counts = nullptr;  ///< attempts, of each chosen run
};

/// Records the attempts of the chosen runs among those in its lanes.
template <class System, class Method, class Real>
class RecordingInstrument {
  using T = ScalarOf<Real>;
  using Numbers = AttemptNumbers<System, Method>;

 public:
  static constexpr bool watches = true;

  constexpr explicit RecordingInstrument(const StepRecordPointers<T>& records) : records_(records) {}

  /// Lane `i` goes on with this run.
  constexpr void set_run(int i, std::int64_t run) {
    std::int64_t at = 0;
    std::int64_t end = records_.chosen;
    while (at < end) {
      const std::int64_t middle = at + (end - at) / 2;
      (records_.runs[middle] < run ? at : end) = records_.runs[middle] < run ? middle + 1 : middle;
    }
    slot_[i] = at < records_.chosen && records_.runs[at] == run ? at : -1;
  }

  template <std::size_t Stage>
  constexpr void stage(Components<const Real, state_count<System>> argument) {
    for (std::size_t q = 0; q < Numbers::states; ++q) {
      arguments_[Stage][q] = argument[q];
    }
  }

  template <class Algorithm>
  constexpr void attempt(const Attempt<Real>& attempt, const Algorithm& method) {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      if (!lane(attempt.active, i) || slot_[i] < 0) {
        continue;
      }
      const std::int64_t number = records_.counts[slot_[i]]++;
      if (number < records_.capacity) {
        T* at = records_.numbers + (slot_[i] * records_.capacity + number) * static_cast<std::int64_t>(Numbers::count);
        at[0] = lane(attempt.t, i);
        at[1] = lane(attempt.dt, i);
        at[2] = sqrt(lane(attempt.error_square, i));
        at[3] = lane(attempt.accepted, i) ? T(1) : T(0);
        at[4] = lane(attempt.next_dt, i);
        keep_stages<0>(at, i, method);
      }
    }
  }

  template <class Memory>
  constexpr void end_of_step(Memory& /*memory*/) const {}

 private:
  template <std::size_t Stage, class Algorithm>
  constexpr void keep_stages(T* at, int i, const Algorithm& method) const {
    if constexpr (Stage < Numbers::stages) {
      const auto derivative = method.template stage_derivative<Stage>();
      for (std::size_t q = 0; q < Numbers::states; ++q) {
        at[Numbers::arguments + Stage * Numbers::states + q] = lane(arguments_[Stage][q], i);
        at[Numbers::derivatives + Stage * Numbers::states + q] = lane(derivative[q], i);
      }
      keep_stages<Stage + 1>(at, i, method);
    }
  }

  StepRecordPointers<T> records_;
  std::int64_t slot_[lanes_of<Real>]{};
  Real arguments_[Numbers::stages][Numbers::states]{};
};

/// As a policy of a solver: keeps every attempt of the runs that a request chooses.
export struct StepRecorder : InstrumentPolicy {
  static constexpr bool records = true;
  template <class System, class Method, class Real>
  using For = RecordingInstrument<System, Method, Real>;
};

}  // namespace kobie
