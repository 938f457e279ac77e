/// The SDIRK method of order 2 by Alexander, with an error estimate by Ellsiepen.
module;
#include <array>
#include <cstddef>
#include <numbers>
#include <string_view>

export module kobie.tableaus:sdirk2;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// R. Alexander, Diagonally implicit Runge-Kutta methods for stiff O.D.E.'s, SIAM J. Numer. Anal. 14 (1977) 1006-1021; the
/// embedded weights by S. Diebels, P. Ellsiepen, W. Ehlers, Error-controlled Runge-Kutta time integration of a viscoplastic
/// hybrid two-phase model, Technische Mechanik 19 (1999) 19-27. Stiffly accurate, L-stable.
///
///   g  |   g
///   1  | 1 - g    g       g = 1 - sqrt(2) / 2
///   ---+------------
///   b  | 1 - g    g
///   b^ | 1 - g^   g^      g^ = 2 - 5 sqrt(2) / 4
export struct Sdirk2 {
  static constexpr std::string_view name = "sdirk-2";
  static constexpr std::array<std::string_view, 2> aliases = {"sdirk-21", "sdirk-22"};
  static constexpr double gamma = 1.0 - std::numbers::sqrt2 / 2;
  static constexpr double embedded = 2.0 - 5 * std::numbers::sqrt2 / 4;
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<2>{
          .a = {{{gamma}, {1 - gamma, gamma}}},
          .b = {1 - gamma, gamma},
          .c = {gamma, 1.0},
          .embedded = {1 - embedded, embedded},
      },
      2, 1, Stability::l_stable);
};

}  // namespace kobie
