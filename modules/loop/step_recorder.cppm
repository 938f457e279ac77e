/// An instrument that keeps every attempted step of chosen runs.
module;
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

export module kobie.loop:step_recorder;

import kobie.algorithms;
import kobie.numbers;
import kobie.systems;
import :instrument;
import :newton_log;

namespace kobie {

/// The numbers of one attempt by `Method`; there is room for all iterations of Newton's that it can make.
export template <class System, class Method>
struct AttemptNumbers {
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr AttemptLayout layout{stages, states, newton_iterations_of<AlgorithmTraits<Method, System>>};
  static constexpr std::size_t arguments = layout.arguments();  ///< where they begin
  static constexpr std::size_t answers = layout.answers();
  static constexpr std::size_t count = layout.count();
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
  static constexpr bool iterates = Numbers::layout.iterations > 0;
  struct None {};

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
    stage<Stage>(argument, MaskOf<Real>(true));
  }
  template <std::size_t Stage>
  constexpr void stage(Components<const Real, state_count<System>> argument, MaskOf<Real> lanes) {
    for (std::size_t q = 0; q < Numbers::states; ++q) {
      arguments_[Stage][q] = select(lanes, argument[q], arguments_[Stage][q]);
    }
  }

  template <std::size_t Stage, class Lanes, class State>
  constexpr void newton_guess(const Lanes& lanes, const State& increment) {
    log_.template guess<Stage>(lanes, increment);
  }
  template <class Iteration>
  constexpr void newton(const Iteration& iteration) {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      if (lane(iteration.active, i) && slot_[i] >= 0) {
        log_.newton(iteration, i, place(i));
      }
    }
  }
  template <class Iteration>
  constexpr void linear(const Iteration& iteration) {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      if (lane(iteration.active, i)) {
        log_.linear(iteration, i);
      }
    }
  }
  template <class Lanes>
  constexpr void linearised(const Lanes& jacobian, const Lanes& factors) {
    log_.linearised(jacobian, factors);
  }

  template <class Algorithm>
  constexpr void attempt(const Attempt<Real>& attempt, const Algorithm& method) {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      if (!lane(attempt.active, i) || slot_[i] < 0) {
        continue;
      }
      T* at = place(i);
      ++records_.counts[slot_[i]];
      if (at != nullptr) {
        at[0] = lane(attempt.t, i);
        at[1] = lane(attempt.dt, i);
        at[2] = sqrt(lane(attempt.error_square, i));
        at[3] = lane(attempt.accepted, i) ? T(1) : T(0);
        at[4] = lane(attempt.next_dt, i);
        at[5] = lane(attempt.solved, i) ? T(1) : T(0);
        at[6] = lane(is_linearised(method), i) ? T(1) : T(0);
        keep_stages<0>(at, i, lane(attempt.solved, i), method);
        if constexpr (iterates) {
          log_.keep(at, i);
        }
      }
    }
    if constexpr (iterates) {
      log_.forget();
    }
  }

  template <class Memory>
  constexpr void end_of_step(Memory& /*memory*/) const {}

 private:
  // Where the attempt of lane `i` is kept; null if it is beyond the capacity.
  constexpr T* place(int i) const {
    const std::int64_t number = records_.counts[slot_[i]];
    return number < records_.capacity
               ? records_.numbers + (slot_[i] * records_.capacity + number) * static_cast<std::int64_t>(Numbers::count)
               : nullptr;
  }

  template <std::size_t Stage, class Algorithm>
  constexpr void keep_stages(T* at, int i, bool solved, const Algorithm& method) const {
    if constexpr (Stage < Numbers::stages) {
      const auto answer = answer_of<Stage>(method);
      bool reached = true;
      if constexpr (iterates) {
        reached = solved || log_.reached(Stage, i);
      }
      for (std::size_t q = 0; q < Numbers::states; ++q) {
        const T nothing = std::numeric_limits<T>::quiet_NaN();
        at[Numbers::arguments + Stage * Numbers::states + q] = reached ? T(lane(arguments_[Stage][q], i)) : nothing;
        at[Numbers::answers + Stage * Numbers::states + q] = reached ? T(lane(answer[q], i)) : nothing;
      }
      keep_stages<Stage + 1>(at, i, solved, method);
    }
  }

  // Where a method without iterations has solved linear systems.
  template <class Algorithm>
  static constexpr MaskOf<Real> is_linearised(const Algorithm& method) {
    if constexpr (requires { method.is_stiff(); }) {
      return method.is_stiff();
    } else {
      return MaskOf<Real>(!Algorithm::stages_are_derivatives);
    }
  }

  template <std::size_t Stage, class Algorithm>
  static constexpr auto answer_of(const Algorithm& method) {
    if constexpr (Algorithm::stages_are_derivatives) {
      return method.template stage_derivative<Stage>();
    } else {
      return method.template stage_increment<Stage>();
    }
  }

  StepRecordPointers<T> records_;
  std::int64_t slot_[lanes_of<Real>]{};
  Real arguments_[Numbers::stages][Numbers::states]{};
  [[no_unique_address]] std::conditional_t<iterates, NewtonLog<Numbers, Real>, None> log_{};
};

/// As a policy of a solver: keeps every attempt of the runs that a request chooses.
export struct StepRecorder : InstrumentPolicy {
  static constexpr bool records = true;
  template <class System, class Method, class Real>
  using For = RecordingInstrument<System, Method, Real>;
};

}  // namespace kobie
