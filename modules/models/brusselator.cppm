/// The Brusselator: the simplest reactions that oscillate by themselves.
module;
#include <string_view>

export module kobie.models:brusselator;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// x' = a + x^2 y - (b + 1) x
/// y' = b x - x^2 y
/// Steady at (a, b / a), which is unstable, with a limit cycle around it, where b > 1 + a^2. Start as in HNW I, section I.16.
/// I. Prigogine, R. Lefever, Symmetry breaking instabilities in dissipative systems II, J. Chem. Phys. 48 (1968), 1695-1700.
export struct Brusselator {
  static constexpr std::string_view name = "brusselator";
  static constexpr std::string_view about = "the Brusselator: two reacting substances on a limit cycle";
  static constexpr std::string_view reference = "I. Prigogine, R. Lefever, J. Chem. Phys. 48 (1968), 1695-1700";
  static constexpr bool stiff = false;
  static constexpr double duration = 20.0;

  static constexpr auto states = values({{"x", 1.5}, {"y", 3.0}});
  static constexpr auto parameters = values({{"a", 1.0}, {"b", 3.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Brusselator, Real>& at, Rates<Brusselator, Real>& d) {
    const auto& [x, y] = at.state;
    const auto& [a, b] = at.parameter;
    const Real back = x * x * y;
    d.state = {a + back - (b + Real(1)) * x, b * x - back};
  }
};

}  // namespace kobie::models
