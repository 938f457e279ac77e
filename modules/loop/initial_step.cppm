/// A first step size where none is given.
module;
#include <cstddef>

export module kobie.loop:initial_step;

import kobie.control;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import :settings;

namespace kobie {

// With tolerances of either kind.
template <class System, class Real, class Tolerance>
constexpr Real initial_step_within(const Tolerance& tolerance, int k, Real t, Real span,
                                   Components<const Real, state_count<System>> y, Components<const Real, state_count<System>> f,
                                   RunConstants<System, Real> parameters) {
  constexpr std::size_t n = state_count<System>;

  NormSquare<n, Real> of_y;
  NormSquare<n, Real> of_f;
  for (std::size_t i = 0; i < n; ++i) {
    const Real weight = tolerance.weight(i, abs(y[i]));
    of_y.add(y[i], weight);
    of_f.add(f[i], weight);
  }
  const Real d0 = sqrt(of_y.value());
  const Real d1 = sqrt(of_f.value());
  const Real h0 = min(select(d0 < Real(1e-5) || d1 < Real(1e-5), Real(1e-6), Real(0.01) * d0 / d1), span);

  Real y1[n];
  Real f1[n];
  for (std::size_t i = 0; i < n; ++i) {
    y1[i] = fma(h0, f[i], y[i]);
  }
  evaluate_rhs<System, Real>(t + h0, Components<const Real, n>(y1), parameters, Components<Real, n>(f1));

  NormSquare<n, Real> of_change;
  for (std::size_t i = 0; i < n; ++i) {
    of_change.add(f1[i] - f[i], tolerance.weight(i, abs(y[i])));
  }
  const Real d2 = sqrt(of_change.value()) / h0;
  const Real steepest = max(d1, d2);
  const Real bounded = select(steepest < Real(1e30), max(steepest, Real(1e-15)), Real(1e30));
  const Real power = fast_exp2(fast_log2(Real(0.01) / bounded) * Real(1.0 / k));
  const Real h1 = select(steepest <= Real(1e-15), max(Real(1e-6), h0 * Real(1e-3)), power);
  return min(Real(100) * h0, h1);
}

/// Hairer's rule (HNW I, II.4, "Starting Step Size"), from the sizes of y, f and, by one explicit Euler step, f'.
/// `k` is the control order of the method; `span` the length of the whole integration.
export template <class System, class Real>
constexpr Real initial_step(const LoopSettings<ScalarOf<Real>>& settings, int k, Real t, Real span,
                            Components<const Real, state_count<System>> y, Components<const Real, state_count<System>> f,
                            RunConstants<System, Real> parameters) {
  using T = ScalarOf<Real>;
  if (settings.rtol_of == nullptr) {
    return initial_step_within<System, Real>(CommonTolerance<T>{settings.rtol, settings.atol}, k, t, span, y, f, parameters);
  }
  return initial_step_within<System, Real>(OwnTolerances<T>{settings.rtol_of, settings.atol_of}, k, t, span, y, f, parameters);
}

}  // namespace kobie
