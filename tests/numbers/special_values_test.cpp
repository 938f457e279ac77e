// What the math functions give where the argument is zero, infinite, NaN, or outside their domain: what the C library gives.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>
#include <tuple>

#include "math_functions.hpp"
#include "tools.hpp"

import kobie.numbers;

using tools::Double4;
using tools::Double8;
using tools::Float16;

namespace {

template <class Real>
auto first(Real x) {
  return kobie::lane(x, 0);
}

// Zeros must have the truth's sign; elsewhere a few units are enough here.
template <class T>
bool agrees(T got, long double truth) {
  return tools::ulps<T>(got, truth) <= 4.0 && (truth != 0.0L || std::signbit(got) == std::signbit(truth));
}

}  // namespace

TEMPLATE_TEST_CASE("at special arguments math functions give what the C library gives", "", double, float, Double4, Double8,
                   Float16) {
  using T = kobie::ScalarOf<TestType>;
  const auto check = [](const auto& entry) {
    DYNAMIC_SECTION(entry.name) {
      for (const T x : {T(0), -T(0), T(1), T(-1), T(2), T(-2), tools::infinity<T>, -tools::infinity<T>, tools::nan<T>}) {
        const T got = first(entry.function(TestType(x)));
        INFO(entry.name << "(" << x << ") is " << got << ", the truth " << entry.truth(x));
        CHECK(agrees<T>(got, entry.truth(x)));
      }
    }
  };
  std::apply([&](const auto&... entry) { (check(entry), ...); }, math::unary);
}

// xsimd gives infinity from half the largest number on.
TEMPLATE_TEST_CASE("exponentials are accurate up to half the largest number and infinite past it", "", double, float, Double8,
                   Float16) {
  using T = kobie::ScalarOf<TestType>;
  constexpr bool is_double = sizeof(T) == 8;
  const T half_largest = is_double ? T(709.0) : T(88.0);
  const T log2_half_largest = is_double ? T(1022.99) : T(126.99);
  CHECK(tools::ulps<T>(first(kobie::exp(TestType(half_largest))), std::exp(static_cast<long double>(half_largest))) < 3);
  CHECK(tools::ulps<T>(first(kobie::expm1(TestType(half_largest))), std::expm1(static_cast<long double>(half_largest))) < 3);
  CHECK(tools::ulps<T>(first(kobie::exp2(TestType(log2_half_largest))),
                       std::exp2(static_cast<long double>(log2_half_largest))) < 3);
  CHECK(first(kobie::exp(TestType(half_largest + 1))) == tools::infinity<T>);
  CHECK(first(kobie::expm1(TestType(half_largest + 1))) == tools::infinity<T>);
  CHECK(first(kobie::exp2(TestType(log2_half_largest + 1.1F))) == tools::infinity<T>);
}

TEMPLATE_TEST_CASE("an exponential too small for a normal number is that small", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T normal = std::numeric_limits<T>::min();
  for (const T x : {T(sizeof(T) == 8 ? -715 : -92), T(sizeof(T) == 8 ? -800 : -120)}) {
    const T got = first(kobie::exp(TestType(x)));
    CHECK(got >= 0);
    CHECK(got < normal);  // xsimd gives 0 here, the C library the subnormal number
  }
}

TEMPLATE_TEST_CASE("logarithms and roots of subnormal numbers are right", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T tiny = std::numeric_limits<T>::min() / 1024;
  CHECK(agrees<T>(first(kobie::log(TestType(tiny))), std::log(static_cast<long double>(tiny))));
  CHECK(agrees<T>(first(kobie::log2(TestType(tiny))), std::log2(static_cast<long double>(tiny))));
  CHECK(agrees<T>(first(kobie::log10(TestType(tiny))), std::log10(static_cast<long double>(tiny))));
  CHECK(agrees<T>(first(kobie::sqrt(TestType(tiny))), std::sqrt(static_cast<long double>(tiny))));
  CHECK(agrees<T>(first(kobie::cbrt(TestType(tiny))), std::cbrt(static_cast<long double>(tiny))));
}

TEMPLATE_TEST_CASE("pow of special arguments is what the C library gives", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T values[] = {
      T(0), T(1), T(-1), T(2), T(-2), T(0.5), T(3), T(-3), T(-0.5), tools::infinity<T>, -tools::infinity<T>, tools::nan<T>};
  for (const T x : values) {
    for (const T y : values) {
      if (x < 0 && (std::isinf(x) || std::isinf(y))) {
        continue;  // xsimd gives NaN for some of these
      }
      const T got = first(kobie::pow(TestType(x), TestType(y)));
      const long double truth = std::pow(static_cast<long double>(x), static_cast<long double>(y));
      INFO("pow(" << x << ", " << y << ") is " << got << ", the truth " << truth);
      CHECK(tools::ulps<T>(got, truth) <= 4.0);
    }
  }
}

TEMPLATE_TEST_CASE("atan2 of special arguments is what the C library gives", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T values[] = {T(0), -T(0), T(1), T(-1), tools::infinity<T>, -tools::infinity<T>, tools::nan<T>};
  for (const T y : values) {
    for (const T x : values) {
      const T got = first(kobie::atan2(TestType(y), TestType(x)));
      const long double truth = std::atan2(static_cast<long double>(y), static_cast<long double>(x));
      INFO("atan2(" << y << ", " << x << ") is " << got << ", the truth " << truth);
      CHECK(agrees<T>(got, truth));
    }
  }
}
