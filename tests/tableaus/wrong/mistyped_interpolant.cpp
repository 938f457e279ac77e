#include <array>

import kobie.tableaus;

// The interpolant of order 2, theta - theta^2 / 2 and theta^2 / 2, but for the first stage's second weight, which is 0.
constexpr kobie::Interpolant<2, 3> quadratic() {
  kobie::Interpolant<2, 3> dense;
  dense.weights[0] = kobie::weights_from_nested(std::array<double, 2>{0.5, 0.1});
  dense.weights[1] = kobie::weights_from_nested(std::array<double, 2>{-0.5, 0.0});
  return dense;
}
constexpr kobie::ExplicitTableau<2> heun{.a = {{{}, {1.0}}}, .b = {0.5, 0.5}, .c = {0.0, 1.0}};
constexpr auto interpolant = kobie::checked(quadratic(), heun, 2);
