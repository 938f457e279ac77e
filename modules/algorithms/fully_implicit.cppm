/// Fully implicit Runge-Kutta methods (Hairer and Wanner II, IV.8): all stages at once, their equations taken apart by
/// Butcher's transformation.
module;
#include <cstddef>

export module kobie.algorithms:fully_implicit;

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;
import :collocation;
import :fully_implicit_traits;
import :hermite;
import :implicit_counts;
import :newton_scale;
import :select_into;
import :transformed_stages;

namespace kobie {

/// One step of `Method` for `System`, in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits
/// declare. It holds no numbers of its own.
///
/// The increments z_i = Y_i - y of all stages are found together by simplified Newton iterations, which begin with the
/// collocation polynomial of the last step and solve one real and one complex system of n equations. A Jacobian serves until
/// they contract slowly or fail, the factors until it or h changes. What one lane needs is computed in all of them and kept
/// where it is needed.
export template <class Method, class System, class Real, class Memory>
class FullyImplicit : public FullyImplicitTraits<Method, System> {
  using Traits = FullyImplicitTraits<Method, System>;
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;

 public:
  using Traits::has_error_estimate, Traits::has_interpolant, Traits::has_real, Traits::stages, Traits::states;
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = RunConstants<System, Real>;

  constexpr explicit FullyImplicit(const Memory& memory) : memory_(memory) {}

  /// f at the start of the runs in `lanes`, where nothing is known of a Jacobian or of a step before. `room` is for another f.
  constexpr void start(Real t, ConstState y, Parameters parameters, Mask lanes, State room) const {
    restart(t, y, parameters, lanes, room);
    const auto counts = memory_.template view<"counts">();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      counts[i] = select(lanes, Real(0), counts[i]);
    }
  }
  /// Goes on in runs whose right-hand side has jumped, as if they began here.
  constexpr void restart(Real t, ConstState y, Parameters parameters, Mask lanes, State room) const {
    evaluate_rhs<System, Real>(t, y, parameters, room);
    const State first = start_rate();
    select_into(lanes, room, first);
    set(Traits::factorised_h, lanes, Real(0));
    set(Traits::current_jacobian, lanes, Real(0));
    set(Traits::wants_jacobian, lanes, Real(1));
    set(Traits::last_eta, lanes, Real(1));
    set(Traits::unsettled, lanes, Real(1));
    forget_increments(lanes);
  }

  constexpr ConstState start_derivative() const { return start_rate(); }
  /// y' in one stage of the last step; where an instrument watches.
  template <std::size_t Stage>
  constexpr ConstState stage_derivative() const {
    return transformed<Stage>();
  }

  /// What each lane's run has taken so far; exact up to 2^24 where Real is float.
  constexpr ImplicitCounts<Real> counts(CountOf<Real> /*attempts*/ = {}) const {
    return {count(Traits::newton_iterations), count(Traits::jacobians), count(Traits::factorisations),
            count(Traits::newton_failures)};
  }

  /// Solves the stages in the lanes of `active`, puts the new solution into y_new and the error estimate into its buffer.
  /// Returns the lanes where they were solved; elsewhere y_new is y. `tolerance.weight(i, |y_i|)` is what component i counts
  /// for.
  template <class Tolerance, class Instrument>
  constexpr Mask step(Real t, Real h, ConstState y, Parameters parameters, State y_new, Mask active, const Tolerance& tolerance,
                      Instrument& instrument) const {
    const Step now{t,          h,     y,
                   parameters, y_new, put_scale<states, stages>(y, tolerance, newton_buffers().template view<"scale">())};
    set(Traits::tried_h, active, h);
    const Mask anew = active && reuse(Traits::wants_jacobian) > Real(0);
    linearise(now, anew, anew || (active && h != reuse(Traits::factorised_h)), instrument);
    const Mask solved = solve_stages(now, active, instrument);
    for (std::size_t i = 0; i < states; ++i) {
      y_new[i] = select(solved, y[i] + sum_of_increments<SolutionRow>(i), y[i]);
    }
    if constexpr (has_error_estimate) {
      estimate_error(now, solved, tolerance);
    }
    if constexpr (Instrument::watches) {
      put_stage_derivatives<0>(h);
    }
    return solved;
  }

  /// Component i of the estimate of the local error.
  constexpr Real error(Real /*h*/, std::size_t i) const { return memory_.template view<"error">()[i]; }

  /// The derivative at the new point.
  constexpr void finish(Real t_new, ConstState y_new, Parameters parameters) const {
    evaluate_rhs<System, Real>(t_new, y_new, parameters, end_rate());
  }

  /// Moves on in the lanes where the step was accepted.
  constexpr void commit(Mask accepted) const {
    const State first = start_rate();
    const State last = end_rate();
    select_into(accepted, last, first);
    const auto increments = memory_.template view<"increments">();
    const auto last_increments = memory_.template view<"last_increments">();
    for (std::size_t i = 0; i < stages * states; ++i) {
      last_increments[i] = select(accepted, increments[i], last_increments[i]);
    }
    set(Traits::last_h, accepted, reuse(Traits::tried_h));
    // A rejected step begins again where the Jacobian is from, or wants one from there.
    set(Traits::wants_jacobian, Mask(true),
        select(accepted, reuse(Traits::slow_newton), Real(1) - reuse(Traits::current_jacobian)));
    set(Traits::current_jacobian, accepted, Real(0));
    set(Traits::unsettled, Mask(true), select(accepted, Real(0), Real(1)));
  }
  /// Moves on in all lanes.
  constexpr void commit() const { commit(Mask(true)); }

  constexpr void prepare_interpolation(Real /*t*/, Real /*h*/, ConstState /*y*/, Parameters /*parameters*/,
                                       State /*room*/) const {}
  /// The solution at t + theta h: the collocation polynomial (HW II, IV.8) or cubic Hermite interpolation.
  constexpr void interpolate(Real theta, Real h, ConstState y, ConstState y_new, State y_theta) const {
    if constexpr (has_interpolant) {
      for (std::size_t i = 0; i < states; ++i) {
        Real z[stages];
        for (std::size_t j = 0; j < stages; ++j) {
          z[j] = memory_.template view<"increments">()[j * states + i];
        }
        const Real rise = y_new[i] - y[i];
        y_theta[i] = fma(theta, fma(theta - Real(1), collocation_bend<Method>(theta, rise, z), rise), y[i]);
      }
    } else {
      hermite<states, Real>(theta, h, y, y_new, start_rate(), end_rate(), y_theta);
    }
  }

 private:
  // Above this a new Jacobian costs less than the iterations that it saves (RADAU5's THET, for systems that are not large).
  static constexpr double slow_contraction = 1e-3;
  // Of a step that is so much longer than the last one, that one's polynomial says nothing.
  static constexpr double longest_extrapolation = 16.0;

  struct Step {
    Real t;
    Real h;
    ConstState y;
    Parameters parameters;
    State y_new;
    Real rounding;  // the norm of what rounding does to y
  };
  struct SolutionRow {
    static constexpr double at(std::size_t j) { return Method::tableau.increment_weights()[j]; }
  };
  struct ErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.error[j] / Method::tableau.embedded_start; }
  };
  template <std::size_t Stage>
  struct DerivativeRow {
    static constexpr double at(std::size_t j) {
      typename decltype(Method::tableau)::Row unit{};
      unit[Stage] = 1.0;
      return Method::tableau.over_a(unit)[j];
    }
  };

  static constexpr Real constant(double value) { return Real(static_cast<T>(value)); }

  static constexpr State part(auto buffer, std::size_t number = 0) {
    return State(buffer.pointer() + static_cast<std::ptrdiff_t>(number * states) * buffer.stride(), buffer.stride());
  }
  static constexpr Components<Real, stages * states> whole(auto buffer) {
    return Components<Real, stages * states>(buffer.pointer(), buffer.stride());
  }
  static constexpr SquareMatrix<Real, states> matrix(auto buffer, std::size_t number = 0) {
    return SquareMatrix<Real, states>(
        buffer.pointer() + static_cast<std::ptrdiff_t>(number * states * states) * buffer.stride(), buffer.stride());
  }
  constexpr auto newton_buffers() const { return memory_.template nested<"newton">(); }
  constexpr auto solver_buffers() const { return newton_buffers().template nested<"linear_solver">(); }
  constexpr State start_rate() const { return part(memory_.template view<"derivative">()); }
  constexpr State end_rate() const { return part(memory_.template view<"end_derivative">()); }
  template <std::size_t Stage>
  constexpr State increment() const {
    return part(memory_.template view<"increments">(), Stage);
  }
  template <std::size_t Row>
  constexpr State transformed() const {
    return part(newton_buffers().template view<"transformed">(), Row);
  }
  constexpr StageFactors<Method, System, Real> factors() const {
    const auto buffers = solver_buffers();
    const auto complex = buffers.template view<"complex_factors">();
    return {matrix(buffers.template view<"factors">()), part(buffers.template view<"pivots">()), matrix(complex, 0),
            matrix(complex, 1), part(buffers.template view<"complex_pivots">())};
  }

  constexpr Real reuse(std::size_t which) const { return memory_.template view<"reuse">()[which]; }
  constexpr void set(std::size_t which, Mask lanes, Real value) const {
    Real& element = memory_.template view<"reuse">()[which];
    element = select(lanes, value, element);
  }
  constexpr void add(std::size_t which, Mask lanes) const { add(which, select(lanes, Real(1), Real(0))); }
  constexpr void add(std::size_t which, Real number) const {
    Real& element = memory_.template view<"counts">()[which];
    element = element + number;
  }
  constexpr CountOf<Real> count(std::size_t which) const { return as_count(memory_.template view<"counts">()[which]); }

  // From an increment of 0, the next step begins with none.
  constexpr void forget_increments(Mask lanes) const {
    const auto last = memory_.template view<"last_increments">();
    for (std::size_t i = 0; i < stages * states; ++i) {
      last[i] = select(lanes, Real(0), last[i]);
    }
    set(Traits::last_h, lanes, Real(1));
  }

  // J anew in the lanes of `anew`, and the factors anew for this h in those of `changed`, which are among them.
  template <class Instrument>
  constexpr void linearise(const Step& now, Mask anew, Mask changed, Instrument& instrument) const {
    if (!any(changed)) {
      return;
    }
    const SquareMatrix<Real, states> j = matrix(memory_.template view<"jacobian">());
    if (any(anew)) {
      const SquareMatrix<Real, states> room = matrix(solver_buffers().template view<"complex_factors">());
      jacobian<System, Real>(now.t, now.y, now.parameters, room);
      for (std::size_t row = 0; row < states; ++row) {
        for (std::size_t column = 0; column < states; ++column) {
          j(row, column) = select(anew, room(row, column), j(row, column));
        }
      }
      set(Traits::current_jacobian, anew, Real(1));
      set(Traits::wants_jacobian, anew, Real(0));
      add(Traits::jacobians, anew);
    }
    // The same numbers give the same factors in the lanes that keep theirs.
    set(Traits::factorised_h, changed, now.h);
    const Mask regular = factors().factorise(Real(1) / reuse(Traits::factorised_h), j);
    set(Traits::factorised_h, !regular, Real(0));
    add(Traits::factorisations, changed);
    instrument.linearised(anew, changed);
  }

  // Newton's method, and once more with a Jacobian of this step where it fails with an older one.
  template <class Instrument>
  constexpr Mask solve_stages(const Step& now, Mask lanes, Instrument& instrument) const {
    const auto buffers = newton_buffers();
    const NewtonRoom<stages * states, Real> room{
        whole(buffers.template view<"transformed">()), whole(memory_.template view<"increments">()),
        whole(buffers.template view<"trial">()), whole(buffers.template view<"trial_residual">())};
    // A copy: device code cannot refer to what lies in the host's memory.
    constexpr NewtonSettings settings = Traits::newton_settings;
    Mask solved(false);
    Mask pending = lanes;
    Real contraction(0);
    for (;;) {
      predict(now.h, pending, instrument);
      const TransformedStages<Method, System, Real, Instrument> equations{now.t,          now.h,     now.y,
                                                                          now.parameters, now.y_new, instrument};
      const Mask regular = reuse(Traits::factorised_h) > Real(0);
      Real eta = reuse(Traits::last_eta);
      const NewtonOutcome<Real> outcome = newton<stages * states, Real>(
          settings, room, Components<const Real, stages * states>(whole(buffers.template view<"scale">())), now.rounding, eta,
          pending && regular, equations, factors(), instrument);
      set(Traits::last_eta, pending, eta);
      add(Traits::newton_iterations, outcome.iterations);
      contraction = select(pending, outcome.contraction, contraction);
      solved = solved || outcome.solved;
      const Mask retried = pending && !outcome.solved && !(reuse(Traits::current_jacobian) > Real(0));
      if (!any(retried)) {
        break;
      }
      pending = retried;
      linearise(now, retried, retried, instrument);
    }
    untransform<0>();
    const Mask failed = lanes && !solved;
    if (any(failed)) {
      forget_increments(failed);
      add(Traits::newton_failures, failed);
    }
    set(Traits::slow_newton, lanes, select(contraction <= constant(slow_contraction), Real(0), Real(1)));
    return solved;
  }

  // The polynomial of the last step, beyond its end.
  template <class Instrument>
  constexpr void predict(Real h, Mask lanes, Instrument& instrument) const {
    const Real ratio = h / reuse(Traits::last_h);
    const Mask near = lanes && ratio <= constant(longest_extrapolation);
    predict_from<0>(ratio, near);
    for (std::size_t i = 0; i < states; ++i) {
      transform_from<0>(i, lanes);
    }
    show_guess_from<0>(lanes, instrument);
  }
  template <std::size_t Stage>
  constexpr void predict_from(Real ratio, Mask near) const {
    if constexpr (Stage < stages) {
      Real weights[stages];
      put_weights<0>(fma(constant(Method::tableau.c[Stage]), ratio, Real(1)), weights);
      const auto last = memory_.template view<"last_increments">();
      const State z = increment<Stage>();
      for (std::size_t i = 0; i < states; ++i) {
        Real sum(0);
        for (std::size_t j = 0; j < stages; ++j) {
          sum = fma(weights[j], last[j * states + i], sum);
        }
        z[i] = select(near, sum, Real(0));
      }
      predict_from<Stage + 1>(ratio, near);
    }
  }
  template <std::size_t J>
  static constexpr void put_weights(Real s, Real* weights) {
    if constexpr (J < stages) {
      weights[J] = collocation_beyond_end<Method, J>(s);
      put_weights<J + 1>(s, weights);
    }
  }
  template <std::size_t Row>
  constexpr void transform_from(std::size_t i, Mask lanes) const {
    if constexpr (Row < stages) {
      const State w = transformed<Row>();
      w[i] = select(lanes, sum_of_increments<TransformedRow<Method, Row>>(i), w[i]);
      transform_from<Row + 1>(i, lanes);
    }
  }
  template <std::size_t Stage, class Instrument>
  constexpr void show_guess_from(Mask lanes, Instrument& instrument) const {
    if constexpr (Stage < stages) {
      instrument.template newton_guess<Stage>(lanes, ConstState(increment<Stage>()));
      show_guess_from<Stage + 1>(lanes, instrument);
    }
  }

  // z of all stages, from what Newton's method found.
  template <std::size_t Stage>
  constexpr void untransform() const {
    if constexpr (Stage < stages) {
      const State z = increment<Stage>();
      const State w = transformed<0>();
      const std::ptrdiff_t next = static_cast<std::ptrdiff_t>(states) * w.stride();
      for (std::size_t i = 0; i < states; ++i) {
        z[i] = row_times<StageRow<Method, Stage>, stages>(&w[i], next);
      }
      untransform<Stage + 1>();
    }
  }

  template <class Row>
  constexpr Real sum_of_increments(std::size_t i) const {
    const State z = increment<0>();
    return row_times<Row, stages>(&z[i], static_cast<std::ptrdiff_t>(states) * z.stride());
  }

  // Hairer's: the difference from the embedded solution, with the real matrix in place of what would be a further stage. Where
  // that is large in a run's first step or after a rejected one, it is filtered once more (HW II, (IV.8.19) and (IV.8.20)).
  template <class Tolerance>
  constexpr void estimate_error(const Step& now, Mask solved, const Tolerance& tolerance) const {
    const State error = part(memory_.template view<"error">());
    const State known = transformed<0>();
    const Real per_h = Real(1) / now.h;
    for (std::size_t i = 0; i < states; ++i) {
      known[i] = per_h * sum_of_increments<ErrorRow>(i);
    }
    for (std::size_t i = 0; i < states; ++i) {
      error[i] = start_rate()[i] + mass_times<System, Real>(i, known);
    }
    factors().real_system().solve(error);

    NormSquare<states, Real> norm;
    for (std::size_t i = 0; i < states; ++i) {
      norm.add(error[i], tolerance.weight(i, max(abs(now.y[i]), abs(now.y_new[i]))));
    }
    const Mask again = solved && reuse(Traits::unsettled) > Real(0) && !(norm.value() < Real(1));
    if (any(again)) {
      const State room = transformed<1>();
      const State filtered = transformed<2>();
      for (std::size_t i = 0; i < states; ++i) {
        room[i] = now.y[i] + error[i];
      }
      evaluate_rhs<System, Real>(now.t, room, now.parameters, filtered);
      for (std::size_t i = 0; i < states; ++i) {
        filtered[i] = filtered[i] + mass_times<System, Real>(i, known);
      }
      factors().real_system().solve(filtered);
      for (std::size_t i = 0; i < states; ++i) {
        error[i] = select(again, filtered[i], error[i]);
      }
    }
  }

  // y' in the stages is a^-1 z / h, with a mass matrix too.
  template <std::size_t Stage>
  constexpr void put_stage_derivatives(Real h) const {
    if constexpr (Stage < stages) {
      const Real per_h = Real(1) / h;
      for (std::size_t i = 0; i < states; ++i) {
        transformed<Stage>()[i] = per_h * sum_of_increments<DerivativeRow<Stage>>(i);
      }
      put_stage_derivatives<Stage + 1>(h);
    }
  }

  Memory memory_;
};

}  // namespace kobie
