/// The Oregonator: the Belousov-Zhabotinskii reaction in three substances.
module;
#include <string_view>

export module kobie.models:oregonator;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// x' = s (y + x (1 - q x - y))       HBrO2
/// y' = (z - (1 + x) y) / s           Br-
/// z' = w (x - z)                     Ce(IV)
/// Scaled, and with the numbers of HW II, section IV.10: a limit cycle of a period near 303.
/// R. J. Field, R. M. Noyes, Oscillations in chemical systems IV, J. Chem. Phys. 60 (1974), 1877-1884.
export struct Oregonator {
  static constexpr std::string_view name = "oregonator";
  static constexpr std::string_view about = "the Oregonator: the oscillating Belousov-Zhabotinskii reaction";
  static constexpr std::string_view reference = "R. J. Field, R. M. Noyes, J. Chem. Phys. 60 (1974), 1877-1884";
  static constexpr bool stiff = true;
  static constexpr double duration = 360.0;

  static constexpr auto states = values({{"x", 1.0}, {"y", 2.0}, {"z", 3.0}});
  static constexpr auto parameters = values({{"s", 77.27}, {"q", 8.375e-6}, {"w", 0.161}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Oregonator, Real>& at, Rates<Oregonator, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [s, q, w] = at.parameter;
    d.state = {s * (y + x * (Real(1) - q * x - y)), (z - (Real(1) + x) * y) / s, w * (x - z)};
  }
};

}  // namespace kobie::models
