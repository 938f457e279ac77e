// Runs compared to the last bit; NaNs are equal.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>

#include "harness.hpp"

import kobie.numbers;

namespace compare {

template <class T>
bool same_bits(T a, T b) {
  return kobie::to_bits(a) == kobie::to_bits(b) || (std::isnan(a) && std::isnan(b));
}

template <class T>
void check_same(const harness::Run<T>& a, const harness::Run<T>& b) {
  CHECK(a.status == b.status);
  CHECK(a.accepted == b.accepted);
  CHECK(a.rejected == b.rejected);
  CHECK(same_bits(a.elapsed, b.elapsed));
  REQUIRE(a.saves.size() == b.saves.size());
  for (std::size_t s = 0; s < a.saves.size(); ++s) {
    CHECK(a.saves[s].index == b.saves[s].index);
    for (std::size_t i = 0; i < a.saves[s].state.size(); ++i) {
      CHECK(same_bits(a.saves[s].state[i], b.saves[s].state[i]));
    }
    REQUIRE(a.saves[s].observed.size() == b.saves[s].observed.size());
    for (std::size_t i = 0; i < a.saves[s].observed.size(); ++i) {
      CHECK(same_bits(a.saves[s].observed[i], b.saves[s].observed[i]));
    }
  }
}

}  // namespace compare
