/// The Pleiades: seven stars in a plane.
module;
#include <cstddef>
#include <string_view>

export module kobie.models:pleiades;

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace kobie::models {

/// x_i'' = sum over j != i of m_j (x_j - x_i) / r_ij^3, and so y_i'';  r_ij^2 = (x_i - x_j)^2 + (y_i - y_j)^2,  i = 1 to 7
/// States: all x, all y, all vx, all vy. Several close encounters before t = 3. energy, momentum and angular momentum stay what
/// they are.
/// E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed. (1993), section II.10; the IVP test
/// set has it too.
export struct Pleiades {
  static constexpr std::string_view name = "pleiades";
  static constexpr std::string_view about = "the Pleiades: seven stars in a plane, with close encounters";
  static constexpr std::string_view reference =
      "E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 2nd ed. (1993), section II.10";
  static constexpr bool stiff = false;
  static constexpr double duration = 3.0;

  static constexpr auto states =
      values({{"x1", 3.0},  {"x2", 3.0},  {"x3", -1.0}, {"x4", -3.0},   {"x5", 2.0},  {"x6", -2.0},  {"x7", 2.0},
              {"y1", 3.0},  {"y2", -3.0}, {"y3", 2.0},  {"y4", 0.0},    {"y5", 0.0},  {"y6", -4.0},  {"y7", 4.0},
              {"vx1", 0.0}, {"vx2", 0.0}, {"vx3", 0.0}, {"vx4", 0.0},   {"vx5", 0.0}, {"vx6", 1.75}, {"vx7", -1.5},
              {"vy1", 0.0}, {"vy2", 0.0}, {"vy3", 0.0}, {"vy4", -1.25}, {"vy5", 1.0}, {"vy6", 0.0},  {"vy7", 0.0}});
  static constexpr auto parameters =
      values({{"m1", 1.0}, {"m2", 2.0}, {"m3", 3.0}, {"m4", 4.0}, {"m5", 5.0}, {"m6", 6.0}, {"m7", 7.0}});
  static constexpr auto observables = names({"energy", "momentum_x", "momentum_y", "angular_momentum"});
  static constexpr bool autonomous = true;
  static constexpr std::size_t stars = 7;

  template <class Real>
  static constexpr void rhs(const Point<Pleiades, Real>& at, Rates<Pleiades, Real>& d) {
    const auto& y = at.state;
    const auto& m = at.parameter;
    Real ax[stars]{};
    Real ay[stars]{};
    for (std::size_t i = 0; i < stars; ++i) {
      for (std::size_t j = i + 1; j < stars; ++j) {
        const Real dx = y[j] - y[i];
        const Real dy = y[stars + j] - y[stars + i];
        const Real square = dx * dx + dy * dy;
        const Real pull = Real(1) / (square * kobie::sqrt(square));
        ax[i] += m[j] * pull * dx;
        ay[i] += m[j] * pull * dy;
        ax[j] -= m[i] * pull * dx;
        ay[j] -= m[i] * pull * dy;
      }
    }
    for (std::size_t i = 0; i < stars; ++i) {
      d.state[i] = y[2 * stars + i];
      d.state[stars + i] = y[3 * stars + i];
      d.state[2 * stars + i] = ax[i];
      d.state[3 * stars + i] = ay[i];
    }
  }

  template <class Real>
  static constexpr void observe(const Point<Pleiades, Real>& at, Observed<Pleiades, Real>& o) {
    const auto& y = at.state;
    const auto& m = at.parameter;
    Real energy(0);
    Real momentum_x(0);
    Real momentum_y(0);
    Real angular(0);
    for (std::size_t i = 0; i < stars; ++i) {
      const Real vx = y[2 * stars + i];
      const Real vy = y[3 * stars + i];
      energy += Real(0.5) * m[i] * (vx * vx + vy * vy);
      momentum_x += m[i] * vx;
      momentum_y += m[i] * vy;
      angular += m[i] * (y[i] * vy - y[stars + i] * vx);
      for (std::size_t j = i + 1; j < stars; ++j) {
        const Real dx = y[j] - y[i];
        const Real dy = y[stars + j] - y[stars + i];
        energy -= m[i] * m[j] / kobie::sqrt(dx * dx + dy * dy);
      }
    }
    o.observable = {energy, momentum_x, momentum_y, angular};
  }
};

}  // namespace kobie::models
