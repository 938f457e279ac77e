import kobie.tableaus;

// The trapezoidal rule and backward Euler from its end.
constexpr auto tableau = kobie::checked(
    kobie::DiagonallyImplicitTableau<3>{.a = {{{}, {0.5, 0.5}, {0.0, 0.0, 1.0}}}, .b = {0.5, 0.5, 0.0}, .c = {0.0, 1.0, 1.0}},
    2, 0, kobie::Stability::a_stable);
