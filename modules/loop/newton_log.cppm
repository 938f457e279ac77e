/// What a recorder sees of an attempt's iterations, and where it keeps that.
module;
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

export module kobie.loop:newton_log;

import kobie.algorithms;
import kobie.numbers;
import kobie.systems;

namespace kobie {

/// How many numbers of an attempt come before those of its stages.
export inline constexpr std::size_t attempt_scalars = 7;

/// Where the numbers of one attempt are. First t, dt, the norm of the error (0 where steps are fixed), 1 or 0 for accepted, the
/// next dt, 1 or 0 for solved; then [stage][state] the arguments of the stages, and after them their derivatives or, of a
/// Rosenbrock method, their increments; NaN where an attempt that was not solved did not get to. Of a method with Newton
/// iterations also, at newton(): 1 or 0 for a new Jacobian, 1 or 0 for new factors, how many iterations there were;
/// [stage][state] what they started from, and NaN for a stage without any; of each, as far as there is room: its number, the
/// norms of its update and residual, how many iterations a linear solver made for it, and the norm of the residual that these
/// left.
export struct AttemptLayout {
  static constexpr std::size_t iteration_scalars = 5;

  std::size_t stages;
  std::size_t states;
  std::size_t iterations;  ///< that there is room for; 0: the method has none

  static constexpr std::size_t arguments() { return attempt_scalars; }
  constexpr std::size_t answers() const { return arguments() + stages * states; }
  constexpr std::size_t newton() const { return answers() + stages * states; }
  constexpr std::size_t guesses() const { return newton() + (iterations > 0 ? 3 : 0); }
  constexpr std::size_t norms() const { return guesses() + (iterations > 0 ? stages * states : 0); }
  constexpr std::size_t count() const { return norms() + iterations * iteration_scalars; }
};

/// The iterations of the attempts in all lanes.
template <class Numbers, class Real>
class NewtonLog {
  using T = ScalarOf<Real>;
  static constexpr std::size_t states = Numbers::layout.states;
  static constexpr std::size_t stages = Numbers::layout.stages;
  static constexpr std::size_t room = Numbers::layout.iterations;
  static constexpr std::size_t newton_at = Numbers::layout.newton();
  static constexpr std::size_t guesses_at = Numbers::layout.guesses();
  static constexpr std::size_t norms_at = Numbers::layout.norms();

 public:
  constexpr NewtonLog() { forget(); }

  template <std::size_t Stage, class Lanes, class State>
  constexpr void guess(const Lanes& lanes, const State& increment) {
    guessed_[Stage] = guessed_[Stage] || lanes;
    for (std::size_t q = 0; q < states; ++q) {
      guesses_[Stage][q] = select(lanes, Real(increment[q]), guesses_[Stage][q]);
    }
  }

  template <class Lanes>
  constexpr void linearised(const Lanes& jacobian, const Lanes& factors) {
    jacobian_ = jacobian_ || jacobian;
    factors_ = factors_ || factors;
  }

  /// In lane `i`, whose attempt is kept at `at`; null: it is not.
  template <class Iteration>
  constexpr void newton(const Iteration& iteration, int i, T* at) {
    const auto number = static_cast<std::size_t>(iterations_[i]++);
    if (at != nullptr && number < room) {
      T* to = at + norms_at + number * AttemptLayout::iteration_scalars;
      to[0] = static_cast<T>(iteration.number);
      to[1] = sqrt(T(lane(iteration.update_square, i)));
      to[2] = sqrt(T(lane(iteration.residual_square, i)));
      to[3] = static_cast<T>(linear_iterations_[i]);
      to[4] = linear_residual_[i];
    }
    linear_iterations_[i] = 0;
    linear_residual_[i] = T(0);
  }

  template <class Iteration>
  constexpr void linear(const Iteration& iteration, int i) {
    ++linear_iterations_[i];
    linear_residual_[i] = sqrt(T(lane(iteration.residual_square, i)));
  }

  /// Whether the attempt of lane `i`, which was not solved, got to this stage; the first one may need no guess.
  constexpr bool reached(std::size_t stage, int i) const { return stage == 0 || lane(guessed_[stage], i); }

  /// The rest of what is kept of lane `i`.
  constexpr void keep(T* at, int i) const {
    T* to = at + newton_at;
    to[0] = lane(jacobian_, i) ? T(1) : T(0);
    to[1] = lane(factors_, i) ? T(1) : T(0);
    to[2] = static_cast<T>(iterations_[i]);
    to = at + guesses_at;
    for (std::size_t stage = 0; stage < stages; ++stage) {
      for (std::size_t q = 0; q < states; ++q) {
        to[stage * states + q] = lane(guesses_[stage][q], i);
      }
    }
  }

  /// Before the next attempt.
  constexpr void forget() {
    jacobian_ = MaskOf<Real>(false);
    factors_ = MaskOf<Real>(false);
    for (std::size_t stage = 0; stage < stages; ++stage) {
      guessed_[stage] = MaskOf<Real>(false);
      for (Real& number : guesses_[stage]) {
        number = Real(std::numeric_limits<T>::quiet_NaN());
      }
    }
    for (int i = 0; i < lanes_of<Real>; ++i) {
      iterations_[i] = 0;
      linear_iterations_[i] = 0;
      linear_residual_[i] = T(0);
    }
  }

 private:
  MaskOf<Real> jacobian_{false};
  MaskOf<Real> factors_{false};
  MaskOf<Real> guessed_[stages];
  Real guesses_[stages][states]{};
  std::int32_t iterations_[lanes_of<Real>]{};
  std::int32_t linear_iterations_[lanes_of<Real>]{};
  T linear_residual_[lanes_of<Real>]{};
};

}  // namespace kobie
