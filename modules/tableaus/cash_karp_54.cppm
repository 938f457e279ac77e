/// The pair of orders 5 and 4 by Cash and Karp.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:cash_karp_54;

import :butcher;

namespace kobie {

/// J. R. Cash, A. H. Karp, A variable order Runge-Kutta method for initial value problems with rapidly varying right-hand
/// sides, ACM Trans. Math. Software 16 (1990) 201-222; the solutions of orders 5 and 4 of its five.
///
///    0   |
///   1/5  |     1/5
///   3/10 |     3/40      9/40
///   3/5  |     3/10     -9/10      6/5
///    1   |   -11/54      5/2     -70/27       35/27
///   7/8  | 1631/55296  175/512   575/13824 44275/110592 253/4096
///   -----+---------------------------------------------------------------------
///    b   |    37/378      0      250/621     125/594        0      512/1771
///    b^  |  2825/27648    0    18575/48384 13525/55296  277/14336    1/4
///
/// Saves between steps come from the cubic Hermite interpolant.
export struct CashKarp54 {
  static constexpr std::string_view name = "cash-karp-54";
  static constexpr std::array<std::string_view, 3> aliases = {"rkck", "rkck54", "cash-karp"};
  static constexpr auto tableau = checked(
      ExplicitTableau<6>{
          .a = {{{},
                 {1.0 / 5},
                 {3.0 / 40, 9.0 / 40},
                 {3.0 / 10, -9.0 / 10, 6.0 / 5},
                 {-11.0 / 54, 5.0 / 2, -70.0 / 27, 35.0 / 27},
                 {1631.0 / 55296, 175.0 / 512, 575.0 / 13824, 44275.0 / 110592, 253.0 / 4096}}},
          .b = {37.0 / 378, 0.0, 250.0 / 621, 125.0 / 594, 0.0, 512.0 / 1771},
          .c = {0.0, 1.0 / 5, 3.0 / 10, 3.0 / 5, 1.0, 7.0 / 8},
          .embedded = {2825.0 / 27648, 0.0, 18575.0 / 48384, 13525.0 / 55296, 277.0 / 14336, 1.0 / 4},
      },
      5, 4);
};

}  // namespace kobie
