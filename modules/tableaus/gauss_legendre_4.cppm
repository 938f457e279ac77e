/// The Gauss-Legendre method of order 4.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:gauss_legendre_4;

import :butcher;
import :fully_implicit;
import :stability;
import :stage_transformation;

namespace kobie {

inline constexpr double root_of_3 = 1.7320508075688772935;

/// P. C. Hammer, J. W. Hollingsworth, Trapezoidal methods of approximating solutions of differential equations, MTAC 9 (1955)
/// 92-96; HNW I, II.7. Symmetric, symplectic, A-stable with |R(infinity)| = 1; the stages have order 2.
///
///   1/2 - r / 6 | 1/4            1/4 - r / 6
///   1/2 + r / 6 | 1/4 + r / 6    1/4
///   ------------+---------------------------    r = sqrt(3)
///               | 1/2            1/2
///
/// No error estimate: fixed steps only. Saves between steps come from the cubic Hermite interpolant.
export struct GaussLegendre4 {
  static constexpr std::string_view name = "gauss-legendre-4";
  static constexpr std::array<std::string_view, 2> aliases = {"gauss-legendre-2-stages", "hammer-hollingsworth"};

  static constexpr auto tableau = checked(
      ImplicitTableau<2>{
          .a = {{{1.0 / 4, 1.0 / 4 - root_of_3 / 6}, {1.0 / 4 + root_of_3 / 6, 1.0 / 4}}},
          .b = {1.0 / 2, 1.0 / 2},
          .c = {1.0 / 2 - root_of_3 / 6, 1.0 / 2 + root_of_3 / 6},
      },
      4, 0, 2, Stability::a_stable);

  static constexpr auto transformation = checked(StageTransformation<2>{.t = {{{1.0, 0.0}, {0.0, -2 - root_of_3}}},
                                                                        .inverse = {{{1.0, 0.0}, {0.0, -2 + root_of_3}}},
                                                                        .alpha = 3.0,
                                                                        .beta = root_of_3},
                                                 tableau);
};

}  // namespace kobie
