#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

import kobie.control;
import kobie.tableaus;

using Catch::Matchers::WithinRel;
using kobie::PiControl;

TEST_CASE("Dormand and Prince's pair is controlled as DOPRI5 does") {
  // SAFE = 0.9, FAC1 = 0.2, FAC2 = 10, BETA = 0.04, EXPO1 = 0.2 - 0.75 BETA; k = 5
  constexpr auto settings = PiControl::defaults<kobie::DormandPrince54>();
  CHECK(settings.safety == 0.9);
  CHECK(settings.min_factor == 0.2);
  CHECK(settings.max_factor == 10.0);
  CHECK_THAT(settings.beta1 / 5, WithinRel(0.17, 1e-14));
  CHECK_THAT(settings.beta2 / 5, WithinRel(-0.04, 1e-14));
}

TEST_CASE("Dormand and Prince's method of order 8 is controlled as DOP853 does") {
  // SAFE = 0.9, FAC1 = 0.333, FAC2 = 6, BETA = 0, EXPO1 = 1/8; k = 8
  constexpr auto settings = PiControl::defaults<kobie::DormandPrince853>();
  CHECK(settings.safety == 0.9);
  CHECK(settings.min_factor == 0.333);
  CHECK(settings.max_factor == 6.0);
  CHECK(settings.beta1 == 1.0);
  CHECK(settings.beta2 == 0.0);
}

TEST_CASE("Tsitouras' pair is controlled as the pair of the same orders in DOPRI5") {
  constexpr auto settings = PiControl::defaults<kobie::Tsit5>();
  constexpr auto dopri5 = PiControl::defaults<kobie::DormandPrince54>();
  CHECK(settings.beta1 == dopri5.beta1);
  CHECK(settings.beta2 == dopri5.beta2);
}

TEST_CASE("methods of which nothing else is published have OrdinaryDiffEq's gains") {
  // beta1 = 7/(10 k) and beta2 = 2/(5 k): 7/50 and 2/25 for k = 5
  constexpr auto settings = PiControl::defaults<kobie::CashKarp54>();
  CHECK_THAT(settings.beta1 / 5, WithinRel(7.0 / 50, 1e-14));
  CHECK_THAT(settings.beta2 / 5, WithinRel(-2.0 / 25, 1e-14));
  CHECK(settings.min_factor == 0.2);
  CHECK(settings.max_factor == 10.0);
}

TEST_CASE("a method's limits go for every controller, its gains for PI control") {
  constexpr auto settings = kobie::PidControl::defaults<kobie::DormandPrince853>();
  CHECK(settings.max_factor == 6.0);
  CHECK(settings.beta1 == 0.58);
  CHECK(settings.beta2 == -0.21);
  CHECK(settings.beta3 == 0.1);
  CHECK(kobie::IControl::defaults<kobie::DormandPrince853>().max_factor == 6.0);
  CHECK(kobie::GustafssonControl::defaults<kobie::DormandPrince54>().beta1 == 1.0);
}

TEST_CASE("no method has a dead band of its own") {
  constexpr auto settings = kobie::GustafssonControl::defaults<kobie::Tsit5>();
  CHECK(settings.steady_min == 1.0);
  CHECK(settings.steady_max == 1.0);
}
