#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdint>

#include "tools.hpp"

import kobie.numbers;

using tools::Double16;
using tools::Double4;
using tools::Double8;
using tools::Float16;

namespace {

// Lanes 0, 1, 2, ... compared with a bound: the first `count` lanes hold.
template <class Real>
constexpr kobie::MaskOf<Real> first_lanes(int count) {
  Real number(0);
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    kobie::set_lane(number, i, static_cast<kobie::ScalarOf<Real>>(i));
  }
  return number < Real(count);
}

}  // namespace

TEMPLATE_TEST_CASE("any is one lane or more, all is every lane", "", double, float, Double4, Double8, Double16, Float16) {
  constexpr int lanes = kobie::lanes_of<TestType>;
  CHECK_FALSE(kobie::any(first_lanes<TestType>(0)));
  CHECK(kobie::any(first_lanes<TestType>(1)));
  CHECK(kobie::all(first_lanes<TestType>(lanes)));
  CHECK_FALSE(kobie::all(first_lanes<TestType>(lanes - 1)));
}

TEMPLATE_TEST_CASE("any finds a lane wherever it is", "", Double4, Double8, Double16, Float16) {
  for (int where = 0; where < kobie::lanes_of<TestType>; ++where) {
    TestType x(0);
    kobie::set_lane(x, where, 1);
    CHECK(kobie::any(x > TestType(0)));
    CHECK_FALSE(kobie::all(x == TestType(0)));
  }
}

TEMPLATE_TEST_CASE("masks combine lane by lane", "", Double4, Double8, Double16, Float16) {
  using Mask = kobie::MaskOf<TestType>;
  const Mask two = first_lanes<TestType>(2);
  const Mask three = first_lanes<TestType>(3);
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    CHECK(kobie::lane(two && three, i) == (i < 2));
    CHECK(kobie::lane(two || three, i) == (i < 3));
    CHECK(kobie::lane(!two && three, i) == (i == 2));
    CHECK(kobie::lane(two & three, i) == (i < 2));
    CHECK(kobie::lane(two | three, i) == (i < 3));
  }
  CHECK(kobie::all(Mask(true)));
  CHECK_FALSE(kobie::any(Mask(false)));
  CHECK_FALSE(kobie::any(Mask{}));
}

TEMPLATE_TEST_CASE("select takes each lane from its side, NaN of the other notwithstanding", "", Double4, Double8, Double16,
                   Float16) {
  using T = kobie::ScalarOf<TestType>;
  const TestType chosen = kobie::select(first_lanes<TestType>(3), TestType(1), TestType(tools::nan<T>));
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    CHECK(kobie::is_finite(kobie::lane(chosen, i)) == (i < 3));
  }
}

TEMPLATE_TEST_CASE("counting adds one where the mask holds", "", double, float, Double4, Double8, Double16, Float16) {
  kobie::CountOf<TestType> count{};
  for (int i = 0; i < 5; ++i) {
    kobie::count_where(count, first_lanes<TestType>(i));
  }
  // Lane i holds in first_lanes(i + 1) to first_lanes(4).
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    CHECK(kobie::lane(count, i) == (i < 4 ? 4 - i : 0));
  }
}

#ifndef __NVCC__  // which does not evaluate vectors while it compiles
static_assert(kobie::any(Double8(1) < Double8(2)));
static_assert(!kobie::all(first_lanes<Float16>(15)));
#endif
