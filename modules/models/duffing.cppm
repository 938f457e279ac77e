/// Duffing's oscillator: a spring that is not linear, driven.
module;
#include <string_view>

export module kobie.models:duffing;

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace kobie::models {

/// x' = v
/// v' = -delta v - alpha x - beta x^3 + gamma cos(omega t)
/// Two wells, and chaos, with the default parameters: those of the strange attractor in J. Guckenheimer, P. Holmes, Nonlinear
/// Oscillations, Dynamical Systems, and Bifurcations of Vector Fields (1983), section 2.2. energy = v^2 / 2 + alpha x^2 / 2 +
/// beta x^4 / 4 stays what it is without damping and drive.
/// G. Duffing, Erzwungene Schwingungen bei veränderlicher Eigenfrequenz und ihre technische Bedeutung (1918).
export struct Duffing {
  static constexpr std::string_view name = "duffing";
  static constexpr std::string_view about = "Duffing's driven oscillator with two wells, chaotic";
  static constexpr std::string_view reference =
      "G. Duffing, Erzwungene Schwingungen bei veränderlicher Eigenfrequenz (1918); J. Guckenheimer, P. Holmes, Nonlinear "
      "Oscillations (1983), section 2.2";
  static constexpr bool stiff = false;
  static constexpr double duration = 100.0;

  static constexpr auto states = values({{"x", 1.0}, {"v", 0.0}});
  static constexpr auto parameters = values({{"delta", 0.25}, {"alpha", -1.0}, {"beta", 1.0}, {"gamma", 0.3}, {"omega", 1.0}});
  static constexpr auto observables = names({"energy"});

  template <class Real>
  static constexpr void rhs(const Point<Duffing, Real>& at, Rates<Duffing, Real>& d) {
    const auto& [x, v] = at.state;
    const auto& [delta, alpha, beta, gamma, omega] = at.parameter;
    d.state = {v, gamma * kobie::cos(omega * at.t) - delta * v - x * (alpha + beta * x * x)};
  }

  template <class Real>
  static constexpr void observe(const Point<Duffing, Real>& at, Observed<Duffing, Real>& o) {
    const auto& [x, v] = at.state;
    const Real alpha = at.parameter[1];
    const Real beta = at.parameter[2];
    const Real square = x * x;
    o.observable = {Real(0.5) * (v * v + square * (alpha + Real(0.5) * beta * square))};
  }
};

}  // namespace kobie::models
