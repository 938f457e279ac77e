/// Two methods and a test for stiffness (Hairer, Wanner II, IV.2): each run goes on with the one that suits it.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:switching;

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;
import :explicit_runge_kutta;
import :implicit_counts;
import :rosenbrock;
import :select_into;

namespace kobie {

/// What is known of the pair for `System`, and the buffers it asks for: those of both methods, and for each run
/// which one it is at ("stiff"), and how many steps have spoken for the other.
export template <class NonStiff, class Stiff, class System>
struct SwitchingTraits {
  using Explicit = ExplicitRungeKuttaTraits<NonStiff, System>;
  using Implicit = RosenbrockTraits<Stiff, System>;
  static_assert(Explicit::first_same_as_last,
                "kobie: the explicit method of AutoSwitch needs a last stage at the new solution");
  static_assert(NonStiff::tableau.c[Explicit::stages - 2] == 1.0,
                "kobie: the explicit method of AutoSwitch needs two stages at the end of the step, to see stiffness by");
  static_assert(Explicit::control_order == Implicit::control_order,
                "kobie: the error estimates of the methods of AutoSwitch need the same order");

  static constexpr bool implicit = true;
  static constexpr bool stages_are_derivatives = true;
  static constexpr std::size_t states = state_count<System>;
  static constexpr bool has_error_estimate = true;
  static constexpr bool has_coarse_estimate = false;
  static constexpr int control_order = Explicit::control_order;

  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    BufferRegistry registry;
    registry.add("algorithm", {.name = "switch", .size = switch_size, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "stiffness", .size = 1, .precision = precision});
    registry.add("algorithm", {.name = "room", .size = n, .precision = precision});
    registry.nest("algorithm/non_stiff", Explicit::buffers(precision));
    registry.nest("algorithm/stiff", Implicit::buffers(precision));
    return registry;
  }

  /// The elements of "switch".
  static constexpr std::size_t stiff = 0;       ///< 1 where the run is at the method for stiff systems
  static constexpr std::size_t against = 1;     ///< accepted steps that spoke for the other method
  static constexpr std::size_t for_it = 2;      ///< accepted steps in a row, after those, that did not
  static constexpr std::size_t linearised = 3;  ///< steps tried with the method for stiff systems
  static constexpr std::ptrdiff_t switch_size = 4;
};

// Shows an instrument the stages of some lanes alone.
template <class Instrument, class Lanes>
struct StagesIn {
  Instrument& instrument;
  Lanes lanes;

  template <std::size_t Stage, class State>
  constexpr void stage(const State& argument) const {
    instrument.template stage<Stage>(argument, lanes);
  }
};

/// One step of the method that each lane is at. Both are computed where lanes differ, and neither where no lane is at it.
///
/// In explicit steps h |lambda| is estimated from the last two stages, which are both at the end of the step: |k_s - k_{s-1}|
/// over |Y_s - Y_{s-1}| (HW II, (IV.2.9)). A run whose steps stay at the limit of stability 15 times, without 6 in a row that
/// do not, is stiff (DOPRI5). In implicit steps h |J| in the maximum norm is above h |lambda|: 15 accepted steps in a row below
/// the limit lead back.
export template <class NonStiff, class Stiff, class System, class Real, class Memory>
class Switching : public SwitchingTraits<NonStiff, Stiff, System> {
  using Traits = SwitchingTraits<NonStiff, Stiff, System>;
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;

 public:
  using Traits::states;
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = RunConstants<System, Real>;

  constexpr explicit Switching(const Memory& memory) : memory_(memory) {}

  constexpr void start(Real t, ConstState y, Parameters parameters, Mask lanes, State room) const {
    restart(t, y, parameters, lanes, room);
    const auto all = memory_.template view<"switch">();
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = select(lanes, Real(0), all[i]);
    }
  }
  /// Goes on in runs whose right-hand side has jumped, by the method that they are at.
  constexpr void restart(Real t, ConstState y, Parameters parameters, Mask lanes, State room) const {
    non_stiff().start(t, y, parameters, lanes, room);
    stiff().adopt(lanes, non_stiff().start_derivative());
  }

  constexpr ConstState start_derivative() const { return stiff().start_derivative(); }

  /// The lanes that are at the method for stiff systems.
  constexpr Mask is_stiff() const { return memory_.template view<"switch">()[Traits::stiff] > Real(0); }

  /// What one stage of the last step gave: a derivative, or in stiff lanes an increment.
  template <std::size_t Stage>
  constexpr ConstState stage_derivative() const {
    const State room = this->room();
    for (std::size_t i = 0; i < states; ++i) {
      room[i] = select(is_stiff(), stiff_stage<Stage>(i), non_stiff_stage<Stage>(i));
    }
    return room;
  }

  /// What each lane's run has taken so far; exact up to 2^24 where Real is float.
  constexpr ImplicitCounts<Real> counts(CountOf<Real> /*attempts*/) const {
    ImplicitCounts<Real> counts;
    counts.jacobians = as_count(memory_.template view<"switch">()[Traits::linearised]);
    counts.factorisations = counts.jacobians;
    return counts;
  }

  template <class Tolerance, class Instrument>
  constexpr Mask step(Real t, Real h, ConstState y, Parameters parameters, State y_new, Mask active,
                      const Tolerance& /*tolerance*/, Instrument& instrument) const {
    const Mask at_stiff = is_stiff();
    Real& stiffness = memory_.template view<"stiffness">()[0];
    stiffness = Real(0);
    if (any(active && !at_stiff)) {
      StagesIn<Instrument, Mask> shown{instrument, !at_stiff};
      non_stiff().step(t, h, y, parameters, y_new, shown);
      stiffness = non_stiff().stiffness();
    }
    if (!any(active && at_stiff)) {
      return Mask(true);
    }
    const State room = this->room();
    Real& linearised = memory_.template view<"switch">()[Traits::linearised];
    linearised = select(active && at_stiff, linearised + Real(1), linearised);
    stiff().linearise(t, y, parameters);
    stiffness = select(at_stiff, h * row_sum_norm(), stiffness);
    StagesIn<Instrument, Mask> shown{instrument, at_stiff};
    const Mask solved = stiff().step_linearised(t, h, y, parameters, room, shown);
    select_into(at_stiff, room, y_new);
    return !at_stiff || solved;
  }

  constexpr Real error(Real h, std::size_t i) const { return select(is_stiff(), stiff().error(h, i), non_stiff().error(h, i)); }

  constexpr void finish(Real t_new, ConstState y_new, Parameters parameters) const {
    if (any(is_stiff())) {
      stiff().finish(t_new, y_new, parameters);
    }
  }

  /// Moves on in the lanes where the step was accepted, and changes method where it is time to.
  constexpr void commit(Mask accepted) const {
    const Mask at_stiff = is_stiff();
    const State last = room();
    for (std::size_t i = 0; i < states; ++i) {
      last[i] = select(at_stiff, stiff().end_derivative()[i], non_stiff().end_derivative()[i]);
    }
    non_stiff().adopt(accepted, last);
    stiff().adopt(accepted, last);

    const auto all = memory_.template view<"switch">();
    const Real stiffness = memory_.template view<"stiffness">()[0];
    const Mask beyond = stiffness > Real(static_cast<T>(limit));
    const Mask speaks_for_other = accepted && ((at_stiff && !beyond) || (!at_stiff && beyond));
    const Mask speaks_for_this = accepted && !speaks_for_other;
    Real& against = all[Traits::against];
    Real& for_it = all[Traits::for_it];
    against = select(speaks_for_other, against + Real(1), against);
    for_it = select(speaks_for_this, for_it + Real(1), select(speaks_for_other, Real(0), for_it));
    against = select(speaks_for_this && (at_stiff || for_it >= Real(6)), Real(0), against);
    const Mask changes = against >= Real(15);
    all[Traits::stiff] = select(changes, Real(1) - all[Traits::stiff], all[Traits::stiff]);
    against = select(changes, Real(0), against);
    for_it = select(changes, Real(0), for_it);
  }

  constexpr void prepare_interpolation(Real t, Real h, ConstState y, Parameters parameters, State room) const {
    if (any(!is_stiff())) {
      non_stiff().prepare_interpolation(t, h, y, parameters, room);
    }
    if (any(is_stiff())) {
      stiff().prepare_interpolation(t, h, y, parameters, room);
    }
  }

  constexpr void interpolate(Real theta, Real h, ConstState y, ConstState y_new, State y_theta) const {
    const State room = this->room();
    non_stiff().interpolate(theta, h, y, y_new, y_theta);
    stiff().interpolate(theta, h, y, y_new, room);
    for (std::size_t i = 0; i < states; ++i) {
      y_theta[i] = select(is_stiff(), room[i], y_theta[i]);
    }
  }

 private:
  static constexpr double limit = real_stability_limit(NonStiff::tableau);

  constexpr auto non_stiff() const {
    const auto buffers = memory_.template nested<"non_stiff">().template nested<"algorithm">();
    return ExplicitRungeKutta<NonStiff, System, Real, std::remove_const_t<decltype(buffers)>>(buffers);
  }
  constexpr auto stiff() const {
    const auto buffers = memory_.template nested<"stiff">().template nested<"algorithm">();
    return Rosenbrock<Stiff, System, Real, std::remove_const_t<decltype(buffers)>>(buffers);
  }
  constexpr State room() const {
    const auto buffer = memory_.template view<"room">();
    return State(buffer.pointer(), buffer.stride());
  }

  template <std::size_t Stage>
  constexpr Real non_stiff_stage(std::size_t i) const {
    if constexpr (Stage < NonStiff::tableau.stages()) {
      return non_stiff().template stage_derivative<Stage>()[i];
    } else {
      return Real(0);
    }
  }
  template <std::size_t Stage>
  constexpr Real stiff_stage(std::size_t i) const {
    if constexpr (Stage < Stiff::tableau.stages()) {
      return stiff().template stage_increment<Stage>()[i];
    } else {
      return Real(0);
    }
  }

  // The largest sum of magnitudes in a row of the Jacobian.
  constexpr Real row_sum_norm() const {
    const auto j = stiff().matrix();
    Real largest(0);
    for (std::size_t row = 0; row < states; ++row) {
      Real sum(0);
      for (std::size_t column = 0; column < states; ++column) {
        sum = sum + abs(j(row, column));
      }
      largest = max(largest, sum);
    }
    return largest;
  }

  Memory memory_;
};

}  // namespace kobie
