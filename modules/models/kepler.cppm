/// Kepler's problem: a planet around its sun.
module;
#include <string_view>

export module kobie.models:kepler;

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace kobie::models {

/// x' = vx,  y' = vy,  vx' = -mu x / r^3,  vy' = -mu y / r^3,  r^2 = x^2 + y^2
/// From (1 - e, 0, 0, sqrt((1 + e) / (1 - e))) with mu = 1: an ellipse of eccentricity e and half axis 1, back where it began
/// after 2 pi. The default e is 0.5. energy and angular_momentum, for each unit of the planet's mass, stay what they are.
/// E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, 2nd ed. (2006), section I.2.
export struct Kepler {
  static constexpr std::string_view name = "kepler";
  static constexpr std::string_view about = "Kepler's problem: a planet on an ellipse";
  static constexpr std::string_view reference =
      "E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, 2nd ed. (2006), section I.2";
  static constexpr bool stiff = false;
  static constexpr double duration = 6.283185307179586;

  static constexpr auto states = values({{"x", 0.5}, {"y", 0.0}, {"vx", 0.0}, {"vy", 1.7320508075688772}});
  static constexpr auto parameters = values({{"mu", 1.0}});
  static constexpr auto observables = names({"energy", "angular_momentum"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Kepler, Real>& at, Rates<Kepler, Real>& d) {
    const auto& [x, y, vx, vy] = at.state;
    const auto& [mu] = at.parameter;
    const Real square = x * x + y * y;
    const Real pull = mu / (square * kobie::sqrt(square));
    d.state = {vx, vy, -pull * x, -pull * y};
  }

  template <class Real>
  static constexpr void observe(const Point<Kepler, Real>& at, Observed<Kepler, Real>& o) {
    const auto& [x, y, vx, vy] = at.state;
    const auto& [mu] = at.parameter;
    o.observable = {Real(0.5) * (vx * vx + vy * vy) - mu / kobie::sqrt(x * x + y * y), x * vy - y * vx};
  }
};

}  // namespace kobie::models
