// What holds for every controller.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include "controllers.hpp"

import kobie.control;
import kobie.numbers;

using Catch::Matchers::WithinRel;
using controllers::accept;
using controllers::digits;
using controllers::k;
using controllers::NoConstants;
using kobie::GustafssonControl;
using kobie::IControl;
using kobie::PiControl;
using kobie::PidControl;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

template <class C, class R>
struct Case {
  using Control = C;
  using Real = R;
};

using EveryCase = std::tuple<Case<IControl, double>, Case<IControl, Float16>, Case<PiControl, double>, Case<PiControl, float>,
                             Case<PiControl, Float16>, Case<PidControl, double>, Case<PidControl, Double8>,
                             Case<GustafssonControl, double>, Case<GustafssonControl, float>, Case<GustafssonControl, Double8>>;

template <class Case>
using HistoryOf = typename Case::Control::template History<typename Case::Real>;

template <class Case>
double factor(double error, const HistoryOf<Case>& history = {}, const kobie::ControlSettings<double>& changed = {}) {
  kobie::ControlSettings<double> settings = Case::Control::template defaults<NoConstants>();
  settings.safety = changed.safety;
  settings.min_factor = changed.min_factor;
  settings.max_factor = changed.max_factor;
  settings.steady_min = changed.steady_min;
  settings.steady_max = changed.steady_max;
  return controllers::factor<typename Case::Control, typename Case::Real>(settings, error, history);
}

// What a history says of the steps to come, at some errors of accepted steps.
template <class Case>
std::vector<double> opinions(const HistoryOf<Case>& history) {
  std::vector<double> all;
  for (const double error : {0.9, 0.3, 0.05}) {
    all.push_back(factor<Case>(error, history));
  }
  return all;
}

template <class Case>
void attempt(HistoryOf<Case>& history, double error, double h, bool accepted, bool rejected) {
  using Real = typename Case::Real;
  using Mask = kobie::MaskOf<Real>;
  Case::Control::remember(history, controllers::real<Real>(error * error), controllers::real<Real>(h), Mask(accepted),
                          Mask(rejected));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("the factor stays between its limits", "", EveryCase) {
  CHECK_THAT(factor<TestType>(1e-10), WithinRel(10.0, 1e-6));  // float's rounding of the limit
  CHECK_THAT(factor<TestType>(0.0), WithinRel(10.0, 1e-6));
  CHECK_THAT(factor<TestType>(1e9), WithinRel(0.2, 1e-6));
}

TEMPLATE_LIST_TEST_CASE("the safety and the limits are the settings'", "", EveryCase) {
  const kobie::ControlSettings<double> settings{.safety = 0.5, .min_factor = 0.4, .max_factor = 1.5};
  CHECK_THAT(factor<TestType>(1.0, {}, settings), WithinRel(0.5, digits));
  CHECK_THAT(factor<TestType>(1e-6, {}, settings), WithinRel(1.5, 1e-6));
  CHECK_THAT(factor<TestType>(1e6, {}, settings), WithinRel(0.4, 1e-6));
}

TEMPLATE_LIST_TEST_CASE("an error that is not a number shrinks the step by as much as is allowed", "", EveryCase) {
  CHECK_THAT(factor<TestType>(std::numeric_limits<double>::quiet_NaN()), WithinRel(0.2, 1e-6));
  CHECK_THAT(factor<TestType>(std::numeric_limits<double>::infinity()), WithinRel(0.2, 1e-6));
}

TEMPLATE_LIST_TEST_CASE("a rejected step shrinks, however little is wrong and however little safety is asked for", "",
                        EveryCase) {
  CHECK(factor<TestType>(1.000001, {}, {.safety = 1.0}) < 0.99);
  CHECK(factor<TestType>(1.000001) < 0.91);
}

TEMPLATE_LIST_TEST_CASE("a step after a rejected one does not grow, but may shrink", "", EveryCase) {
  HistoryOf<TestType> history;
  attempt<TestType>(history, 2.0, 1.0, false, true);
  CHECK(factor<TestType>(1e-6, history) == 1.0);
  CHECK_THAT(factor<TestType>(1.0, history), WithinRel(0.9, digits));
  attempt<TestType>(history, 1.0, 1.0, true, false);
  CHECK(factor<TestType>(1e-6, history) > 1.0);
}

TEMPLATE_LIST_TEST_CASE("a step size is kept in the dead band, unless the step was rejected", "", EveryCase) {
  const kobie::ControlSettings<double> band{.steady_min = 0.8, .steady_max = 1.2};
  CHECK(factor<TestType>(1.0, {}, band) == 1.0);  // 0.9 without
  CHECK(factor<TestType>(0.6, {}, band) == 1.0);
  CHECK(factor<TestType>(0.01, {}, band) > 1.2);
  CHECK_THAT(factor<TestType>(1.05, {}, band), WithinRel(0.9 * std::pow(1.05, -0.2), digits));
  CHECK_THAT(factor<TestType>(0.6, {}, {.safety = 0.5, .steady_min = 0.8, .steady_max = 1.2}),
             WithinRel(factor<TestType>(0.6, {}, {.safety = 0.5}), 1e-12));  // below the band
}

TEMPLATE_LIST_TEST_CASE("history keeps still on rejected steps and on those cut short", "", EveryCase) {
  HistoryOf<TestType> history;
  attempt<TestType>(history, 0.25, 0.125, true, false);
  attempt<TestType>(history, 0.5, 0.25, true, false);
  const auto before = opinions<TestType>(history);

  // Cut short: neither accepted nor rejected as far as the controller is told.
  attempt<TestType>(history, 1e-3, 1e-3, false, false);
  CHECK(opinions<TestType>(history) == before);

  // Rejected: the next step may not grow, and nothing else is remembered.
  attempt<TestType>(history, 64.0, 0.5, false, true);
  attempt<TestType>(history, 1e-3, 1e-3, false, false);
  attempt<TestType>(history, 8.0, 0.25, false, true);
  history.rejected = kobie::MaskOf<typename TestType::Real>(false);
  CHECK(opinions<TestType>(history) == before);
}

TEMPLATE_TEST_CASE("history moves on accepted steps", "", (Case<PiControl, double>), (Case<PidControl, Double8>),
                   (Case<GustafssonControl, Float16>)) {
  HistoryOf<TestType> history;
  attempt<TestType>(history, 0.5, 1.0, true, false);
  const auto before = opinions<TestType>(history);
  attempt<TestType>(history, 0.02, 1.0, true, false);
  CHECK(opinions<TestType>(history) != before);
}

TEMPLATE_TEST_CASE("each lane is controlled as a scalar is, to the bit", "", IControl, PiControl, PidControl,
                   GustafssonControl) {
  const kobie::ControlSettings<double> settings = TestType::template defaults<NoConstants>();
  typename TestType::template History<Double8> together;
  typename TestType::template History<double> alone[8];
  int differing = 0;
  for (int step = 0; step < 50; ++step) {
    Double8 square(0);
    Double8 h(0);
    for (int i = 0; i < 8; ++i) {
      kobie::set_lane(square, i, std::pow(10.0, std::sin(1.7 * step + 2.9 * i) * 4 - 1));
      kobie::set_lane(h, i, std::pow(10.0, std::cos(0.3 * step + i)));
    }
    const Double8::Mask accepted = square <= Double8(1);
    const Double8 factors = TestType::template factor<k>(settings, square, h, accepted, together);
    TestType::remember(together, square, h, accepted, !accepted);
    for (int i = 0; i < 8; ++i) {
      const double own = kobie::lane(square, i);
      const double factor = TestType::template factor<k>(settings, own, kobie::lane(h, i), own <= 1, alone[i]);
      TestType::remember(alone[i], own, kobie::lane(h, i), own <= 1, !(own <= 1));
      differing += kobie::to_bits(kobie::lane(factors, i)) != kobie::to_bits(factor) ? 1 : 0;
    }
  }
  CHECK(differing == 0);
}

static_assert(IControl::adaptive && PiControl::adaptive && PidControl::adaptive && GustafssonControl::adaptive);
static_assert(!kobie::FixedStep::adaptive);
