/// Rosenbrock methods (Hairer, Wanner II, IV.7): one linear system with one matrix for every stage, and no iteration.
module;
#include <cstddef>

export module kobie.algorithms:rosenbrock;

import kobie.buffers;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;
import :hermite;
import :implicit_counts;
import :select_into;

namespace kobie {

/// What is known of `Method` for `System` before anything is computed, and the buffers it asks for.
export template <class Method, class System>
struct RosenbrockTraits {
  static constexpr bool implicit = true;
  static constexpr bool stages_are_derivatives = false;  ///< else increments of the state
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr bool has_error_estimate = Method::tableau.has_embedded();
  static constexpr bool has_coarse_estimate = false;
  static constexpr bool has_interpolant = requires { Method::interpolant; };
  static_assert(has_interpolant || !has_mass<System>,
                "kobie: this method has no interpolant of its own, and the Hermite one needs a system without a mass matrix");

  static constexpr int control_order = control_order_of<Method>;

  /// Numbers that the interpolant needs of each state, besides those at both ends of the step.
  static constexpr std::size_t dense_rows = [] {
    if constexpr (has_interpolant) {
      return Method::interpolant.rows();
    } else {
      return std::size_t{0};
    }
  }();

  /// The derivative at the start of a step goes from step to step; all else is written anew in each.
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    constexpr auto dense = static_cast<std::ptrdiff_t>(dense_rows);
    BufferRegistry registry;
    registry.add("algorithm", {.name = "derivative", .size = n, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "end_derivative", .size = n, .precision = precision});
    registry.add("algorithm", {.name = "time_derivative", .size = is_autonomous<System> ? 0 : n, .precision = precision});
    registry.add("algorithm", {.name = "stages", .size = static_cast<std::ptrdiff_t>(stages) * n, .precision = precision});
    registry.add("algorithm", {.name = "matrix", .size = n * n, .precision = precision});
    // The interpolant is prepared when the matrix is no longer needed.
    if (dense <= n) {
      registry.add("algorithm", {.name = "dense", .size = dense * n, .aliases = "matrix", .precision = precision});
    } else {
      registry.add("algorithm", {.name = "dense", .size = dense * n, .precision = precision});
    }
    registry.add("algorithm", {.name = "pivots", .size = n, .precision = precision});
    return registry;
  }
};

/// One step of `Method` for `System`, in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits
/// declare. It holds no numbers of its own.
///
/// In the form without products of matrix and vector (HW II, (IV.7.25)), U_i for the stages:
///   (M / (h gamma) - J) U_i = f(t + alpha_i h, y + sum_j a_ij U_j) + M sum_j c_ij / h U_j + gamma_i h f_t,  y_new = y + sum
///   m_i U_i
export template <class Method, class System, class Real, class Memory>
class Rosenbrock : public RosenbrockTraits<Method, System> {
  using Traits = RosenbrockTraits<Method, System>;
  using T = ScalarOf<Real>;

 public:
  using Traits::has_interpolant, Traits::stages, Traits::states, Traits::dense_rows;
  using State = Components<Real, states>;
  using ConstState = Components<const Real, states>;
  using Parameters = RunConstants<System, Real>;

  constexpr explicit Rosenbrock(const Memory& memory) : memory_(memory) {}

  /// The derivative at the start of the runs in `lanes`. `room` is for another one.
  constexpr void start(Real t, ConstState y, Parameters parameters, MaskOf<Real> lanes, State room) const {
    restart(t, y, parameters, lanes, room);
  }
  /// Goes on in runs whose right-hand side has jumped, as if they began here.
  constexpr void restart(Real t, ConstState y, Parameters parameters, MaskOf<Real> lanes, State room) const {
    evaluate_rhs<System, Real>(t, y, parameters, room);
    adopt(lanes, room);
  }

  constexpr ConstState start_derivative() const { return vector<"derivative">(); }
  /// That at the new solution; after finish().
  constexpr ConstState end_derivative() const { return vector<"end_derivative">(); }
  /// Goes on from a derivative at the start that is known, in some lanes.
  constexpr void adopt(MaskOf<Real> lanes, ConstState derivative) const {
    const State first = vector<"derivative">();
    select_into(lanes, derivative, first);
  }
  /// U of one stage of the last step.
  template <std::size_t Stage>
  constexpr ConstState stage_increment() const {
    return increment<Stage>();
  }

  /// What each lane's run has taken so far: one Jacobian and its factors in each of its attempts.
  constexpr ImplicitCounts<Real> counts(CountOf<Real> attempts) const {
    return {CountOf<Real>{}, attempts, attempts, CountOf<Real>{}};
  }

  /// Makes y_new and the stages it needs, whose arguments `instrument` is shown. Returns the lanes whose matrix is regular.
  template <class Tolerance, class Instrument>
  constexpr MaskOf<Real> step(Real t, Real h, ConstState y, Parameters parameters, State y_new, MaskOf<Real> /*active*/,
                              const Tolerance& /*tolerance*/, Instrument& instrument) const {
    linearise(t, y, parameters);
    return step_linearised(t, h, y, parameters, y_new, instrument);
  }
  /// The first part of it: the derivatives, of which matrix() has the Jacobian.
  constexpr void linearise(Real t, ConstState y, Parameters parameters) const {
    if constexpr (is_autonomous<System>) {
      jacobian<System, Real>(t, y, parameters, matrix());
    } else {
      jacobian_and_time_derivative<System, Real>(t, y, parameters, matrix(), vector<"time_derivative">());
    }
  }
  constexpr SquareMatrix<Real, states> matrix() const {
    const auto buffer = memory_.template view<"matrix">();
    return SquareMatrix<Real, states>(buffer.pointer(), buffer.stride());
  }
  /// The rest of it.
  template <class Instrument>
  constexpr MaskOf<Real> step_linearised(Real t, Real h, ConstState y, Parameters parameters, State y_new,
                                         Instrument& instrument) const {
    const Real inverse_h = Real(1) / h;
    iteration_matrix<System, Real>(coefficient<InverseGamma, 0>() * inverse_h, matrix());
    const MaskOf<Real> regular = linear_solver().factorise();
    stages_from<0>(t, h, inverse_h, y, parameters, y_new, instrument);
    for (std::size_t i = 0; i < states; ++i) {
      if constexpr (Method::tableau.stiffly_accurate()) {
        y_new[i] = y_new[i] + increment<stages - 1>()[i];  // the last stage's argument
      } else {
        y_new[i] = y[i] + weighted<SolutionRow, 0>(i, Real(0));
      }
    }
    return regular;
  }

  /// Component i of the difference between the two solutions.
  constexpr Real error(Real /*h*/, std::size_t i) const { return weighted<ErrorRow, 0>(i, Real(0)); }

  /// The derivative at the new point, which the next step starts from.
  constexpr void finish(Real t_new, ConstState y_new, Parameters parameters) const {
    evaluate_rhs<System, Real>(t_new, y_new, parameters, vector<"end_derivative">());
  }

  /// Moves on in the lanes where the step was accepted.
  constexpr void commit(MaskOf<Real> accepted) const { adopt(accepted, end_derivative()); }

  /// Computes what the method's interpolant needs, once for all saves in a step.
  constexpr void prepare_interpolation(Real /*t*/, Real /*h*/, ConstState /*y*/, Parameters /*parameters*/,
                                       State /*room*/) const {
    prepare_row<0>();
  }

  /// The solution at t + theta h, by the method's own interpolant or, where it has none, by cubic Hermite interpolation.
  constexpr void interpolate(Real theta, Real h, ConstState y, ConstState y_new, State y_theta) const {
    if constexpr (has_interpolant) {
      // HW II, IV.7, as in the authors' RODAS: (1 - theta) y + theta (y_new + (1 - theta) (D_1 + theta (D_2 + ...)))
      const Real rest = Real(1) - theta;
      for (std::size_t i = 0; i < states; ++i) {
        Real bend = dense_row(dense_rows - 1)[i];
        for (std::size_t row = dense_rows - 1; row-- > 0;) {
          bend = fma(theta, bend, dense_row(row)[i]);
        }
        y_theta[i] = fma(theta, fma(rest, bend, y_new[i] - y[i]), y[i]);
      }
    } else {
      hermite<states, Real>(theta, h, y, y_new, start_derivative(), end_derivative(), y_theta);
    }
  }

 private:
  template <std::size_t Stage>
  struct ArgumentRow {
    static constexpr double at(std::size_t j) { return Method::tableau.a[Stage][j]; }
  };
  template <std::size_t Stage>
  struct CouplingRow {
    static constexpr double at(std::size_t j) { return Method::tableau.c[Stage][j]; }
  };
  struct SolutionRow {
    static constexpr double at(std::size_t j) { return Method::tableau.m[j]; }
  };
  struct ErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.error_weights()[j]; }
  };
  template <std::size_t Row>
  struct DenseRow {
    static constexpr double at(std::size_t j) { return Method::interpolant.h[Row][j]; }
  };
  struct InverseGamma {
    static constexpr double at(std::size_t /*j*/) { return 1.0 / Method::tableau.gamma; }
  };
  struct Nodes {
    static constexpr double at(std::size_t j) { return Method::tableau.nodes()[j]; }
  };
  struct GammaSums {
    static constexpr double at(std::size_t j) { return Method::tableau.gamma_sums()[j]; }
  };

  // A coefficient, rounded to the precision that is computed with when this is compiled.
  template <class Row, std::size_t J>
  static constexpr Real coefficient() {
    constexpr auto value = static_cast<T>(Row::at(J));
    return Real(value);
  }

  static constexpr bool row_goes_on(std::size_t stage) {
    bool same = stage > 1;
    for (std::size_t j = 0; j + 1 < stage; ++j) {
      same = same && Method::tableau.a[stage][j] == Method::tableau.a[stage - 1][j];
    }
    return same;
  }

  template <NameArgument name>
  constexpr State vector() const {
    const auto buffer = memory_.template view<name>();
    return State(buffer.pointer(), buffer.stride());
  }
  constexpr State part(auto buffer, std::size_t number) const {
    return State(buffer.pointer() + static_cast<std::ptrdiff_t>(number * states) * buffer.stride(), buffer.stride());
  }
  template <std::size_t Stage>
  constexpr State increment() const {
    return part(memory_.template view<"stages">(), Stage);
  }
  constexpr State dense_row(std::size_t row) const { return part(memory_.template view<"dense">(), row); }
  constexpr DenseLu<states, Real> linear_solver() const { return DenseLu<states, Real>(matrix(), vector<"pivots">()); }

  // onto + sum_j Row::at(j) U_j[i], without the terms that are zero.
  template <class Row, std::size_t J, std::size_t Count = stages>
  constexpr Real weighted(std::size_t i, Real onto) const {
    if constexpr (J == Count) {
      return onto;
    } else if constexpr (Row::at(J) == 0.0) {
      return weighted<Row, J + 1, Count>(i, onto);
    } else {
      return weighted<Row, J + 1, Count>(i, fma(coefficient<Row, J>(), increment<J>()[i], onto));
    }
  }

  template <std::size_t Stage, class Instrument>
  constexpr void stages_from(Real t, Real h, Real inverse_h, ConstState y, Parameters parameters, State room,
                             Instrument& instrument) const {
    if constexpr (Stage < stages) {
      const State u = increment<Stage>();
      if constexpr (Stage == 0) {
        instrument.template stage<0>(y);
        u = vector<"derivative">();
      } else {
        // Rows are often those before them with one term more.
        constexpr bool goes_on = row_goes_on(Stage);
        for (std::size_t i = 0; i < states; ++i) {
          room[i] = weighted<ArgumentRow<Stage>, goes_on ? Stage - 1 : 0, Stage>(i, goes_on ? room[i] : y[i]);
        }
        instrument.template stage<Stage>(ConstState(room));
        evaluate_rhs<System, Real>(fma(coefficient<Nodes, Stage>(), h, t), room, parameters, u);
        add_coupling<Stage>(inverse_h, u);
      }
      if constexpr (!is_autonomous<System>) {
        const Real scaled = coefficient<GammaSums, Stage>() * h;
        for (std::size_t i = 0; i < states; ++i) {
          u[i] = fma(scaled, vector<"time_derivative">()[i], u[i]);
        }
      }
      linear_solver().solve(u);
      stages_from<Stage + 1>(t, h, inverse_h, y, parameters, room, instrument);
    }
  }

  // u += M sum_j (c_ij / h) U_j
  template <std::size_t Stage>
  constexpr void add_coupling(Real inverse_h, State u) const {
    if constexpr (has_mass<System>) {
      const State sum = vector<"end_derivative">();
      for (std::size_t i = 0; i < states; ++i) {
        sum[i] = weighted<CouplingRow<Stage>, 0, Stage>(i, Real(0));
      }
      for (std::size_t i = 0; i < states; ++i) {
        u[i] = fma(inverse_h, mass_times<System, Real>(i, sum), u[i]);
      }
    } else {
      for (std::size_t i = 0; i < states; ++i) {
        u[i] = fma(inverse_h, weighted<CouplingRow<Stage>, 0, Stage>(i, Real(0)), u[i]);
      }
    }
  }

  template <std::size_t Row>
  constexpr void prepare_row() const {
    if constexpr (Row < dense_rows) {
      for (std::size_t i = 0; i < states; ++i) {
        dense_row(Row)[i] = weighted<DenseRow<Row>, 0>(i, Real(0));
      }
      prepare_row<Row + 1>();
    }
  }

  Memory memory_;
};

}  // namespace kobie
