/// FitzHugh's and Nagumo's nerve: what is left of Hodgkin's and Huxley's in two numbers.
module;
#include <string_view>

export module kobie.models:fitzhugh_nagumo;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// v' = v - v^3 / 3 - w + current
/// w' = (v + a - b w) / tau
/// At rest, where it starts, without a current; fires again and again with the default one. FitzHugh's own equations are these
/// with tau = c^2, the signs of v and current changed, and time counted in units of c.
/// R. FitzHugh, Impulses and physiological states in theoretical models of nerve membrane, Biophys. J. 1 (1961), 445-466;
/// J. Nagumo, S. Arimoto, S. Yoshizawa, Proc. IRE 50 (1962), 2061-2070.
export struct FitzHughNagumo {
  static constexpr std::string_view name = "fitzhugh-nagumo";
  static constexpr std::string_view about = "FitzHugh's and Nagumo's nerve: excitable, fires with a current";
  static constexpr std::string_view reference =
      "R. FitzHugh, Biophys. J. 1 (1961), 445-466; J. Nagumo, S. Arimoto, S. Yoshizawa, Proc. IRE 50 (1962), 2061-2070";
  static constexpr bool stiff = false;
  static constexpr double duration = 200.0;

  static constexpr auto states = values({{"v", -1.1994}, {"w", -0.6243}});
  static constexpr auto parameters = values({{"a", 0.7}, {"b", 0.8}, {"tau", 12.5}, {"current", 0.5}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<FitzHughNagumo, Real>& at, Rates<FitzHughNagumo, Real>& d) {
    const auto& [v, w] = at.state;
    const auto& [a, b, tau, current] = at.parameter;
    d.state = {v - v * v * v / Real(3) - w + current, (v + a - b * w) / tau};
  }
};

}  // namespace kobie::models
