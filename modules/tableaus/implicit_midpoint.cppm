/// The implicit midpoint rule.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:implicit_midpoint;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// HNW I, (II.7.4): Gauss's method of one stage. A-stable and symplectic; |R(infinity)| = 1, so stiff components are not
/// damped.
///
///   1/2 | 1/2
///   ----+-----
///       |  1
///
/// No error estimate: fixed steps only.
export struct ImplicitMidpoint {
  static constexpr std::string_view name = "implicit-midpoint";
  static constexpr std::array<std::string_view, 1> aliases = {"gauss-1"};
  static constexpr auto tableau =
      checked(DiagonallyImplicitTableau<1>{.a = {{{0.5}}}, .b = {1.0}, .c = {0.5}}, 2, 0, Stability::a_stable);
};

}  // namespace kobie
