/// How the linear equations of implicit methods are solved: a choice that is made when a solver is compiled.
module;
#include <cstddef>
#include <cstdint>

export module kobie.solvers:matrix_free;

import :preconditioners;

namespace kobie {

/// The base of the choices, by which a solver tells them from other policies.
export struct LinearSolverPolicy {};

/// By factors of a dense matrix. The default.
export struct DenseFactors : LinearSolverPolicy {};

/// By an iteration that needs products with the matrix alone, of which nothing is stored: BiCgStab for matrices of any kind,
/// MinimalResidual where the symmetric part is definite, SteepestDescent where the matrix is symmetric and definite. A
/// preconditioner is NoPreconditioner, Jacobi, or Neumann<Order>. Equations that take more iterations count as not solved.
export template <class Kind, class Preconditioner = NoPreconditioner, std::int32_t MaxIterations = 100>
struct MatrixFree : LinearSolverPolicy {
  static_assert(MaxIterations > 0, "kobie: MatrixFree needs at least one iteration");
  using kind = Kind;
  using preconditioner = Preconditioner;
  static constexpr std::int32_t max_iterations = MaxIterations;
};

}  // namespace kobie
