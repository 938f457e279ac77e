/// The SDIRK method of order 3 by Alexander, with an error estimate by Cash.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:dirk3;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// R. Alexander, Diagonally implicit Runge-Kutta methods for stiff O.D.E.'s, SIAM J. Numer. Anal. 14 (1977) 1006-1021; the
/// embedded weights by J. R. Cash, Diagonally implicit Runge-Kutta formulae with error estimates, J. Inst. Math. Appl. 24
/// (1979) 293-301: those of order 2 in the first two stages. Stiffly accurate, L-stable.
///
///      g      |      g
///   (1 + g)/2 | (1 - g)/2                g
///      1      | (-6 g^2 + 16 g - 1)/4   (6 g^2 - 20 g + 5)/4   g      g = 0.43587, g^3 - 3 g^2 + 3/2 g - 1/6 = 0
///   ----------+---------------------------------------------------
///      b      | (-6 g^2 + 16 g - 1)/4   (6 g^2 - 20 g + 5)/4   g
///      b^     |   g / (1 - g)           (1 - 2 g) / (1 - g)    0
export struct Dirk3 {
  static constexpr std::string_view name = "dirk-3";
  static constexpr std::array<std::string_view, 3> aliases = {"l-stable-dirk-3", "sdirk-32", "alexander-3"};
  static constexpr double gamma = 0.4358665215084589994160194511935568425293;
  static constexpr double b1 = ((16 - 6 * gamma) * gamma - 1) / 4;
  static constexpr double b2 = ((6 * gamma - 20) * gamma + 5) / 4;
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<3>{
          .a = {{{gamma}, {(1 - gamma) / 2, gamma}, {b1, b2, gamma}}},
          .b = {b1, b2, gamma},
          .c = {gamma, (1 + gamma) / 2, 1.0},
          .embedded = {gamma / (1 - gamma), (1 - 2 * gamma) / (1 - gamma), 0.0},
      },
      3, 2, Stability::l_stable);
};

}  // namespace kobie
