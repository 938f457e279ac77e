/// The PI controller.
module;
#include <string_view>

export module kobie.control:pi;

import kobie.numbers;
import :fast_power;
import :settings;

namespace kobie {

/// K. Gustafsson, Control theoretic techniques for stepsize selection in explicit Runge-Kutta methods, ACM TOMS 17 (1991);
/// Hairer, Wanner II, (IV.2.43): h_new = h safety err_n^(-0.7/k) err_{n-1}^(0.4/k), k = the estimate's order + 1.
export struct PiControl : ControlPolicy {
  static constexpr std::string_view name = "pi";
  static constexpr bool adaptive = true;

  /// What is remembered from step to step, in each lane.
  template <class Real>
  struct History {
    Real log2_error{0};                           ///< of the last accepted step
    MaskOf<Real> rejected = MaskOf<Real>(false);  ///< whether the last attempt was rejected
  };

  /// Begins anew in the lanes where `lanes` holds.
  template <class Real>
  static constexpr void forget(History<Real>& history, MaskOf<Real> lanes) {
    history.log2_error = select(lanes, Real(0), history.log2_error);
    history.rejected = history.rejected && !lanes;
  }

  /// The factor for the next step size, given the square of the error's norm (at most 1 where the step is accepted).
  /// A step after a rejected one does not grow (HNW I, II.4).
  template <int Order, class Real>
  static constexpr Real factor(const ControlSettings<ScalarOf<Real>>& settings, Real error_square, MaskOf<Real> accepted,
                               const History<Real>& history) {
    const Real log2_error = half_log2(error_square);
    const Real exponent = select(accepted, Real(0.4 / Order) * history.log2_error - Real(0.7 / Order) * log2_error,
                                 Real(-1.0 / Order) * log2_error);
    const Real wanted = Real(settings.safety) * fast_exp2(exponent);
    const Real most = select(accepted && !history.rejected, Real(settings.max_factor), Real(1));
    return max(min(wanted, most), Real(settings.min_factor));
  }

  /// Remembers an accepted step where `accepted` holds, and that one was rejected where `rejected` holds.
  template <class Real>
  static constexpr void remember(History<Real>& history, Real error_square, MaskOf<Real> accepted, MaskOf<Real> rejected) {
    // Hairer's dopri5 takes no error below 1e-4 into account here.
    history.log2_error = select(accepted, max(half_log2(error_square), Real(-13.2877)), history.log2_error);
    history.rejected = (history.rejected && !accepted) || rejected;
  }

 private:
  // log2 of the norm, for norms from 1e-10 to 1e10; NaN and infinity count as the largest.
  template <class Real>
  static constexpr Real half_log2(Real error_square) {
    const Real bounded = select(error_square < Real(1e20), max(error_square, Real(1e-20)), Real(1e20));
    return Real(0.5) * fast_log2(bounded);
  }
};

}  // namespace kobie
