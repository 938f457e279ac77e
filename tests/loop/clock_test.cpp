#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

import kobie.loop;
import kobie.numbers;

using kobie::Clock;

TEST_CASE("ten million tiny steps in float add up to the time they stand for") {
  const Clock<float> dt = kobie::split<float>(1e-3);
  Clock<float> clock;
  for (int i = 0; i < 10'000'000; ++i) {
    clock = clock.after(dt.high, dt.low);
  }
  const double time = static_cast<double>(clock.high) + static_cast<double>(clock.low);
  const double expected = 1e7 * (static_cast<double>(dt.high) + static_cast<double>(dt.low));
  // Each sum rounds to about 2^-48; at worst all roundings add up. A plain float sum is off by a third.
  CHECK(std::abs(time - expected) / expected < 1e7 * 0x1p-48);
}

TEST_CASE("ten million steps in double add up to sixteen digits") {
  Clock<double> clock;
  for (int i = 0; i < 10'000'000; ++i) {
    clock = clock.after(1e-3, 0.0);
  }
  const long double time = static_cast<long double>(clock.high) + clock.low;
  CHECK(std::abs(time - 1e7L * static_cast<long double>(1e-3)) <= 1e-15L);
}

TEST_CASE("a step too small for float's digits moves the clock") {
  const Clock<float> later = Clock<float>{1e4F, 0.0F}.after(1e-5F, 0.0F);
  CHECK(later.high == 1e4F);
  CHECK(later.low == 1e-5F);
}

TEST_CASE("the low part stays within half a unit of the high part") {
  Clock<float> clock;
  for (int i = 1; i < 100'000; ++i) {
    clock = clock.after(1.0F / static_cast<float>(i), 1e-9F);
    const float unit = std::nextafter(clock.high, std::numeric_limits<float>::infinity()) - clock.high;
    REQUIRE(std::abs(clock.low) <= unit / 2);
  }
}

TEST_CASE("the time between two near clocks keeps the low parts") {
  const Clock<float> early{1e4F, 1e-6F};
  const Clock<float> late{1e4F, 3e-6F};
  CHECK(late.since(early) == 3e-6F - 1e-6F);
  CHECK(early.since(late) == -late.since(early));
  CHECK(late.since(late) == 0.0F);
}

TEST_CASE("a double splits into two floats that carry 48 of its bits") {
  for (const double time : {0.1, 1e-3, 3.14159265358979, 12345.6789, -0.7}) {
    const Clock<float> pair = kobie::split<float>(time);
    CHECK(pair.high == static_cast<float>(time));
    CHECK(std::abs(static_cast<double>(pair.high) + static_cast<double>(pair.low) - time) <= std::ldexp(std::abs(time), -48));
  }
  CHECK(kobie::split<double>(0.1).high == 0.1);
  CHECK(kobie::split<double>(0.1).low == 0.0);
}

TEST_CASE("each lane of a clock runs as a clock of its own") {
  using Real = kobie::Pack<float, 16>;
  Clock<Real> together;
  Clock<float> alone[16];
  Real h(0);
  for (int i = 0; i < 16; ++i) {
    kobie::set_lane(h, i, 0.1F / static_cast<float>(i + 1));
  }
  for (int step = 0; step < 1'000; ++step) {
    together = together.after(h, Real(0));
    for (int i = 0; i < 16; ++i) {
      alone[i] = alone[i].after(kobie::lane(h, i), 0.0F);
    }
  }
  for (int i = 0; i < 16; ++i) {
    CHECK(kobie::lane(together.high, i) == alone[i].high);
    CHECK(kobie::lane(together.low, i) == alone[i].low);
  }
}

TEST_CASE("select takes both parts of a clock") {
  const Clock<double> chosen = kobie::select(false, Clock<double>{1.0, 2.0}, Clock<double>{3.0, 4.0});
  CHECK(chosen.high == 3.0);
  CHECK(chosen.low == 4.0);
}
