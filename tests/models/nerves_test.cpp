// The nerves: rest, rates at the removable singularities, thresholds, firing.
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include "tools.hpp"

import kobie.core;
import kobie.models;
import kobie.solvers;
import kobie.systems;

using kobie::models::FitzHughNagumo;
using kobie::models::HodgkinHuxley;

namespace {

using Numbers = std::vector<double>;

// The steady values of m, h, n at rest, by the formulas of 1952 at V = 0.
Numbers gates_at_rest() {
  const double alpha_m = 0.1 * 25.0 / (std::exp(2.5) - 1.0);
  const double alpha_h = 0.07;
  const double beta_h = 1.0 / (std::exp(3.0) + 1.0);
  const double alpha_n = 0.01 * 10.0 / (std::exp(1.0) - 1.0);
  return {alpha_m / (alpha_m + 4.0), alpha_h / (alpha_h + beta_h), alpha_n / (alpha_n + 0.125)};
}

}  // namespace

TEST_CASE("a squid's axon is at rest at -65 mV, with the gates that the formulas of 1952 give") {
  const Numbers gates = gates_at_rest();
  const auto start = tools::usual<HodgkinHuxley>({{"current", 0.0}});
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::abs(start.state[1 + i] - gates[i]) <= 5e-5);
  }
  const auto rates = tools::rates<HodgkinHuxley, double>(0.0, {-65.0, gates[0], gates[1], gates[2]}, start.parameter);
  // The leak's 10.613 mV were chosen to balance the other two currents, of some 4 uA/cm^2: a thousandth of them is left.
  CHECK(std::abs(rates[0]) <= 5e-3);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(std::abs(rates[i]) <= 1e-15);
  }
  const auto run = tools::solve<HodgkinHuxley>(start, tools::every(1.0, 100.0));
  for (const auto& save : run.saves) {
    CHECK(std::abs(save.state[0] + 65.0) <= 0.02);
  }
}

TEST_CASE("a squid's axon fires once after a push over its threshold, and not after one below") {
  // Hodgkin and Huxley (1952), figure 12: at 6 degrees, depolarised by 15 mV it fires and by 6 mV it does not; near 100 mV up.
  const auto above = tools::solve<HodgkinHuxley>(tools::usual<HodgkinHuxley>({{"current", 0.0}, {"v", -50.0}}),
                                                 tools::every(0.05, 40.0), 1e-10);
  CHECK(tools::rises(above, 0, 0.0) == 1);
  double top = -65.0;
  for (const auto& save : above.saves) {
    top = std::fmax(top, save.state[0]);
  }
  CHECK(top + 65.0 > 90.0);
  CHECK(top + 65.0 < 115.0);  // below sodium's potential
  const auto below = tools::solve<HodgkinHuxley>(tools::usual<HodgkinHuxley>({{"current", 0.0}, {"v", -59.0}}),
                                                 tools::every(0.05, 40.0), 1e-10);
  CHECK(tools::rises(below, 0, 0.0) == 0);
}

TEST_CASE("a squid's axon fires some 68 times a second with 10 uA/cm^2, and falls silent with 2") {
  const auto firing = tools::solve<HodgkinHuxley>(tools::usual<HodgkinHuxley>(), tools::every(0.05, 500.0), 1e-9);
  CHECK(tools::rises(firing, 0, 0.0) >= 33);
  CHECK(tools::rises(firing, 0, 0.0) <= 36);
  const auto silent =
      tools::solve<HodgkinHuxley>(tools::usual<HodgkinHuxley>({{"current", 2.0}}), tools::every(0.05, 200.0), 1e-9);
  CHECK(tools::rises(silent, 0, 0.0) == 0);
}

TEST_CASE("the rates at which gates open are smooth where their formulas are 0 / 0") {
  const Numbers parameters = tools::values_of(HodgkinHuxley::parameters);
  // With a gate shut, its rate is alpha.
  for (const double off : {0.0, 1e-12, -1e-9, 1e-5, 0.0999, -0.0999, 0.1001, -0.1001, 0.5, -3.0}) {
    INFO("at " << off << " mV beside it");
    const Numbers at_m = tools::rates<HodgkinHuxley, double>(0.0, {-40.0 + off, 0.0, 0.0, 0.0}, parameters);
    const Numbers at_n = tools::rates<HodgkinHuxley, double>(0.0, {-55.0 + off, 0.0, 0.0, 0.0}, parameters);
    const auto x = static_cast<long double>(-40.0 + off + 40.0) / 10.0L;
    const auto z = static_cast<long double>(-55.0 + off + 55.0) / 10.0L;
    const auto alpha_m = static_cast<double>(x == 0.0L ? 1.0L : -x / std::expm1(-x));
    const auto alpha_n = static_cast<double>(z == 0.0L ? 0.1L : -0.1L * z / std::expm1(-z));
    CHECK(std::abs(at_m[1] - alpha_m) <= 4e-16 * 4.0);
    CHECK(std::abs(at_n[3] - alpha_n) <= 4e-16);
  }
}

TEST_CASE("the exact Jacobian of a squid's axon holds at 0 / 0 and beside it") {
  const Numbers parameters = tools::values_of(HodgkinHuxley::parameters);
  for (const double off : {0.0, 0.05, 0.0999, 0.1001, 1.0}) {
    INFO("at " << off << " mV beside it");
    const Numbers y = {-40.0 + off, 0.0, 0.5, 0.5};
    Numbers elements(16);
    kobie::jacobian<HodgkinHuxley, double>(0.0, kobie::Components<const double, 4>(y.data()),
                                           kobie::Components<const double, 8>(parameters.data()),
                                           kobie::SquareMatrix<double, 4>(elements.data()));
    // d alpha_m / dv = ((1 - exp(-x)) - x exp(-x)) / (10 (1 - exp(-x))^2), which is 1 / 20 at x = 0.
    const long double x = static_cast<long double>(y[0] + 40.0) / 10.0L;
    const long double shut = -std::expm1(-x);
    const auto slope = static_cast<double>(off == 0.0 ? 0.05L : (shut - x * (1.0L - shut)) / (10.0L * shut * shut));
    CHECK(std::abs(elements[4] - slope) <= 1e-14);
  }
}

TEST_CASE("what a squid's axon observes are the currents through its membrane") {
  const Numbers p = tools::values_of(HodgkinHuxley::parameters);
  const Numbers y = {-20.0, 0.5, 0.4, 0.25};
  const Numbers seen = tools::observed<HodgkinHuxley, double>(0.0, y, p);
  CHECK(std::abs(seen[0] - 120.0 * 0.125 * 0.4 * -70.0) <= 1e-12);
  CHECK(std::abs(seen[1] - 36.0 * 0.00390625 * 57.0) <= 1e-12);
  CHECK(std::abs(seen[2] - 0.3 * 34.387) <= 1e-12);
  CHECK(std::abs(tools::rates<HodgkinHuxley, double>(0.0, y, p)[0] - (10.0 - seen[0] - seen[1] - seen[2])) <= 1e-12);
}

TEST_CASE("FitzHugh's and Nagumo's nerve begins at rest, and fires again and again with a current alone") {
  const auto quiet = tools::usual<FitzHughNagumo>({{"current", 0.0}});
  for (const double rate : tools::rates<FitzHughNagumo, double>(0.0, quiet.state, quiet.parameter)) {
    CHECK(std::abs(rate) <= 1e-4);
  }
  CHECK(tools::rises(tools::solve<FitzHughNagumo>(quiet, tools::every(0.1, 200.0), 1e-10), 0, 1.0) == 0);
  CHECK(tools::rises(tools::solve<FitzHughNagumo>(tools::usual<FitzHughNagumo>(), tools::every(0.1, 200.0), 1e-10), 0, 1.0) >=
        4);
}

TEST_CASE("FitzHugh's and Nagumo's steady state loses its hold where the trace of its Jacobian is 0") {
  // 1 - v^2 - b / tau = 0 at rest: v = -sqrt(0.936), w = (v + a) / b, current = w - v + v^3 / 3.
  const double v = -std::sqrt(1.0 - 0.8 / 12.5);
  const double threshold = (v + 0.7) / 0.8 - v + v * v * v / 3.0;
  for (const double beyond : {-0.01, 0.01}) {
    const double current = threshold + beyond;
    // The steady state by Newton's method on (v + a) / b - v + v^3 / 3 = current.
    double rest = v;
    for (int i = 0; i < 50; ++i) {
      rest -= ((rest + 0.7) / 0.8 - rest + rest * rest * rest / 3.0 - current) / (1.0 / 0.8 - 1.0 + rest * rest);
    }
    const auto run = tools::solve<FitzHughNagumo>(
        tools::usual<FitzHughNagumo>({{"current", current}, {"v", rest + 1e-3}, {"w", (rest + 0.7) / 0.8}}), {4000.0}, 1e-12);
    const double away = std::abs(run.saves[0].state[0] - rest);
    INFO("current " << current << ", away from rest by " << away);
    CHECK((beyond < 0.0 ? away < 1e-4 : away > 0.01));
  }
}
