/// HIRES: how light steers a plant's growth, by way of phytochrome.
module;
#include <string_view>

export module kobie.models:hires;

import kobie.core;
import kobie.systems;

namespace kobie::models {

/// y1' = -k1 y1 + k2 y2 + k6 y3 + oks                                               P_r
/// y2' = k1 y1 - (k2 + k3) y2                                                       P_fr
/// y3' = -(k1 + k6) y3 + k2 y4 + k5 y5                                              P_r X
/// y4' = k3 y2 + k1 y3 - (k2 + k4) y4                                               P_fr X
/// y5' = -(k1 + k5) y5 + k2 (y6 + y7)                                               P_r X'
/// y6' = -k_plus y6 y8 + k4 y4 + k1 y5 - k2 y6 + k_minus y7                         P_fr X'
/// y7' = k_plus y6 y8 - (k2 + k_minus + k_star) y7                                  P_fr X' E
/// y8' = -y7'                                                                       E
/// enzyme = y7 + y8, bound and free, stays what it is. "High irradiance response"; numbers as in the IVP test set.
/// E. Schäfer, A new approach to explain the "high irradiance responses" of photomorphogenesis on the basis of phytochrome,
/// J. Math. Biol. 2 (1975), 41-56; HW II, section IV.10.
export struct Hires {
  static constexpr std::string_view name = "hires";
  static constexpr std::string_view about = "HIRES: how light steers a plant's growth, eight substances";
  static constexpr std::string_view reference = "E. Schäfer, J. Math. Biol. 2 (1975), 41-56";
  static constexpr bool stiff = true;
  static constexpr double duration = 321.8122;

  static constexpr auto states =
      values({{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}, {"y4", 0.0}, {"y5", 0.0}, {"y6", 0.0}, {"y7", 0.0}, {"y8", 0.0057}});
  static constexpr auto parameters = values({{"k1", 1.71},
                                             {"k2", 0.43},
                                             {"k3", 8.32},
                                             {"k4", 0.69},
                                             {"k5", 0.035},
                                             {"k6", 8.32},
                                             {"k_plus", 280.0},
                                             {"k_minus", 0.69},
                                             {"k_star", 0.69},
                                             {"oks", 0.0007}});
  static constexpr auto observables = names({"enzyme"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Hires, Real>& at, Rates<Hires, Real>& d) {
    const auto& [y1, y2, y3, y4, y5, y6, y7, y8] = at.state;
    const auto& [k1, k2, k3, k4, k5, k6, k_plus, k_minus, k_star, oks] = at.parameter;
    const Real meeting = k_plus * y6 * y8;
    const Real bound = meeting - (k2 + k_minus + k_star) * y7;
    d.state = {-k1 * y1 + k2 * y2 + k6 * y3 + oks,
               k1 * y1 - (k2 + k3) * y2,
               -(k1 + k6) * y3 + k2 * y4 + k5 * y5,
               k3 * y2 + k1 * y3 - (k2 + k4) * y4,
               -(k1 + k5) * y5 + k2 * (y6 + y7),
               -meeting + k4 * y4 + k1 * y5 - k2 * y6 + k_minus * y7,
               bound,
               -bound};
  }

  template <class Real>
  static constexpr void observe(const Point<Hires, Real>& at, Observed<Hires, Real>& o) {
    o.observable = {at.state[6] + at.state[7]};
  }
};

}  // namespace kobie::models
