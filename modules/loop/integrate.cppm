/// The integration loop. Each lane has its own time, step size and accept/reject decision; a step is committed by
/// predicate, so no lane's result depends on its neighbours.
module;
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

export module kobie.loop:integrate;

import kobie.algorithms;
import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.drivers;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import :buffers;
import :clock;
import :initial_step;
import :instrument;
import :run_counts;
import :settings;

namespace kobie {

/// Where one run (or one in each lane) starts.
export template <class System, class Real>
struct RunInput {
  Real state[state_count<System>];
  Real parameter[parameter_count<System> == 0 ? 1 : parameter_count<System>];
  Real dt{0};      ///< the first step, or every step where steps are fixed; 0: found by Hairer's rule
  Real dt_low{0};  ///< what dt's rounding to Real left out
  // Where the settings say that runs have their own:
  Clock<Real> t0{};
  Clock<Real> end{};  ///< counted from t0
};

/// How one run (or one in each lane) ended.
export template <class Real>
struct RunOutcome {
  CountOf<Real> status{};    ///< a Status
  CountOf<Real> accepted{};  ///< steps
  CountOf<Real> rejected{};  ///< steps
  Real t0{0};
  Real elapsed{0};                                 ///< time reached, counted from t0
  CountOf<Real> counts[run_count_names.size()]{};  ///< of each RunCount that the method has
};

/// A step that stands, for a sink that follows the solution between its events: both ends, and the slopes there.
export template <class System, class Real>
struct FollowedStep {
  Real begin;  ///< counted from t0
  Real h;
  Components<const Real, state_count<System>> y;
  Components<const Real, state_count<System>> y_new;
  Components<const Real, state_count<System>> slope;
  Components<const Real, state_count<System>> slope_new;
  bool leaps = false;  ///< it is a line over the roundings at a stop
};

/// Integrates runs from t0 to the end, one in each lane. A lane whose run has ended can be given the next one while the others
/// go on; no run's result depends on its neighbours.
///
/// Where the right-hand side is not smooth (`LoopSettings::stops`), a step lands a few roundings of the time short of it, so
/// that none of its stages sees what comes after; Euler's rule leads as far beyond, by either side's right-hand side; and from
/// there the method begins anew.
///
/// `sink(lanes, index, y, observed)` is called whenever save number index[lane] is reached in some lanes, in order of time for
/// each lane, with the states and observables there. Where the method is explicit, a sink may follow the solution: where
/// sink.follows(), it is shown every step that stands, by sink.follow(step, lanes) or, from theta to theta, by
/// sink.follow_part(step, lanes, from, to), which ends where sink.cuts(lanes, index) says that a save has to be next.
///
/// Working memory lies where `Buffers`, a BuffersOf<LoopBuffers<...>, ...>, has it; `Instrument` watches (see NoInstrument).
export template <class System, class Method, class Control, class Real, class Sink,
                 class Buffers = BuffersOf<LoopBuffers<System, Method, ScalarOf<Real>>>, class Instrument = NoInstrument>
class Integrator {
 public:
  using Scalar = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  using Count = CountOf<Real>;
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t observables = observable_count<System>;

  using Memory = Workspace<Buffers, Real, Scalar>;
  using Algorithm = AlgorithmOf<Method, System, Real, ComponentBuffers<Memory, "loop/algorithm">>;

  /// `scratch` holds what is shared: Memory::shared_size elements, `stride` apart; null where nothing is. `drivers` are the
  /// tables of the system's.
  constexpr Integrator(const LoopSettings<Scalar>& settings, Sink& sink, Instrument instrument = {}, Real* scratch = nullptr,
                       std::ptrdiff_t stride = 1, const DriverTable<Scalar>* drivers = nullptr)
      : settings_(settings), sink_(sink), instrument_(instrument), now_{.memory = Memory(scratch, stride)} {
    t0_ = {Real(settings.t0.high), Real(settings.t0.low)};
    end_ = {Real(settings.end.high), Real(settings.end.low)};
    if constexpr (driven) {
      drivers_.tables = drivers;
    }
    if constexpr (lanes_of<Real> > 1) {
      // Lanes that no run ever starts in compute along, with numbers.
      now_.memory.clear();
    }
  }

  constexpr Instrument& instrument() { return instrument_; }

  /// The run that a lane begins next reads this curve of drivers that have several.
  constexpr void set_curve(int lane, std::int64_t curve) {
    if constexpr (driven) {
      drivers_.curves[lane] = curve;
    }
  }

  /// Begins a new run in each of `lanes`.
  constexpr void start(const RunInput<System, Real>& input, Mask lanes) {
    for (std::size_t i = 0; i < parameter_count<System>; ++i) {
      parameters(now_)[i] = select(lanes, input.parameter[i], parameters(now_)[i]);
    }
    const State y = state(now_);
    for (std::size_t i = 0; i < states; ++i) {
      y[i] = select(lanes, input.state[i], y[i]);
    }
    if (settings_.own_spans) {
      t0_ = select(lanes, input.t0, t0_);
      end_ = select(lanes, input.end, end_);
    }
    const Real t0 = t0_.high;
    method(now_).start(t0, y, constants(now_), lanes, proposed(now_));
    if constexpr (Control::adaptive) {
      const Real span = end_.high;
      Real guess = initial_step<System, Real>(settings_, Algorithm::control_order, t0, span, y, method(now_).start_derivative(),
                                              constants(now_));
      // Where the start itself is not finite there is no guess; the first step then fails for that.
      guess = select(guess > Real(0), guess, span);
      now_.h = select(lanes, min(select(input.dt > Real(0), input.dt, guess), Real(settings_.dt_max)), now_.h);
      now_.history.forget(lanes);
    } else {
      now_.h = select(lanes, input.dt, now_.h);
      now_.h_low = select(lanes, input.dt_low, now_.h_low);
      now_.steps = select(lanes, Real(0), now_.steps);
    }
    now_.clock = select(lanes, Clock<Real>{}, now_.clock);
    attempts_ = select(lanes, Count(0), attempts_);
    now_.rejected = select(lanes, Count(0), now_.rejected);
    if constexpr (Algorithm::implicit) {
      now_.failed_solves = select(lanes, Count(0), now_.failed_solves);
    }
    status_ = select(lanes, Count(0), status_);
    saved_ = select(lanes, Count(0), saved_);
    active_ = active_ || lanes;
    limit_ = select(lanes, end_, limit_);
    if (settings_.stops.count > 0) {
      load_next_stop(lanes);
    }
    load_next_save(lanes);
    if constexpr (has_singular_mass<System>) {
      fail(lanes && !is_consistent<System, Real>(t0, y, constants(now_), method(now_).start_derivative(), tolerances()),
           Status::inconsistent_start);
    }
    save_start(lanes && active_);
  }

  /// The lanes whose runs have not ended.
  constexpr Mask active() const { return active_; }

  /// Makes steps in all active lanes until one of them ends its run, at most `most` (at least 1). Returns how many.
  constexpr std::int32_t advance(std::int32_t most) {
    if constexpr (Control::adaptive) {
      return sink_follows() ? advance_adaptive<may_follow>(most) : advance_adaptive<false>(most);
    } else {
      return advance_fixed(most);
    }
  }

  /// How each lane's last run ended.
  constexpr RunOutcome<Real> outcome() {
    RunOutcome<Real> outcome{status_, attempts_ - now_.rejected, now_.rejected, t0_.high, now_.clock.high, {}};
    if constexpr (Algorithm::implicit) {
      const ImplicitCounts<Real> counts = method(now_).counts(attempts_);
      outcome.counts[static_cast<std::size_t>(RunCount::failed_solves)] = now_.failed_solves;
      outcome.counts[static_cast<std::size_t>(RunCount::jacobians)] = counts.jacobians;
      outcome.counts[static_cast<std::size_t>(RunCount::factorisations)] = counts.factorisations;
      outcome.counts[static_cast<std::size_t>(RunCount::newton_iterations)] = counts.newton_iterations;
      outcome.counts[static_cast<std::size_t>(RunCount::linear_iterations)] = counts.linear_iterations;
    }
    return outcome;
  }

  /// Starts and ends one run in each of `lanes`.
  [[gnu::always_inline]]  // or what a GPU's thread has would have an address
  constexpr RunOutcome<Real> run(const RunInput<System, Real>& input, Mask lanes) {
    start(input, lanes);
    while (any(active_)) {
      advance(std::numeric_limits<std::int32_t>::max());
    }
    return outcome();
  }

 private:
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = Components<Real, parameter_count<System>>;
  using ConstObserved = Components<const Real, observables>;
  static constexpr bool driven = driver_count<System> > 0;
  static constexpr bool may_follow = !Algorithm::implicit && requires(Sink& sink) { sink.follows(); };

  struct None {};
  struct Drivers {
    const DriverTable<Scalar>* tables = nullptr;
    std::int64_t curves[static_cast<std::size_t>(lanes_of<Real>)]{};
  };

  // What steps change. Where it is small, steps are made in a copy that no slow path can reach, so that it lives in registers.
  struct Progress {
    Memory memory;
    Clock<Real> clock{};  // of the last landing, where steps are fixed; of the end, where a run has ended
    Real steps{0};        // since then
    Real h{0};
    Real h_low{0};
    Count rejected{};
    [[no_unique_address]] std::conditional_t<Algorithm::implicit, Count, None> failed_solves{};
    [[no_unique_address]] typename Control::template History<Real> history{};
  };
  static constexpr bool small =
      lanes_of<Real> > 1 && Buffers::layout.elements.local + Buffers::layout.elements.persistent <= 128;
  using Working = std::conditional_t<small, Progress, Progress&>;

  static constexpr Algorithm method(Progress& now) { return Algorithm(ComponentBuffers<Memory, "loop/algorithm">(now.memory)); }
  template <NameArgument owner, NameArgument name>
  static constexpr auto part(Progress& now) {
    const auto buffer = now.memory.template view<owner, name>();
    return Components<Real, decltype(buffer)::size()>(buffer.pointer(), buffer.stride());
  }
  static constexpr State state(Progress& now) { return part<"loop", "state">(now); }
  static constexpr State proposed(Progress& now) { return part<"loop", "proposed_state">(now); }
  static constexpr Parameters parameters(Progress& now) { return part<"loop", "parameters">(now); }
  constexpr RunConstants<System, Real> constants(Progress& now) const {
    if constexpr (driven) {
      return {parameters(now), drivers_.tables, drivers_.curves};
    } else {
      return parameters(now);
    }
  }

  constexpr std::int32_t advance_fixed(std::int32_t most) {
    std::int32_t made = 0;
    for (;;) {
      std::int32_t quick = 0;
      if constexpr (!Algorithm::implicit) {
        quick = quick_steps(most - made);
        if (quick > 0) {
          sink_follows() ? make_full_steps<may_follow>(quick) : make_full_steps<false>(quick);
        }
      }
      count_attempts(quick + 1);
      made += quick + 1;
      const Mask stepped = active_;
      make_fixed_step();
      if (made >= most || any(stepped && !active_)) {
        return made;
      }
    }
  }

  // Steps that end short of every save, end and limit: nothing but arithmetic, and what `follows`.
  template <bool follows>
  constexpr void make_full_steps(std::int32_t count) {
    Working now = now_;
    const Real h = full_step();
    const Real t_start = t0_.high + now.clock.high;
    for (std::int32_t step = 0; step < count; ++step) {
      method(now).step(fma(now.steps, now.h, t_start), h, state(now), constants(now), proposed(now), instrument_);
      now.steps = now.steps + Real(1);
      method(now).finish(fma(now.steps, now.h, t_start), proposed(now), constants(now));
      if constexpr (follows) {
        sink_.follow(step_of(now, time_after(now, now.steps - Real(1)).high, h), active_);
      }
      state(now) = proposed(now);
      method(now).commit();
    }
    if constexpr (small) {
      now_.steps = now.steps;
      state(now_) = state(now);
      part<"loop/algorithm", "derivative">(now_) = part<"loop/algorithm", "derivative">(now);
    }
  }

  // A step of length 0 leaves an idle lane as it is.
  constexpr Real full_step() const { return select(active_, now_.h, Real(0)); }

  // One step that may land or pass saves in some lane.
  constexpr void make_fixed_step() {
    const Clock<Real> target = next_target();
    const Clock<Real> from = time_after(now_, now_.steps);
    const Real distance = target.since(from);
    const Mask lands = active_ && landing(distance, now_.h);
    const Real h = select(lands, distance, full_step());
    const Clock<Real> reached = select(lands, target, time_after(now_, now_.steps + Real(1)));
    const Real t_start = t0_.high + now_.clock.high;
    const Real t = fma(now_.steps, now_.h, t_start);
    const Mask solved = make_step(now_, t, h);
    instrument_.attempt(Attempt<Real>{active_, t, h, Real(0), active_ && solved, now_.h, solved}, method(now_));
    const Real t_full = fma(now_.steps + Real(1), now_.h, t_start);
    method(now_).finish(select(lands, t0_.high + reached.high, t_full), proposed(now_), constants(now_));

    if constexpr (Algorithm::implicit) {
      const Mask failed = active_ && !solved;
      fail_unsolved(failed);
      count_where(now_.rejected, failed);
      now_.clock = select(failed, from, now_.clock);
    }
    const Mask stepped = active_;
    save_between(stepped, from, reached, h);
    commit(now_, stepped);
    stop_where_done(stepped && reached.since(end_) >= Real(0));
    // Steps are counted in Real, in which a float must not lose one: from time to time their count begins anew. It goes on in
    // idle lanes, so that the clock is set where a run ends.
    const Mask anew = stepped && (lands || !active_ || now_.steps + Real(1) >= Real(rebase));
    now_.clock = select(anew, reached, now_.clock);
    now_.steps = select(anew, Real(0), now_.steps + Real(1));
    instrument_.end_of_step(now_.memory);
    pass_stops(stepped && lands);
  }

  // Steps that certainly end short of all that has to be looked at, in every lane; the step after them is looked at.
  constexpr std::int32_t quick_steps(std::int32_t most) const {
    const Real before_event = next_event_.since(time_after(now_, now_.steps)) / now_.h - Real(2);
    const Real before_rebase = Real(rebase - 1) - now_.steps;
    const auto possible = to_array(max(min(before_rebase, before_event), Real(0)));
    const auto allowed = to_array(Count(settings_.max_steps - 1) - attempts_);
    const auto active = to_array(active_);
    std::int32_t least = Instrument::watches ? 0 : most - 1;
    for (std::size_t i = 0; i < active.size(); ++i) {
      if (active[i]) {
        const auto steps = static_cast<std::int32_t>(possible[i]);
        const auto left = static_cast<std::int32_t>(allowed[i]);
        const std::int32_t both = steps < left ? steps : left;
        least = both < least ? both : least;
      }
    }
    return least;
  }

  // Where steps are fixed: the time of the last landing plus so many steps.
  static constexpr Clock<Real> time_after(const Progress& progress, Real steps) {
    const Real product = steps * progress.h;
    return progress.clock.after(product, fma(steps, progress.h, -product) + steps * progress.h_low);
  }

  template <bool follows>
  constexpr std::int32_t advance_adaptive(std::int32_t most) {
    Working now = now_;
    const std::int32_t budget = attempts_left(most);
    std::int32_t made = 0;
    std::int32_t unlooked = 0;
    for (;;) {
      const Clock<Real> target = next_target();
      const Real distance = target.since(now.clock);
      const Mask lands = landing(distance, now.h);
      const Real h = select(lands, distance, now.h);
      const Real t = t0_.high + now.clock.high;
      const Mask solved = make_step(now, t, h);
      const Real error_square = judged(norm_square_of_error(now, h), solved);
      const Mask accepted = active_ && error_square <= Real(1);
      const Mask rejected = active_ && !accepted;
      adapt(now, h, error_square, accepted, rejected);
      shorten_unsolved(now, h, active_ && !solved);
      count_where(now.rejected, rejected);
      const Clock<Real> reached = select(lands, target, now.clock.after(h, Real(0)));
      instrument_.attempt(Attempt<Real>{active_, t, h, error_square, accepted, now.h, solved}, method(now));
      method(now).finish(t0_.high + reached.high, proposed(now), constants(now));
      ++made;
      ++unlooked;
      const Mask at_floor = rejected && h <= Real(settings_.dt_min);
      const Mask at_event = accepted && reached.high >= next_event_.high;
      if (made < budget && !any(at_floor || at_event)) {
        if constexpr (follows) {
          sink_.follow(step_of(now, now.clock.high, h), accepted);
        }
        commit(now, accepted);
        now.clock = select(accepted, reached, now.clock);
        instrument_.end_of_step(now.memory);
        continue;
      }

      keep(now);
      count_attempts(unlooked);
      unlooked = 0;
      const Mask stepped = active_;
      const Mask sound = is_finite(error_square);
      fail_unsolved(at_floor && sound && !solved);
      fail(at_floor && sound, Status::step_too_small);
      fail(at_floor && !sound, Status::non_finite);
      save_between(accepted, now_.clock, reached, h);
      commit(now_, accepted);
      now_.clock = select(accepted, reached, now_.clock);
      stop_where_done(accepted && reached.since(end_) >= Real(0));
      instrument_.end_of_step(now_.memory);
      pass_stops(accepted);
      if (made >= budget || any(stepped && !active_)) {
        return made;
      }
      take(now);
    }
  }

  constexpr std::int32_t attempts_left(std::int32_t most) const {
    const auto active = to_array(active_);
    const auto made = to_array(attempts_);
    for (std::size_t i = 0; i < active.size(); ++i) {
      if (active[i]) {
        const auto left = static_cast<std::int32_t>(settings_.max_steps - made[i]);
        most = left < most ? left : most;
      }
    }
    return most;
  }

  // One step in all lanes; returns those where the method could solve its equations.
  constexpr Mask make_step(Progress& now, Real t, Real h) {
    if constexpr (Algorithm::implicit) {
      const Mask solved = method(now).step(t, h, state(now), constants(now), proposed(now), active_, tolerances(), instrument_);
      count_where(now.failed_solves, active_ && !solved);
      return solved;
    } else {
      method(now).step(t, h, state(now), constants(now), proposed(now), instrument_);
      return Mask(true);
    }
  }

  // A step that was not solved does not stand, whatever its error seems to be. One that went wrong by numbers that are not
  // finite keeps them.
  static constexpr Real judged(Real error_square, Mask solved) {
    if constexpr (Algorithm::implicit) {
      return select(solved || !is_finite(error_square), error_square, Real(1e20));
    } else {
      return error_square;
    }
  }

  // Half the step is where Newton's method mostly converges again; its error says nothing.
  constexpr void shorten_unsolved(Progress& now, Real h, Mask unsolved) const {
    if constexpr (Algorithm::implicit) {
      now.h = select(unsolved, max(Real(0.5) * h, Real(settings_.dt_min)), now.h);
    }
  }

  constexpr void fail_unsolved(Mask lanes) {
    if constexpr (Algorithm::implicit) {
      fail(lanes, Status::solver_failed);
    }
  }

  // How long the next step is.
  constexpr void adapt(Progress& now, Real h, Real error_square, Mask accepted, Mask rejected) const {
    const Real factor =
        Control::template factor<Algorithm::control_order>(settings_.control, error_square, h, accepted, now.history);
    // A step cut short to land says little about the step size: it may lengthen it, and is not remembered.
    const Mask cut = accepted && h < now.h;
    const Real next = select(cut, max(h * factor, now.h), h * factor);
    Control::remember(now.history, error_square, h, accepted && !cut, rejected);
    now.h = max(min(next, Real(settings_.dt_max)), Real(settings_.dt_min));
  }

  constexpr StateTolerances<Scalar> tolerances() const {
    return {settings_.rtol, settings_.atol, settings_.rtol_of, settings_.atol_of};
  }

  constexpr Real norm_square_of_error(Progress& now, Real h) const {
    if (settings_.rtol_of == nullptr) {
      return norm_square_of_error(CommonTolerance<Scalar>{settings_.rtol, settings_.atol}, now, h);
    }
    return norm_square_of_error(OwnTolerances<Scalar>{settings_.rtol_of, settings_.atol_of}, now, h);
  }

  template <class Tolerance>
  static constexpr Real norm_square_of_error(const Tolerance& tolerance, Progress& now, Real h) {
    const ConstState y = state(now);
    const ConstState y_new = proposed(now);
    NormSquare<states, Real> norm;
    NormSquare<states, Real> coarse;
    for (std::size_t i = 0; i < states; ++i) {
      const Real larger = max(abs(y[i]), abs(y_new[i]));
      const Real weight = tolerance.weight(i, larger);
      norm.add(method(now).error(h, i), weight);
      if constexpr (Algorithm::has_coarse_estimate) {
        coarse.add(method(now).coarse_error(h, i), weight);
      }
    }
    const Real square = norm.value();
    if constexpr (Algorithm::has_coarse_estimate) {
      // err5^2 / sqrt(err5^2 + 0.01 err3^2) (HNW I, II.10), squared; 0 where both are.
      const Real both = fma(Real(0.01), coarse.value(), square);
      return select(both > Real(0), square * (square / both), both);
    } else {
      return square;
    }
  }

  // A step that nearly reaches its target is stretched to it rather than followed by a sliver. The margin is above the drift
  // of a float clock over as many steps as floats can count: 1 % of a step in 10^7.
  static constexpr Mask landing(Real distance, Real h) { return distance <= h * Real(1 + 1.0 / 64); }

  constexpr Clock<Real> next_target() const { return settings_.land_on_saves ? next_event_ : limit_; }

  constexpr void keep(const Progress& now) {
    if constexpr (small) {
      now_ = now;
    }
  }
  constexpr void take(Progress& now) const {
    if constexpr (small) {
      now = now_;
    }
  }

  static constexpr void commit(Progress& now, Mask accepted) {
    const State y = state(now);
    const State y_new = proposed(now);
    for (std::size_t i = 0; i < states; ++i) {
      y[i] = select(accepted, y_new[i], y[i]);
    }
    method(now).commit(accepted);
  }

  constexpr void count_attempts(std::int32_t steps) { attempts_ = select(active_, attempts_ + Count(steps), attempts_); }

  constexpr void stop_where_done(Mask done) {
    end_runs(done);
    fail(active_ && attempts_ >= Count(settings_.max_steps), Status::too_many_steps);
  }

  constexpr void end_runs(Mask done) {
    if (any(done)) {
      fail(done && !finite(state(now_)), Status::non_finite);
      if (settings_.own_spans) {
        save_rest(done && active_);
      }
      active_ = active_ && !done;
    }
  }

  static constexpr Mask finite(ConstState y) {
    Mask all_are(true);
    for (std::size_t i = 0; i < states; ++i) {
      all_are = all_are && is_finite(y[i]);
    }
    return all_are;
  }

  // Ends lanes that cannot go on.
  constexpr void fail(Mask failed, Status status) {
    failed = failed && active_;
    if (!any(failed)) {
      return;
    }
    status_ = select(failed, Count(static_cast<std::int32_t>(status)), status_);
    active_ = active_ && !failed;
    save_nothing(failed, settings_.saves.count);
  }

  // Of runs that are at their own end: what others reach later, and the end where that is to be saved.
  constexpr void save_rest(Mask ended) {
    const std::int32_t count = settings_.saves.count;
    const bool saves_end = count > 0 && settings_.saves.high[count - 1] == infinity;
    save_nothing(ended, saves_end ? count - 1 : count);
    if (saves_end) {
      save(ended, t0_.high + end_.high, state(now_));
    }
  }

  // What was still to be saved, up to this save, is NaN.
  constexpr void save_nothing(Mask ended, std::int32_t end) {
    const State nothing = part<"loop", "saved_state">(now_);
    const auto nothing_observed = part<"loop", "observed">(now_);
    for (std::size_t i = 0; i < states; ++i) {
      nothing[i] = Real(std::numeric_limits<Scalar>::quiet_NaN());
    }
    for (std::size_t i = 0; i < observables; ++i) {
      nothing_observed[i] = Real(std::numeric_limits<Scalar>::quiet_NaN());
    }
    for (;;) {
      const Mask left = ended && saved_ < Count(end);
      if (!any(left)) {
        return;
      }
      sink_(left, saved_, ConstState(nothing), ConstObserved(nothing_observed));
      count_where(saved_, left);
    }
  }

  constexpr void save_start(Mask lanes) {
    for (;;) {
      const Mask due = lanes && next_save_.since(now_.clock) <= Real(0);
      if (!any(due)) {
        return;
      }
      save(due, t0_.high, state(now_));
    }
  }

  // All saves that lie in the step of length h from `start` to `reached`.
  constexpr void save_between(Mask accepted, const Clock<Real>& start, const Clock<Real>& reached, Real h) {
    const State y_new = proposed(now_);
    const State y_saved = part<"loop", "saved_state">(now_);
    Real followed(0);  // theta, where the sink follows the solution
    for (bool prepared = false;;) {
      const Real short_of_end = reached.since(next_save_);
      const Mask due = accepted && active_ && short_of_end >= Real(0);
      if (!any(due)) {
        follow_rest(accepted && active_, start.high, h, followed);
        return;
      }
      follow_to_cut(due, start, reached, h, followed);
      const Mask at_end = short_of_end <= Real(0);
      if (any(due && !at_end)) {
        if (!prepared) {
          method(now_).prepare_interpolation(t0_.high + start.high, h, state(now_), constants(now_), y_saved);
          prepared = true;
        }
        method(now_).interpolate(next_save_.since(start) / h, h, state(now_), y_new, y_saved);
      }
      for (std::size_t i = 0; i < states; ++i) {
        y_saved[i] = select(at_end, y_new[i], y_saved[i]);
      }
      const Mask sound = finite(y_saved);
      const Mask unsound = due && !sound;
      save(due && sound, t0_.high + next_save_.high, y_saved);
      fail(unsound, Status::non_finite);
    }
  }

  static constexpr FollowedStep<System, Real> step_of(Progress& now, Real begin, Real h) {
    return {begin, h, state(now), proposed(now), method(now).start_derivative(), method(now).end_derivative()};
  }

  constexpr bool sink_follows() const {
    if constexpr (may_follow) {
      return sink_.follows();
    } else {
      return false;
    }
  }
  // Shows a step to a sink that follows the solution, up to the next saves where it wants that.
  constexpr void follow_to_cut([[maybe_unused]] Mask due, [[maybe_unused]] const Clock<Real>& start,
                               [[maybe_unused]] const Clock<Real>& reached, [[maybe_unused]] Real h,
                               [[maybe_unused]] Real& followed) {
    if constexpr (may_follow) {
      const Mask cut = sink_.follows() ? sink_.cuts(due, saved_) : Mask(false);
      if (any(cut)) {
        const Mask at_end = reached.since(next_save_) <= Real(0);
        const Real theta = select(at_end, Real(1), next_save_.since(start) / h);
        sink_.follow_part(step_of(now_, start.high, h), cut, followed, theta);
        followed = select(cut, theta, followed);
      }
    }
  }
  // What is left of it after the last of them.
  constexpr void follow_rest([[maybe_unused]] Mask lanes, [[maybe_unused]] Real begin, [[maybe_unused]] Real h,
                             [[maybe_unused]] Real followed) {
    if constexpr (may_follow) {
      if (sink_.follows()) {
        sink_.follow_part(step_of(now_, begin, h), lanes && followed < Real(1), followed, Real(1));
      }
    }
  }

  constexpr void save(Mask due, Real t, ConstState y) {
    const auto observed = part<"loop", "observed">(now_);
    if constexpr (observables > 0) {
      visit_point<System, Real>(t, y, constants(now_), [&](const Point<System, Real>& at) {
        Observed<System, Real> seen{observed};
        System::observe(at, seen);
      });
    }
    sink_(due, saved_, y, ConstObserved(observed));
    count_where(saved_, due);
    load_next_save(due);
  }

  // After the last save comes one that is never reached.
  constexpr void load_next_save(Mask lanes) {
    const auto loaded = to_array(lanes);
    const auto indices = to_array(saved_);
    for (std::size_t i = 0; i < loaded.size(); ++i) {
      if (loaded[i]) {
        const auto index = indices[i];
        const bool left = index < settings_.saves.count;
        set_lane(next_save_.high, static_cast<int>(i), left ? settings_.saves.high[index] : infinity);
        set_lane(next_save_.low, static_cast<int>(i), left ? settings_.saves.low[index] : Scalar(0));
      }
    }
    if (settings_.own_spans) {
      // Multiples of save_every may go beyond a run's own end by what rounds: see save_times.
      const Real beyond = next_save_.since(end_);
      const Mask means_end = beyond > Real(0) && beyond <= Real(Scalar(1e-9)) * end_.high;
      next_save_ = select(lanes && means_end, end_, next_save_);
    }
    look_ahead();
  }

  constexpr void look_ahead() { next_event_ = earlier(next_save_, limit_); }

  // Where steps have to end next: a few roundings of the time before the first stop that is as far after the clock, or at the
  // end, beside which there is no gap. A stop that is nearer than that to another, or to t0, is passed with it.
  constexpr void load_next_stop(Mask lanes) {
    const auto loaded = to_array(lanes);
    for (std::size_t i = 0; i < loaded.size(); ++i) {
      if (loaded[i]) {
        const auto at = static_cast<int>(i);
        const Clock<Scalar> t0{lane(t0_.high, at), lane(t0_.low, at)};
        const Clock<Scalar> clock{lane(now_.clock.high, at), lane(now_.clock.low, at)};
        const Clock<Scalar> end{lane(end_.high, at), lane(end_.low, at)};
        std::int32_t first = 0;
        std::int32_t last = settings_.stops.count;
        while (first < last) {
          const std::int32_t middle = first + (last - first) / 2;
          const Clock<Scalar> stop = stop_after(t0, middle);
          const bool ahead = stop.after(-stop_gap(t0, stop), Scalar(0)).since(clock) > Scalar(0);
          (ahead ? last : first) = ahead ? middle : middle + 1;
        }
        Clock<Scalar> limit = end;
        Scalar gap(0);
        if (first < settings_.stops.count) {
          const Clock<Scalar> stop = stop_after(t0, first);
          const Clock<Scalar> before = stop.after(-stop_gap(t0, stop), Scalar(0));
          if (before.since(end) < Scalar(0)) {
            limit = before;
            gap = stop_gap(t0, stop);
          }
        }
        set_lane(limit_.high, at, limit.high);
        set_lane(limit_.low, at, limit.low);
        set_lane(gap_, at, gap);
      }
    }
  }

  // A stop, counted from t0.
  constexpr Clock<Scalar> stop_after(const Clock<Scalar>& t0, std::int32_t number) const {
    const Clock<Scalar> stop{settings_.stops.high[number], settings_.stops.low[number]};
    return stop.after(-t0.high, -t0.low);
  }

  // More than what roundings make of the times that stages see.
  static constexpr Scalar stop_gap(const Clock<Scalar>& t0, const Clock<Scalar>& stop) {
    return 4 * std::numeric_limits<Scalar>::epsilon() * (abs(t0.high) + abs(stop.high));
  }

  // Goes from just before a stop to just after it, or to the end, in those of `lanes` that are there: by Euler's rule, before
  // the stop and after it with the right-hand side of that side.
  constexpr void pass_stops(Mask lanes) {
    if (settings_.stops.count == 0) {
      return;
    }
    const Mask passing = lanes && active_ && gap_ > Real(0) && now_.clock.since(limit_) >= Real(0);
    if (!any(passing)) {
      return;
    }
    const Clock<Real> beyond = limit_.after(Real(2) * gap_, Real(0));
    for (int half = 0; half < 2; ++half) {
      const bool before = half == 0;
      const Clock<Real> to = before ? limit_.after(gap_, Real(0)) : beyond;
      cross(passing, earlier(to, end_), before ? limit_.high : beyond.high);
    }
    method(now_).restart(t0_.high + now_.clock.high, state(now_), constants(now_), passing, proposed(now_));
    if constexpr (Control::adaptive) {
      now_.history.forget(passing);
    }
    load_next_stop(passing);
    look_ahead();
    end_runs(passing && now_.clock.since(end_) >= Real(0));
  }

  // One side of a stop, with the saves that are in it; `side` is a time that is certainly there. Rates of systems with a mass
  // matrix are not known: there the state stays.
  constexpr void cross(Mask passing, const Clock<Real>& to, Real side) {
    const State y = state(now_);
    const State rate = proposed(now_);
    const State y_saved = part<"loop", "saved_state">(now_);
    if constexpr (has_mass<System>) {
      for (std::size_t i = 0; i < states; ++i) {
        rate[i] = Real(0);
      }
    } else {
      evaluate_rhs<System, Real>(t0_.high + side, y, constants(now_), rate);
    }
    const auto advanced = [&](Real h, std::size_t i) { return select(h > Real(0), fma(h, rate[i], y[i]), y[i]); };
    for (;;) {
      const Mask due = passing && next_save_.since(to) <= Real(0);
      if (!any(due)) {
        break;
      }
      for (std::size_t i = 0; i < states; ++i) {
        y_saved[i] = advanced(next_save_.since(now_.clock), i);
      }
      save(due, t0_.high + next_save_.high, y_saved);
    }
    const Real h = max(to.since(now_.clock), Real(0));
    for (std::size_t i = 0; i < states; ++i) {
      y_saved[i] = advanced(h, i);
    }
    if constexpr (may_follow) {
      if (sink_.follows()) {
        sink_.follow_part({now_.clock.high, h, y, y_saved, rate, rate, true}, passing, Real(0), Real(1));
      }
    }
    for (std::size_t i = 0; i < states; ++i) {
      y[i] = select(passing, y_saved[i], y[i]);
    }
    now_.clock = select(passing, to, now_.clock);
  }

  static constexpr Clock<Real> earlier(const Clock<Real>& a, const Clock<Real>& b) {
    return select(a.since(b) < Real(0), a, b);
  }

  static constexpr double rebase = 1 << 20;
  static constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

  const LoopSettings<Scalar>& settings_;
  Sink& sink_;
  [[no_unique_address]] Instrument instrument_;
  Progress now_;
  [[no_unique_address]] std::conditional_t<driven, Drivers, None> drivers_{};
  Clock<Real> t0_{};
  Clock<Real> end_{};
  Clock<Real> next_save_{};
  Clock<Real> limit_{};       // what no step crosses: just before a stop, or the end
  Real gap_{0};               // from there to the stop; 0: it is the end
  Clock<Real> next_event_{};  // the next save or the limit
  Mask active_{false};
  Count saved_{};
  Count attempts_{};
  Count status_{};
};

}  // namespace kobie
