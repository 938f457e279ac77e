/// The SDIRK method of orders 4 and 3 by Hairer and Wanner.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:sdirk43;

import :diagonally_implicit;
import :interpolant;
import :stability;

namespace kobie {

/// HW II, table IV.6.5. Stiffly accurate, L-stable. The interpolant is the continuous solution of Hairer's SDIRK4, of order 3.
///
///    1/4  |    1/4
///    3/4  |    1/2       1/4
///   11/20 |   17/50     -1/25    1/4
///    1/2  |  371/1360 -137/2720 15/544   1/4
///     1   |   25/24    -49/48  125/16  -85/12  1/4
///   ------+---------------------------------------
///    b    |   25/24    -49/48  125/16  -85/12  1/4
///    b^   |   59/48    -17/96  225/32  -85/12   0
export struct Sdirk43 {
  static constexpr std::string_view name = "sdirk-43";
  static constexpr std::array<std::string_view, 3> aliases = {"sdirk-4", "l-stable-sdirk-4", "hairer-4"};
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<5>{
          .a = {{{1.0 / 4},
                 {1.0 / 2, 1.0 / 4},
                 {17.0 / 50, -1.0 / 25, 1.0 / 4},
                 {371.0 / 1360, -137.0 / 2720, 15.0 / 544, 1.0 / 4},
                 {25.0 / 24, -49.0 / 48, 125.0 / 16, -85.0 / 12, 1.0 / 4}}},
          .b = {25.0 / 24, -49.0 / 48, 125.0 / 16, -85.0 / 12, 1.0 / 4},
          .c = {1.0 / 4, 3.0 / 4, 11.0 / 20, 1.0 / 2, 1.0},
          .embedded = {59.0 / 48, -17.0 / 96, 225.0 / 32, -85.0 / 12, 0.0},
      },
      4, 3, Stability::l_stable);

  // b_i(theta) in powers of theta: the code has them multiplied by the inverse of a.
  static constexpr auto interpolant =
      checked(interpolant_from_powers<5, 4>({{{11.0 / 3, -463.0 / 72, 217.0 / 36, -20.0 / 9},
                                              {11.0 / 2, -385.0 / 16, 661.0 / 24, -10.0},
                                              {-125.0 / 18, 20125.0 / 432, -8875.0 / 216, 250.0 / 27},
                                              {0.0, -85.0 / 4, 85.0 / 6, 0.0},
                                              {-11.0 / 9, 557.0 / 108, -359.0 / 54, 80.0 / 27}}},
                                            tableau.b),
              tableau, 3);
};

}  // namespace kobie
