/// Lorenz' convection cell of 1963: the first strange attractor.
module;
#include <string_view>

export module kobie.models:lorenz;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// x' = sigma (y - x)
/// y' = x (rho - z) - y
/// z' = x y - beta z
/// Chaotic with the default parameters; rho between 1 and about 24.06: all ends in one of two steady states.
/// E. N. Lorenz, Deterministic nonperiodic flow, J. Atmos. Sci. 20 (1963), 130-141.
export struct Lorenz {
  static constexpr std::string_view name = "lorenz";
  static constexpr std::string_view about = "Lorenz' convection cell: a strange attractor in three numbers";
  static constexpr std::string_view reference = "E. N. Lorenz, J. Atmos. Sci. 20 (1963), 130-141";
  static constexpr bool stiff = false;
  static constexpr double duration = 20.0;

  static constexpr auto states = values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Lorenz, Real>& at, Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

}  // namespace kobie::models
