/// What may watch the loop. The loop has one source; an instrument is a type, and the one that watches nothing costs nothing.
module;
#include <cstddef>
#include <cstdint>

export module kobie.loop:instrument;

import kobie.buffers;
import kobie.numbers;

namespace kobie {

/// The base of every instrument, by which a solver tells it from other policies. A policy names the instrument of a loop,
/// `For<System, Method, Real>`, and says whether it keeps records.
export struct InstrumentPolicy {};

/// One attempted step in the lanes where `active` holds.
export template <class Real>
struct Attempt {
  MaskOf<Real> active;
  Real t;
  Real dt;
  Real error_square;  ///< of the norm; a step stands where it is at most 1; 0 where steps are fixed
  MaskOf<Real> accepted;
  Real next_dt;         ///< what the controller decided
  MaskOf<Real> solved;  ///< whether the method's equations were; always for an explicit one
};

/// Watches nothing.
export struct NoInstrument : InstrumentPolicy {
  static constexpr bool records = false;
  template <class System, class Method, class Real>
  using For = NoInstrument;

  /// Whether every attempt has to be shown.
  static constexpr bool watches = false;

  /// Lane `i` goes on with this run.
  constexpr void set_run(int /*i*/, std::int64_t /*run*/) const {}

  /// The argument of stage number `Stage`, in all lanes or in some.
  template <std::size_t Stage, class State, class... Lanes>
  constexpr void stage(const State& /*argument*/, const Lanes&... /*lanes*/) const {}
  /// What an implicit method's iteration for stage number `Stage` starts from, in some lanes.
  template <std::size_t Stage, class Lanes, class State>
  constexpr void newton_guess(const Lanes& /*lanes*/, const State& /*increment*/) const {}
  /// An iteration of Newton's method (see NewtonIteration).
  template <class Iteration>
  constexpr void newton(const Iteration& /*iteration*/) const {}
  /// An iteration of a linear solver (see LinearIteration).
  template <class Iteration>
  constexpr void linear(const Iteration& /*iteration*/) const {}
  /// New Jacobians in some lanes, new factors of the iteration matrix in some.
  template <class Lanes>
  constexpr void linearised(const Lanes& /*jacobian*/, const Lanes& /*factors*/) const {}
  /// An attempt, when the stages of `method` are those of it.
  template <class Real, class Method>
  constexpr void attempt(const Attempt<Real>& /*attempt*/, const Method& /*method*/) const {}
  /// The end of an attempt.
  template <class Memory>
  constexpr void end_of_step(Memory& /*memory*/) const {}
};

/// Fills what is not persistent with NaN after each step, so that what is read before it is written shows. For tests.
export struct PoisonBuffers : NoInstrument {
  static constexpr bool watches = true;
  template <class System, class Method, class Real>
  using For = PoisonBuffers;

  template <class Memory>
  constexpr void end_of_step(Memory& memory) const {
    memory.poison();
  }
};

}  // namespace kobie
