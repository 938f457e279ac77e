#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include "harness.hpp"
#include "stiff_systems.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::FixedStep;
using kobie::GustafssonControl;
using kobie::KenCarp3;
using kobie::KenCarp4;
using kobie::Sdirk43;
using kobie::TrBdf2;

namespace {

// The powers of the step that the error falls with inside one step, which is that of the interpolant, and between many: the
// lesser of that one and the method's order.
template <class M, int Power, int Order>
struct Case {
  using Method = M;
  static constexpr int power = Power;
  static constexpr int order = Order;
};
using Cases = std::tuple<Case<TrBdf2, 3, 2>, Case<KenCarp3, 3, 3>, Case<KenCarp4, 4, 4>, Case<Sdirk43, 4, 4>>;

std::vector<double> equally_spaced(int count, double end) {
  std::vector<double> times;
  for (int i = 1; i <= count; ++i) {
    times.push_back(i == count ? end : end * i / count);
  }
  return times;
}

// The largest error of saves at many times in `steps` equal steps from t = 1/2.
template <class Method>
double error_between(double end, int steps) {
  constexpr double t0 = 0.5;
  const auto times = equally_spaced(20 * steps, end);
  const auto run = harness::integrate_one<systems::Bell, Method, FixedStep>(
      {.t0 = t0, .end = end, .saves = times, .rtol = 1e-13, .atol = 1e-13},
      {.state = {systems::Bell::at(t0)}, .dt = end / steps});
  REQUIRE(run.accepted == steps);
  double worst = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    worst = std::max(worst, std::abs(run.saves.at(i).state[0] - systems::Bell::at(t0 + times[i])));
  }
  return worst;
}

// The Brusselator that is stiff by its third component, 1000 saves.
template <class Method>
std::vector<harness::Save<double>> brusselator(double tolerance, bool land_on_saves) {
  const auto run = harness::integrate_one<systems::Brusselator, Method, GustafssonControl>(
      {.end = 10.0, .saves = equally_spaced(1000, 10.0), .land_on_saves = land_on_saves, .rtol = tolerance, .atol = tolerance},
      {.state = {3.9, 1.1, 2.8}, .parameter = {1.2, 2.5, 1e-5}});
  REQUIRE(run.status == kobie::Status::success);
  CHECK((land_on_saves || run.accepted < 400));
  return run.saves;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("inside an implicit step the error falls by the interpolant's order", "", Cases) {
  using Method = typename TestType::Method;
  const double coarse = error_between<Method>(0.08, 1);
  const double fine = error_between<Method>(0.02, 1);
  CAPTURE(coarse, fine);
  CHECK(fine > 1e-12);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(TestType::power, 0.3));
}

TEMPLATE_LIST_TEST_CASE("between implicit steps the error falls by the order of method and interpolant", "", Cases) {
  using Method = typename TestType::Method;
  const double coarse = error_between<Method>(2.0, 20);
  const double fine = error_between<Method>(2.0, 80);
  CAPTURE(coarse, fine);
  CHECK(fine > 1e-12);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(TestType::order, 0.3));
}

// Cubic Hermite interpolation shows that component some 1e4 times over.
TEMPLATE_TEST_CASE("inside a step over something very fast, no more of it is seen than there was", "", TrBdf2, KenCarp3,
                   KenCarp4, Sdirk43) {
  const auto times = equally_spaced(50, 0.1);
  const auto run = harness::integrate_one<systems::ProtheroRobinson, TestType, FixedStep>(
      {.end = 0.1, .saves = times}, {.state = {2.0}, .parameter = {-1e6}, .dt = 0.1});
  REQUIRE(run.accepted == 1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    CAPTURE(times[i]);
    CHECK(std::abs(run.saves.at(i).state[0] - std::cos(times[i])) < 1.15);
  }
}

TEST_CASE("saves between the steps of a stiff run are as good as the tolerance lets the steps be") {
  const auto truth = brusselator<kobie::RadauIIA5>(1e-10, true);
  const auto worst = [&truth](const std::vector<harness::Save<double>>& saves) {
    double error = 0.0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      for (std::size_t q = 0; q < 3; ++q) {
        error = std::max(error, std::abs(saves.at(i).state[q] - truth[i].state[q]) / (1.0 + std::abs(truth[i].state[q])));
      }
    }
    return error;
  };
  for (const double tolerance : {1e-4, 1e-6}) {
    CAPTURE(tolerance);
    // It goes on with the solution of the lower order, whose errors add up.
    CHECK(worst(brusselator<TrBdf2>(tolerance, false)) < 200 * tolerance);
    CHECK(worst(brusselator<KenCarp3>(tolerance, false)) < 30 * tolerance);
    CHECK(worst(brusselator<KenCarp4>(tolerance, false)) < 30 * tolerance);
    CHECK(worst(brusselator<Sdirk43>(tolerance, false)) < 10 * tolerance);
  }
}
