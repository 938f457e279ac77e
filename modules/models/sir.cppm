/// Kermack's and McKendrick's epidemic.
module;
#include <string_view>

export module kobie.models:sir;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// s' = -beta s i             susceptible
/// i' = beta s i - gamma i    infected
/// r' = gamma i               recovered
/// As fractions of a population, in days. total = s + i + r, and s exp(beta r / gamma), stay what they are; reproduction =
/// beta s / gamma is how many an infected one infects, and the epidemic grows while it is above 1.
/// W. O. Kermack, A. G. McKendrick, A contribution to the mathematical theory of epidemics, Proc. R. Soc. Lond. A 115 (1927),
/// 700-721.
export struct Sir {
  static constexpr std::string_view name = "sir";
  static constexpr std::string_view about = "Kermack's and McKendrick's epidemic: susceptible, infected, recovered";
  static constexpr std::string_view reference = "W. O. Kermack, A. G. McKendrick, Proc. R. Soc. Lond. A 115 (1927), 700-721";
  static constexpr bool stiff = false;
  static constexpr double duration = 160.0;
  static constexpr std::string_view time_unit = "d";

  static constexpr auto states = values({{"s", 0.999}, {"i", 0.001}, {"r", 0.0}});
  static constexpr auto parameters = values({{"beta", 0.3, "1/d"}, {"gamma", 0.1, "1/d"}});
  static constexpr auto observables = names({"total", "reproduction"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Sir, Real>& at, Rates<Sir, Real>& d) {
    const auto& [s, i, r] = at.state;
    const auto& [beta, gamma] = at.parameter;
    const Real infected = beta * s * i;
    const Real recovered = gamma * i;
    d.state = {-infected, infected - recovered, recovered};
  }

  template <class Real>
  static constexpr void observe(const Point<Sir, Real>& at, Observed<Sir, Real>& o) {
    const auto& [s, i, r] = at.state;
    const auto& [beta, gamma] = at.parameter;
    o.observable = {s + i + r, beta * s / gamma};
  }
};

}  // namespace kobie::models
