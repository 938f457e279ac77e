/// The trapezoidal rule.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:trapezoid;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// HNW I, (II.7.5). A-stable; |R(infinity)| = 1, so stiff components are not damped.
///
///   0 |
///   1 | 1/2  1/2
///   --+----------
///     | 1/2  1/2
///
/// No error estimate: fixed steps only. CrankNicolson is the same with one.
export struct Trapezoid {
  static constexpr std::string_view name = "trapezoid";
  static constexpr std::array<std::string_view, 1> aliases = {"trapezoidal"};
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<2>{.a = {{{}, {0.5, 0.5}}}, .b = {0.5, 0.5}, .c = {0.0, 1.0}}, 2, 0, Stability::a_stable);
};

}  // namespace kobie
