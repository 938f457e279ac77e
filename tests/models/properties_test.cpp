// What is known of the models without integrating them: steady states, what stays what it is, periods, closed forms.
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "tools.hpp"

import kobie.control;
import kobie.core;
import kobie.models;
import kobie.tableaus;

namespace models = kobie::models;

namespace {

using Numbers = std::vector<double>;

void check_zero(const Numbers& rates, double tolerance) {
  for (const double rate : rates) {
    CHECK(std::abs(rate) <= tolerance);
  }
}

// Observable `number` of every save is what it was at the start, within `tolerance`.
void check_kept(const harness::Run<double>& run, std::size_t number, double tolerance) {
  for (const auto& save : run.saves) {
    CHECK(std::abs(save.observed[number] - run.saves[0].observed[number]) <= tolerance);
  }
}

}  // namespace

TEST_CASE("Lorenz' two steady states of convection are steady") {
  const double far = std::sqrt(8.0 / 3.0 * 27.0);
  check_zero(tools::rates<models::Lorenz, double>(0.0, {far, far, 27.0}, {10.0, 28.0, 8.0 / 3.0}), 1e-13);
  check_zero(tools::rates<models::Lorenz, double>(0.0, {-far, -far, 27.0}, {10.0, 28.0, 8.0 / 3.0}), 1e-13);
}

TEST_CASE("Lorenz' ring gains energy by its forcing and loses it by friction alone") {
  tools::Draws draws;
  for (int trial = 0; trial < 100; ++trial) {
    Numbers x(40);
    double sum = 0.0;
    double squares = 0.0;
    for (double& value : x) {
      value = draws.between(-10.0, 10.0);
      sum += value;
      squares += value * value;
    }
    const double forcing = draws.between(1.0, 10.0);
    const Numbers rates = tools::rates<models::Lorenz96<>, double>(0.0, x, {forcing});
    const Numbers seen = tools::observed<models::Lorenz96<>, double>(0.0, x, {forcing});
    double gain = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      gain += x[i] * rates[i];
    }
    CHECK(std::abs(gain - (forcing * sum - squares)) <= 1e-9);
    CHECK(std::abs(seen[0] - squares / 2.0) <= 1e-10);
    CHECK(std::abs(seen[1] - sum / 40.0) <= 1e-13);
  }
}

TEST_CASE("Lorenz' ring names its places from x1 on and starts beside its steady state") {
  using Ring = models::Lorenz96<123>;
  CHECK(Ring::states[0].name == "x1");
  CHECK(Ring::states[8].name == "x9");
  CHECK(Ring::states[9].name == "x10");
  CHECK(Ring::states[99].name == "x100");
  CHECK(Ring::states[122].name == "x123");
  CHECK(models::Lorenz96<>::states.size() == 40);
  check_zero(tools::rates<Ring, double>(0.0, Numbers(123, 8.0), {8.0}), 0.0);
  CHECK(Ring::states[0].value == 8.01);
  CHECK(Ring::states[1].value == 8.0);
}

TEST_CASE("van der Pol's limit cycle with mu = 1 has its known amplitude and period") {
  // The period is 6.66328685932313..., the amplitude 2.00861986087484... (many authors, by Lindstedt's series in mu).
  const double period = 6.663286859323130;
  const auto run = tools::solve<models::VanDerPol>(tools::usual<models::VanDerPol>(), {60.0, 60.0 + period});
  CHECK(std::abs(run.saves[0].state[0] - run.saves[1].state[0]) <= 1e-10);
  CHECK(std::abs(run.saves[0].state[1] - run.saves[1].state[1]) <= 1e-10);
  const auto fine = tools::solve<models::VanDerPol>(tools::usual<models::VanDerPol>(), tools::every(0.001, 70.0), 1e-11);
  double amplitude = 0.0;
  for (const auto& save : fine.saves) {
    amplitude = save.index < 60000 ? 0.0 : std::fmax(amplitude, save.state[0]);
  }
  CHECK(std::abs(amplitude - 2.008619860874) <= 1e-6);
}

TEST_CASE("van der Pol's relaxation oscillations have the period that Dorodnitsyn found") {
  // (3 - 2 ln 2) mu + 7.01432 mu^(-1/3) + O(ln mu / mu); the rise through 0 comes once in a period.
  const double mu = 100.0;
  const double period = (3.0 - 2.0 * std::numbers::ln2) * mu + 7.01432 / std::cbrt(mu);
  const auto run = harness::integrate_one<models::VanDerPol, kobie::Rodas5P, kobie::GustafssonControl>(
      {.end = 1000.0, .saves = tools::every(0.01, 1000.0), .land_on_saves = true, .rtol = 1e-8, .atol = 1e-8},
      tools::usual<models::VanDerPol>({{"mu", mu}}));
  REQUIRE(run.status == kobie::Status::success);
  std::vector<double> rises;
  for (std::size_t s = 1; s < run.saves.size(); ++s) {
    if (run.saves[s - 1].state[0] < 0.0 && run.saves[s].state[0] >= 0.0) {
      rises.push_back(0.01 * static_cast<double>(s));
    }
  }
  REQUIRE(rises.size() >= 4);
  for (std::size_t i = 1; i < rises.size(); ++i) {
    CHECK(std::abs(rises[i] - rises[i - 1] - period) <= 0.1);
  }
}

TEST_CASE("nothing is made or lost in Robertson's reaction, and in HIRES no enzyme") {
  tools::Draws draws;
  for (int trial = 0; trial < 100; ++trial) {
    const double a = draws.between(0.0, 1.0);
    const double b = draws.between(0.0, 1.0);
    const double c = draws.between(0.0, 1.0);
    const Numbers p = {0.04, 3e7, 1e4};
    const Numbers rates = tools::rates<models::Robertson, double>(0.0, {a, b, c}, p);
    CHECK(std::abs(rates[0] + rates[1] + rates[2]) <= 1e-15 * std::abs(rates[2]));
    CHECK(std::abs(tools::observed<models::Robertson, double>(0.0, {a, b, c}, p)[0] - (a + b + c)) <= 1e-15);
    Numbers y(8);
    for (double& value : y) {
      value = draws.between(0.0, 1.0);
    }
    const Numbers constants = tools::values_of(models::Hires::parameters);
    const Numbers of_hires = tools::rates<models::Hires, double>(0.0, y, constants);
    CHECK(of_hires[6] + of_hires[7] == 0.0);
    CHECK(tools::observed<models::Hires, double>(0.0, y, constants)[0] == y[6] + y[7]);
  }
}

TEST_CASE("the Brusselator is steady at (a, b / a)") {
  check_zero(tools::rates<models::Brusselator, double>(0.0, {1.25, 2.0}, {1.25, 2.5}), 1e-15);
}

TEST_CASE("the Oregonator's cycle takes 302.858 units of time") {
  // HW II, section IV.10, figure 10.4: the period of the limit cycle is 302.85805.
  const std::vector<double> saves = {400.0, 400.0 + 302.85805};
  const auto run = harness::integrate_one<models::Oregonator, kobie::Rodas5P, kobie::GustafssonControl>(
      {.end = saves.back(), .saves = saves, .land_on_saves = true, .rtol = 1e-9, .atol = 1e-9},
      tools::usual<models::Oregonator>());
  REQUIRE(run.status == kobie::Status::success);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::abs(run.saves[1].state[i] / run.saves[0].state[i] - 1.0) <= 1e-4);
  }
}

TEST_CASE("prey and predators stay on the closed orbit of their invariant") {
  const auto run = tools::solve<models::LotkaVolterra>(tools::usual<models::LotkaVolterra>(), tools::every(0.25, 20.0));
  check_kept(run, 0, 1e-11);
  // By hand: x - 3 ln x + y - 1.5 ln y.
  const auto& last = run.saves.back().state;
  CHECK(std::abs(last[0] - 3.0 * std::log(last[0]) + last[1] - 1.5 * std::log(last[1]) - 2.0) <= 1e-11);
  check_zero(tools::rates<models::LotkaVolterra, double>(0.0, {3.0, 1.5}, {1.5, 1.0, 3.0, 1.0}), 0.0);
}

TEST_CASE("an epidemic leaves as many untouched as Kermack and McKendrick say") {
  const auto start = tools::usual<models::Sir>();
  const auto run = tools::solve<models::Sir>(start, tools::every(40.0, 2000.0));
  const double ratio = 3.0;
  for (const auto& save : run.saves) {
    const auto& y = save.state;
    CHECK(std::abs(y[0] + y[1] + y[2] - 1.0) <= 1e-13);
    CHECK(std::abs(y[0] * std::exp(ratio * y[2]) - 0.999) <= 1e-11);
    CHECK(std::abs(save.observed[0] - 1.0) <= 1e-13);
    CHECK(std::abs(save.observed[1] - ratio * y[0]) <= 1e-13);
  }
  // The final size: s = 0.999 exp(-3 (1 - s)), by fixed-point iteration from below.
  double untouched = 0.0;
  for (int i = 0; i < 200; ++i) {
    untouched = 0.999 * std::exp(-ratio * (1.0 - untouched));
  }
  CHECK(std::abs(run.saves.back().state[0] - untouched) <= 1e-11);
}

TEST_CASE("Duffing's oscillator keeps its energy without damping and drive") {
  const auto run = tools::solve<models::Duffing>(
      tools::usual<models::Duffing>({{"delta", 0.0}, {"gamma", 0.0}, {"x", 0.3}, {"v", 0.7}}), tools::every(1.0, 50.0));
  check_kept(run, 0, 1e-11);
  // By hand: v^2 / 2 - x^2 / 2 + x^4 / 4.
  CHECK(std::abs(run.saves[0].observed[0] - (0.245 - 0.045 + 0.002025)) <= 1e-15);
}

TEST_CASE("a linear spring driven off resonance answers as the closed form says") {
  // beta = delta = 0, alpha = 4, omega = 1, gamma = 0.3: x = (x0 - 0.1) cos 2 t + 0.1 cos t
  const auto run = tools::solve<models::Duffing>(tools::usual<models::Duffing>({{"delta", 0.0}, {"beta", 0.0}, {"alpha", 4.0}}),
                                                 tools::every(1.0, 20.0));
  for (const auto& save : run.saves) {
    const auto t = static_cast<double>(save.index);
    CHECK(std::abs(save.state[0] - (0.9 * std::cos(2.0 * t) + 0.1 * std::cos(t))) <= 1e-11);
  }
}

TEST_CASE("Kepler's planet is where Kepler's equation has it, with the energy and angular momentum it began with") {
  const double e = 0.5;
  const auto run = tools::solve<models::Kepler>(tools::usual<models::Kepler>(), tools::every(0.5, 20.0));
  for (const auto& save : run.saves) {
    const double t = 0.5 * static_cast<double>(save.index);
    double anomaly = t;
    for (int i = 0; i < 50; ++i) {
      anomaly -= (anomaly - e * std::sin(anomaly) - t) / (1.0 - e * std::cos(anomaly));
    }
    CHECK(std::abs(save.state[0] - (std::cos(anomaly) - e)) <= 1e-10);
    CHECK(std::abs(save.state[1] - std::sqrt(1.0 - e * e) * std::sin(anomaly)) <= 1e-10);
    CHECK(std::abs(save.observed[0] + 0.5) <= 1e-11);
    CHECK(std::abs(save.observed[1] - std::sqrt(1.0 - e * e)) <= 1e-11);
  }
}

TEST_CASE("the Pleiades keep energy, momentum and angular momentum, and their centre moves straight on") {
  using models::Pleiades;
  const auto run = tools::solve<Pleiades>(tools::usual<Pleiades>(), tools::every(0.25, 3.0));
  // By hand: 6 * 1.75 - 7 * 1.5, -4 * 1.25 + 5, and sum_i m_i (x_i vy_i - y_i vx_i) = 15 + 10 + 42 + 42.
  CHECK(run.saves[0].observed[1] == 0.0);
  CHECK(run.saves[0].observed[2] == 0.0);
  CHECK(run.saves[0].observed[3] == 109.0);
  check_kept(run, 0, 1e-8);
  check_kept(run, 1, 1e-9);
  check_kept(run, 2, 1e-9);
  check_kept(run, 3, 1e-8);
  double potential = 0.0;
  double kinetic = 0.0;
  const Numbers y = tools::values_of(Pleiades::states);
  for (std::size_t i = 0; i < 7; ++i) {
    const double mass = static_cast<double>(i) + 1.0;
    kinetic += mass * (std::pow(y[14 + i], 2) + std::pow(y[21 + i], 2)) / 2.0;
    for (std::size_t j = 0; j < i; ++j) {
      potential -= mass * (static_cast<double>(j) + 1.0) / std::hypot(y[i] - y[j], y[7 + i] - y[7 + j]);
    }
  }
  CHECK(std::abs(run.saves[0].observed[0] - (kinetic + potential)) <= 1e-12);
  for (const auto& save : run.saves) {
    double x_sum = 0.0;
    double y_sum = 0.0;
    for (std::size_t i = 0; i < 7; ++i) {
      x_sum += (static_cast<double>(i) + 1.0) * save.state[i];
      y_sum += (static_cast<double>(i) + 1.0) * save.state[7 + i];
    }
    // 3 + 6 - 3 - 12 + 10 - 12 + 14, and 3 - 6 + 6 - 24 + 28
    CHECK(std::abs(x_sum - 6.0) <= 1e-8);
    CHECK(std::abs(y_sum - 7.0) <= 1e-8);
  }
}
