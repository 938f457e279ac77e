import kobie.tableaus;

// ROS2 of Verwer et al. with gamma = 1 + 1 / sqrt(2), in fewer digits than a double has, but for c, which is -2 / gamma.
constexpr auto tableau = kobie::checked(kobie::RosenbrockTableau<2>{.gamma = 1.70710678118654752,
                                                                    .a = {{{}, {0.58578643762690495}}},
                                                                    .c = {{{}, {1.17157287525380990}}},
                                                                    .m = {0.87867965644035743, 0.29289321881345248}},
                                        2, 0, kobie::Stability::unstated);
