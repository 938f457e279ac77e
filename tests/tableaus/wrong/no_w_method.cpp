import kobie.tableaus;

// ROS3P has order 1 without the Jacobian.
constexpr auto tableau = kobie::checked(kobie::Ros3P::tableau, 3, 2, kobie::Stability::a_stable, 2);
