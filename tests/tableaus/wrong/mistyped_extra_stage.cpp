#include <array>

import kobie.tableaus;

constexpr kobie::ExplicitTableau<2> heun{.a = {{{}, {1.0}}}, .b = {0.5, 0.5}, .c = {0.0, 1.0}};
// The derivative at the new solution, whose row is heun's b.
constexpr auto interpolant = kobie::checked(kobie::Interpolant<2, 3, 1>{.a = {{{0.5, 0.6}}}, .c = {1.0}}, heun, 1);
