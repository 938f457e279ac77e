/// Explicit Runge-Kutta methods (Hairer, Norsett, Wanner I, II.1): one step function for every tableau.
///
/// The tableau is known when this is compiled, so a zero coefficient costs nothing and the stages unroll.
module;
#include <cstddef>
#include <utility>

export module kobie.algorithms:explicit_runge_kutta;

import kobie.buffers;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;
import :hermite;
import :interpolation_weights;
import :select_into;

namespace kobie {

/// What is known of `Method` for `System` before anything is computed, and the buffers it asks for.
export template <class Method, class System>
struct ExplicitRungeKuttaTraits {
  static_assert(!has_mass<System>, "kobie: an explicit method cannot integrate a system with a mass matrix");
  static constexpr bool implicit = false;
  static constexpr bool stages_are_derivatives = true;  ///< else increments of the state
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr bool first_same_as_last = Method::tableau.first_same_as_last();
  static constexpr bool has_error_estimate = Method::tableau.has_embedded();
  static constexpr bool has_coarse_estimate = Method::tableau.has_coarse();
  static constexpr bool has_interpolant = requires { Method::interpolant; };
  /// The stages that only the interpolant needs, and whether the first of them is the derivative at the new point.
  static constexpr std::size_t extra_stages = [] {
    if constexpr (has_interpolant) {
      return Method::interpolant.extra_stages();
    } else {
      return std::size_t{0};
    }
  }();
  static constexpr bool end_is_extra = [] {
    if constexpr (extra_stages > 0) {
      return !first_same_as_last && Method::interpolant.begins_with_end_derivative(Method::tableau);
    } else {
      return false;
    }
  }();

  static constexpr int control_order = control_order_of<Method>;

  /// Stages of the interpolant that have a buffer: not the derivative at the new point, which has its own.
  static constexpr std::size_t dense_stages = extra_stages - (end_is_extra ? 1 : 0);

  /// The derivative at the start of a step goes from step to step; the stages are written anew in each.
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    BufferRegistry registry;
    registry.add("algorithm", {.name = "derivative", .size = n, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "stages", .size = static_cast<std::ptrdiff_t>(stages - 1) * n, .precision = precision});
    registry.add("algorithm", {.name = "end_derivative", .size = first_same_as_last ? 0 : n, .precision = precision});
    registry.add("algorithm",
                 {.name = "dense_stages", .size = static_cast<std::ptrdiff_t>(dense_stages) * n, .precision = precision});
    return registry;
  }
};

/// One step of `Method` for `System`, in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits
/// declare. It holds no numbers of its own.
export template <class Method, class System, class Real, class Memory>
class ExplicitRungeKutta : public ExplicitRungeKuttaTraits<Method, System> {
  using Traits = ExplicitRungeKuttaTraits<Method, System>;

 public:
  using Traits::end_is_extra, Traits::extra_stages, Traits::first_same_as_last, Traits::has_interpolant, Traits::stages,
      Traits::states, Traits::dense_stages;
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = RunConstants<System, Real>;

  constexpr explicit ExplicitRungeKutta(const Memory& memory) : memory_(memory) {}

  /// The derivative at the start of the runs in `lanes`. `room` is for another one.
  constexpr void start(Real t, ConstState y, Parameters parameters, MaskOf<Real> lanes, State room) const {
    restart(t, y, parameters, lanes, room);
  }
  /// Goes on in runs whose right-hand side has jumped, as if they began here.
  constexpr void restart(Real t, ConstState y, Parameters parameters, MaskOf<Real> lanes, State room) const {
    evaluate_rhs<System, Real>(t, y, parameters, room);
    const State first = rate<0>();
    select_into(lanes, room, first);
  }

  constexpr ConstState start_derivative() const { return rate<0>(); }
  /// That at the new solution; after finish().
  constexpr ConstState end_derivative() const { return last_rate(); }
  /// Goes on from a derivative at the start that is known, in some lanes.
  constexpr void adopt(MaskOf<Real> lanes, ConstState derivative) const {
    const State first = rate<0>();
    select_into(lanes, derivative, first);
  }
  /// The derivative of one stage of the last step.
  template <std::size_t Stage>
  constexpr ConstState stage_derivative() const {
    return rate<Stage>();
  }

  /// y_new = y + h sum b_i k_i, and the stages it needs, whose arguments `instrument` is shown (see kobie.loop, NoInstrument).
  template <class Instrument>
  [[gnu::always_inline]]  // into the loops that call it, or what they have in registers would go to memory
  constexpr void step(Real t, Real h, ConstState y, Parameters parameters, State y_new, Instrument& instrument) const {
    instrument.template stage<0>(y);
    stages_from<1>(t, h, y, parameters, y_new, instrument);
    if constexpr (!first_same_as_last) {
      advance(h, y, y_new);
    }
  }

  /// Component i of the difference between the two solutions.
  constexpr Real error(Real h, std::size_t i) const { return h * weighted<ErrorRow, 0>(i); }
  constexpr Real coarse_error(Real h, std::size_t i) const { return h * weighted<CoarseErrorRow, 0>(i); }

  /// h times the size of the largest eigenvalue that the last two stages, both at the end of the step, show of the Jacobian:
  /// h |k_s - k_{s-1}| / |Y_s - Y_{s-1}| (HW II, (IV.2.9)).
  constexpr Real stiffness() const {
    Real of_rates(0);
    Real of_arguments(0);
    for (std::size_t i = 0; i < states; ++i) {
      const Real rates = rate<stages - 1>()[i] - rate<stages - 2>()[i];
      const Real arguments = weighted<LastRows, 0>(i);
      of_rates = fma(rates, rates, of_rates);
      of_arguments = fma(arguments, arguments, of_arguments);
    }
    return select(of_arguments > Real(0), sqrt(of_rates / of_arguments), Real(0));
  }

  /// The derivative at the new point, which the next step starts from: known already where the first stage is the last.
  constexpr void finish(Real t_new, ConstState y_new, Parameters parameters) const {
    if constexpr (!first_same_as_last) {
      evaluate_rhs<System, Real>(t_new, y_new, parameters, last_rate());
    }
  }

  /// Moves on in the lanes where the step was accepted.
  constexpr void commit(MaskOf<Real> accepted) const { adopt(accepted, last_rate()); }

  /// Moves on in all lanes.
  constexpr void commit() const { rate<0>() = last_rate(); }

  /// Computes the stages that only the interpolant has, once for all saves in a step; after finish(). `room` is for an
  /// argument.
  constexpr void prepare_interpolation(Real t, Real h, ConstState y, Parameters parameters, State room) const {
    if constexpr (dense_stages > 0) {
      extra_stages_from<extra_stages - dense_stages>(t, h, y, parameters, room);
    }
  }

  /// The solution at t + theta h, by the method's own interpolant or, where it has none, by cubic Hermite interpolation.
  constexpr void interpolate(Real theta, Real h, ConstState y, ConstState y_new, State y_theta) const {
    if constexpr (has_interpolant) {
      const Real rest = Real(1) - theta;
      Real weights[stages + extra_stages];
      put_interpolation_weights<Method>(theta - rest, weights);
      const Real bent = rest * h;
      for (std::size_t i = 0; i < states; ++i) {
        y_theta[i] = fma(theta, fma(bent, dense_sum<0>(weights, i), y_new[i] - y[i]), y[i]);
      }
    } else {
      hermite<states, Real>(theta, h, y, y_new, rate<0>(), end_derivative(), y_theta);
    }
  }

 private:
  template <std::size_t Stage>
  struct StageRow {
    static constexpr double at(std::size_t j) { return j < Stage ? Method::tableau.a[Stage][j] : 0.0; }
  };
  struct SolutionRow {
    static constexpr double at(std::size_t j) { return Method::tableau.b[j]; }
  };
  struct LastRows {
    static constexpr double at(std::size_t j) { return Method::tableau.a[stages - 1][j] - Method::tableau.a[stages - 2][j]; }
  };
  struct ErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.error_weights()[j]; }
  };
  struct CoarseErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.coarse_error_weights()[j]; }
  };

  // A coefficient, rounded to the precision that is computed with.
  static constexpr Real constant(double coefficient) { return Real(static_cast<ScalarOf<Real>>(coefficient)); }
  // The same of a row, and certainly when this is compiled.
  template <class Row, std::size_t J>
  static constexpr Real coefficient() {
    constexpr auto value = static_cast<ScalarOf<Real>>(Row::at(J));
    return Real(value);
  }

  // Derivative number J of the step's stages and, after them, the interpolant's.
  template <std::size_t J>
  constexpr State rate() const {
    if constexpr (J == 0) {
      return part(memory_.template view<"derivative">(), 0);
    } else if constexpr (J < stages) {
      return part(memory_.template view<"stages">(), J - 1);
    } else if constexpr (J == stages && end_is_extra) {
      return last_rate();
    } else {
      return part(memory_.template view<"dense_stages">(), J - stages - (extra_stages - dense_stages));
    }
  }
  constexpr State last_rate() const {
    if constexpr (first_same_as_last) {
      return rate<stages - 1>();
    } else {
      return part(memory_.template view<"end_derivative">(), 0);
    }
  }
  static constexpr State part(auto buffer, std::size_t number) {
    return State(buffer.pointer() + static_cast<std::ptrdiff_t>(number * states) * buffer.stride(), buffer.stride());
  }

  // sum_j Row::at(j) k_j[i], without the terms that are zero.
  template <class Row, std::size_t J>
  constexpr Real weighted(std::size_t i) const {
    if constexpr (J == stages) {
      return Real(0);
    } else if constexpr (constexpr double weight = Row::at(J); weight == 0.0) {
      return weighted<Row, J + 1>(i);
    } else {
      return weighted_onto<Row, J + 1>(i, constant(weight) * rate<J>()[i]);
    }
  }
  template <class Row, std::size_t J>
  constexpr Real weighted_onto(std::size_t i, Real sum) const {
    if constexpr (J == stages) {
      return sum;
    } else if constexpr (constexpr double weight = Row::at(J); weight == 0.0) {
      return weighted_onto<Row, J + 1>(i, sum);
    } else {
      return weighted_onto<Row, J + 1>(i, fma(constant(weight), rate<J>()[i], sum));
    }
  }

  // The new solution is summed before y is added, which rounds once.
  constexpr void advance(Real h, ConstState y, State y_new) const {
    for (std::size_t i = 0; i < states; ++i) {
      y_new[i] = fma(h, weighted<SolutionRow, 0>(i), y[i]);
    }
  }

  // A stage's argument is y + sum_j (h a_j) k_j, the newest stage last: it waits for that no longer than for one operation.
  template <class Row, std::size_t... J>
  constexpr void put_argument(Real h, ConstState y, State argument, std::index_sequence<J...>) const {
    const Real scaled[] = {coefficient<Row, J>() * h...};
    for (std::size_t i = 0; i < states; ++i) {
      argument[i] = scaled_onto<Row, sizeof...(J), 0>(scaled, i, y[i]);
    }
  }
  template <class Row, std::size_t Count, std::size_t J>
  constexpr Real scaled_onto(const Real* scaled, std::size_t i, Real sum) const {
    if constexpr (J == Count) {
      return sum;
    } else if constexpr (Row::at(J) == 0.0) {
      return scaled_onto<Row, Count, J + 1>(scaled, i, sum);
    } else {
      return scaled_onto<Row, Count, J + 1>(scaled, i, fma(scaled[J], rate<J>()[i], sum));
    }
  }

  // Where the first stage is the last, the last stage's argument is the new solution itself.
  template <std::size_t Stage, class Instrument>
  [[gnu::always_inline]] constexpr void stages_from(Real t, Real h, ConstState y, Parameters parameters, State y_new,
                                                    Instrument& instrument) const {
    if constexpr (Stage < stages) {
      constexpr double c = Method::tableau.c[Stage];
      if constexpr (first_same_as_last && Stage + 1 == stages) {
        advance(h, y, y_new);
      } else {
        put_argument<StageRow<Stage>>(h, y, y_new, std::make_index_sequence<Stage>());
      }
      instrument.template stage<Stage>(ConstState(y_new));
      evaluate_rhs<System, Real>(fma(constant(c), h, t), y_new, parameters, rate<Stage>());
      stages_from<Stage + 1>(t, h, y, parameters, y_new, instrument);
    }
  }

  template <std::size_t Extra>
  struct ExtraRow {
    static constexpr double at(std::size_t j) { return j < stages + Extra ? Method::interpolant.a[Extra][j] : 0.0; }
  };
  template <std::size_t Extra>
  constexpr void extra_stages_from(Real t, Real h, ConstState y, Parameters parameters, State room) const {
    if constexpr (Extra < extra_stages) {
      constexpr double c = Method::interpolant.c[Extra];
      put_argument<ExtraRow<Extra>>(h, y, room, std::make_index_sequence<stages + Extra>());
      evaluate_rhs<System, Real>(fma(constant(c), h, t), room, parameters, rate<stages + Extra>());
      extra_stages_from<Extra + 1>(t, h, y, parameters, room);
    }
  }

  template <std::size_t J>
  constexpr Real dense_sum(const Real (&weights)[stages + extra_stages], std::size_t i) const {
    if constexpr (J == stages + extra_stages) {
      return Real(0);
    } else if constexpr (!Method::interpolant.has_weight(J)) {
      return dense_sum<J + 1>(weights, i);
    } else {
      return fma(weights[J], rate<J>()[i], dense_sum<J + 1>(weights, i));
    }
  }

  Memory memory_;
};

}  // namespace kobie
