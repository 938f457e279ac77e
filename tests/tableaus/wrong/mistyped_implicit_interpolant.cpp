import kobie.tableaus;

// That of TR-BDF2, but for a sign.
constexpr double w = kobie::TrBdf2::w;
constexpr auto interpolant =
    kobie::checked(kobie::Interpolant<3, 2>{.weights = {{{w}, {w}, {2 * w}}}}, kobie::TrBdf2::tableau, 2);
