/// What is known of a fully implicit method before anything is computed.
module;
#include <cstddef>

export module kobie.algorithms:fully_implicit_traits;

import kobie.buffers;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

namespace kobie {

/// What is known of `Method` for `System`, and the buffers it asks for.
export template <class Method, class System>
struct FullyImplicitTraits {
  static constexpr bool implicit = true;
  static constexpr bool stages_are_derivatives = true;  ///< else increments of the state
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr bool first_same_as_last = false;
  static constexpr bool has_error_estimate = Method::tableau.has_embedded();
  static constexpr bool has_coarse_estimate = false;

  static constexpr bool stiffly_accurate = Method::tableau.stiffly_accurate();
  /// One of the eigenvalues of a^-1 is real, and the others are a pair.
  static constexpr bool has_real = stages % 2 == 1;
  static_assert(!has_error_estimate || has_real,
                "kobie: the error estimate is taken through the matrix of the real eigenvalue");
  static_assert(!has_singular_mass<System> || stiffly_accurate,
                "kobie: a system with a singular mass matrix needs a method whose last stage is the new solution");

  /// The collocation polynomial, where the cubic Hermite one is of no higher order or would need y' where only f is known.
  static constexpr bool has_interpolant = stiffly_accurate || has_mass<System>;

  static constexpr int control_order = control_order_of<Method>;

  /// A step of fixed length cannot be shortened, so Newton's are.
  static constexpr NewtonSettings newton_settings = [] {
    if constexpr (requires { Method::newton; }) {
      return NewtonSettings(Method::newton);
    } else if constexpr (has_error_estimate) {
      return NewtonSettings{.max_iterations = 7, .kappa = 0.03};
    } else {
      return NewtonSettings{.max_iterations = 20, .max_halvings = 6};
    }
  }();

  /// How often Newton's method is called in an attempt, at most: once more with a Jacobian of this step.
  static constexpr std::size_t newton_solves = 2;

  /// "increments" are the z of this step, and while they are looked for what an iteration adds to them, transformed; their last
  /// values are kept to begin with in the next step. "reuse" is what is known of the Jacobian and the factors in each lane, see
  /// FullyImplicit.
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(states);
    constexpr auto all = static_cast<std::ptrdiff_t>(stages) * n;
    constexpr std::ptrdiff_t trial = newton_settings.max_halvings > 0 ? all : 0;
    BufferRegistry linear_solver;
    linear_solver.add("linear_solver",
                      {.name = "factors", .size = has_real ? n * n : 0, .persistent = true, .precision = precision});
    linear_solver.add("linear_solver",
                      {.name = "pivots", .size = has_real ? n : 0, .persistent = true, .precision = precision});
    linear_solver.add("linear_solver",
                      {.name = "complex_factors", .size = 2 * n * n, .persistent = true, .precision = precision});
    linear_solver.add("linear_solver", {.name = "complex_pivots", .size = n, .persistent = true, .precision = precision});
    BufferRegistry newton_solver;
    newton_solver.add("newton", {.name = "transformed", .size = all, .precision = precision});
    newton_solver.add("newton", {.name = "scale", .size = all, .precision = precision});
    newton_solver.add("newton", {.name = "trial", .size = trial, .precision = precision});
    newton_solver.add("newton", {.name = "trial_residual", .size = trial, .precision = precision});
    newton_solver.nest("newton", linear_solver);
    BufferRegistry registry;
    registry.add("algorithm", {.name = "derivative", .size = n, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "jacobian", .size = n * n, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "last_increments", .size = all, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "reuse", .size = reuse_size, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "counts", .size = counts_size, .persistent = true, .precision = precision});
    registry.add("algorithm", {.name = "increments", .size = all, .precision = precision});
    registry.add("algorithm", {.name = "error", .size = has_error_estimate ? n : 0, .precision = precision});
    registry.add("algorithm", {.name = "end_derivative", .size = n, .precision = precision});
    registry.nest("algorithm", newton_solver);
    return registry;
  }

  /// The elements of "counts".
  static constexpr std::size_t newton_iterations = 0;
  static constexpr std::size_t jacobians = 1;
  static constexpr std::size_t factorisations = 2;
  static constexpr std::size_t newton_failures = 3;
  static constexpr std::ptrdiff_t counts_size = 4;

  /// The elements of "reuse".
  static constexpr std::size_t factorised_h = 0;      ///< the step size that the factors are of; 0: there are none
  static constexpr std::size_t current_jacobian = 1;  ///< 1 where the Jacobian is that of the start of this step
  static constexpr std::size_t wants_jacobian = 2;    ///< 1 where a step begins with a new one
  static constexpr std::size_t slow_newton = 3;       ///< 1 where the last iterations contracted slowly
  static constexpr std::size_t last_eta = 4;          ///< of Newton's method
  static constexpr std::size_t unsettled = 5;         ///< 1 in a run's first step and after a step that did not stand
  static constexpr std::size_t tried_h = 6;           ///< the size of this step
  static constexpr std::size_t last_h = 7;            ///< the size of the step that "last_increments" are of
  static constexpr std::ptrdiff_t reuse_size = 8;
};

}  // namespace kobie
