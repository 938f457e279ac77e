/// What all iterative solvers of A x = b have in common: when they stop, how they measure residuals, what they answer.
///
/// A is a function `a(v, product)` that writes A v, with Components<const Real, N> and Components<Real, N>. Nothing is known of
/// it but that it is linear; no matrix is stored. A lane that has converged waits: its solution does not change any more, and
/// never depends on its neighbours.
module;
#include <cstddef>
#include <cstdint>

export module kobie.solvers:linear_solver;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// An iteration stops where |b - A x| <= max(atol, rtol |b - A x0|), in the root mean square of
/// components times `scale`, as in Newton's method.
export template <class Real>
struct LinearSettings {
  Real rtol = Real(ScalarOf<Real>(1e-3));
  Real atol = Real(0);
  std::int32_t max_iterations = 100;
};

/// What an iterative solver has come to, in each lane.
export template <class Real>
struct LinearOutcome {
  MaskOf<Real> converged{false};
  MaskOf<Real> broken_down{false};  ///< no way on: a division by zero, an operator that does not suit the method, no number
  Real iterations{0};
  Real residual_norm{0};  ///< of the last iterate, scaled; updated, not computed anew
};

/// One iteration, as an instrument is told of it, in the lanes where `active` holds.
export template <class Real>
struct LinearIteration {
  MaskOf<Real> active;
  std::int32_t number;   ///< from 0
  Real residual_square;  ///< of the norm, after it
};

// The sum of a b, and the mean of a b where both are multiplied by `scale`: the square of the norm where a is b.
template <std::size_t N, class Real>
constexpr Real plain_product(Components<const Real, N> a, Components<const Real, N> b) {
  Real sum(0);
  for (std::size_t i = 0; i < N; ++i) {
    sum = fma(a[i], b[i], sum);
  }
  return sum;
}
template <std::size_t N, class Real>
constexpr Real scaled_product(Components<const Real, N> scale, Components<const Real, N> a, Components<const Real, N> b) {
  Real sum(0);
  for (std::size_t i = 0; i < N; ++i) {
    sum = fma(scale[i] * a[i], scale[i] * b[i], sum);
  }
  return sum * Real(static_cast<ScalarOf<Real>>(1.0 / static_cast<double>(N)));
}

// to += factor * from, in some lanes.
template <std::size_t N, class Real>
constexpr void add_where(MaskOf<Real> lanes, Real factor, Components<const Real, N> from, Components<Real, N> to) {
  for (std::size_t i = 0; i < N; ++i) {
    to[i] = select(lanes, fma(factor, from[i], to[i]), to[i]);
  }
}

// The lanes of an iteration that go on, and what is known of the others.
template <std::size_t N, class Real>
class LinearProgress {
 public:
  constexpr LinearProgress(Components<const Real, N> scale, Components<const Real, N> residual,
                           const LinearSettings<Real>& settings, MaskOf<Real> lanes)
      : running_(lanes), square_(scaled_product<N, Real>(scale, residual, residual)) {
    goal_ = max(settings.atol * settings.atol, settings.rtol * settings.rtol * square_);
    judge(square_);
  }

  constexpr MaskOf<Real> running() const { return running_; }
  // The square of the residual's norm.
  constexpr Real square() const { return square_; }

  constexpr void count() { outcome_.iterations = select(running_, outcome_.iterations + Real(1), outcome_.iterations); }
  // These lanes cannot go on.
  constexpr void break_down(MaskOf<Real> lanes) {
    outcome_.broken_down = outcome_.broken_down || (running_ && lanes);
    running_ = running_ && !lanes;
  }
  // The residual's square is this now, where the iteration runs.
  constexpr void judge(Real square) {
    square_ = select(running_, square, square_);
    const auto done = running_ && square_ <= goal_;
    outcome_.converged = outcome_.converged || done;
    running_ = running_ && !done;
    break_down(!is_finite(square_));
  }
  constexpr LinearOutcome<Real> outcome() const {
    LinearOutcome<Real> result = outcome_;
    result.residual_norm = sqrt(square_);
    return result;
  }

 private:
  MaskOf<Real> running_;
  Real square_;
  Real goal_{0};
  LinearOutcome<Real> outcome_;
};

// The residual of a first guess x; and of 0, where x holds the right-hand side.
template <std::size_t N, class Real, class Operator>
constexpr void put_residual(const Operator& a, Components<const Real, N> b, Components<const Real, N> x,
                            Components<Real, N> residual) {
  a(x, residual);
  for (std::size_t i = 0; i < N; ++i) {
    residual[i] = b[i] - residual[i];
  }
}
template <std::size_t N, class Real>
constexpr void start_from_zero(Components<Real, N> x, Components<Real, N> residual, MaskOf<Real> lanes) {
  for (std::size_t i = 0; i < N; ++i) {
    residual[i] = x[i];
    x[i] = select(lanes, Real(0), x[i]);
  }
}

// What a preconditioner makes of r, or r itself.
template <std::size_t N, class Real, class Preconditioner, class Operator, class Memory>
constexpr Components<const Real, N> preconditioned(const Operator& a, const Preconditioner& precondition,
                                                   Components<const Real, N> r, const Memory& memory,
                                                   Components<Real, N> room) {
  if constexpr (Preconditioner::is_identity) {
    return r;
  } else {
    const auto buffer = memory.template view<"preconditioned">();
    const Components<Real, N> z(buffer.pointer(), buffer.stride());
    precondition(a, r, z, room);
    return z;
  }
}

}  // namespace kobie
