#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::DormandPrince853;
using kobie::FixedStep;
using kobie::PiControl;
using kobie::Tsit5;
using kobie::Verner65;
using kobie::Verner76;
using kobie::Verner87;
using kobie::Verner98;

namespace {

// The power of the step that the error inside one step falls with: the interpolant's order + 1, where the method's is not
// less. Two steps, in which that error leads and is above rounding.
template <class M, int Power, int CoarseInThousandths, int FineInThousandths>
struct Local {
  using Method = M;
  static constexpr int power = Power;
  static constexpr double coarse = CoarseInThousandths / 1000.0;
  static constexpr double fine = FineInThousandths / 1000.0;
};
using LocalCases =
    std::tuple<Local<kobie::ExplicitEuler, 2, 20, 5>, Local<kobie::Heun21, 3, 100, 25>, Local<kobie::Ralston3, 4, 100, 25>,
               Local<kobie::BogackiShampine32, 4, 100, 25>, Local<ClassicalRk4, 4, 100, 25>,
               Local<kobie::Fehlberg45, 4, 100, 25>, Local<kobie::CashKarp54, 4, 100, 25>, Local<DormandPrince54, 5, 35, 9>,
               Local<Tsit5, 5, 35, 9>, Local<Verner65, 7, 80, 40>, Local<Verner76, 8, 200, 70>,
               Local<DormandPrince853, 8, 400, 100>, Local<Verner87, 9, 200, 100>, Local<Verner98, 10, 280, 140>>;

// And over many steps: the lesser of that power and the method's order. Two numbers of steps.
template <class M, int Order, int Coarse, int Fine>
struct Global {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int coarse = Coarse;
  static constexpr int fine = Fine;
};
using GlobalCases = std::tuple<Global<kobie::ExplicitEuler, 1, 384, 768>, Global<kobie::Heun21, 2, 96, 384>,
                               Global<kobie::Ralston3, 3, 96, 384>, Global<kobie::BogackiShampine32, 3, 96, 384>,
                               Global<ClassicalRk4, 4, 96, 384>, Global<kobie::Fehlberg45, 4, 96, 384>,
                               Global<kobie::CashKarp54, 4, 96, 384>, Global<DormandPrince54, 5, 96, 384>,
                               Global<Tsit5, 5, 96, 384>, Global<Verner65, 6, 48, 96>, Global<Verner76, 7, 64, 128>,
                               Global<DormandPrince853, 8, 32, 96>, Global<Verner87, 8, 24, 48>, Global<Verner98, 9, 16, 48>>;

constexpr double margin(int order) { return order < 8 ? 0.3 : 0.5; }

// The largest error of 19 saves inside one step of length h from t = 1/2.
template <class Method>
double error_inside_step(double h) {
  constexpr double t0 = 0.5;
  std::vector<double> times;
  for (int i = 1; i < 20; ++i) {
    times.push_back(h * i / 20);
  }
  const auto run = harness::integrate_one<systems::Bell, Method, FixedStep>({.t0 = t0, .end = h, .saves = times},
                                                                            {.state = {systems::Bell::at(t0)}, .dt = h});
  REQUIRE(run.accepted == 1);
  double worst = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    worst = std::max(worst, std::abs(run.saves.at(i).state[0] - systems::Bell::at(t0 + times[i])));
  }
  return worst;
}

// Kepler's ellipse at time t after perihelion, from his equation E - e sin E = t.
std::vector<double> on_ellipse(double t) {
  constexpr double e = 0.5;
  double anomaly = t;
  for (int i = 0; i < 50; ++i) {
    anomaly -= (anomaly - e * std::sin(anomaly) - t) / (1 - e * std::cos(anomaly));
  }
  const double r = 1 - e * std::cos(anomaly);
  const double minor = std::sqrt(1 - e * e);
  return {std::cos(anomaly) - e, minor * std::sin(anomaly), -std::sin(anomaly) / r, minor * std::cos(anomaly) / r};
}

constexpr double duration = 3.0;

// The largest error on the ellipse of `count` equally spaced saves.
template <class Method, class Control>
double error_on_ellipse(int count, harness::Request request, double dt) {
  request.end = duration;
  for (int i = 1; i <= count; ++i) {
    request.saves.push_back(i == count ? duration : duration * i / count);
  }
  const auto run = harness::integrate_one<systems::Kepler, Method, Control>(request, {.state = on_ellipse(0.0), .dt = dt});
  REQUIRE(run.saves.size() == request.saves.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < request.saves.size(); ++i) {
    const auto truth = on_ellipse(request.saves[i]);
    for (std::size_t q = 0; q < truth.size(); ++q) {
      worst = std::max(worst, std::abs(run.saves[i].state[q] - truth[q]));
    }
  }
  return worst;
}

// y' = -2 t y^2 that counts how often it is asked.
struct Counted {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static inline int calls = 0;

  template <class Real>
  static void rhs(const kobie::Point<Counted, Real>& at, kobie::Rates<Counted, Real>& d) {
    ++calls;
    d.state = {Real(-2) * at.t * at.state[0] * at.state[0]};
  }
};

template <class Method>
int calls(const std::vector<double>& saves) {
  Counted::calls = 0;
  harness::integrate_one<Counted, Method, FixedStep>({.saves = saves}, {.state = {1.0}, .dt = 0.125});
  return Counted::calls;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("inside a step the error falls by the interpolant's order", "", LocalCases) {
  using Method = typename TestType::Method;
  const double coarse = error_inside_step<Method>(TestType::coarse);
  const double fine = error_inside_step<Method>(TestType::fine);
  CAPTURE(coarse, fine);
  CHECK(fine > 2e-14);
  CHECK_THAT(std::log(coarse / fine) / std::log(TestType::coarse / TestType::fine),
             WithinAbs(TestType::power, margin(TestType::power)));
}

// Where the interpolant's error is of a higher power than that of the steps, the sum of both falls faster at first.
TEMPLATE_LIST_TEST_CASE("between steps the error falls at least by the order of method and interpolant", "", GlobalCases) {
  using Method = typename TestType::Method;
  const double coarse = error_on_ellipse<Method, FixedStep>(1000, {}, duration / TestType::coarse);
  const double fine = error_on_ellipse<Method, FixedStep>(1000, {}, duration / TestType::fine);
  CAPTURE(coarse, fine);
  CHECK(fine > 1e-13);
  const double order = std::log(coarse / fine) / std::log(static_cast<double>(TestType::fine) / TestType::coarse);
  CAPTURE(order);
  CHECK(order > TestType::order - margin(TestType::order));
  CHECK(order < TestType::order + 1);
}

TEMPLATE_TEST_CASE("saves between steps are nearly as accurate as the steps", "", DormandPrince54, Tsit5, Verner65, Verner76,
                   DormandPrince853, Verner87, Verner98) {
  constexpr int steps = 32;
  const double at_steps = error_on_ellipse<TestType, FixedStep>(steps, {}, duration / steps);
  const double between = error_on_ellipse<TestType, FixedStep>(1000, {}, duration / steps);
  CAPTURE(at_steps, between);
  CHECK(between < 10 * at_steps);
}

TEMPLATE_TEST_CASE("saves between adaptive steps keep the tolerance", "", DormandPrince54, Tsit5, Verner65, Verner76,
                   DormandPrince853, Verner87, Verner98) {
  for (const double tolerance : {1e-6, 1e-9, 1e-12}) {
    CAPTURE(tolerance);
    CHECK(error_on_ellipse<TestType, PiControl>(1000, {.rtol = tolerance, .atol = tolerance}, 0.0) < 100 * tolerance);
  }
}

TEMPLATE_LIST_TEST_CASE("the interpolated solution has no jump where steps meet", "", LocalCases) {
  const double join = 0.25;
  const auto run = harness::integrate_one<systems::Swing, typename TestType::Method, FixedStep>(
      {.saves = {join - 1e-9, join, join + 1e-9}}, {.state = {1.0}, .dt = 0.125});
  REQUIRE(run.saves.size() == 3);
  const double before = run.saves[1].state[0] - run.saves[0].state[0];
  const double after = run.saves[2].state[0] - run.saves[1].state[0];
  // The derivative at the join, which both steps have, over 1e-9, and rounding.
  const double slope = run.saves[1].state[0] * std::cos(join);
  CHECK_THAT(before, WithinAbs(1e-9 * slope, 1e-13));
  CHECK_THAT(after, WithinAbs(1e-9 * slope, 1e-13));
}

// Eight steps, and three extra stages in each one that has saves inside; the pair 6(5) has its last stage as the next first
// one, the method 8(5, 3) asks for the derivative at the end instead.
TEST_CASE("an interpolant's stages are computed once in a step with saves inside, and in no other") {
  const int start = 1;
  CHECK(calls<DormandPrince853>({1.0}) == start + 8 * 12);
  CHECK(calls<DormandPrince853>({0.125, 0.5, 1.0}) == start + 8 * 12);
  CHECK(calls<DormandPrince853>({0.126, 0.2, 0.24}) == start + 8 * 12 + 3);
  CHECK(calls<DormandPrince853>({0.1, 0.2, 0.24, 0.25}) == start + 8 * 12 + 2 * 3);
  CHECK(calls<Verner65>({0.125, 0.5, 1.0}) == start + 8 * 8);
  CHECK(calls<Verner65>({0.126, 0.2, 0.24}) == start + 8 * 8 + 3);
  CHECK(calls<Verner76>({0.2}) == start + 8 * 10 + 5);
  CHECK(calls<Verner87>({0.2}) == start + 8 * 13 + 7);
  CHECK(calls<Verner98>({0.2}) == start + 8 * 16 + 9);
  CHECK(calls<Tsit5>({0.126, 0.2, 0.24}) == start + 8 * 6);
}

TEMPLATE_TEST_CASE("a lane's saves do not depend on which other lanes save inside a step", "", DormandPrince853, Verner65) {
  using Double4 = kobie::Pack<double, 4>;
  const harness::Request request{.end = 2.0, .saves = {0.3, 0.31, 1.0, 1.7, 2.0}, .rtol = 1e-7, .atol = 1e-7};
  // Steps of different lengths, so that saves fall at ends of steps in one lane and inside in others.
  const std::vector<harness::Start> starts = {
      {.state = {1.0}, .dt = 0.3}, {.state = {2.0}, .dt = 0.0}, {.state = {0.01}, .dt = 1.0}, {.state = {5.0}, .dt = 1e-3}};
  const auto together = harness::integrate<systems::Bell, TestType, PiControl, Double4>(request, starts);
  for (std::size_t lane = 0; lane < starts.size(); ++lane) {
    const auto alone = harness::integrate_one<systems::Bell, TestType, PiControl>(request, starts[lane]);
    CAPTURE(lane);
    REQUIRE(together[lane].saves.size() == 5);
    REQUIRE(alone.saves.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(together[lane].saves[i].state[0] == alone.saves[i].state[0]);
    }
  }
}
