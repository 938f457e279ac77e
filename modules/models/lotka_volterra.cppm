/// Lotka's and Volterra's prey and predators.
module;
#include <string_view>

export module kobie.models:lotka_volterra;

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace kobie::models {

/// prey' = alpha prey - beta prey predator
/// predator' = delta prey predator - gamma predator
/// Closed orbits around (gamma / delta, alpha / beta), on each of which stays what it is
/// invariant = delta prey - gamma ln prey + beta predator - alpha ln predator.
/// A. J. Lotka, Elements of Physical Biology (1925); V. Volterra, Variazioni e fluttuazioni del numero d'individui in specie
/// animali conviventi, Mem. R. Accad. Naz. dei Lincei (6) 2 (1926), 31-113.
export struct LotkaVolterra {
  static constexpr std::string_view name = "lotka-volterra";
  static constexpr std::string_view about = "Lotka's and Volterra's prey and predators: closed orbits";
  static constexpr std::string_view reference =
      "A. J. Lotka, Elements of Physical Biology (1925); V. Volterra, Mem. R. Accad. Naz. dei Lincei (6) 2 (1926), 31-113";
  static constexpr bool stiff = false;
  static constexpr double duration = 10.0;

  static constexpr auto states = values({{"prey", 1.0}, {"predator", 1.0}});
  static constexpr auto parameters = values({{"alpha", 1.5}, {"beta", 1.0}, {"gamma", 3.0}, {"delta", 1.0}});
  static constexpr auto observables = names({"invariant"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<LotkaVolterra, Real>& at, Rates<LotkaVolterra, Real>& d) {
    const auto& [prey, predator] = at.state;
    const auto& [alpha, beta, gamma, delta] = at.parameter;
    d.state = {prey * (alpha - beta * predator), predator * (delta * prey - gamma)};
  }

  template <class Real>
  static constexpr void observe(const Point<LotkaVolterra, Real>& at, Observed<LotkaVolterra, Real>& o) {
    const auto& [prey, predator] = at.state;
    const auto& [alpha, beta, gamma, delta] = at.parameter;
    o.observable = {delta * prey - gamma * kobie::log(prey) + beta * predator - alpha * kobie::log(predator)};
  }
};

}  // namespace kobie::models
