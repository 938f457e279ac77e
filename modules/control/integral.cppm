/// The I controller.
module;
#include <string_view>

export module kobie.control:integral;

import kobie.numbers;
import :settings;
import :step_factor;

namespace kobie {

/// The elementary controller, HNW I, (II.4.13): h_new = h safety err^(-beta1/k), beta1 = 1 where nothing else is said.
export struct IControl : ControlPolicy {
  static constexpr std::string_view name = "i";
  static constexpr bool adaptive = true;
  static constexpr int gains = 1;

  template <class Method>
  static constexpr ControlSettings<double> defaults() {
    return limits_of<Method>();
  }

  /// What is remembered from step to step, in each lane.
  template <class Real>
  struct History {
    MaskOf<Real> rejected = MaskOf<Real>(false);  ///< whether the last attempt was rejected
    /// Begins anew in `lanes`.
    constexpr void forget(MaskOf<Real> lanes) { rejected = rejected && !lanes; }
  };

  /// The factor for the next step size, given the square of the error's norm (at most 1 where the step is accepted).
  template <int Order, class Real>
  static constexpr Real factor(const ControlSettings<ScalarOf<Real>>& settings, Real error_square, Real /*h*/,
                               MaskOf<Real> accepted, const History<Real>& history) {
    using T = ScalarOf<Real>;
    const Real gain = select(accepted, Real(settings.beta1 * T(1.0 / Order)), Real(T(1.0 / Order)));
    return step_factor(settings, -gain * log2_of_error(error_square), accepted, history.rejected);
  }

  /// Remembers an accepted step where `accepted` holds, and that one was rejected where `rejected` holds.
  template <class Real>
  static constexpr void remember(History<Real>& history, Real /*error_square*/, Real /*h*/, MaskOf<Real> accepted,
                                 MaskOf<Real> rejected) {
    history.rejected = (history.rejected && !accepted) || rejected;
  }
};

}  // namespace kobie
