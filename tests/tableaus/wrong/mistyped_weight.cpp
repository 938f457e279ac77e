#include <string_view>

import kobie.tableaus;

// The last weight is 3/4.
struct Heun3 {
  static constexpr std::string_view name = "heun-3";
  static constexpr auto tableau = kobie::checked(kobie::ExplicitTableau<3>{.a = {{{}, {1.0 / 3}, {0.0, 2.0 / 3}}},
                                                                           .b = {1.0 / 4, 0.0, 4.0 / 3},
                                                                           .c = {0.0, 1.0 / 3, 2.0 / 3},
                                                                           .embedded = {-1.0 / 2, 3.0 / 2}},
                                                 3, 2);
};
