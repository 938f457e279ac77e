#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>

#include "controllers.hpp"

import kobie.control;
import kobie.numbers;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using controllers::digits;
using controllers::NoConstants;
using kobie::PiControl;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

// The factor after a step with this error, where the last accepted one had `last_error`.
template <class Real>
double factor(double error, double last_error = 1.0, const kobie::ControlSettings<double>& settings = controllers::pi) {
  PiControl::History<Real> history;
  history.log2_error = controllers::real<Real>(std::log2(last_error));
  return controllers::factor<PiControl, Real>(settings, error, history);
}

}  // namespace

TEMPLATE_TEST_CASE("PI: an accepted step's factor weighs this error and the last", "", double, float, Double8, Float16) {
  // 0.9 err^(-0.7/5) err_last^(0.4/5), by hand
  CHECK_THAT(factor<TestType>(0.1), WithinRel(0.9 * 1.3803842646028848, digits));
  CHECK_THAT(factor<TestType>(0.1, 0.1), WithinRel(0.9 * 1.3803842646028848 * 0.8317637711026710, digits));
  CHECK_THAT(factor<TestType>(1.0), WithinRel(0.9, digits));
  CHECK_THAT(factor<TestType>(0.5, 0.01), WithinRel(0.9 * std::pow(0.5, -0.14) * std::pow(0.01, 0.08), digits));
}

TEMPLATE_TEST_CASE("PI: a rejected step's factor comes from its own error alone", "", double, float, Double8, Float16) {
  // 0.9 * 32^(-1/5) = 0.45
  CHECK_THAT(factor<TestType>(32.0), WithinRel(0.45, digits));
  CHECK_THAT(factor<TestType>(32.0, 1e-3), WithinRel(0.45, digits));
}

TEST_CASE("PI: the gains are the settings'") {
  // Soderlind's PI.4.2 and H211PI as printed: (3/5, -1/5) and (1/6, 1/6)
  const kobie::ControlSettings<double> pi42{.beta1 = 0.6, .beta2 = -0.2};
  CHECK_THAT(factor<double>(0.1, 0.01, pi42), WithinRel(0.9 * std::pow(0.1, -0.12) * std::pow(0.01, 0.04), digits));
  const kobie::ControlSettings<double> h211{.beta1 = 1.0 / 6, .beta2 = 1.0 / 6};
  CHECK_THAT(factor<double>(0.1, 0.01, h211), WithinRel(0.9 * std::pow(0.1, -1.0 / 30) * std::pow(0.01, -1.0 / 30), digits));
}

TEMPLATE_TEST_CASE("PI: no error below 1e-4 is remembered", "", double, float, Double8) {
  using Mask = kobie::MaskOf<TestType>;
  PiControl::History<TestType> history;
  PiControl::remember(history, TestType(1e-14F), TestType(1), Mask(true), Mask(false));
  CHECK_THAT(std::exp2(controllers::first(history.log2_error)), WithinRel(1e-4, 1e-3));  // -13.2877 as written
  PiControl::remember(history, TestType(0.0625F), TestType(1), Mask(true), Mask(false));
  CHECK_THAT(controllers::first(history.log2_error), WithinAbs(-2.0, digits));
}
