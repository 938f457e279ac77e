/// What is known of a diagonally implicit method before anything is computed.
module;
#include <cstddef>

export module kobie.algorithms:diagonally_implicit_traits;

import kobie.buffers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

namespace kobie {

/// What is known of `Method` for `System`, and the buffers it asks for.
export template <class Method, class System>
struct DiagonallyImplicitTraits {
  static constexpr bool implicit = true;
  static constexpr bool stages_are_derivatives = true;  ///< else increments of the state
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr bool first_same_as_last = false;
  static constexpr bool has_error_estimate = Method::tableau.has_embedded();
  static constexpr bool has_coarse_estimate = false;
  static constexpr bool has_interpolant = requires { Method::interpolant; };
  static_assert(
      !requires { requires Method::interpolant.extra_stages() > 0; },
      "kobie: a diagonally implicit method's interpolant has no stages of its own");

  static constexpr bool explicit_first_stage = Method::tableau.explicit_first_stage();
  static constexpr bool stiffly_accurate = Method::tableau.stiffly_accurate();
  static_assert(!has_mass<System> || !explicit_first_stage,
                "kobie: this method's first stage is the derivative at the start, which a system with a mass matrix does not "
                "give; take one whose stages are all implicit");
  static_assert(!has_mass<System> || stiffly_accurate,
                "kobie: a system with a mass matrix needs a method whose last stage is the new solution");

  /// Whether the method solves its linear equations without their matrix (see WithLinearSolver).
  static constexpr bool matrix_free = requires { typename Method::linear_solver; };
  static constexpr bool takes_diagonal = [] {
    if constexpr (matrix_free) {
      using Preconditioner = typename Method::linear_solver::preconditioner;
      static_assert(!has_mass<System> || Preconditioner::takes_mass,
                    "kobie: Neumann's series is of matrices without a mass matrix; take Jacobi or no preconditioner");
      return Preconditioner::takes_diagonal;
    } else {
      return false;
    }
  }();

  static constexpr int control_order = control_order_of<Method>;

  /// A step of fixed length cannot be shortened, so Newton's are.
  static constexpr NewtonSettings newton_settings = [] {
    if constexpr (requires { Method::newton; }) {
      return NewtonSettings(Method::newton);
    } else if constexpr (has_error_estimate) {
      return NewtonSettings{};
    } else {
      return NewtonSettings{.max_iterations = 20, .max_halvings = 6};
    }
  }();

  /// How often Newton's method is called in an attempt, at most: for each implicit stage and, once, again with a Jacobian and
  /// factors of this step.
  static constexpr std::size_t newton_solves = stages - (explicit_first_stage ? 1 : 0) + (matrix_free ? 0 : 1);

  /// The difference of the two solutions does not vanish in infinitely stiff components, or grows with them: there it says
  /// nothing of the error, and the iteration matrix takes it out (HW II, (IV.8.20); Hosea and Shampine, Appl. Numer. Math. 20
  /// (1996) 21-37).
  static constexpr bool smooths_error = [] {
    if constexpr (has_error_estimate) {
      auto embedded = Method::tableau;
      embedded.b = embedded.embedded;
      const double difference = damping_at_infinity(Method::tableau) - damping_at_infinity(embedded);
      return !(difference < 1e-9 && difference > -1e-9);
    } else {
      return false;
    }
  }();

  /// Besides the stages: what Newton's method and the linear solver work with. "reuse" is what is known of the Jacobian and the
  /// factors in each lane, see DiagonallyImplicit; without a matrix there is neither.
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    constexpr auto implicit_stages = static_cast<std::ptrdiff_t>(stages) - (explicit_first_stage ? 1 : 0);
    constexpr std::ptrdiff_t trial = newton_settings.max_halvings > 0 ? n : 0;
    BufferRegistry newton_solver;
    newton_solver.add("newton", {.name = "scale", .size = n, .precision = precision});
    newton_solver.add("newton", {.name = "update", .size = n, .precision = precision});
    newton_solver.add("newton", {.name = "trial", .size = trial, .precision = precision});
    newton_solver.add("newton", {.name = "trial_residual", .size = trial, .precision = precision});
    newton_solver.nest("newton", linear_solver_buffers(precision));
    BufferRegistry registry;
    registry.add("algorithm", {.name = "derivative", .size = n, .persistent = true, .precision = precision});
    if constexpr (!matrix_free) {
      registry.add("algorithm", {.name = "jacobian", .size = n * n, .persistent = true, .precision = precision});
    }
    registry.add("algorithm", {.name = "reuse", .size = reuse_size, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "counts", .size = counts_size, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "stages", .size = implicit_stages * n, .precision = precision});
    registry.add("algorithm", {.name = "known", .size = n, .precision = precision});
    registry.add("algorithm",
                 {.name = "error", .size = has_error_estimate ? n : 0, .aliases = "known", .precision = precision});
    registry.add("algorithm", {.name = "end_derivative", .size = stiffly_accurate ? 0 : n, .precision = precision});
    registry.nest("algorithm", newton_solver);
    return registry;
  }

  /// The elements of "counts".
  static constexpr std::size_t newton_iterations = 0;
  static constexpr std::size_t jacobians = 1;
  static constexpr std::size_t factorisations = 2;
  static constexpr std::size_t newton_failures = 3;
  static constexpr std::size_t linear_iterations = 4;  ///< without a matrix
  static constexpr std::ptrdiff_t counts_size = matrix_free ? 5 : 4;

  /// The elements of "reuse"; without a matrix, the last one.
  static constexpr std::size_t factorised_h = 0;             ///< the step size that the factors are of; 0: there are none
  static constexpr std::size_t current_jacobian = 1;         ///< 1 where the Jacobian is that of the start of this step
  static constexpr std::size_t slow_newton = 2;              ///< 1 where the last solved step's iterations contracted slowly
  static constexpr std::size_t last_eta = 3;                 ///< of Newton's method
  static constexpr std::size_t begun = matrix_free ? 0 : 4;  ///< 1 after a run's first step
  static constexpr std::ptrdiff_t reuse_size = begun + 1;

 private:
  static constexpr BufferRegistry linear_solver_buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    if constexpr (matrix_free) {
      using Choice = typename Method::linear_solver;
      BufferRegistry registry = Choice::kind::template Traits<states, typename Choice::preconditioner>::buffers(precision);
      registry.add("linear_solver", {.name = "reciprocals", .size = takes_diagonal ? n : 0, .precision = precision});
      return registry;
    } else {
      BufferRegistry registry;
      registry.add("linear_solver", {.name = "factors", .size = n * n, .persistent = true, .precision = precision});
      registry.add("linear_solver", {.name = "pivots", .size = n, .persistent = true, .precision = precision});
      return registry;
    }
  }
};

/// The first guess of a stage's derivative: the line through the two known derivatives whose times are nearest to the stage's.
/// More of them would make more of what is not smooth in stiff components. Number 0 is the derivative at the start of the step,
/// number j + 1 that of stage j.
template <class Method, std::size_t Stage>
struct StagePrediction {
  std::size_t nearest = 0;
  std::size_t second = 0;
  double slope = 0.0;  // what (nearest - second) is multiplied by

  constexpr StagePrediction() {
    const double c = Method::tableau.c[Stage];
    for (std::size_t j = 1; j <= Stage; ++j) {
      if (distance(c, time(j)) <= distance(c, time(nearest))) {
        nearest = j;
      }
    }
    bool found = false;
    for (std::size_t j = 0; j <= Stage; ++j) {
      if (time(j) != time(nearest) && (!found || distance(c, time(j)) <= distance(c, time(second)))) {
        second = j;
        found = true;
      }
    }
    if (found) {
      slope = (c - time(nearest)) / (time(nearest) - time(second));
    }
  }

 private:
  static constexpr double time(std::size_t j) { return j == 0 ? 0.0 : Method::tableau.c[j - 1]; }
  static constexpr double distance(double a, double b) { return a < b ? b - a : a - b; }
};

}  // namespace kobie
