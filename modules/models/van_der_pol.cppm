/// Van der Pol's oscillator: a circuit with a triode, whose damping is negative near rest.
module;
#include <string_view>

export module kobie.models:van_der_pol;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// x' = v
/// v' = mu (1 - x^2) v - x
/// Smooth oscillations for small mu; relaxation oscillations of a period near (3 - 2 ln 2) mu, and stiff, for large mu.
/// The IVP test set's equation eps z'' = (1 - z^2) z' - z is this one with mu = 1 / sqrt(eps) and time counted in units of mu.
/// B. van der Pol, On relaxation-oscillations, Phil. Mag. (7) 2 (1926), 978-992.
export struct VanDerPol {
  static constexpr std::string_view name = "van-der-pol";
  static constexpr std::string_view about = "van der Pol's oscillator: a limit cycle; stiff where mu is large";
  static constexpr std::string_view reference = "B. van der Pol, Phil. Mag. (7) 2 (1926), 978-992";
  static constexpr bool stiff = false;
  static constexpr double duration = 20.0;

  static constexpr auto states = values({{"x", 2.0}, {"v", 0.0}});
  static constexpr auto parameters = values({{"mu", 1.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<VanDerPol, Real>& at, Rates<VanDerPol, Real>& d) {
    const auto& [x, v] = at.state;
    const auto& [mu] = at.parameter;
    d.state = {v, mu * (Real(1) - x * x) * v - x};
  }
};

}  // namespace kobie::models
