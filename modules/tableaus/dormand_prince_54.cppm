/// The pair of orders 5 and 4 by Dormand and Prince.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:dormand_prince_54;

import :butcher;
import :interpolant;
import :method_control;

namespace kobie {

/// J. R. Dormand, P. J. Prince, A family of embedded Runge-Kutta formulae, J. Comput. Appl. Math. 6 (1980) 19-26,
/// RK5(4)7M; HNW I, table II.5.2.
///
///     0   |
///    1/5  |    1/5
///    3/10 |    3/40         9/40
///    4/5  |   44/45       -56/15      32/9
///    8/9  | 19372/6561 -25360/2187 64448/6561 -212/729
///     1   |  9017/3168   -355/33   46732/5247   49/176  -5103/18656
///     1   |    35/384       0        500/1113  125/192  -2187/6784   11/84
///   ------+-----------------------------------------------------------------------
///    b    |    35/384       0        500/1113  125/192  -2187/6784   11/84     0
///    b^   |  5179/57600     0       7571/16695 393/640 -92097/339200 187/2100 1/40
export struct DormandPrince54 {
  static constexpr std::string_view name = "dormand-prince-54";
  /// As in Hairer's code DOPRI5: beta = 0.04, so that the exponents are 1/5 - 0.75 beta and -beta.
  static constexpr MethodControl control{.beta1 = 1.0 - 0.75 * 0.04 * 5, .beta2 = -0.04 * 5};
  static constexpr std::array<std::string_view, 5> aliases = {"dopri5", "dp5", "rk45", "ode45", "dormand-prince"};
  static constexpr auto tableau = checked(
      ExplicitTableau<7>{
          .a = {{{},
                 {1.0 / 5},
                 {3.0 / 40, 9.0 / 40},
                 {44.0 / 45, -56.0 / 15, 32.0 / 9},
                 {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
                 {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
                 {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}}},
          .b = {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0.0},
          .c = {0.0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1.0, 1.0},
          .embedded = {5179.0 / 57600, 0.0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40},
      },
      5, 4);

  // HNW I, (II.6.12): y(theta) = y0 + theta (r2 + (1 - theta) (r3 + theta (r4 + (1 - theta) r5))) with
  // r2 = y1 - y0, r3 = h k1 - r2, r4 = 2 r2 - h (k1 + k7), r5 = h sum d_i k_i.
  static constexpr auto interpolant = checked(
      [] {
        constexpr std::array<double, 7> d = {-12715105075.0 / 11282082432.0,  0.0,
                                             87487479700.0 / 32700410799.0,   -10690763975.0 / 1880347072.0,
                                             701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0,
                                             69997945.0 / 29380423.0};
        Interpolant<7, 4> dense;
        for (std::size_t i = 0; i < 7; ++i) {
          const double first = i == 0 ? 1.0 : 0.0;
          const double last = i == 6 ? 1.0 : 0.0;
          const double r2 = tableau.b[i];
          const double r3 = first - r2;
          const double r4 = 2 * r2 - first - last;
          dense.weights[i] = weights_from_nested(std::array<double, 3>{r3, r4, d[i]});
        }
        return dense;
      }(),
      tableau, 4);
};

}  // namespace kobie
