/// The pair of orders 3 and 2 by Bogacki and Shampine.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:bogacki_shampine_32;

import :butcher;

namespace kobie {

/// P. Bogacki, L. F. Shampine, A 3(2) pair of Runge-Kutta formulas, Appl. Math. Lett. 2 (1989) 321-325.
///
///    0  |
///   1/2 | 1/2
///   3/4 |  0    3/4
///    1  | 2/9   1/3  4/9
///   ----+---------------------
///   b   | 2/9   1/3  4/9   0
///   b^  | 7/24  1/4  1/3  1/8
///
/// Saves between steps come from the cubic Hermite interpolant, as the authors have it.
export struct BogackiShampine32 {
  static constexpr std::string_view name = "bogacki-shampine-32";
  static constexpr std::array<std::string_view, 5> aliases = {"bs32", "bs3", "ode23", "rk23", "bogacki-shampine"};
  static constexpr auto tableau = checked(
      ExplicitTableau<4>{
          .a = {{{}, {1.0 / 2}, {0.0, 3.0 / 4}, {2.0 / 9, 1.0 / 3, 4.0 / 9}}},
          .b = {2.0 / 9, 1.0 / 3, 4.0 / 9, 0.0},
          .c = {0.0, 1.0 / 2, 3.0 / 4, 1.0},
          .embedded = {7.0 / 24, 1.0 / 4, 1.0 / 3, 1.0 / 8},
      },
      3, 2);
};

}  // namespace kobie
