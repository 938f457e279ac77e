/// The classical Runge-Kutta method of order 4.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:classical_rk4;

import :butcher;

namespace kobie {

/// W. Kutta, Beitrag zur naeherungsweisen Integration totaler Differentialgleichungen, Z. Math. Phys. 46 (1901) 435-453.
///
///    0  |
///   1/2 | 1/2
///   1/2 |  0   1/2
///    1  |  0    0    1
///   ----+--------------------
///       | 1/6  1/3  1/3  1/6
///
/// No error estimate: fixed steps only. Saves between steps come from the cubic Hermite interpolant.
export struct ClassicalRk4 {
  static constexpr std::string_view name = "classical-rk4";
  static constexpr std::array<std::string_view, 2> aliases = {"rk4", "runge-kutta-4"};
  static constexpr auto tableau = checked(
      ExplicitTableau<4>{
          .a = {{{}, {1.0 / 2}, {0.0, 1.0 / 2}, {0.0, 0.0, 1.0}}},
          .b = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6},
          .c = {0.0, 1.0 / 2, 1.0 / 2, 1.0},
      },
      4, 0);
};

}  // namespace kobie
