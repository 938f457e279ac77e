/// The trapezoidal rule with an error estimate.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:crank_nicolson;

import :diagonally_implicit;
import :stability;

namespace kobie {

/// J. Crank, P. Nicolson, A practical method for numerical evaluation of solutions of partial differential equations of the
/// heat-conduction type, Proc. Camb. Phil. Soc. 43 (1947) 50-67: the trapezoidal rule. A-stable; |R(infinity)| = 1.
///
///   0  |
///   1  | 1/2  1/2
///   ---+----------
///   b  | 1/2  1/2
///   b^ |  0    1
///
/// The embedded solution is backward Euler's, y0 + h f(t1, y1), but with the trapezoidal rule's y1 in f: the difference from a
/// y1 of its own is of a higher order than the estimate, and this one costs no second equation to solve.
export struct CrankNicolson {
  static constexpr std::string_view name = "crank-nicolson";
  static constexpr auto tableau =
      checked(DiagonallyImplicitTableau<2>{.a = {{{}, {0.5, 0.5}}}, .b = {0.5, 0.5}, .c = {0.0, 1.0}, .embedded = {0.0, 1.0}},
              2, 1, Stability::a_stable);
};

}  // namespace kobie
