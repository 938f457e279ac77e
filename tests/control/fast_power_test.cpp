#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

import kobie.control;
import kobie.numbers;

using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

// Four arguments an octave, all the way through the normal numbers, none of them a power of two.
template <class T, class Visit>
void for_each_normal(Visit visit) {
  using Limits = std::numeric_limits<T>;
  for (int exponent = Limits::min_exponent - 1; exponent < Limits::max_exponent; ++exponent) {
    for (const double mantissa : {1.0 + 1e-6, 1.2, 1.4142, 1.77, 2.0 - 1e-6}) {
      visit(static_cast<T>(std::ldexp(mantissa, exponent)));
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("fast_log2 is right to 1.1e-5 over all normal numbers", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  long double worst = 0;
  for_each_normal<T>([&](T x) {
    const T got = kobie::lane(kobie::fast_log2(TestType(x)), 0);
    const long double truth = std::log2(static_cast<long double>(x));
    // A float of that size has digits of its own.
    const long double rounding = static_cast<long double>(std::numeric_limits<T>::epsilon()) * std::fabs(truth);
    worst = std::max(worst, std::fabs(static_cast<long double>(got) - truth) - rounding);
  });
  CHECK(worst < 1.1e-5L);
}

TEMPLATE_TEST_CASE("fast_log2 is right to 1.1e-5 between 1 and 2", "", double, float) {
  double worst = 0;
  for (double x = 1.0; x < 2.0; x += 1e-5) {
    worst = std::max(worst, std::abs(static_cast<double>(kobie::fast_log2(static_cast<TestType>(x))) -
                                     std::log2(static_cast<double>(static_cast<TestType>(x)))));
  }
  CHECK(worst < 1.1e-5);
}

TEMPLATE_TEST_CASE("fast_log2 is exact at powers of two", "", double, float, Double8, Float16) {
  using Limits = std::numeric_limits<kobie::ScalarOf<TestType>>;
  for (int exponent = Limits::min_exponent - 1; exponent < Limits::max_exponent; ++exponent) {
    const auto x = static_cast<kobie::ScalarOf<TestType>>(std::ldexp(1.0, exponent));
    CHECK(static_cast<double>(kobie::lane(kobie::fast_log2(TestType(x)), 0)) == exponent);
  }
}

TEMPLATE_TEST_CASE("fast_exp2 is right to 4e-6 from -100 to 100", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  double worst = 0;
  for (double exact = -99.99; exact < 100; exact += 0.00731) {
    const T x = static_cast<T>(exact);
    const long double truth = std::exp2(static_cast<long double>(x));
    const T got = kobie::lane(kobie::fast_exp2(TestType(x)), 0);
    worst = std::max(worst, static_cast<double>(std::fabs(static_cast<long double>(got) / truth - 1)));
  }
  CHECK(worst < 4e-6);
}

TEMPLATE_TEST_CASE("scalars and lanes give the same bits", "", Double8, Float16, (kobie::Pack<double, 4>),
                   (kobie::Pack<double, 16>)) {
  using T = kobie::ScalarOf<TestType>;
  int differing = 0;
  T number = T(1e-20);
  for (int round = 0; round < 2'000; ++round) {
    TestType x(0);
    for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
      kobie::set_lane(x, i, number);
      number = number > T(1e20) ? T(1e-20) : number * T(1.0171);
    }
    const TestType logarithm = kobie::fast_log2(x);
    const TestType power = kobie::fast_exp2(logarithm);
    for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
      const T alone = kobie::fast_log2(kobie::lane(x, i));
      differing += kobie::to_bits(alone) != kobie::to_bits(kobie::lane(logarithm, i)) ? 1 : 0;
      differing += kobie::to_bits(kobie::fast_exp2(alone)) != kobie::to_bits(kobie::lane(power, i)) ? 1 : 0;
    }
  }
  CHECK(differing == 0);
}
