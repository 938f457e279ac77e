// What the math functions give where the argument is zero, infinite, NaN, or outside their domain: what the C library gives.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
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

TEMPLATE_TEST_CASE("exponentials are accurate up to the largest number and infinite past it", "", double, float, Double4,
                   Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T infinity = tools::infinity<T>;
  const T log_largest = std::nextafter(std::log(std::numeric_limits<T>::max()), T(0));
  const T log2_largest = std::nextafter(T(std::numeric_limits<T>::max_exponent), T(0));
  CHECK(std::isfinite(first(kobie::exp(TestType(log_largest)))));
  CHECK(std::isfinite(first(kobie::exp2(TestType(log2_largest)))));
  for (const T x : {log_largest - 1, log_largest, std::nextafter(log_largest, infinity), log_largest + 1, T(1e4),
                    std::numeric_limits<T>::max()}) {
    INFO("exp(" << x << ")");
    CHECK(tools::ulps<T>(first(kobie::exp(TestType(x))), std::exp(static_cast<long double>(x))) <= 1.0);
    CHECK(tools::ulps<T>(first(kobie::expm1(TestType(x))), std::expm1(static_cast<long double>(x))) <= 1.5);
  }
  for (const T x : {log2_largest - 1, log2_largest, std::nextafter(log2_largest, infinity), log2_largest + 1, T(1e4),
                    std::numeric_limits<T>::max()}) {
    INFO("exp2(" << x << ")");
    CHECK(tools::ulps<T>(first(kobie::exp2(TestType(x))), std::exp2(static_cast<long double>(x))) <= 1.0);
  }
}

TEMPLATE_TEST_CASE("exp and exp2 are accurate to a unit where they are subnormal, and then 0", "", double, float, Double4,
                   Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const auto smallest_normal = static_cast<double>(std::log(std::numeric_limits<T>::min()));
  const double span = std::log(2.0) * (std::numeric_limits<T>::digits + 1);
  double worst = 0.0;
  for (int i = 0; i <= 20'000; ++i) {
    const double exponent = smallest_normal - span * i / 20'000;
    const T x = static_cast<T>(exponent);
    worst = std::max(worst, tools::ulps<T>(first(kobie::exp(TestType(x))), std::exp(static_cast<long double>(x))));
    const T x2 = static_cast<T>(exponent / std::log(2.0));
    worst = std::max(worst, tools::ulps<T>(first(kobie::exp2(TestType(x2))), std::exp2(static_cast<long double>(x2))));
  }
  CHECK(worst <= 1.0);
  CHECK(first(kobie::exp(TestType(static_cast<T>(sizeof(T) == 8 ? -745.13 : -103.9)))) == std::numeric_limits<T>::denorm_min());
  for (const T x : {T(sizeof(T) == 8 ? -745.14 : -104.0), T(-1e4), std::numeric_limits<T>::lowest()}) {
    CHECK(tools::bits(first(kobie::exp(TestType(x)))) == tools::bits(T(0)));
    CHECK(tools::bits(first(kobie::exp2(TestType(x * T(1.5))))) == tools::bits(T(0)));
  }
}

TEMPLATE_TEST_CASE("exp and exp2 of zeros and of subnormal numbers are 1", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T tiny = std::numeric_limits<T>::denorm_min();
  for (const T x : {T(0), -T(0), tiny, -tiny, 1000 * tiny, -1000 * tiny}) {
    CHECK(first(kobie::exp(TestType(x))) == T(1));
    CHECK(first(kobie::exp2(TestType(x))) == T(1));
  }
}

TEMPLATE_TEST_CASE("exp2 of whole numbers is exact", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  using Limits = std::numeric_limits<T>;
  int wrong = 0;
  for (int k = Limits::min_exponent - Limits::digits; k < Limits::max_exponent; ++k) {
    wrong += first(kobie::exp2(TestType(static_cast<T>(k)))) != std::ldexp(T(1), k) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("expm1 of the smallest numbers is the number, and of large negative ones -1", "", double, float, Double4,
                   Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const T tiny = std::numeric_limits<T>::denorm_min();
  for (const T x : {tiny, -tiny, 3 * tiny, std::numeric_limits<T>::min(), -std::numeric_limits<T>::min()}) {
    CHECK(first(kobie::expm1(TestType(x))) == x);
  }
  for (const T x : {T(-50), T(-1e4), std::numeric_limits<T>::lowest()}) {
    CHECK(first(kobie::expm1(TestType(x))) == T(-1));
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
