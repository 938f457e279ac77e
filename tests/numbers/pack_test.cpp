#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tools.hpp"

import kobie.numbers;

using kobie::Pack;
using tools::Double16;
using tools::Double4;
using tools::Double8;
using tools::Float16;

namespace {

// Numbers of all kinds, in pairs that differ from lane to lane.
template <class Real>
struct Sample {
  using T = kobie::ScalarOf<Real>;
  std::vector<T> arguments = {T(1.5),        T(-2.25), T(0),
                              -T(0),         T(1e-30), T(3e20),
                              T(-0.1),       T(7),     tools::infinity<T>,
                              tools::nan<T>, T(-1e10), std::numeric_limits<T>::denorm_min()};
  Real a = tools::lanes_from<Real>(arguments, 0);
  Real b = tools::lanes_from<Real>(arguments, 5);
};

// The pack holds `expected(lane)` in each lane, to the bit.
template <class Real, class Expected>
void check_lanes(Real got, Expected expected) {
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    CAPTURE(i);
    CHECK(tools::bits(kobie::lane(got, i)) == tools::bits(expected(i)));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("a pack computes in each lane what a scalar does", "", Double4, Double8, Double16, Float16) {
  const Sample<TestType> sample;
  const TestType a = sample.a;
  const TestType b = sample.b;
  const auto lane = [](const TestType& x, int i) { return kobie::lane(x, i); };
  check_lanes(a + b, [&](int i) { return lane(a, i) + lane(b, i); });
  check_lanes(a - b, [&](int i) { return lane(a, i) - lane(b, i); });
  check_lanes(a * b, [&](int i) { return lane(a, i) * lane(b, i); });
  check_lanes(a / b, [&](int i) { return lane(a, i) / lane(b, i); });
  check_lanes(-a, [&](int i) { return -lane(a, i); });
  check_lanes(+a, [&](int i) { return lane(a, i); });
  check_lanes(kobie::abs(a), [&](int i) { return std::fabs(lane(a, i)); });
  check_lanes(kobie::min(a, b), [&](int i) { return lane(b, i) < lane(a, i) ? lane(b, i) : lane(a, i); });
  check_lanes(kobie::max(a, b), [&](int i) { return lane(a, i) < lane(b, i) ? lane(b, i) : lane(a, i); });
}

TEMPLATE_TEST_CASE("a compound assignment is the operator and the assignment", "", Double8, Float16) {
  const Sample<TestType> sample;
  const auto check = [&](TestType changed, TestType expected) {
    check_lanes(changed, [&](int i) { return kobie::lane(expected, i); });
  };
  TestType x = sample.a;
  check(x += sample.b, sample.a + sample.b);
  x = sample.a;
  check(x -= sample.b, sample.a - sample.b);
  x = sample.a;
  check(x *= sample.b, sample.a * sample.b);
  x = sample.a;
  check(x /= sample.b, sample.a / sample.b);
}

TEMPLATE_TEST_CASE("a number becomes the same number in every lane, its sign included", "", Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  for (const T x : {T(0), -T(0), T(2.5), tools::infinity<T>, tools::nan<T>}) {
    check_lanes(TestType(x), [&](int) { return x; });
  }
  check_lanes(TestType(3), [](int) { return T(3); });
  check_lanes(TestType{}, [](int) { return T(0); });
}

TEMPLATE_TEST_CASE("numbers mix with packs on either side", "", Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const TestType x(3);
  check_lanes(2 * x, [](int) { return T(6); });
  check_lanes(x - 1.0, [](int) { return T(2); });
  check_lanes(1.5F / x, [](int) { return T(0.5); });
}

TEMPLATE_TEST_CASE("setting a lane changes that lane alone", "", Double4, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  TestType x(1);
  kobie::set_lane(x, 2, T(9));
  check_lanes(x, [](int i) { return i == 2 ? T(9) : T(1); });
}

TEMPLATE_TEST_CASE("comparisons are those of scalars, NaN and signed zeros included", "", Double4, Double8, Double16, Float16) {
  const Sample<TestType> sample;
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    const auto a = kobie::lane(sample.a, i);
    const auto b = kobie::lane(sample.b, i);
    CAPTURE(a, b);
    CHECK(kobie::lane(sample.a < sample.b, i) == (a < b));
    CHECK(kobie::lane(sample.a <= sample.b, i) == (a <= b));
    CHECK(kobie::lane(sample.a > sample.b, i) == (a > b));
    CHECK(kobie::lane(sample.a >= sample.b, i) == (a >= b));
    CHECK(kobie::lane(sample.a == sample.b, i) == (a == b));
    CHECK(kobie::lane(sample.a != sample.b, i) == (a != b));
  }
  CHECK(kobie::all(TestType(0.0) == TestType(-0.0)));
}

TEMPLATE_TEST_CASE("finite is neither infinite nor NaN", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  using Limits = std::numeric_limits<T>;
  for (const T x : {T(0), -T(0), T(1), Limits::max(), Limits::lowest(), Limits::denorm_min()}) {
    CHECK(kobie::all(kobie::is_finite(TestType(x))));
  }
  for (const T x : {tools::infinity<T>, -tools::infinity<T>, tools::nan<T>}) {
    CHECK_FALSE(kobie::any(kobie::is_finite(TestType(x))));
  }
}

TEMPLATE_TEST_CASE("fma rounds once", "", double, float, Double4, Double8, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  // (1 + e)^2 - (1 + 2 e) = e^2, which the rounding of the product alone would lose.
  const T e = std::numeric_limits<T>::epsilon();
  volatile T a = 1 + e;  // or the compiler would find the answer by itself
  const TestType square = kobie::fma(TestType(a), TestType(a), TestType(-(1 + 2 * e)));
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    CHECK(kobie::lane(square, i) == e * e);
  }
}

TEMPLATE_TEST_CASE("min and max keep the first number where the second is NaN", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const TestType one(1);
  CHECK(kobie::all(kobie::min(one, TestType(tools::nan<T>)) == one));
  CHECK(kobie::all(kobie::max(one, TestType(tools::nan<T>)) == one));
}

TEMPLATE_TEST_CASE("bits survive the way to an integer and back", "", double, float, Double4, Double8, Double16, Float16) {
  const Sample<TestType> sample;
  const TestType back = kobie::from_bits(kobie::to_bits(sample.a));
  check_lanes(back, [&](int i) { return kobie::lane(sample.a, i); });
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    CHECK(kobie::lane(kobie::to_bits(sample.a), i) == kobie::to_bits(kobie::lane(sample.a, i)));
  }
}

TEMPLATE_TEST_CASE("packs of integers shift and mask their bits", "", std::uint32_t, std::uint64_t) {
  using Bits = Pack<TestType, 8>;
  constexpr int top = std::numeric_limits<TestType>::digits - 4;
  CHECK(kobie::all((Bits(0xF0U) >> 4) == Bits(0x0FU)));
  CHECK(kobie::all((Bits(0x0FU) << top) == Bits(TestType{0xF} << top)));
  CHECK(kobie::all((Bits(0b1100U) & Bits(0b1010U)) == Bits(0b1000U)));
  CHECK(kobie::all((Bits(0b1100U) | Bits(0b1010U)) == Bits(0b1110U)));
}

// Arithmetic is known to the compiler, so that steps can be checked while they are compiled.
static_assert(kobie::from_bits(kobie::to_bits(1.5)) == 1.5);
static_assert(kobie::fma(2.0, 3.0, 4.0) == 10.0);
#ifndef __NVCC__  // which does not evaluate vectors while it compiles
static_assert(kobie::all(Double8(1) + Double8(2) == Double8(3)));
static_assert(kobie::all(kobie::select(Float16(1) < Float16(2), Float16(4), Float16(5)) == Float16(4)));
static_assert(kobie::all(kobie::fma(Double4(2), Double4(3), Double4(4)) == Double4(10)));
static_assert(kobie::all(kobie::abs(Double16(-2)) == Double16(2)));
static_assert(kobie::all(kobie::max(Double8(1), Double8(2)) == Double8(2)));
static_assert(kobie::lane(kobie::from_bits(kobie::to_bits(Float16(1.5F))), 15) == 1.5F);
#endif
