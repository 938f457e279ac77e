/// The Rosenbrock method of orders 2 and 1 by Hamkar, Hartmann and Rang.
module;
#include <array>
#include <cstddef>
#include <numbers>
#include <string_view>

export module kobie.tableaus:ros2s;

import :rosenbrock;
import :rosenbrock_order;
import :stability;

namespace kobie {

/// A.-W. Hamkar, S. Hartmann, J. Rang, A stiffly accurate Rosenbrock-type method of order 2 applied to FE-analyses in finite
/// strain viscoelasticity, Appl. Numer. Math. 62 (2012) 1837-1848, ROS2S. Stiffly accurate, L-stable, of order 2 with any
/// matrix for the Jacobian.
///
///   alpha_21 = 2 gamma, alpha_32 = 1, gamma_21 = -2 gamma, gamma_31 = sqrt(2) / 4, gamma_32 = sqrt(2) / 4 - 1
///   b = (sqrt(2) / 4, sqrt(2) / 4, gamma), b^ = (1/3, 1/3, 1/3)      gamma = 1 - sqrt(2) / 2
///
/// Saves between steps come from the cubic Hermite interpolant.
export struct Ros2S {
  static constexpr std::string_view name = "ros2s";
  static constexpr double root = std::numbers::sqrt2;
  static constexpr auto tableau = checked(
      RosenbrockTableau<3>{
          .gamma = 1 - root / 2,
          .a = {{{}, {2.0}, {4 + 2 * root, 2 + root}}},
          .c = {{{}, {-4 - 2 * root}, {-6 - 7 * root / 2, -4 - 5 * root / 2}}},
          .m = {4 + 2 * root, 2 + root, 1.0},
          .m_hat = {4 + 13 * root / 6, 2 + 7 * root / 6, (2 + root) / 3},
      },
      2, 1, Stability::l_stable, 2);
};

}  // namespace kobie
