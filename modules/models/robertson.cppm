/// Robertson's autocatalytic reaction: three substances, rates nine orders of magnitude apart.
module;
#include <string_view>

export module kobie.models:robertson;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// A -> B (k1),  B + B -> C + B (k2),  B + C -> A + C (k3):
/// a' = -k1 a + k3 b c
/// b' = k1 a - k3 b c - k2 b^2
/// c' = k2 b^2
/// total = a + b + c stays what it is. Robertson went to t = 40; the IVP test set goes to 1e11.
/// H. H. Robertson, The solution of a set of reaction rate equations, in: J. Walsh (ed.), Numerical Analysis: An Introduction,
/// Academic Press (1966), 178-182; numbers as in HW II, section IV.1.
export struct Robertson {
  static constexpr std::string_view name = "robertson";
  static constexpr std::string_view about = "Robertson's reaction: three substances, rates nine orders of magnitude apart";
  static constexpr std::string_view reference =
      "H. H. Robertson, in: J. Walsh (ed.), Numerical Analysis: An Introduction (1966), 178-182";
  static constexpr bool stiff = true;
  static constexpr double duration = 40.0;

  static constexpr auto states = values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr auto parameters = values({{"k1", 0.04}, {"k2", 3e7}, {"k3", 1e4}});
  static constexpr auto observables = names({"total"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Robertson, Real>& at, Rates<Robertson, Real>& d) {
    const auto& [a, b, c] = at.state;
    const auto& [k1, k2, k3] = at.parameter;
    const Real out = k1 * a - k3 * b * c;
    const Real on = k2 * b * b;
    d.state = {-out, out - on, on};
  }

  template <class Real>
  static constexpr void observe(const Point<Robertson, Real>& at, Observed<Robertson, Real>& o) {
    const auto& [a, b, c] = at.state;
    o.observable = {a + b + c};
  }
};

}  // namespace kobie::models
