/// What all adaptive controllers do alike: from an error to an exponent, from an exponent to a factor within limits.
export module kobie.control:step_factor;

import kobie.numbers;
import :fast_power;
import :settings;

namespace kobie {

/// log2 of the error's norm, given its square, for norms from 1e-10 to 1e10; NaN and infinity count as the largest.
export template <class Real>
constexpr Real log2_of_error(Real error_square) {
  const Real bounded = select(error_square < Real(1e20), max(error_square, Real(1e-20)), Real(1e20));
  return Real(0.5) * fast_log2(bounded);
}

/// safety 2^exponent within the limits, or 1 where it lies in the dead band. A step after a rejected one does not grow
/// (HNW I, II.4), and a rejected step shrinks, whatever is rounded.
export template <class Real>
constexpr Real step_factor(const ControlSettings<ScalarOf<Real>>& settings, Real exponent, MaskOf<Real> accepted,
                           MaskOf<Real> after_rejection) {
  const Real wanted = Real(settings.safety) * fast_exp2(exponent);
  const Real growth = select(after_rejection, Real(1), Real(settings.max_factor));
  const Real most = select(accepted, growth, Real(1 - 1.0 / 64));
  const Real factor = max(min(wanted, most), Real(settings.min_factor));
  if (settings.steady_min < settings.steady_max) {
    const MaskOf<Real> steady = factor >= Real(settings.steady_min) && factor <= Real(settings.steady_max);
    return select(accepted && steady, Real(1), factor);
  }
  return factor;
}

}  // namespace kobie
