// The I, PID and Gustafsson controllers against their published formulas; PI control has a file of its own.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>

#include "controllers.hpp"

import kobie.control;
import kobie.numbers;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using controllers::accept;
using controllers::digits;
using controllers::NoConstants;
using kobie::GustafssonControl;
using kobie::IControl;
using kobie::PidControl;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

template <class Control, class Real>
double factor(double error, const typename Control::template History<Real>& history, double h = 1.0) {
  return controllers::factor<Control, Real>(Control::template defaults<NoConstants>(), error, history, h);
}

// What RADAU5 computes for an accepted step, with an exponent of 1/5 for its 1/4, and kobie's limits.
double radau5(double err, double h, double erracc, double hacc) {
  const double quot = std::clamp(std::pow(err, 0.2) / 0.9, 0.1, 5.0);
  const double facgus = std::clamp(hacc / h * std::pow(err * err / erracc, 0.2) / 0.9, 0.1, 5.0);
  return 1.0 / std::max(quot, facgus);
}

}  // namespace

TEMPLATE_TEST_CASE("I: the factor is the elementary one, whatever came before", "", double, float, Double8, Float16) {
  IControl::History<TestType> history;
  CHECK_THAT((factor<IControl, TestType>(1.0 / 32, history)), WithinRel(1.8, digits));
  CHECK_THAT((factor<IControl, TestType>(32.0, history)), WithinRel(0.45, digits));
  accept<IControl, TestType>(history, 1e-3);
  CHECK_THAT((factor<IControl, TestType>(1.0 / 32, history)), WithinRel(1.8, digits));
}

TEST_CASE("I: the gain is the settings', and a rejected step has a gain of 1") {
  const kobie::ControlSettings<double> half{.beta1 = 0.5};
  CHECK_THAT((controllers::factor<IControl, double>(half, 0.1, {})), WithinRel(0.9 * std::pow(0.1, -0.1), digits));
  CHECK_THAT((controllers::factor<IControl, double>(half, 32.0, {})), WithinRel(0.45, digits));
}

TEMPLATE_TEST_CASE("PID: an accepted step's factor weighs three errors", "", double, float, Double8, Float16) {
  // 0.9 err_n^(-0.58/5) err_{n-1}^(0.21/5) err_{n-2}^(-0.1/5)
  PidControl::History<TestType> history;
  CHECK_THAT((factor<PidControl, TestType>(0.1, history)), WithinRel(0.9 * std::pow(0.1, -0.116), digits));
  accept<PidControl, TestType>(history, 0.01);
  CHECK_THAT((factor<PidControl, TestType>(0.1, history)),
             WithinRel(0.9 * std::pow(0.1, -0.116) * std::pow(0.01, 0.042), digits));
  accept<PidControl, TestType>(history, 0.3);
  CHECK_THAT((factor<PidControl, TestType>(0.1, history)),
             WithinRel(0.9 * std::pow(0.1, -0.116) * std::pow(0.3, 0.042) * std::pow(0.01, -0.02), digits));
  accept<PidControl, TestType>(history, 0.7);
  CHECK_THAT((factor<PidControl, TestType>(0.1, history)),
             WithinRel(0.9 * std::pow(0.1, -0.116) * std::pow(0.7, 0.042) * std::pow(0.3, -0.02), digits));
}

TEMPLATE_TEST_CASE("PID: a rejected step's factor comes from its own error alone", "", double, Float16) {
  PidControl::History<TestType> history;
  accept<PidControl, TestType>(history, 0.01);
  accept<PidControl, TestType>(history, 0.3);
  CHECK_THAT((factor<PidControl, TestType>(32.0, history)), WithinRel(0.45, digits));
}

TEST_CASE("PID: the gains are the settings'") {
  // Soderlind's H312PID as printed: (1/18, 1/9, 1/18)
  PidControl::History<double> history;
  accept<PidControl, double>(history, 0.01);
  accept<PidControl, double>(history, 0.3);
  const kobie::ControlSettings<double> h312{.beta1 = 1.0 / 18, .beta2 = 1.0 / 9, .beta3 = 1.0 / 18};
  CHECK_THAT((controllers::factor<PidControl, double>(h312, 0.1, history)),
             WithinRel(0.9 * std::pow(0.1, -1.0 / 90) * std::pow(0.3, -1.0 / 45) * std::pow(0.01, -1.0 / 90), digits));
}

TEMPLATE_TEST_CASE("Gustafsson: the first accepted step is controlled as by I", "", double, float, Double8, Float16) {
  const GustafssonControl::History<TestType> history;
  for (const double h : {1e-30, 1e-3, 1.0, 1e10}) {
    CHECK_THAT((factor<GustafssonControl, TestType>(1.0 / 32, history, h)), WithinRel(1.8, digits));
    CHECK_THAT((factor<GustafssonControl, TestType>(32.0, history, h)), WithinRel(0.45, digits));
  }
}

TEMPLATE_TEST_CASE("Gustafsson: an accepted step's factor is RADAU5's", "", double, float, Double8, Float16) {
  // Steps that grow or shrink, errors that grow or shrink: either formula is the smaller one somewhere.
  int predicted = 0;
  for (const double last_error : {0.03, 0.2, 0.9}) {
    for (const double last_h : {0.001, 0.0025, 0.004}) {
      GustafssonControl::History<TestType> history;
      accept<GustafssonControl, TestType>(history, last_error, last_h);
      for (const double error : {0.01, 0.1, 0.5, 1.0}) {
        const double h = 0.0025;
        const double expected = radau5(error, h, last_error, last_h);
        CAPTURE(last_error, last_h, error);
        CHECK_THAT((factor<GustafssonControl, TestType>(error, history, h)), WithinRel(expected, 4e-5));  // three logarithms
        predicted += expected < 0.9 * std::pow(error, -0.2) * (1 - 1e-9) ? 1 : 0;
      }
    }
  }
  CHECK(predicted > 5);
  CHECK(predicted < 31);
}

TEST_CASE("Gustafsson: the gains are the settings'") {
  // SUNDIALS' ImpGus: h_n (h_n / h_{n-1}) err_n^(-k1/p) (err_n / err_{n-1})^(-k2/p)
  GustafssonControl::History<double> history;
  accept<GustafssonControl, double>(history, 0.2, 0.004);
  const kobie::ControlSettings<double> settings{.beta1 = 0.98, .beta2 = 0.95};
  CHECK_THAT((controllers::factor<GustafssonControl, double>(settings, 0.5, history, 0.003)),
             WithinRel(0.9 * 0.75 * std::pow(0.5, -0.196) * std::pow(2.5, -0.19), 4e-5));
}

TEMPLATE_TEST_CASE("Gustafsson: a rejected step's factor comes from its own error alone", "", double, Float16) {
  GustafssonControl::History<TestType> history;
  accept<GustafssonControl, TestType>(history, 0.01, 10.0);
  CHECK_THAT((factor<GustafssonControl, TestType>(32.0, history, 0.001)), WithinRel(0.45, digits));
}

TEST_CASE("Gustafsson: a step far shorter than the last shrinks by no more than is allowed") {
  GustafssonControl::History<double> history;
  accept<GustafssonControl, double>(history, 0.5, 1e20);
  CHECK_THAT((factor<GustafssonControl, double>(0.5, history, 1e-300)), WithinRel(0.2, 1e-6));
}

TEMPLATE_TEST_CASE("Gustafsson: no error below 1e-2 is remembered", "", double, float, Double8) {
  GustafssonControl::History<TestType> history;
  accept<GustafssonControl, TestType>(history, 1e-7, 0.125);
  CHECK_THAT(std::exp2(controllers::first(history.log2_error)), WithinRel(0.01, digits));
  CHECK(controllers::first(history.log2_step) == -3.0);
}
