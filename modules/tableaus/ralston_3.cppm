/// The method of order 3 by Ralston.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:ralston_3;

import :butcher;

namespace kobie {

/// A. Ralston, Runge-Kutta methods with minimum error bounds, Math. Comp. 16 (1962) 431-437: of all methods with three stages
/// and order 3, the one whose bound on the local error is smallest.
///
///    0  |
///   1/2 | 1/2
///   3/4 |  0   3/4
///   ----+---------------
///       | 2/9  1/3  4/9
///
/// No error estimate: fixed steps only. Saves between steps come from the cubic Hermite interpolant.
export struct Ralston3 {
  static constexpr std::string_view name = "ralston-3";
  static constexpr std::array<std::string_view, 1> aliases = {"ralston-rk3"};
  static constexpr auto tableau = checked(
      ExplicitTableau<3>{
          .a = {{{}, {1.0 / 2}, {0.0, 3.0 / 4}}},
          .b = {2.0 / 9, 1.0 / 3, 4.0 / 9},
          .c = {0.0, 1.0 / 2, 3.0 / 4},
      },
      3, 0);
};

}  // namespace kobie
