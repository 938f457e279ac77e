/// A trapezoidal rule and a backward differentiation formula in one step.
module;
#include <array>
#include <cstddef>
#include <numbers>
#include <string_view>

export module kobie.tableaus:tr_bdf2;

import :diagonally_implicit;
import :interpolant;
import :stability;

namespace kobie {

/// R. E. Bank et al., Transient simulation of silicon devices and circuits, IEEE Trans. Electron Devices 32 (1985) 1992-2007;
/// as a Runge-Kutta pair by M. E. Hosea, L. F. Shampine, Analysis and implementation of TR-BDF2, Appl. Numer. Math. 20 (1996)
/// 21-37. Stiffly accurate, L-stable; the embedded solution has order 3. The interpolant is that of Matlab's ode23tb: the
/// parabola through the start, the middle stage and the end, of order 2.
///
///   0   |
///   2 d |    d          d
///   1   |    w          w         d      d = 1 - sqrt(2) / 2, w = sqrt(2) / 4
///   ----+--------------------------
///   b   |    w          w         d
///   b^  | (1 - w)/3  w + 1/3     d/3
export struct TrBdf2 {
  static constexpr std::string_view name = "tr-bdf2";
  static constexpr std::array<std::string_view, 1> aliases = {"ode23tb"};
  static constexpr double d = 1.0 - std::numbers::sqrt2 / 2;
  static constexpr double w = std::numbers::sqrt2 / 4;
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<3>{
          .a = {{{}, {d, d}, {w, w, d}}},
          .b = {w, w, d},
          .c = {0.0, 2 * d, 1.0},
          .embedded = {(1 - w) / 3, w + 1.0 / 3, d / 3},
      },
      2, 3, Stability::l_stable);

  // theta (theta - 2 d) / (1 - 2 d) of the step's rise and theta (1 - theta) / (2 d (1 - 2 d)) of the middle stage's.
  static constexpr auto interpolant =
      checked(Interpolant<3, 2>{.weights = {{{w}, {w}, {-std::numbers::sqrt2 / 2}}}}, tableau, 2);
};

}  // namespace kobie
