import kobie.tableaus;

constexpr auto tableau = kobie::checked(kobie::Trapezoid::tableau, 2, 0, kobie::Stability::l_stable);
