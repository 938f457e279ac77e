/// The PI controller.
module;
#include <string_view>

export module kobie.control:pi;

import kobie.numbers;
import :settings;
import :step_factor;

namespace kobie {

/// K. Gustafsson, Control theoretic techniques for stepsize selection in explicit Runge-Kutta methods, ACM TOMS 17 (1991);
/// Hairer, Wanner II, (IV.2.43): h_new = h safety err_n^(-beta1/k) err_{n-1}^(-beta2/k). The gains are the method's own, where
/// it declares some, or 0.7 and -0.4, which are Gustafsson's and OrdinaryDiffEq's (there 7/(10 k) and 2/(5 k)).
export struct PiControl : ControlPolicy {
  static constexpr std::string_view name = "pi";
  static constexpr bool adaptive = true;
  static constexpr int gains = 2;

  template <class Method>
  static constexpr ControlSettings<double> defaults() {
    ControlSettings<double> settings = limits_of<Method>();
    settings.beta1 = 0.7;
    settings.beta2 = -0.4;
    if constexpr (requires { Method::control; }) {
      settings.beta1 = Method::control.beta1;
      settings.beta2 = Method::control.beta2;
    }
    return settings;
  }

  /// What is remembered from step to step, in each lane.
  template <class Real>
  struct History {
    Real log2_error{0};                           ///< of the last accepted step
    MaskOf<Real> rejected = MaskOf<Real>(false);  ///< whether the last attempt was rejected
    /// Begins anew in `lanes`.
    constexpr void forget(MaskOf<Real> lanes) {
      log2_error = select(lanes, Real(0), log2_error);
      rejected = rejected && !lanes;
    }
  };

  /// The factor for the next step size, given the square of the error's norm (at most 1 where the step is accepted).
  /// A rejected step's own error alone decides how it is repeated (Gustafsson 1991).
  template <int Order, class Real>
  static constexpr Real factor(const ControlSettings<ScalarOf<Real>>& settings, Real error_square, Real /*h*/,
                               MaskOf<Real> accepted, const History<Real>& history) {
    using T = ScalarOf<Real>;
    constexpr T share = T(1.0 / Order);
    const Real log2_error = log2_of_error(error_square);
    const Real filtered = Real(settings.beta1 * share) * log2_error + Real(settings.beta2 * share) * history.log2_error;
    return step_factor(settings, -select(accepted, filtered, Real(share) * log2_error), accepted, history.rejected);
  }

  /// Remembers an accepted step where `accepted` holds, and that one was rejected where `rejected` holds.
  template <class Real>
  static constexpr void remember(History<Real>& history, Real error_square, Real /*h*/, MaskOf<Real> accepted,
                                 MaskOf<Real> rejected) {
    // Hairer's dopri5 takes no error below 1e-4 into account here.
    history.log2_error = select(accepted, max(log2_of_error(error_square), Real(-13.2877)), history.log2_error);
    history.rejected = (history.rejected && !accepted) || rejected;
  }
};

}  // namespace kobie
