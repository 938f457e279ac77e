/// The Rosenbrock method of orders 3 and 2 by Lang and Verwer.
module;
#include <array>
#include <cstddef>
#include <numbers>
#include <string_view>

export module kobie.tableaus:ros3p;

import :rosenbrock;
import :rosenbrock_order;
import :stability;

namespace kobie {

/// J. Lang, J. Verwer, ROS3P - An accurate third-order Rosenbrock solver designed for parabolic problems, BIT 41 (2001)
/// 731-738. Three stages, of which the last two evaluate f at the same point. A-stable, |R(infinity)| = 0.73; no reduction of
/// the order on semi-discretised parabolic problems.
///
///   alpha_21 = alpha_31 = 1, gamma_21 = -1, gamma_31 = -gamma, gamma_32 = 1/2 - 2 gamma      gamma = 1/2 + sqrt(3) / 6
///   b = (2/3, 0, 1/3), b^ = (1/3, 1/3, 1/3)
///
/// The two solutions are the same on linear autonomous systems, of which the error estimate sees nothing.
///
/// Saves between steps come from the cubic Hermite interpolant.
export struct Ros3P {
  static constexpr std::string_view name = "ros3p";
  static constexpr double root = std::numbers::sqrt3;
  static constexpr auto tableau = checked(
      RosenbrockTableau<3>{
          .gamma = 0.5 + root / 6,
          .a = {{{}, {3 - root}, {3 - root}}},
          .c = {{{}, {6 * root - 12}, {-2 * root, -root}}},
          .m = {2.0, root / 3, 1 - root / 3},
          .m_hat = {5 - 5 * root / 3, 1.0, 1 - root / 3},
      },
      3, 2, Stability::a_stable);
};

}  // namespace kobie
