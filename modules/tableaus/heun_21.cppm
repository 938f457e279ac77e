/// The pair of orders 2 and 1 by Heun and Euler.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:heun_21;

import :butcher;

namespace kobie {

/// K. Heun, Neue Methoden zur approximativen Integration der Differentialgleichungen einer unabhaengigen Veraenderlichen,
/// Z. Math. Phys. 45 (1900) 23-38; the embedded solution is Euler's.
///
///    0 |
///    1 |  1
///   ---+----------
///   b  | 1/2  1/2
///   b^ |  1    0
///
/// Saves between steps come from the cubic Hermite interpolant.
export struct Heun21 {
  static constexpr std::string_view name = "heun-21";
  static constexpr std::array<std::string_view, 3> aliases = {"heun", "heun-2", "explicit-trapezoid"};
  static constexpr auto tableau = checked(
      ExplicitTableau<2>{
          .a = {{{}, {1.0}}},
          .b = {1.0 / 2, 1.0 / 2},
          .c = {0.0, 1.0},
          .embedded = {1.0, 0.0},
      },
      2, 1);
};

}  // namespace kobie
