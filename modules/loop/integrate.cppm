/// The integration loop. Each lane has its own time, step size and accept/reject decision; a step is committed by
/// predicate, so no lane's result depends on its neighbours.
module;
#include <cstddef>
#include <cstdint>
#include <limits>

export module kobie.loop:integrate;

import kobie.algorithms;
import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.systems;
import :clock;
import :initial_step;
import :norm;
import :settings;

namespace kobie {

/// Where one run (or one in each lane) starts.
export template <class System, class Real>
struct RunInput {
  Real state[state_count<System>];
  Real parameter[parameter_count<System> == 0 ? 1 : parameter_count<System>];
  Real dt{0};      ///< the first step, or every step where steps are fixed; 0: found by Hairer's rule
  Real dt_low{0};  ///< what dt's rounding to Real left out
};

/// How one run (or one in each lane) ended.
export template <class Real>
struct RunOutcome {
  CountOf<Real> status{};    ///< a Status
  CountOf<Real> accepted{};  ///< steps
  CountOf<Real> rejected{};  ///< steps
  Real elapsed{0};           ///< time reached, counted from t0
};

/// Integrates from t0 to the end in the lanes where `active` holds.
///
/// `sink(lanes, index, y, observed)` is called whenever save number index[lane] is reached in some lanes, in order of time for
/// each lane, with the states and observables there.
export template <class System, class Method, class Control, class Real, class Sink>
class Integrator {
 public:
  using Scalar = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  using Count = CountOf<Real>;
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t observables = observable_count<System>;

  constexpr Integrator(const LoopSettings<Scalar>& settings, const RunInput<System, Real>& input, Mask active, Sink& sink)
      : settings_(settings), parameters_(input.parameter), active_(active), sink_(sink) {
    for (std::size_t i = 0; i < states; ++i) {
      y_[i] = input.state[i];
    }
    end_ = {Real(settings.end.high), Real(settings.end.low)};
    load_next_save();
    const Real t0(settings.t0);
    method_.start(t0, y_, parameters_);
    if constexpr (Control::adaptive) {
      const Real span = end_.high;
      Real guess =
          initial_step<System>(settings_, Algorithm::control_order, t0, span, y_, method_.start_derivative(), parameters_);
      // Where the start itself is not finite there is no guess; the first step then fails for that.
      guess = select(guess > Real(0), guess, span);
      h_ = min(select(input.dt > Real(0), input.dt, guess), Real(settings.dt_max));
    } else {
      h_ = input.dt;
      h_low_ = input.dt_low;
    }
  }

  constexpr RunOutcome<Real> run() {
    save_start();
    while (any(active_)) {
      attempt();
    }
    return {status_, accepted_, rejected_, clock_.high};
  }

 private:
  using Algorithm = ExplicitRungeKutta<Method, System, Real>;

  constexpr void attempt() {
    const Clock<Real> target = next_target();
    const Real distance = target.since(clock_);
    // A step that nearly reaches its target is stretched to it rather than followed by a sliver. The margin is above the drift
    // of a float clock over as many steps as floats can count: 1 % of a step in 10^7.
    const Mask lands = distance <= h_ * Real(1 + 1.0 / 64);
    const Real h = select(lands, distance, h_);
    const Real t = Real(settings_.t0) + clock_.high;
    Real y_new[states];
    method_.step(t, h, y_, parameters_, y_new);

    const Clock<Real> reached = select(lands, target, clock_.after(h, h_low_));
    const Mask accepted = judge(h, y_new);
    method_.finish(Real(settings_.t0) + reached.high, y_new, parameters_);

    save_between(accepted, reached, h, y_new);

    for (std::size_t i = 0; i < states; ++i) {
      y_[i] = select(accepted, y_new[i], y_[i]);
    }
    method_.commit(accepted);
    clock_ = select(accepted, reached, clock_);
    count_where(accepted_, accepted);
    stop_where_done(accepted && clock_.since(end_) >= Real(0));
  }

  constexpr Clock<Real> next_target() const {
    if (settings_.land_on_saves) {
      return select(next_save_.since(end_) < Real(0), next_save_, end_);
    }
    return end_;
  }

  // Decides in which lanes the step stands, and how long the next one is.
  constexpr Mask judge(Real h, const Real (&y_new)[states]) {
    if constexpr (!Control::adaptive) {
      return active_;
    } else {
      const Real error_square = norm_square_of_error(h, y_new);
      const Mask accepted = active_ && error_square <= Real(1);
      const Mask rejected = active_ && !accepted;

      const Real factor =
          Control::template factor<Algorithm::control_order>(settings_.control, error_square, h, accepted, history_);
      // A step cut short to land says little about the step size: it may lengthen it, and is not remembered.
      const Mask cut = accepted && h < h_;
      const Real next = select(cut, max(h * factor, h_), h * factor);
      Control::remember(history_, error_square, h, accepted && !cut, rejected);
      h_ = select(active_, max(min(next, Real(settings_.dt_max)), Real(settings_.dt_min)), h_);

      count_where(rejected_, rejected);
      const Mask at_floor = rejected && h <= Real(settings_.dt_min);
      if (any(at_floor)) {
        const Mask finite = is_finite(error_square);
        fail(at_floor && finite, Status::step_too_small);
        fail(at_floor && !finite, Status::non_finite);
      }
      return accepted;
    }
  }

  constexpr Real norm_square_of_error(Real h, const Real (&y_new)[states]) const {
    if (settings_.rtol_of == nullptr) {
      return norm_square_of_error(CommonTolerance<Scalar>{settings_.rtol, settings_.atol}, h, y_new);
    }
    return norm_square_of_error(OwnTolerances<Scalar>{settings_.rtol_of, settings_.atol_of}, h, y_new);
  }

  template <class Tolerance>
  constexpr Real norm_square_of_error(const Tolerance& tolerance, Real h, const Real (&y_new)[states]) const {
    NormSquare<states, Real> norm;
    NormSquare<states, Real> coarse;
    for (std::size_t i = 0; i < states; ++i) {
      const Real larger = max(abs(y_[i]), abs(y_new[i]));
      const Real weight = tolerance.weight(i, larger);
      norm.add(method_.error(h, i), weight);
      if constexpr (Algorithm::has_coarse_estimate) {
        coarse.add(method_.coarse_error(h, i), weight);
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

  constexpr void stop_where_done(Mask done) {
    if (any(done)) {
      fail(done && !finite(y_), Status::non_finite);
      active_ = active_ && !done;
    }
    fail(active_ && accepted_ + rejected_ >= Count(settings_.max_steps), Status::too_many_steps);
  }

  static constexpr Mask finite(const Real (&y)[states]) {
    Mask all_are(true);
    for (std::size_t i = 0; i < states; ++i) {
      all_are = all_are && is_finite(y[i]);
    }
    return all_are;
  }

  // Ends lanes that cannot go on; what they were still to save is NaN.
  constexpr void fail(Mask failed, Status status) {
    failed = failed && active_;
    if (!any(failed)) {
      return;
    }
    status_ = select(failed, Count(static_cast<std::int32_t>(status)), status_);
    active_ = active_ && !failed;
    Real nothing[states];
    Real nothing_observed[observables == 0 ? 1 : observables];
    for (std::size_t i = 0; i < states; ++i) {
      nothing[i] = Real(std::numeric_limits<Scalar>::quiet_NaN());
    }
    for (std::size_t i = 0; i < observables; ++i) {
      nothing_observed[i] = Real(std::numeric_limits<Scalar>::quiet_NaN());
    }
    for (;;) {
      const Mask left = failed && saved_ < Count(settings_.saves.count);
      if (!any(left)) {
        return;
      }
      sink_(left, saved_, nothing, nothing_observed);
      count_where(saved_, left);
    }
  }

  constexpr void save_start() {
    for (;;) {
      const Mask due = active_ && next_save_.since(clock_) <= Real(0);
      if (!any(due)) {
        return;
      }
      save(due, Real(settings_.t0), y_);
    }
  }

  // All saves that lie in the step from clock_ to `reached`.
  constexpr void save_between(Mask accepted, const Clock<Real>& reached, Real h, const Real (&y_new)[states]) {
    for (;;) {
      const Real short_of_end = reached.since(next_save_);
      const Mask due = accepted && active_ && short_of_end >= Real(0);
      if (!any(due)) {
        return;
      }
      Real y_saved[states];
      const Real theta = next_save_.since(clock_) / h;
      method_.interpolate(theta, h, y_, y_new, y_saved);
      const Mask at_end = short_of_end <= Real(0);
      for (std::size_t i = 0; i < states; ++i) {
        y_saved[i] = select(at_end, y_new[i], y_saved[i]);
      }
      const Mask sound = finite(y_saved);
      fail(due && !sound, Status::non_finite);
      save(due && sound, Real(settings_.t0) + next_save_.high, y_saved);
    }
  }

  constexpr void save(Mask due, Real t, const Real (&y)[states]) {
    Real observed[observables == 0 ? 1 : observables];
    if constexpr (observables > 0) {
      const Point<System, Real> at{t, Components<const Real, states>(y),
                                   Components<const Real, parameter_count<System>>(parameters_)};
      Observed<System, Real> seen{Components<Real, observables>(observed)};
      System::observe(at, seen);
    }
    sink_(due, saved_, y, observed);
    count_where(saved_, due);
    load_next_save();
  }

  // After the last save comes one that is never reached.
  constexpr void load_next_save() {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      const auto index = lane(saved_, i);
      const bool left = index < settings_.saves.count;
      set_lane(next_save_.high, i, left ? settings_.saves.high[index] : std::numeric_limits<Scalar>::infinity());
      set_lane(next_save_.low, i, left ? settings_.saves.low[index] : Scalar(0));
    }
  }

  const LoopSettings<Scalar>& settings_;
  const Real* parameters_;
  Algorithm method_{};
  Real y_[states];
  Clock<Real> clock_{};
  Clock<Real> end_{};
  Clock<Real> next_save_{};
  Real h_{0};
  Real h_low_{0};
  [[no_unique_address]] typename Control::template History<Real> history_{};
  Mask active_;
  Count saved_{};
  Count accepted_{};
  Count rejected_{};
  Count status_{};
  Sink& sink_;
};

}  // namespace kobie
