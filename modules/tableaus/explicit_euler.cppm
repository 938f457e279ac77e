/// The explicit method of Euler.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:explicit_euler;

import :butcher;

namespace kobie {

/// L. Euler, Institutionum calculi integralis, vol. 1 (1768), sectio secunda, caput VII; HNW I, (I.7.3).
///
///   0 |
///   --+---
///     | 1
///
/// No error estimate: fixed steps only. Saves between steps come from the cubic Hermite interpolant.
export struct ExplicitEuler {
  static constexpr std::string_view name = "explicit-euler";
  static constexpr std::array<std::string_view, 2> aliases = {"euler", "forward-euler"};
  static constexpr auto tableau = checked(
      ExplicitTableau<1>{
          .a = {{{}}},
          .b = {1.0},
          .c = {0.0},
      },
      1, 0);
};

}  // namespace kobie
