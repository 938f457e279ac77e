/// The ESDIRK method of orders 3 and 2 by Kvaerno.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:kvaerno3;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// A. Kvaerno, Singly diagonally implicit Runge-Kutta methods with an explicit first stage, BIT 44 (2004) 489-502. Stiffly
/// accurate as is its embedded solution, L-stable. The coefficients in more digits than the paper's 10: those of SUNDIALS.
///
///   0       |
///   0.87173 | 0.43587  0.43587
///   1       | 0.49056  0.07357   0.43587
///   1       | 0.30881  1.49056  -1.23524  0.43587
///   --------+-------------------------------------
///   b       | 0.30881  1.49056  -1.23524  0.43587
///   b^      | 0.49056  0.07357   0.43587     0
export struct Kvaerno3 {
  static constexpr std::string_view name = "kvaerno-3";
  static constexpr std::array<std::string_view, 1> aliases = {"kvaerno-32"};
  static constexpr double gamma = 0.4358665215084589994160194511935568425293;
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<4>{
          .a = {{{},
                 {gamma, gamma},
                 {0.4905633884217805706284679584665446902307, 0.07357009006976042995551259033989846723997, gamma},
                 {0.3088099699767465233481624698867005109200, 1.490563388421780570628467958466544690231,
                  -1.235239879906986093392649879546802043680, gamma}}},
          .b = {0.3088099699767465233481624698867005109200, 1.490563388421780570628467958466544690231,
                -1.235239879906986093392649879546802043680, gamma},
          .c = {0.0, 2 * gamma, 1.0, 1.0},
          .embedded = {0.4905633884217805706284679584665446902307, 0.07357009006976042995551259033989846723997, gamma, 0.0},
      },
      3, 2, Stability::l_stable);
};

}  // namespace kobie
