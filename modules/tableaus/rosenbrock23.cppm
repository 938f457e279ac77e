/// The modified Rosenbrock method of orders 2 and 3 by Shampine and Reichelt.
module;
#include <array>
#include <cstddef>
#include <numbers>
#include <string_view>

export module kobie.tableaus:rosenbrock23;

import :rosenbrock;
import :rosenbrock_interpolant;
import :rosenbrock_order;
import :stability;

namespace kobie {

/// L. F. Shampine, M. W. Reichelt, The MATLAB ODE suite, SIAM J. Sci. Comput. 18 (1997) 1-22, ode23s: L-stable, of order 2 with
/// any matrix for the Jacobian. In terms of the paper's k_i, with d = 1 / (2 + sqrt(2)) and e = 6 + sqrt(2):
///
///   alpha_21 = 1/2, alpha_32 = 1, gamma_21 = -d, gamma_31 = d (e - 2), gamma_32 = -d e      gamma = d
///   b = (0, 1, 0), b^ = (1/6, 2/3, 1/6)
///
/// The last stage is at the new solution, so two values of f make a step. The interpolant of order 2 is the paper's.
export struct Rosenbrock23 {
  static constexpr std::string_view name = "rosenbrock-23";
  static constexpr std::array<std::string_view, 2> aliases = {"ode23s", "ros23"};
  static constexpr double root = std::numbers::sqrt2;
  static constexpr double s = 2 + root;  // 1 / gamma
  static constexpr auto tableau = checked(
      RosenbrockTableau<3>{
          .gamma = 1 - root / 2,
          .a = {{{}, {s / 2}, {s, s}}},
          .c = {{{}, {-s}, {-2 * s, -(6 + root) * s}}},
          .m = {s, s, 0.0},
          .m_hat = {7 * s / 6, (10 + root) * s / 6, s / 6},
      },
      2, 3, Stability::l_stable, 2);

  // theta k_2 + theta (1 - theta) (k_1 - k_2) / (1 - 2 d), where k_1 - k_2 = -U_2 / d and 1 - 2 d = sqrt(2) - 1.
  static constexpr auto interpolant = checked(RosenbrockInterpolant<3, 1>{.h = {{{0.0, -s * (1 + root)}}}}, tableau, 2);
};

}  // namespace kobie
