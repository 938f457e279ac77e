/// The pair of orders 4 and 5 by Fehlberg.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:fehlberg_45;

import :butcher;

namespace kobie {

/// E. Fehlberg, Klassische Runge-Kutta-Formeln vierter und niedrigerer Ordnung mit Schrittweiten-Kontrolle und ihre Anwendung
/// auf Waermeleitungsprobleme, Computing 6 (1970) 61-71, formula 2; HNW I, table II.5.1 (RKF4(5)).
///
///     0   |
///    1/4  |    1/4
///    3/8  |    3/32       9/32
///   12/13 | 1932/2197 -7200/2197  7296/2197
///     1   |  439/216     -8       3680/513   -845/4104
///    1/2  |   -8/27       2      -3544/2565  1859/4104  -11/40
///   ------+-----------------------------------------------------------
///    b    |   25/216      0       1408/2565  2197/4104   -1/5     0
///    b^   |   16/135      0       6656/12825 28561/56430 -9/50  2/55
///
/// As Fehlberg meant it, the solution that goes on is the one of order 4, and that of order 5 only estimates its error.
/// Saves between steps come from the cubic Hermite interpolant.
export struct Fehlberg45 {
  static constexpr std::string_view name = "fehlberg-45";
  static constexpr std::array<std::string_view, 2> aliases = {"rkf45", "fehlberg"};
  static constexpr auto tableau = checked(
      ExplicitTableau<6>{
          .a = {{{},
                 {1.0 / 4},
                 {3.0 / 32, 9.0 / 32},
                 {1932.0 / 2197, -7200.0 / 2197, 7296.0 / 2197},
                 {439.0 / 216, -8.0, 3680.0 / 513, -845.0 / 4104},
                 {-8.0 / 27, 2.0, -3544.0 / 2565, 1859.0 / 4104, -11.0 / 40}}},
          .b = {25.0 / 216, 0.0, 1408.0 / 2565, 2197.0 / 4104, -1.0 / 5, 0.0},
          .c = {0.0, 1.0 / 4, 3.0 / 8, 12.0 / 13, 1.0, 1.0 / 2},
          .embedded = {16.0 / 135, 0.0, 6656.0 / 12825, 28561.0 / 56430, -9.0 / 50, 2.0 / 55},
      },
      4, 5);
};

}  // namespace kobie
