#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <tuple>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::FixedStep;
using kobie::Tsit5;

namespace {

// The error at the end of `steps` equal steps.
template <class System, class Method>
double error_at_end(double end, int steps, const std::vector<double>& y0, const std::vector<double>& truth) {
  const auto run =
      harness::integrate_one<System, Method, FixedStep>({.end = end, .saves = {end}}, {.state = y0, .dt = end / steps});
  REQUIRE(run.status == kobie::Status::success);
  REQUIRE(run.accepted == steps);
  double square = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    square += std::pow(run.saves.at(0).state[i] - truth[i], 2);
  }
  return std::sqrt(square);
}

// The power of the step size that the error falls with, found from two halvings, in each of which it is much above rounding.
template <class System, class Method>
double order(double end, int steps, const std::vector<double>& y0, const std::vector<double>& truth) {
  const double coarse = error_at_end<System, Method>(end, steps, y0, truth);
  const double fine = error_at_end<System, Method>(end, 4 * steps, y0, truth);
  INFO("errors " << coarse << " and " << fine);
  CHECK(fine > 1e-13);
  return std::log2(coarse / fine) / 2;
}

// A method, and the order that its authors give it: stated here, not asked of the tableau. Then a number of steps, so that this
// error and that of four times as many are between the range where the leading term does not lead yet and rounding.
template <class M, int Order, int Steps>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr double margin = Order < 8 ? 0.3 : 0.5;
  static constexpr int steps = Steps;
};
using OnSwing = std::tuple<Case<kobie::ExplicitEuler, 1, 640>, Case<kobie::Heun21, 2, 80>, Case<kobie::Ralston3, 3, 40>,
                           Case<kobie::BogackiShampine32, 3, 40>, Case<ClassicalRk4, 4, 20>, Case<kobie::Fehlberg45, 4, 96>,
                           Case<kobie::CashKarp54, 5, 20>, Case<DormandPrince54, 5, 20>, Case<Tsit5, 5, 20>>;
using OnBell = std::tuple<Case<kobie::ExplicitEuler, 1, 320>, Case<kobie::Heun21, 2, 40>, Case<kobie::Ralston3, 3, 40>,
                          Case<kobie::BogackiShampine32, 3, 40>, Case<ClassicalRk4, 4, 10>, Case<kobie::CashKarp54, 5, 10>,
                          Case<DormandPrince54, 5, 10>, Case<Tsit5, 5, 10>>;
using OnKepler = std::tuple<Case<kobie::ExplicitEuler, 1, 81920>, Case<kobie::Heun21, 2, 2560>, Case<kobie::Ralston3, 3, 640>,
                            Case<kobie::BogackiShampine32, 3, 640>, Case<ClassicalRk4, 4, 320>, Case<kobie::CashKarp54, 5, 320>,
                            Case<DormandPrince54, 5, 320>, Case<Tsit5, 5, 320>, Case<kobie::Verner65, 6, 48>,
                            Case<kobie::Verner76, 7, 32>, Case<kobie::DormandPrince853, 8, 30>, Case<kobie::Verner98, 9, 25>>;
// Methods made for a small leading error show the power of the next one on most problems; here the leading one leads.
using OnOscillator = std::tuple<Case<kobie::Fehlberg45, 4, 48>, Case<kobie::Verner76, 7, 24>,
                                Case<kobie::DormandPrince853, 8, 12>, Case<kobie::Verner87, 8, 8>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("a method converges by its order on y' = y cos t", "", OnSwing) {
  using Method = typename TestType::Method;
  CHECK_THAT((order<systems::Swing, Method>(3.0, TestType::steps, {1.0}, {systems::Swing::at(3.0)})),
             WithinAbs(TestType::order, TestType::margin));
}

TEMPLATE_LIST_TEST_CASE("a method converges by its order on y' = -2 t y^2", "", OnBell) {
  using Method = typename TestType::Method;
  CHECK_THAT((order<systems::Bell, Method>(1.0, TestType::steps, {1.0}, {systems::Bell::at(1.0)})),
             WithinAbs(TestType::order, TestType::margin));
}

TEMPLATE_LIST_TEST_CASE("a method converges by its order on a Kepler orbit", "", OnKepler) {
  using Method = typename TestType::Method;
  const std::vector<double> start = {0.5, 0.0, 0.0, std::sqrt(3.0)};
  CHECK_THAT((order<systems::Kepler, Method>(2 * std::numbers::pi, TestType::steps, start, start)),
             WithinAbs(TestType::order, TestType::margin));
}

TEMPLATE_LIST_TEST_CASE("a method converges by its order on x'' = -x", "", OnOscillator) {
  using Method = typename TestType::Method;
  CHECK_THAT((order<systems::Oscillator, Method>(10.0, TestType::steps, {0.0, 1.0}, {std::sin(10.0), std::cos(10.0)})),
             WithinAbs(TestType::order, TestType::margin));
}
