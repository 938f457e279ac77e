/// The implicit Euler method.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:backward_euler;

import :diagonally_implicit;
import :stability;
import :stage_predictor;

namespace kobie {

/// HW II, (IV.1.3), which damps all that is stiff. L-stable.
///
///   1 | 1
///   --+---
///     | 1
///
/// No error estimate: fixed steps only. Newton's iterations start at y.
export struct BackwardEuler {
  static constexpr std::string_view name = "backward-euler";
  static constexpr std::array<std::string_view, 2> aliases = {"implicit-euler", "backwards-euler"};
  static constexpr auto tableau =
      checked(DiagonallyImplicitTableau<1>{.a = {{{1.0}}}, .b = {1.0}, .c = {1.0}}, 1, 0, Stability::l_stable);
  static constexpr auto predictor = StagePredictor::none;
};

}  // namespace kobie
