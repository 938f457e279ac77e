/// The equation of a diagonally implicit method's stage, and what solves its linear equations.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:stage_equation;

import kobie.numbers;
import kobie.solvers;
import kobie.systems;

namespace kobie {

/// The equation of a stage, M z = h gamma f(t, y + z) + M known, over h gamma: its residual for Newton's method.
template <class System, class Real>
struct StageEquation {
  Real t;
  Real per_step;  ///< 1 / (h gamma)
  Components<const Real, state_count<System>> y;
  RunConstants<System, Real> parameters;
  Components<const Real, state_count<System>> known;
  Components<Real, state_count<System>> room;

  constexpr void operator()(Components<const Real, state_count<System>> z,
                            Components<Real, state_count<System>> residual) const {
    for (std::size_t i = 0; i < state_count<System>; ++i) {
      room[i] = y[i] + z[i];
    }
    evaluate_rhs<System, Real>(t, room, parameters, residual);
    for (std::size_t i = 0; i < state_count<System>; ++i) {
      room[i] = known[i] - z[i];
    }
    for (std::size_t i = 0; i < state_count<System>; ++i) {
      residual[i] = fma(per_step, mass_times<System, Real>(i, room), residual[i]);
    }
  }
};

/// The linear equations by factors that are there.
template <std::size_t N, class Real>
struct SolveByFactors {
  DenseLu<N, Real> factors;

  constexpr MaskOf<Real> operator()(Components<const Real, N> /*z*/, MaskOf<Real> lanes, Components<Real, N> x) const {
    factors.solve(x);
    return lanes;
  }
};

/// The equations (M / (h gamma) - J) x = b without their matrix, with the buffers of `Memory`, the linear solver's.
///
/// They end where h gamma |b - A x| is below a tolerance: for J with eigenvalues in the left half-plane that is a bound of x's
/// error, in stiff components and in slow ones. As a share of b it would be none: where b is large in a stiff component, the
/// slow ones are as good as nothing then, and Newton's updates do not show it.
template <class System, class Real, class Choice, class Memory, class Instrument>
struct MatrixFreeEquations {
  static constexpr std::size_t n = state_count<System>;
  using Kind = typename Choice::kind;
  using Preconditioner = typename Choice::preconditioner;

  Memory memory;
  RunConstants<System, Real> parameters;
  Components<const Real, n> scale;
  Real per_step;     ///< 1 / (h gamma)
  Real step;         ///< h gamma
  Real& iterations;  ///< to which those in each lane are added
  Instrument& instrument;

  /// x becomes A^-1 x in `lanes`, with J at (t, y). Returns those that have got there.
  constexpr MaskOf<Real> solve(Real t, Components<const Real, n> y, Real tolerance, MaskOf<Real> lanes,
                               Components<Real, n> x) const {
    const IterationOperator<System, Real> a{t, y, parameters, per_step};
    const auto buffer = memory.template view<"reciprocals">();
    const auto precondition =
        Preconditioner::template of<n, Real>(Components<const Real, n>(buffer.pointer(), buffer.stride()), step);
    using Solver = typename Kind::template Solver<n, Real, std::remove_const_t<decltype(precondition)>, Memory>;
    const LinearSettings<Real> settings{
        .rtol = Real(0), .atol = tolerance * per_step, .max_iterations = Choice::max_iterations};
    const LinearOutcome<Real> outcome = Solver(memory).solve_in_place(a, precondition, scale, x, settings, lanes, instrument);
    iterations = iterations + outcome.iterations;
    return outcome.converged;
  }
};

/// Newton's equations, with J at the iterate, for which there is room at `point`.
template <class Equations, std::size_t N, class Real>
struct SolveAtIterate {
  Equations equations;
  Real t;
  Components<const Real, N> y;
  Components<Real, N> point;
  Real tolerance;

  constexpr MaskOf<Real> operator()(Components<const Real, N> z, MaskOf<Real> lanes, Components<Real, N> x) const {
    for (std::size_t i = 0; i < N; ++i) {
      point[i] = y[i] + z[i];
    }
    return equations.solve(t, point, tolerance, lanes, x);
  }
};

}  // namespace kobie
