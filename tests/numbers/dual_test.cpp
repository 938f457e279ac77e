#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "tools.hpp"

import kobie.numbers;

using Catch::Matchers::WithinRel;
using tools::Double8;
using tools::Float16;

namespace {

template <class Real>
using Dual = kobie::Dual<Real, 2>;

template <class Real>
auto first(const Real& x) {
  return kobie::lane(x, 0);
}

// Values and slopes pass through a few roundings, and xsimd's pow through some ten.
template <class T>
constexpr double rounding = 16.0 * static_cast<double>(std::numeric_limits<T>::epsilon());

// `y` has this value, and this slope times the seeds' 1 and -3.
template <class Real>
void check(const Dual<Real>& y, double value, double slope) {
  using T = kobie::ScalarOf<Real>;
  CAPTURE(value, slope);
  CHECK_THAT(static_cast<double>(first(y.value)), WithinRel(value, rounding<T>));
  CHECK_THAT(static_cast<double>(first(y.derivative[0])), WithinRel(slope, rounding<T>));
  CHECK_THAT(static_cast<double>(first(y.derivative[1])), WithinRel(-3 * slope, rounding<T>));
  CHECK(kobie::all(y.value == Real(first(y.value))));  // the other lanes are the same
  CHECK(kobie::all(y.derivative[1] == Real(first(y.derivative[1]))));
}

template <class Real>
Dual<Real> seeded(double value) {
  using T = kobie::ScalarOf<Real>;
  return Dual<Real>(Real(static_cast<T>(value)), {Real(1), Real(-3)});
}

}  // namespace

// 0.625 is a float, so that rounding the argument costs nothing.
TEMPLATE_TEST_CASE("the derivative of each function is its closed form", "", double, float, Double8, Float16) {
  const double v = 0.625;
  const Dual<TestType> x = seeded<TestType>(v);
  check<TestType>(kobie::sqrt(x), std::sqrt(v), 0.5 / std::sqrt(v));
  check<TestType>(kobie::cbrt(x), std::cbrt(v), std::pow(v, -2.0 / 3) / 3);
  check<TestType>(kobie::exp(x), std::exp(v), std::exp(v));
  check<TestType>(kobie::exp2(x), std::exp2(v), std::numbers::ln2 * std::exp2(v));
  check<TestType>(kobie::expm1(x), std::expm1(v), std::exp(v));
  check<TestType>(kobie::log(x), std::log(v), 1 / v);
  check<TestType>(kobie::log2(x), std::log2(v), 1 / (v * std::numbers::ln2));
  check<TestType>(kobie::log10(x), std::log10(v), 1 / (v * std::numbers::ln10));
  check<TestType>(kobie::log1p(x), std::log1p(v), 1 / (1 + v));
  check<TestType>(kobie::sin(x), std::sin(v), std::cos(v));
  check<TestType>(kobie::cos(x), std::cos(v), -std::sin(v));
  check<TestType>(kobie::tan(x), std::tan(v), 1 / (std::cos(v) * std::cos(v)));
  check<TestType>(kobie::asin(x), std::asin(v), 1 / std::sqrt(1 - v * v));
  check<TestType>(kobie::acos(x), std::acos(v), -1 / std::sqrt(1 - v * v));
  check<TestType>(kobie::atan(x), std::atan(v), 1 / (1 + v * v));
  check<TestType>(kobie::sinh(x), std::sinh(v), std::cosh(v));
  check<TestType>(kobie::cosh(x), std::cosh(v), std::sinh(v));
  check<TestType>(kobie::tanh(x), std::tanh(v), 1 / (std::cosh(v) * std::cosh(v)));
  check<TestType>(kobie::abs(seeded<TestType>(-v)), v, -1);
  check<TestType>(kobie::abs(x), v, 1);
}

TEMPLATE_TEST_CASE("a power has a slope in its base and one in its exponent", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const Dual<TestType> x = seeded<TestType>(0.625);
  check<TestType>(kobie::pow(x, TestType(T(2.5))), std::pow(0.625, 2.5), 2.5 * std::pow(0.625, 1.5));
  const Dual<TestType> base(TestType(T(1.5)));
  check<TestType>(kobie::pow(base, x), std::pow(1.5, 0.625), std::log(1.5) * std::pow(1.5, 0.625));
  // d/dx x^x = x^x (1 + log x)
  check<TestType>(kobie::pow(x, x), std::pow(0.625, 0.625), std::pow(0.625, 0.625) * (1 + std::log(0.625)));
}

TEMPLATE_TEST_CASE("a constant exponent has a finite slope where the base is zero or negative", "", double, float, Double8,
                   Float16) {
  const auto slope = [](double base, int exponent) {
    return first(kobie::pow(seeded<TestType>(base), TestType(exponent)).derivative[0]);
  };
  CHECK(slope(0.0, 1) == 1);
  CHECK(slope(0.0, 2) == 0);
  CHECK_THAT(static_cast<double>(slope(-2.0, 3)), WithinRel(12.0, rounding<kobie::ScalarOf<TestType>>));
}

TEMPLATE_TEST_CASE("an angle has the slopes of both coordinates", "", double, float, Double8, Float16) {
  const Dual<TestType> x = seeded<TestType>(0.625);
  const Dual<TestType> two(TestType(2));
  check<TestType>(kobie::atan2(x, two), std::atan2(0.625, 2), 2 / (4 + 0.625 * 0.625));
  check<TestType>(kobie::atan2(two, x), std::atan2(2, 0.625), -2 / (4 + 0.625 * 0.625));
  // In the left half plane, too.
  check<TestType>(kobie::atan2(x, -two), std::atan2(0.625, -2), -2 / (4 + 0.625 * 0.625));
}

TEMPLATE_TEST_CASE("sums, products and quotients follow their rules", "", double, float, Double8, Float16) {
  const double v = 0.625;
  const Dual<TestType> x = seeded<TestType>(v);
  check<TestType>(x + x, 2 * v, 2);
  check<TestType>(3 - x, 3 - v, -1);
  check<TestType>(-x, -v, -1);
  check<TestType>(+x, v, 1);
  check<TestType>(x * x, v * v, 2 * v);
  check<TestType>(2.0 * x * x * x, 2 * v * v * v, 6 * v * v);
  check<TestType>(1 / x, 1 / v, -1 / (v * v));
  check<TestType>(x / (1 + x), v / (1 + v), 1 / ((1 + v) * (1 + v)));
  check<TestType>(kobie::fma(x, x, x), v * v + v, 2 * v + 1);
}

TEMPLATE_TEST_CASE("the chain rule holds for a nested expression", "", double, float, Double8, Float16) {
  const double v = 0.625;
  const Dual<TestType> x = seeded<TestType>(v);
  // d/dx exp(sin(x^2)) = exp(sin(x^2)) cos(x^2) 2 x
  check<TestType>(kobie::exp(kobie::sin(x * x)), std::exp(std::sin(v * v)),
                  std::exp(std::sin(v * v)) * std::cos(v * v) * 2 * v);
}

TEMPLATE_TEST_CASE("compound assignments carry derivatives", "", double, Double8) {
  Dual<TestType> y = seeded<TestType>(0.625);
  const Dual<TestType> x = y;
  y *= x;
  y += x;
  y -= 2;
  y /= x;
  // (x^2 + x - 2) / x
  check<TestType>(y, (0.625 * 0.625 + 0.625 - 2) / 0.625, 1 + 2 / (0.625 * 0.625));
}

TEST_CASE("each variable has a direction of its own") {
  using Dual3 = kobie::Dual<double, 3>;
  const Dual3 x = Dual3::variable(2.0, 0);
  const Dual3 y = Dual3::variable(3.0, 1);
  const Dual3 z = Dual3::variable(5.0, 2);
  const Dual3 f = x * y + y * z * z;
  CHECK(f.value == 81.0);
  CHECK(f.derivative == std::array<double, 3>{3.0, 27.0, 30.0});
}

TEST_CASE("duals of packs hold a derivative for each lane") {
  using DualPack = kobie::Dual<Double8, 1>;
  Double8 v(0);
  for (int i = 0; i < 8; ++i) {
    kobie::set_lane(v, i, 0.25 * (i + 1));
  }
  const DualPack y = kobie::exp(DualPack::variable(v, 0) * 2.0);
  for (int i = 0; i < 8; ++i) {
    CHECK_THAT(kobie::lane(y.derivative[0], i), WithinRel(2 * std::exp(0.5 * (i + 1)), rounding<double>));
  }
}

TEMPLATE_TEST_CASE("min, max and select take value and derivative from one side", "", double, Double8) {
  const Dual<TestType> small = seeded<TestType>(1.0);
  const Dual<TestType> large(TestType(2));
  check<TestType>(kobie::min(small, large), 1, 1);
  check<TestType>(kobie::min(large, small), 1, 1);
  CHECK(first(kobie::max(small, large).value) == 2);
  CHECK(first(kobie::max(small, large).derivative[0]) == 0);
  CHECK(first(kobie::max(large, small).derivative[0]) == 0);
  check<TestType>(kobie::select(small < large, small, large), 1, 1);
}

TEMPLATE_TEST_CASE("a dual with an infinite or NaN derivative is not finite", "", double, Double8) {
  CHECK(kobie::all(kobie::is_finite(seeded<TestType>(1.0))));
  Dual<TestType> y = seeded<TestType>(1.0);
  y.derivative[1] = TestType(tools::infinity<double>);
  CHECK_FALSE(kobie::any(kobie::is_finite(y)));
  CHECK_FALSE(kobie::any(kobie::is_finite(Dual<TestType>(TestType(tools::nan<double>)))));
}

TEST_CASE("a step function has no slope") {
  const auto y = kobie::floor(seeded<double>(2.5));
  CHECK(y.value == 2.0);
  CHECK(y.derivative[0] == 0.0);
}

static_assert([] {
  using D = kobie::Dual<double, 1>;
  const D x = D::variable(3.0, 0);
  return (x * x / D(2.0)).derivative[0] == 3.0;
}());
