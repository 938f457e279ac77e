/// What a step controller is told.
module;
#include <concepts>
#include <string_view>

export module kobie.control:settings;

namespace kobie {

/// The base of every step controller, by which a solver tells it from other policies.
export struct ControlPolicy {};

/// Gains, safety and limits of step size control (HNW I, II.4). The gains are in the convention of G. Soderlind, Digital
/// filters in adaptive time-stepping, ACM TOMS 29 (2003), so that tables of them can be used as they are printed:
///   h_new = h safety err_n^(-beta1/k) err_{n-1}^(-beta2/k) err_{n-2}^(-beta3/k),  k = the estimate's order + 1.
export template <std::floating_point T>
struct ControlSettings {
  T safety = static_cast<T>(0.9);      ///< the share of the step size that the error estimate suggests; in (0, 1]
  T min_factor = static_cast<T>(0.2);  ///< the most that a step shrinks at once; in (0, 1)
  T max_factor = static_cast<T>(10);   ///< the most that a step grows at once; above 1
  T steady_min = static_cast<T>(1);    ///< an accepted step's size is kept where the factor is not below this,
  T steady_max = static_cast<T>(1);    ///< nor above this (RADAU5's quot1 and quot2); both 1: never
  T beta1 = static_cast<T>(1);
  T beta2 = static_cast<T>(0);
  T beta3 = static_cast<T>(0);
};

/// The same in the precision that is computed with.
export template <std::floating_point T>
constexpr ControlSettings<T> rounded(const ControlSettings<double>& s) {
  return {static_cast<T>(s.safety),     static_cast<T>(s.min_factor), static_cast<T>(s.max_factor),
          static_cast<T>(s.steady_min), static_cast<T>(s.steady_max), static_cast<T>(s.beta1),
          static_cast<T>(s.beta2),      static_cast<T>(s.beta3)};
}

/// Settings with the safety and the limits that the method declares as `control`, where it does.
export template <class Method>
constexpr ControlSettings<double> limits_of() {
  ControlSettings<double> settings;
  if constexpr (requires { Method::control; }) {
    settings.safety = Method::control.safety;
    settings.min_factor = Method::control.min_factor;
    settings.max_factor = Method::control.max_factor;
    settings.steady_min = Method::control.steady_min;
    settings.steady_max = Method::control.steady_max;
  }
  return settings;
}

/// What the checks of a user's options know about a controller and the method that it controls.
export struct ControlChoice {
  std::string_view name;
  bool adaptive = false;
  int gains = 0;  ///< how many of beta1, beta2, beta3 it has
  ControlSettings<double> defaults{};
};

export template <class Control, class Method>
constexpr ControlChoice control_choice() {
  return {Control::name, Control::adaptive, Control::gains, Control::template defaults<Method>()};
}

}  // namespace kobie
