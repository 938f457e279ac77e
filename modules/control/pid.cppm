/// The PID controller.
module;
#include <string_view>

export module kobie.control:pid;

import kobie.numbers;
import :settings;
import :step_factor;

namespace kobie {

/// G. Soderlind, Digital filters in adaptive time-stepping, ACM TOMS 29 (2003), without its factors of step size ratios:
///   h_new = h safety err_n^(-beta1/k) err_{n-1}^(-beta2/k) err_{n-2}^(-beta3/k)
/// with the gains of SUNDIALS' SUNAdaptController_PID: 0.58, -0.21, 0.1.
export struct PidControl : ControlPolicy {
  static constexpr std::string_view name = "pid";
  static constexpr bool adaptive = true;
  static constexpr int gains = 3;

  template <class Method>
  static constexpr ControlSettings<double> defaults() {
    ControlSettings<double> settings = limits_of<Method>();
    settings.beta1 = 0.58;
    settings.beta2 = -0.21;
    settings.beta3 = 0.1;
    return settings;
  }

  /// What is remembered from step to step, in each lane.
  template <class Real>
  struct History {
    Real log2_error{0};                           ///< of the last accepted step
    Real log2_error_before{0};                    ///< of the one before it
    MaskOf<Real> rejected = MaskOf<Real>(false);  ///< whether the last attempt was rejected
    /// Begins anew in `lanes`.
    constexpr void forget(MaskOf<Real> lanes) {
      log2_error = select(lanes, Real(0), log2_error);
      log2_error_before = select(lanes, Real(0), log2_error_before);
      rejected = rejected && !lanes;
    }
  };

  /// The factor for the next step size, given the square of the error's norm (at most 1 where the step is accepted).
  /// A rejected step's own error alone decides how it is repeated.
  template <int Order, class Real>
  static constexpr Real factor(const ControlSettings<ScalarOf<Real>>& settings, Real error_square, Real /*h*/,
                               MaskOf<Real> accepted, const History<Real>& history) {
    using T = ScalarOf<Real>;
    constexpr T share = T(1.0 / Order);
    const Real log2_error = log2_of_error(error_square);
    const Real filtered = Real(settings.beta1 * share) * log2_error + Real(settings.beta2 * share) * history.log2_error +
                          Real(settings.beta3 * share) * history.log2_error_before;
    return step_factor(settings, -select(accepted, filtered, Real(share) * log2_error), accepted, history.rejected);
  }

  /// Remembers an accepted step where `accepted` holds, and that one was rejected where `rejected` holds.
  template <class Real>
  static constexpr void remember(History<Real>& history, Real error_square, Real /*h*/, MaskOf<Real> accepted,
                                 MaskOf<Real> rejected) {
    history.log2_error_before = select(accepted, history.log2_error, history.log2_error_before);
    // As in PI control, no error below 1e-4 is taken into account.
    history.log2_error = select(accepted, max(log2_of_error(error_square), Real(-13.2877)), history.log2_error);
    history.rejected = (history.rejected && !accepted) || rejected;
  }
};

}  // namespace kobie
