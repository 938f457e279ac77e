// A method of a user's own: kobie does not ship it.
#pragma once

#include <array>
#include <string_view>

import kobie.tableaus;

// The classical method's continuous extension of order 3, which needs no more stages (HNW I, II.6).
constexpr kobie::Interpolant<5, 3> continuous_rk4() {
  kobie::Interpolant<5, 3> dense;
  dense.weights[0] = kobie::weights_from_powers(std::array<double, 3>{1.0, -3.0 / 2, 2.0 / 3}, 1.0 / 6);
  dense.weights[1] = kobie::weights_from_powers(std::array<double, 3>{0.0, 1.0, -2.0 / 3}, 1.0 / 3);
  dense.weights[2] = dense.weights[1];
  dense.weights[3] = kobie::weights_from_powers(std::array<double, 3>{0.0, -1.0 / 2, 2.0 / 3}, 1.0 / 6);
  return dense;
}

// Zonneveld's pair 4(3) (HNW I, table II.4.2): the classical method, and a fifth stage for the estimate.
struct Zonneveld43 {
  static constexpr std::string_view name = "zonneveld-43";
  static constexpr auto tableau = kobie::checked(
      kobie::ExplicitTableau<5>{
          .a = {{{}, {1.0 / 2}, {0.0, 1.0 / 2}, {0.0, 0.0, 1.0}, {5.0 / 32, 7.0 / 32, 13.0 / 32, -1.0 / 32}}},
          .b = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6, 0.0},
          .c = {0.0, 1.0 / 2, 1.0 / 2, 1.0, 3.0 / 4},
          .embedded = {-1.0 / 2, 7.0 / 3, 7.0 / 3, 13.0 / 6, -16.0 / 3},
      },
      4, 3);
  static constexpr auto interpolant = kobie::checked(continuous_rk4(), tableau, 3);
};
