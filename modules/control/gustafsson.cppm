/// Gustafsson's predictive controller.
module;
#include <string_view>

export module kobie.control:gustafsson;

import kobie.numbers;
import :fast_power;
import :settings;
import :step_factor;

namespace kobie {

/// K. Gustafsson, Control-theoretic techniques for stepsize selection in implicit Runge-Kutta methods, ACM TOMS 20 (1994);
/// Hairer, Wanner II, (IV.8.24) and (IV.8.25), and their RADAU5: the smaller of
///   h_n safety err_n^(-1/k)   and   h_n safety err_n^(-beta1/k) (err_{n-1} / err_n)^(beta2/k) h_n / h_{n-1}
/// with beta1 = beta2 = 1 (SUNDIALS' SUNAdaptController_ImpGus has 0.98 and 0.95). The first accepted step has only the former.
export struct GustafssonControl : ControlPolicy {
  static constexpr std::string_view name = "gustafsson";
  static constexpr bool adaptive = true;
  static constexpr int gains = 2;

  template <class Method>
  static constexpr ControlSettings<double> defaults() {
    ControlSettings<double> settings = limits_of<Method>();
    settings.beta1 = 1.0;
    settings.beta2 = 1.0;
    return settings;
  }

  /// What is remembered from step to step, in each lane.
  template <class Real>
  struct History {
    Real log2_error{0};                           ///< of the last accepted step
    Real log2_step{-10'000};                      ///< its size; before any, one after which the prediction allows all growth
    MaskOf<Real> rejected = MaskOf<Real>(false);  ///< whether the last attempt was rejected
    /// Begins anew in `lanes`.
    constexpr void forget(MaskOf<Real> lanes) {
      log2_error = select(lanes, Real(0), log2_error);
      log2_step = select(lanes, Real(-10'000), log2_step);
      rejected = rejected && !lanes;
    }
  };

  /// The factor for the next step size, given the square of the error's norm (at most 1 where the step is accepted), and the
  /// step's size. A rejected step's own error alone decides how it is repeated.
  template <int Order, class Real>
  static constexpr Real factor(const ControlSettings<ScalarOf<Real>>& settings, Real error_square, Real h,
                               MaskOf<Real> accepted, const History<Real>& history) {
    using T = ScalarOf<Real>;
    constexpr T share = T(1.0 / Order);
    const Real log2_error = log2_of_error(error_square);
    const Real plain = Real(-share) * log2_error;
    const Real predicted = Real(settings.beta2 * share) * (history.log2_error - log2_error) -
                           Real(settings.beta1 * share) * log2_error + (fast_log2(h) - history.log2_step);
    // fast_exp2 takes no less than -100; far above that min_factor decides.
    const Real cautious = max(min(plain, predicted), Real(-64));
    return step_factor(settings, select(accepted, cautious, plain), accepted, history.rejected);
  }

  /// Remembers an accepted step where `accepted` holds, and that one was rejected where `rejected` holds.
  template <class Real>
  static constexpr void remember(History<Real>& history, Real error_square, Real h, MaskOf<Real> accepted,
                                 MaskOf<Real> rejected) {
    // RADAU5 takes no error below 1e-2 into account here.
    history.log2_error = select(accepted, max(log2_of_error(error_square), Real(-6.643856)), history.log2_error);
    history.log2_step = select(accepted, fast_log2(h), history.log2_step);
    history.rejected = (history.rejected && !accepted) || rejected;
  }
};

}  // namespace kobie
