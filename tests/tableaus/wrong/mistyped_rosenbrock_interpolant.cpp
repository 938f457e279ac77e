import kobie.tableaus;

// That of ode23s, but for a sign.
constexpr double root = 1.41421356237309505;
constexpr auto interpolant = kobie::checked(kobie::RosenbrockInterpolant<3, 1>{.h = {{{0.0, (2 + root) * (1 + root)}}}},
                                            kobie::Rosenbrock23::tableau, 2);
