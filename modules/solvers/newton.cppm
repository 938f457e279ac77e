/// Newton's method for the equations of implicit stages, in the lanes of Real (Hairer and Wanner II, IV.8).
module;
#include <cstddef>
#include <cstdint>
#include <limits>

export module kobie.solvers:newton;

import kobie.control;
import kobie.numbers;
import kobie.systems;

namespace kobie {

/// When an iteration ends. A method declares its own as `newton`.
export struct NewtonSettings {
  std::int32_t max_iterations = 10;
  std::int32_t max_halvings = 0;  ///< of an update that makes the residual no smaller; 0: it is taken as it is
  double kappa = 0.05;            ///< the share of the tolerance that the error left behind may take
};

/// One iteration, as an instrument is told of it, in the lanes where `active` holds.
export template <class Real>
struct NewtonIteration {
  MaskOf<Real> active;
  std::int32_t number;  ///< from 0
  Real update_square;   ///< of the norm, before it is damped
  Real residual_square;
};

/// How the iterations of each lane ended.
export template <class Real>
struct NewtonOutcome {
  MaskOf<Real> solved{false};
  Real iterations{0};
  Real contraction{0};  ///< the largest theta, an update's norm over that of the one before; 0 after a single iteration
};

/// Where Newton's method works: the solution, in which it starts and ends, and what it needs besides. `trial` and
/// `trial_residual` are used where updates may be halved.
export template <std::size_t N, class Real>
struct NewtonRoom {
  Components<Real, N> solution;
  Components<Real, N> update;
  Components<Real, N> trial;
  Components<Real, N> trial_residual;
};

/// The square of the root mean square of components times `scale`.
template <std::size_t N, class Real>
constexpr Real scaled_norm_square(Components<const Real, N> components, Components<const Real, N> scale) {
  Real sum(0);
  for (std::size_t i = 0; i < N; ++i) {
    const Real ratio = components[i] * scale[i];
    sum = fma(ratio, ratio, sum);
  }
  return sum * Real(static_cast<ScalarOf<Real>>(1.0 / static_cast<double>(N)));
}

template <class Real>
constexpr Real whole_power(Real base, std::int32_t exponent) {
  Real power(1);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) {
      power = power * base;
    }
    base = base * base;
  }
  return power;
}

// The longest of 1, 1/2, 1/4, ... times the update that makes the residual smaller (Armijo's rule: Dennis and Schnabel,
// Numerical Methods for Unconstrained Optimization, 6.3), and the residual there; 0 where none does.
template <std::size_t N, class Real, class Residual>
constexpr Real back_track(std::int32_t max_halvings, const NewtonRoom<N, Real>& room, Components<const Real, N> scale,
                          Real residual_square, MaskOf<Real> lanes, const Residual& residual) {
  Real length(1);
  for (std::int32_t halvings = 0;; ++halvings) {
    for (std::size_t i = 0; i < N; ++i) {
      room.trial[i] = fma(length, room.update[i], room.solution[i]);
    }
    residual(Components<const Real, N>(room.trial), room.trial_residual);
    const Real square = scaled_norm_square<N, Real>(room.trial_residual, scale);
    const MaskOf<Real> too_long = lanes && !(square <= (Real(1) - Real(0.25) * length) * residual_square);
    if (halvings == max_halvings || !any(too_long)) {
      return select(too_long, Real(0), length);
    }
    length = select(too_long, Real(0.5) * length, length);
  }
}

/// Solves F(z) = 0 in `lanes`, from z = room.solution on. `residual(z, r)` writes r = -F(z). `solve(z, lanes, x)` replaces x by
/// F'^-1 x and returns the lanes in which it could: with F' at z this is Newton's full method, with a frozen one the simplified
/// method. Norms are root mean squares of components times `scale`.
///
/// An iteration ends where eta |dz| <= kappa with eta = theta / (1 - theta), and fails where theta >= 1 or what is left after
/// the iterations to come would be too large (IV.8.10 and 8.11); where updates may be halved, it fails when none makes the
/// residual smaller. A first update is judged by `eta`, which keeps the largest of each lane's last
/// call, as the last one may be but a rounding; 1 at first. Updates as small as `rounding` count as none. Lanes that are solved
/// or were not asked for keep their numbers.
export template <std::size_t N, class Real, class Residual, class LinearSolve, class Instrument>
constexpr NewtonOutcome<Real> newton(const NewtonSettings& settings, const NewtonRoom<N, Real>& room,
                                     Components<const Real, N> scale, Real rounding, Real& eta, MaskOf<Real> lanes,
                                     const Residual& residual, const LinearSolve& solve, Instrument& instrument) {
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  const auto& [z, update, trial, trial_residual] = room;
  const Real kappa = max(Real(static_cast<T>(settings.kappa)), rounding);
  const Real first_eta = fast_exp2(Real(static_cast<T>(0.8)) * fast_log2(max(eta, Real(std::numeric_limits<T>::epsilon()))));
  NewtonOutcome<Real> outcome;
  Mask active = lanes;
  Mask whole(false);  // the last update was taken whole, so that this one shows how fast they contract
  Real last(1);
  residual(Components<const Real, N>(z), update);
  for (std::int32_t number = 0; number < settings.max_iterations; ++number) {
    const Real residual_square = scaled_norm_square<N, Real>(update, scale);
    active = active && solve(Components<const Real, N>(z), active, update);
    const Real update_square = scaled_norm_square<N, Real>(update, scale);
    instrument.newton(NewtonIteration<Real>{active, number, update_square, residual_square});
    const Real size = sqrt(update_square);
    const Real theta = number == 0 ? Real(0) : size * fast_reciprocal(last);
    const Real room_left = kappa * (Real(1) - theta);
    const Mask close = active && (number == 0 ? first_eta * size <= kappa : whole && theta * size <= room_left);
    Mask failed = !is_finite(size);
    if (settings.max_halvings == 0 && number > 0) {
      const Real rest = whole_power(theta, settings.max_iterations - number) * size;
      failed = !(theta < Real(1) && rest <= room_left);
    }
    outcome.iterations = select(active, outcome.iterations + Real(1), outcome.iterations);
    outcome.contraction = select(active, max(outcome.contraction, theta), outcome.contraction);
    const Real bounded = min(outcome.contraction, Real(0.875));
    eta = select(close, number == 0 ? first_eta : bounded * fast_reciprocal(Real(1) - bounded), eta);
    outcome.solved = outcome.solved || close;

    const Mask moves = close || (active && !failed && Mask(settings.max_halvings == 0));
    active = active && !close && !failed;
    if (settings.max_halvings > 0 && any(active)) {
      const Real length = back_track<N, Real>(settings.max_halvings, room, scale, residual_square, active, residual);
      active = active && length > Real(0);
      whole = length == Real(1);
      for (std::size_t i = 0; i < N; ++i) {
        z[i] = select(moves, z[i] + update[i], select(active, trial[i], z[i]));
        update[i] = trial_residual[i];
      }
    } else {
      for (std::size_t i = 0; i < N; ++i) {
        z[i] = select(moves, z[i] + update[i], z[i]);
      }
      whole = Mask(true);
    }
    last = size;
    if (!any(active)) {
      break;
    }
    if (settings.max_halvings == 0 && number + 1 < settings.max_iterations) {
      residual(Components<const Real, N>(z), update);
    }
  }
  eta = select(lanes && !outcome.solved, Real(1), eta);
  return outcome;
}

}  // namespace kobie
