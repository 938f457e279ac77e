/// Fixed steps.
module;
#include <string_view>

export module kobie.control:fixed;

import :settings;

export namespace kobie {

/// Every step has the length that the solver's options or the run give; only one that meets the end is shorter.
struct FixedStep : ControlPolicy {
  static constexpr std::string_view name = "fixed";
  static constexpr bool adaptive = false;
  static constexpr int gains = 0;

  template <class Method>
  static constexpr ControlSettings<double> defaults() {
    return limits_of<Method>();
  }

  template <class Real>
  struct History {};
};

}  // namespace kobie
