/// The Rosenbrock method of orders 3 and 2 by Steinebach.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:rodas3p;

import :rosenbrock;
import :rosenbrock_interpolant;
import :rosenbrock_order;
import :stability;

namespace kobie {

/// G. Steinebach, Rosenbrock methods within OrdinaryDiffEq.jl - overview, recent developments and applications, Proc. JuliaCon
/// Conf. (2024). Five stages of four values of f, stiffly accurate as is its embedded solution, L-stable; for index-1 DAEs too.
///
///   alpha_i  0    4/9   0  1  1
///   gamma_i  1/3  -1/9  1  0  0      gamma = 1/3
///
/// The error estimate is U_5 - U_4. The interpolant of order 3 is the paper's.
export struct Rodas3P {
  static constexpr std::string_view name = "rodas3p";
  static constexpr auto tableau = checked(
      RosenbrockTableau<5>{
          .gamma = 1.0 / 3,
          .a = {{{}, {4.0 / 3}, {}, {2.90625, 3.375, 0.40625}, {2.90625, 3.375, 0.40625}}},
          .c = {{{}, {-4.0}, {8.25, 6.75}, {1.21875, -5.0625, -1.96875}, {4.03125, -15.1875, -4.03125, 6.0}}},
          .m = {2.90625, 3.375, 0.40625, 0.0, 1.0},
          .m_hat = {2.90625, 3.375, 0.40625, 1.0, 0.0},
      },
      3, 2, Stability::l_stable);

  static constexpr auto interpolant =
      checked(RosenbrockInterpolant<5, 2>{.h = {{{1.78125, 6.75, 0.15625, -6.0, -1.0}, {4.21875, -15.1875, -3.09375, 9.0}}}},
              tableau, 3);
};

}  // namespace kobie
