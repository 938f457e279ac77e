#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <limits>

import kobie.control;
import kobie.numbers;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using kobie::PiControl;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

constexpr int k = 5;
constexpr double digits = 2e-5;  // fast_log2 and fast_exp2 are right to five digits

template <class Real>
using Settings = kobie::ControlSettings<kobie::ScalarOf<Real>>;

template <class Real>
PiControl::History<Real> history_of(double last_error, bool rejected) {
  return {Real(static_cast<kobie::ScalarOf<Real>>(std::log2(last_error))), kobie::MaskOf<Real>(rejected)};
}

// The factor after a step with this error, where the last accepted one had `last_error`.
template <class Real>
double factor(double error, double last_error = 1.0, bool after_rejection = false) {
  const Real square(static_cast<kobie::ScalarOf<Real>>(error * error));
  const Real got =
      PiControl::factor<k>(Settings<Real>{}, square, square <= Real(1), history_of<Real>(last_error, after_rejection));
  CHECK(kobie::all(got == Real(kobie::lane(got, 0))));
  return static_cast<double>(kobie::lane(got, 0));
}

}  // namespace

TEMPLATE_TEST_CASE("an accepted step's factor weighs this error and the last", "", double, float, Double8, Float16) {
  // 0.9 err^(-0.7/5) err_last^(0.4/5), by hand
  CHECK_THAT(factor<TestType>(0.1), WithinRel(0.9 * 1.3803842646028848, digits));
  CHECK_THAT(factor<TestType>(0.1, 0.1), WithinRel(0.9 * 1.3803842646028848 * 0.8317637711026710, digits));
  CHECK_THAT(factor<TestType>(1.0), WithinRel(0.9, digits));
  CHECK_THAT(factor<TestType>(0.5, 0.01), WithinRel(0.9 * std::pow(0.5, -0.14) * std::pow(0.01, 0.08), digits));
}

TEMPLATE_TEST_CASE("a rejected step's factor comes from its own error alone", "", double, float, Double8, Float16) {
  // 0.9 * 32^(-1/5) = 0.45
  CHECK_THAT(factor<TestType>(32.0), WithinRel(0.45, digits));
  CHECK_THAT(factor<TestType>(32.0, 1e-3), WithinRel(0.45, digits));
  CHECK(factor<TestType>(1.0001) < 1.0);
}

TEMPLATE_TEST_CASE("the factor stays between its limits", "", double, float, Double8, Float16) {
  const kobie::ControlSettings<double> limits;
  CHECK_THAT(factor<TestType>(1e-9), WithinRel(limits.max_factor, 1e-6));  // float's rounding of the limit
  CHECK_THAT(factor<TestType>(0.0), WithinRel(limits.max_factor, 1e-6));
  CHECK_THAT(factor<TestType>(1e9), WithinRel(limits.min_factor, 1e-6));
}

TEMPLATE_TEST_CASE("an error that is not a number shrinks the step by as much as is allowed", "", double, float, Double8,
                   Float16) {
  CHECK_THAT(factor<TestType>(std::numeric_limits<double>::quiet_NaN()), WithinRel(0.2, 1e-6));
  CHECK_THAT(factor<TestType>(std::numeric_limits<double>::infinity()), WithinRel(0.2, 1e-6));
}

TEMPLATE_TEST_CASE("a step after a rejected one does not grow, but may shrink", "", double, float, Double8, Float16) {
  CHECK(factor<TestType>(1e-6, 1.0, true) == 1.0);
  CHECK_THAT(factor<TestType>(1.0, 1.0, true), WithinRel(0.9, digits));
}

TEST_CASE("the safety and the limits are the settings'") {
  const kobie::ControlSettings<double> settings{.safety = 0.5, .min_factor = 0.4, .max_factor = 1.5};
  const PiControl::History<double> history;
  CHECK_THAT(PiControl::factor<k>(settings, 1.0, true, history), WithinRel(0.5, digits));
  CHECK(PiControl::factor<k>(settings, 1e-12, true, history) == 1.5);
  CHECK(PiControl::factor<k>(settings, 1e12, false, history) == 0.4);
}

TEMPLATE_TEST_CASE("history moves on accepted steps and keeps still on rejected ones", "", double, float, Double8, Float16) {
  using Mask = kobie::MaskOf<TestType>;
  PiControl::History<TestType> history;
  const auto log2_error = [&] { return static_cast<double>(kobie::lane(history.log2_error, 0)); };

  PiControl::remember(history, TestType(0.0625F), Mask(true), Mask(false));
  CHECK_THAT(log2_error(), WithinAbs(-2.0, digits));
  CHECK_FALSE(kobie::any(history.rejected));

  PiControl::remember(history, TestType(64), Mask(false), Mask(true));
  CHECK_THAT(log2_error(), WithinAbs(-2.0, digits));
  CHECK(kobie::all(history.rejected));

  // Neither: a lane that was cut short, or is done.
  PiControl::remember(history, TestType(64), Mask(false), Mask(false));
  CHECK_THAT(log2_error(), WithinAbs(-2.0, digits));
  CHECK(kobie::all(history.rejected));

  PiControl::remember(history, TestType(1), Mask(true), Mask(false));
  CHECK(log2_error() == 0.0);
  CHECK_FALSE(kobie::any(history.rejected));
}

TEMPLATE_TEST_CASE("no error below 1e-4 is remembered", "", double, float, Double8) {
  using Mask = kobie::MaskOf<TestType>;
  PiControl::History<TestType> history;
  PiControl::remember(history, TestType(1e-14F), Mask(true), Mask(false));
  CHECK_THAT(std::exp2(static_cast<double>(kobie::lane(history.log2_error, 0))), WithinRel(1e-4, 1e-3));  // -13.2877 as written
}

TEST_CASE("each lane is controlled as a scalar is, to the bit") {
  Double8 square(0);
  Double8 last(0);
  for (int i = 0; i < 8; ++i) {
    kobie::set_lane(square, i, std::pow(10.0, 2 * i - 9));
    kobie::set_lane(last, i, -1.5 * i);
  }
  const Double8::Mask rejected = last < Double8(-5);
  const Double8 together = PiControl::factor<k>({}, square, square <= Double8(1), PiControl::History<Double8>{last, rejected});
  for (int i = 0; i < 8; ++i) {
    const double own = kobie::lane(square, i);
    const double alone =
        PiControl::factor<k>({}, own, own <= 1, PiControl::History<double>{kobie::lane(last, i), kobie::lane(rejected, i)});
    CHECK(kobie::to_bits(kobie::lane(together, i)) == kobie::to_bits(alone));
  }
}

static_assert(PiControl::adaptive);
static_assert(!kobie::FixedStep::adaptive);
