/// Diagonally implicit Runge-Kutta methods (Hairer and Wanner II, IV.6 and IV.8): one step function for every tableau.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:diagonally_implicit;

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;
import :diagonally_implicit_traits;
import :hermite;
import :implicit_counts;
import :interpolation_weights;
import :newton_scale;
import :select_into;
import :stage_equation;

namespace kobie {

/// One step of `Method` for `System`, in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits
/// declare. It holds no numbers of its own.
///
/// Each stage's z = Y - y is found by simplified Newton iterations. A Jacobian serves until they contract slowly or fail, the
/// factors of M / (h gamma) - J for as long as h stays the same: kept for an h within a fifth of theirs, with CVODE's
/// correction of the update, they cost more in iterations than they saved, with 3 states and with 8. What one lane needs is
/// computed in all of them and kept where it is needed.
///
/// A method with a MatrixFree as its `linear_solver` has neither: the iterations are Newton's full ones, each solved to within
/// 5 % of what may be left of the stage's equation, as in CVODE. (An inexact method converges as its linear residuals fall:
/// Dembo, Eisenstat and Steihaug, SIAM J. Numer. Anal. 19 (1982) 400-408.)
export template <class Method, class System, class Real, class Memory>
class DiagonallyImplicit : public DiagonallyImplicitTraits<Method, System> {
  using Traits = DiagonallyImplicitTraits<Method, System>;
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;

 public:
  using Traits::explicit_first_stage, Traits::has_error_estimate, Traits::has_interpolant, Traits::stages, Traits::states,
      Traits::stiffly_accurate, Traits::smooths_error;
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = RunConstants<System, Real>;

  constexpr explicit DiagonallyImplicit(const Memory& memory) : memory_(memory) {}

  /// f at the start of the runs in `lanes`, where nothing is known of a Jacobian. `room` is for another f.
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
    if constexpr (!matrix_free) {
      set(Traits::factorised_h, lanes, Real(0));
      set(Traits::current_jacobian, lanes, Real(0));
      set(Traits::slow_newton, lanes, Real(1));
      set(Traits::last_eta, lanes, Real(1));
    }
    set(Traits::begun, lanes, Real(0));
  }

  constexpr ConstState start_derivative() const { return start_rate(); }
  /// The derivative of one stage of the last step.
  template <std::size_t Stage>
  constexpr ConstState stage_derivative() const {
    return rate<Stage>();
  }

  /// What each lane's run has taken so far; exact up to 2^24 where Real is float.
  constexpr ImplicitCounts<Real> counts(CountOf<Real> /*attempts*/ = {}) const {
    ImplicitCounts<Real> counts{count(Traits::newton_iterations),
                                count(Traits::jacobians),
                                count(Traits::factorisations),
                                count(Traits::newton_failures),
                                {}};
    if constexpr (matrix_free) {
      counts.linear_iterations = count(Traits::linear_iterations);
    }
    return counts;
  }

  /// Solves the stages in the lanes of `active`, puts the new solution into y_new and the error estimate into its buffer.
  /// Returns the lanes where all stages were solved. `tolerance.weight(i, |y_i|)` is what component i counts for.
  template <class Tolerance, class Instrument>
  constexpr Mask step(Real t, Real h, ConstState y, Parameters parameters, State y_new, Mask active, const Tolerance& tolerance,
                      Instrument& instrument) const {
    const Step now{t, h, y, parameters, y_new, Real(1) / (constant(gamma) * h), put_scale<states, 1>(y, tolerance, scale())};
    if constexpr (matrix_free) {
      put_reciprocals(now);
    } else {
      const Mask anew = active && reuse(Traits::slow_newton) > Real(0) && !(reuse(Traits::current_jacobian) > Real(0));
      linearise(now, anew, active && reuse(Traits::factorised_h) != h, instrument);
    }
    Mask solved = active;
    if constexpr (explicit_first_stage) {
      instrument.template stage<0>(y);
    }
    Real contraction(0);
    solved = stages_from<explicit_first_stage ? 1 : 0>(now, solved, contraction, instrument);
    if constexpr (!matrix_free) {
      set(Traits::slow_newton, active,
          select(solved && contraction <= Real(static_cast<T>(slow_contraction)), Real(0), Real(1)));
    }
    add(Traits::newton_failures, active && !solved);
    if (any(solved)) {
      if constexpr (!stiffly_accurate) {
        for (std::size_t i = 0; i < states; ++i) {
          y_new[i] = fma(h, weighted<SolutionRow>(i), y[i]);
        }
      }
      if constexpr (has_error_estimate) {
        solved = estimate_error(now, solved, instrument);
      }
      if constexpr (has_mass<System>) {
        guess_start_derivative(now, solved);
      }
    }
    return solved;
  }

  /// Component i of the estimate of the local error.
  constexpr Real error(Real /*h*/, std::size_t i) const { return memory_.template view<"error">()[i]; }

  /// The derivative at the new point: the last stage's where that is the new solution, and nothing to compute.
  constexpr void finish(Real t_new, ConstState y_new, Parameters parameters) const {
    if constexpr (!stiffly_accurate) {
      evaluate_rhs<System, Real>(t_new, y_new, parameters, end_rate());
    }
  }

  /// Moves on in the lanes where the step was accepted.
  constexpr void commit(Mask accepted) const {
    const State first = start_rate();
    const State last = end_rate();
    select_into(accepted, last, first);
    if constexpr (!matrix_free) {
      set(Traits::current_jacobian, accepted, Real(0));
    }
    set(Traits::begun, accepted, Real(1));
  }
  /// Moves on in all lanes.
  constexpr void commit() const { commit(Mask(true)); }

  constexpr void prepare_interpolation(Real /*t*/, Real /*h*/, ConstState /*y*/, Parameters /*parameters*/,
                                       State /*room*/) const {}
  /// The solution at t + theta h, by the method's own interpolant or, where it has none, by cubic Hermite interpolation.
  constexpr void interpolate(Real theta, Real h, ConstState y, ConstState y_new, State y_theta) const {
    if constexpr (has_interpolant) {
      const Real rest = Real(1) - theta;
      Real weights[stages];
      put_interpolation_weights<Method>(theta - rest, weights);
      const Real bent = rest * h;
      for (std::size_t i = 0; i < states; ++i) {
        y_theta[i] = fma(theta, fma(bent, dense_sum<0>(weights, i), y_new[i] - y[i]), y[i]);
      }
    } else {
      hermite<states, Real>(theta, h, y, y_new, start_rate(), end_rate(), y_theta);
    }
  }

 private:
  static constexpr bool matrix_free = Traits::matrix_free;
  static constexpr double gamma = Method::tableau.diagonal();
  static constexpr double slow_contraction = 1e-3;  // as RADAU5
  static constexpr double linear_share = 0.05;      // of what is left of an equation's tolerance, as CVODE's

  struct Step {
    Real t;
    Real h;
    ConstState y;
    Parameters parameters;
    State y_new;
    Real per_step;  // 1 / (h gamma)
    Real rounding;  // the norm of what rounding does to y
  };
  struct SolutionRow {
    static constexpr double at(std::size_t j) { return Method::tableau.b[j]; }
  };
  struct ErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.error_weights()[j]; }
  };
  template <std::size_t Stage>
  struct KnownRow {
    static constexpr double at(std::size_t j) { return j < Stage ? Method::tableau.a[Stage][j] : 0.0; }
  };

  static constexpr Real constant(double value) { return Real(static_cast<T>(value)); }

  static constexpr State part(auto buffer, std::size_t number = 0) {
    return State(buffer.pointer() + static_cast<std::ptrdiff_t>(number * states) * buffer.stride(), buffer.stride());
  }
  static constexpr SquareMatrix<Real, states> matrix(auto buffer) {
    return SquareMatrix<Real, states>(buffer.pointer(), buffer.stride());
  }
  constexpr auto newton_buffers() const { return memory_.template nested<"newton">(); }
  constexpr auto solver_buffers() const { return newton_buffers().template nested<"linear_solver">(); }
  constexpr State start_rate() const { return part(memory_.template view<"derivative">()); }
  constexpr State end_rate() const {
    if constexpr (stiffly_accurate) {
      return rate<stages - 1>();
    } else {
      return part(memory_.template view<"end_derivative">());
    }
  }
  // The derivative of a stage; while that is looked for, its z.
  template <std::size_t J>
  constexpr State rate() const {
    if constexpr (explicit_first_stage && J == 0) {
      return start_rate();
    } else {
      return part(memory_.template view<"stages">(), J - (explicit_first_stage ? 1 : 0));
    }
  }
  constexpr State known() const { return part(memory_.template view<"known">()); }
  constexpr State scale() const { return part(newton_buffers().template view<"scale">()); }
  constexpr State update() const { return part(newton_buffers().template view<"update">()); }
  constexpr SolveByFactors<states, Real> linear_solver() const {
    const auto buffers = solver_buffers();
    return {DenseLu<states, Real>(matrix(buffers.template view<"factors">()), part(buffers.template view<"pivots">()))};
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

  // sum_j Row::at(j) k_j[i], without the terms that are zero.
  template <class Row, std::size_t J = 0>
  constexpr Real weighted(std::size_t i) const {
    if constexpr (J == stages) {
      return Real(0);
    } else if constexpr (Row::at(J) == 0.0) {
      return weighted<Row, J + 1>(i);
    } else {
      constexpr auto coefficient = static_cast<T>(Row::at(J));
      return fma(Real(coefficient), rate<J>()[i], weighted<Row, J + 1>(i));
    }
  }

  // The same with weights of an interpolant.
  template <std::size_t J>
  constexpr Real dense_sum(const Real (&weights)[stages], std::size_t i) const {
    if constexpr (J == stages) {
      return Real(0);
    } else if constexpr (!Method::interpolant.has_weight(J)) {
      return dense_sum<J + 1>(weights, i);
    } else {
      return fma(weights[J], rate<J>()[i], dense_sum<J + 1>(weights, i));
    }
  }

  // What a preconditioner needs: of J's diagonal at the start of the step.
  constexpr void put_reciprocals(const Step& now) const {
    if constexpr (Traits::takes_diagonal) {
      const State reciprocals = part(solver_buffers().template view<"reciprocals">());
      jacobian_diagonal<System, Real>(now.t, now.y, now.parameters, reciprocals);
      iteration_diagonal<System, Real>(now.per_step, reciprocals);
      for (std::size_t i = 0; i < states; ++i) {
        reciprocals[i] = Real(1) / reciprocals[i];
      }
    }
  }
  template <class Instrument>
  constexpr auto matrix_free_equations(const Step& now, Instrument& instrument) const {
    const auto buffers = solver_buffers();
    return MatrixFreeEquations<System, Real, typename Method::linear_solver, std::remove_const_t<decltype(buffers)>,
                               Instrument>{
        buffers,      now.parameters,          scale(),
        now.per_step, constant(gamma) * now.h, memory_.template view<"counts">()[Traits::linear_iterations],
        instrument};
  }

  // J anew in the lanes of `anew`, and the factors anew in these and those of `other_h`.
  template <class Instrument>
  constexpr void linearise(const Step& now, Mask anew, Mask other_h, Instrument& instrument) const {
    const Mask changed = anew || other_h;
    if (!any(changed)) {
      return;
    }
    const SquareMatrix<Real, states> j = matrix(memory_.template view<"jacobian">());
    const SquareMatrix<Real, states> factors = matrix(solver_buffers().template view<"factors">());
    if (any(anew)) {
      jacobian<System, Real>(now.t, now.y, now.parameters, factors);
      for (std::size_t row = 0; row < states; ++row) {
        for (std::size_t column = 0; column < states; ++column) {
          j(row, column) = select(anew, factors(row, column), j(row, column));
        }
      }
      set(Traits::current_jacobian, anew, Real(1));
      add(Traits::jacobians, anew);
    }
    // The same numbers give the same factors in the lanes that keep theirs.
    set(Traits::factorised_h, changed, now.h);
    for (std::size_t row = 0; row < states; ++row) {
      for (std::size_t column = 0; column < states; ++column) {
        factors(row, column) = j(row, column);
      }
    }
    iteration_matrix<System, Real>(Real(1) / (constant(gamma) * reuse(Traits::factorised_h)), factors);
    const Mask regular = linear_solver().factors.factorise();
    set(Traits::factorised_h, !regular, Real(0));
    add(Traits::factorisations, changed);
    instrument.linearised(anew, changed);
  }

  // Returns those of `lanes` where this stage and all after it are solved.
  template <std::size_t Stage, class Instrument>
  constexpr Mask stages_from(const Step& now, Mask lanes, Real& contraction, Instrument& instrument) const {
    if constexpr (Stage == stages) {
      return lanes;
    } else {
      if (!any(lanes)) {
        return lanes;
      }
      const State known = this->known();
      for (std::size_t i = 0; i < states; ++i) {
        known[i] = now.h * weighted<KnownRow<Stage>>(i);
      }
      const Mask solved = solve_stage<Stage>(now, lanes, contraction, instrument);
      const State z = rate<Stage>();
      for (std::size_t i = 0; i < states; ++i) {
        now.y_new[i] = now.y[i] + z[i];
        z[i] = (z[i] - known[i]) * now.per_step;
      }
      instrument.template stage<Stage>(ConstState(now.y_new));
      return stages_from<Stage + 1>(now, solved, contraction, instrument);
    }
  }

  // Newton's method, with factors once more with the Jacobian of this step where it fails with an older one.
  template <std::size_t Stage, class Instrument>
  constexpr Mask solve_stage(const Step& now, Mask lanes, Real& contraction, Instrument& instrument) const {
    const State z = rate<Stage>();
    const auto buffers = newton_buffers();
    const NewtonRoom<states, Real> room{z, update(), part(buffers.template view<"trial">()),
                                        part(buffers.template view<"trial_residual">())};
    const StageEquation<System, Real> equation{
        fma(constant(Method::tableau.c[Stage]), now.h, now.t), now.per_step, now.y, now.parameters, known(), now.y_new};
    // A copy: device code cannot refer to what lies in the host's memory.
    constexpr NewtonSettings settings = Traits::newton_settings;
    Mask solved(false);
    Mask pending = lanes;
    for (;;) {
      predict<Stage>(now.h, pending);
      instrument.template newton_guess<Stage>(pending, ConstState(z));
      Real eta = first_eta();
      const NewtonOutcome<Real> outcome =
          newton<states, Real>(settings, room, ConstState(scale()), now.rounding, eta, able(pending), equation,
                               stage_solver(now, equation.t, instrument), instrument);
      if constexpr (!matrix_free) {
        set(Traits::last_eta, pending, eta);
      }
      add(Traits::newton_iterations, outcome.iterations);
      contraction = select(pending, max(contraction, outcome.contraction), contraction);
      solved = solved || outcome.solved;
      if constexpr (matrix_free) {
        return solved;
      } else {
        pending = pending && !outcome.solved && !(reuse(Traits::current_jacobian) > Real(0));
        if (!any(pending)) {
          return solved;
        }
        linearise(now, pending, pending, instrument);
      }
    }
  }

  // Updates that are solved for to a tolerance do not show how fast the next stage's iterations contract.
  constexpr Real first_eta() const {
    if constexpr (matrix_free) {
      return Real(1);
    } else {
      return reuse(Traits::last_eta);
    }
  }
  constexpr Mask able(Mask lanes) const {
    if constexpr (matrix_free) {
      return lanes;
    } else {
      return lanes && reuse(Traits::factorised_h) > Real(0);
    }
  }
  template <class Instrument>
  constexpr auto stage_solver(const Step& now, Real t, Instrument& instrument) const {
    if constexpr (matrix_free) {
      const auto equations = matrix_free_equations(now, instrument);
      constexpr double kappa = Traits::newton_settings.kappa;
      const Real tolerance = constant(linear_share) * max(constant(kappa), now.rounding);
      return SolveAtIterate<std::remove_const_t<decltype(equations)>, states, Real>{equations, t, now.y, now.y_new, tolerance};
    } else {
      return linear_solver();
    }
  }

  template <std::size_t Stage>
  constexpr void predict(Real h, Mask lanes) const {
    const State z = rate<Stage>();
    if constexpr (predictor_of<Method> == StagePredictor::none) {
      for (std::size_t i = 0; i < states; ++i) {
        z[i] = select(lanes, Real(0), z[i]);
      }
    } else {
      using Prediction = StagePrediction<Method, Stage>;
      constexpr std::size_t nearest_number = Prediction().nearest;
      constexpr std::size_t second_number = Prediction().second;
      constexpr auto slope = static_cast<T>(Prediction().slope);
      const State known = this->known();
      const State nearest = derivative_number<nearest_number>();
      const State second = derivative_number<second_number>();
      for (std::size_t i = 0; i < states; ++i) {
        Real k = nearest[i];
        if constexpr (slope != 0) {
          k = fma(Real(slope), k - second[i], k);
        }
        if constexpr (has_mass<System> && (nearest_number == 0 || second_number == 0)) {
          // What is there at a run's start is f, not y'.
          k = select(reuse(Traits::begun) > Real(0), k, nearest_number == 0 ? Real(0) : nearest[i]);
        }
        z[i] = select(lanes, fma(constant(gamma) * h, k, known[i]), z[i]);
      }
    }
  }
  template <std::size_t Number>
  constexpr State derivative_number() const {
    if constexpr (Number == 0) {
      return start_rate();
    } else {
      return rate<Number - 1>();
    }
  }

  // Returns those of `lanes` where it is known.
  template <class Instrument>
  constexpr Mask estimate_error(const Step& now, Mask lanes, Instrument& instrument) const {
    const State error = part(memory_.template view<"error">());
    for (std::size_t i = 0; i < states; ++i) {
      error[i] = now.h * weighted<ErrorRow>(i);
    }
    if constexpr (smooths_error || has_mass<System>) {
      const State smooth = update();
      for (std::size_t i = 0; i < states; ++i) {
        smooth[i] = now.per_step * mass_times<System, Real>(i, error);
      }
      if constexpr (matrix_free) {
        lanes = lanes && matrix_free_equations(now, instrument).solve(now.t, now.y, constant(linear_share), lanes, smooth);
      } else {
        linear_solver().factors.solve(smooth);
      }
      for (std::size_t i = 0; i < states; ++i) {
        error[i] = smooth[i];
      }
    }
    return lanes;
  }

  // With a mass matrix y' is not f, and not known at a run's start: the slope there that makes a cubic of a parabola.
  constexpr void guess_start_derivative(const Step& now, Mask solved) const {
    const Mask first = solved && !(reuse(Traits::begun) > Real(0));
    const State start = start_rate();
    const State end = end_rate();
    for (std::size_t i = 0; i < states; ++i) {
      start[i] = select(first, Real(2) * (now.y_new[i] - now.y[i]) / now.h - end[i], start[i]);
    }
  }

  Memory memory_;
};

}  // namespace kobie
