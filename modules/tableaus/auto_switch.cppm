/// A pair of methods, for systems of which nobody knows how stiff they are.
module;
#include <cstddef>
#include <string_view>

export module kobie.tableaus:auto_switch;

import :butcher;
import :method_control;
import :orders;
import :rodas5p;
import :tsit5;

namespace kobie {

/// The interval [-x, 0] of real z in which |R(z)| <= 1 (HW II, IV.2): a step of length h is stable in a component that decays
/// as exp(-lambda t) while h lambda <= x.
export template <std::size_t Stages>
constexpr double real_stability_limit(const ExplicitTableau<Stages>& tableau) {
  const auto grows = [&tableau](double z) {
    double k[Stages]{};
    double r = 1.0;
    for (std::size_t i = 0; i < Stages; ++i) {
      double stage = 1.0;
      for (std::size_t j = 0; j < i; ++j) {
        stage += tableau.a[i][j] * k[j];
      }
      k[i] = z * stage;
      r += tableau.b[i] * k[i];
    }
    return magnitude(r) > 1.0;
  };
  double stable = 0.0;
  while (!grows(-(stable + 1.0 / 64)) && stable < 64.0) {
    stable += 1.0 / 64;
  }
  return stable;
}

/// The two methods of a run that may begin to be stiff, or cease to be.
export template <class NonStiff, class Stiff>
struct SwitchingTableau {
  static constexpr std::size_t stages() {
    return NonStiff::tableau.stages() > Stiff::tableau.stages() ? NonStiff::tableau.stages() : Stiff::tableau.stages();
  }
  static constexpr bool has_embedded() { return true; }
};

/// Begins with `NonStiff` and goes on with `Stiff` while a run is stiff, each run by itself. The error estimates of both have
/// the same order, so that they can share a step controller.
export template <class NonStiff, class Stiff>
struct AutoSwitch {
  static_assert(NonStiff::tableau.has_embedded() && Stiff::tableau.has_embedded(),
                "kobie: both methods of AutoSwitch need an error estimate");
  static constexpr std::string_view name = "auto";
  static constexpr SwitchingTableau<NonStiff, Stiff> tableau{};
  static constexpr MethodControl control{};
};

/// Tsit5 where a system is not stiff, Rodas5P where it is.
export using Auto = AutoSwitch<Tsit5, Rodas5P>;

}  // namespace kobie
