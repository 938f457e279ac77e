import kobie.tableaus;

// theta - theta^2 / 2 and theta^2 / 2, but for a factor.
constexpr auto interpolant = kobie::interpolant_from_powers<2, 2>({{{1.0, -0.5}, {0.0, 0.25}}}, {0.5, 0.5});
