// Adaptive solutions of the reference set's stiff problems: how far from the references they end.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <vector>

#include "../reference/references.hpp"
#include "any_system.hpp"
#include "harness.hpp"
#include "stiff_systems.hpp"

import kobie.control;
import kobie.core;
import kobie.tableaus;

namespace stiff {

// One of the problems of tests/reference/README.md; `t` as the file of values writes it. `scale` is what each state's absolute
// tolerance is, in relative ones. `sensitivity`, where a problem multiplies errors, is the largest, over all times s on the
// way, sum_j |dy_i(end) / dy_j(s)| (1 + |y_j(s)|) / (1 + |y_i(end)|): by SciPy's Radau, from the adjoint equation at 1e-8.
struct Problem {
  std::string name;
  std::string t;
  any::Equations equations;
  std::vector<double> start;
  std::vector<double> scale;
  double sensitivity = 1.0;
};

template <class S>
Problem problem(const std::string& name, const std::string& t, const std::vector<double>& parameters = {},
                std::vector<double> start = {}, double sensitivity = 1.0, std::vector<double> scale = {}) {
  if (start.empty()) {
    for (const auto& item : S::states) {
      start.push_back(item.value);
    }
  }
  if (scale.empty()) {
    scale.assign(start.size(), 1.0);
  }
  return {name, t, any::equations<S>(parameters), start, scale, sensitivity};
}

inline const std::vector<double> of_robertson = {1e-4, 1e-10, 1e-2};  // LSODE's documentation

inline const std::vector<Problem> problems = {
    problem<systems::Robertson>("bari_rober", "40", {}, {}, 1.0, of_robertson),
    problem<systems::Robertson>("bari_rober", "100000", {}, {}, 1.0, of_robertson),
    problem<systems::Robertson>("bari_rober", "1e+11", {}, {}, 1.0, of_robertson),
    problem<systems::Oregonator>("bari_orego", "30", {}, {}, 10.9),
    problem<systems::Oregonator>("bari_orego", "360", {}, {}, 10.7),
    problem<systems::Hires>("bari_hires", "321.8122", {}, {}, 113.0),
    problem<systems::VanDerPol>("bari_vdpol_eps1e-6", "1"),
    problem<systems::VanDerPol>("bari_vdpol_eps1e-6", "2"),
    problem<systems::VanDerPol>("bari_vdpol_eps1e-6", "11", {}, {}, 3.5),
    problem<systems::Whirl>("STDTST_B5", "20"),
    problem<systems::Reactor>("STDTST_D1", "400"),
    problem<systems::Brusselator>("sun_bruss_reactor0", "10", {1.2, 2.5, 1e-5}, {3.9, 1.1, 2.8}, 3.7),
    problem<systems::Brusselator>("sun_bruss_reactor1", "10", {0.5, 3.0, 5e-4}, {3.0, 3.0, 3.5}),
    problem<systems::Brusselator>("sun_bruss_reactor2", "10", {1.0, 3.5, 5e-6}, {1.2, 3.1, 3.0}, 8.4),
};

template <class Method, std::size_t N>
double end_ratio(const Problem& problem, double tolerance) {
  any::System<N>::equations = problem.equations;
  const double end = std::stod(problem.t);
  std::vector<double> atol;
  for (const double scale : problem.scale) {
    atol.push_back(tolerance * scale);
  }
  const auto run = harness::integrate_one<any::System<N>, Method, kobie::GustafssonControl>(
      {.end = end, .saves = {end}, .rtol_of = std::vector<double>(N, tolerance), .atol_of = atol}, {.state = problem.start});
  REQUIRE(run.status == kobie::Status::success);
  const auto reference = reference_value(problem.name, problem.t);
  double worst = 0.0;
  for (std::size_t i = 0; i < N; ++i) {
    const double error = std::abs(run.saves.at(0).state[i] - reference[i]);
    worst = std::fmax(worst, error / (atol[i] + tolerance * std::abs(reference[i])));
  }
  return worst;
}

// The largest |error| / (atol + rtol |y|) at the end.
template <class Method>
double end_ratio(const Problem& problem, double tolerance) {
  switch (problem.start.size()) {
    case 2:
      return end_ratio<Method, 2>(problem, tolerance);
    case 3:
      return end_ratio<Method, 3>(problem, tolerance);
    case 6:
      return end_ratio<Method, 6>(problem, tolerance);
    default:
      return end_ratio<Method, 8>(problem, tolerance);
  }
}

// Each method with the smallest tolerance that is asked of it, as a power of ten.
template <class M, int Smallest = -8>
struct Case {
  using Method = M;
  static constexpr int smallest = Smallest;
};

// Pairs that go on with the solution of the lower order keep its error at the tolerance in each step, where the others go on
// with the better one. So their error grows with the number of steps, by the tolerance to -1 / (order + 1).
template <class Method>
double allowance(double tolerance) {
  constexpr int order = kobie::solution_order<Method>;
  return kobie::embedded_order<Method> > order ? std::pow(1e-4 / tolerance, 1.0 / (order + 1)) : 1.0;
}

// The two solutions of ROS3P are the same on linear problems, so that its steps follow nothing but what is not linear. It was
// made for parabolic problems; on these two it goes wrong unseen.
template <class Method>
bool is_fit_for(const Problem& problem) {
  return !std::same_as<Method, kobie::Ros3P> || (problem.name != "STDTST_B5" && problem.name != "bari_orego");
}

template <class TestCase>
void check_all() {
  for (int power = -4; power >= TestCase::smallest; --power) {
    const double tolerance = std::pow(10.0, power);
    for (const Problem& problem : problems) {
      CAPTURE(problem.name, problem.t, tolerance);
      if (is_fit_for<typename TestCase::Method>(problem)) {
        CHECK(end_ratio<typename TestCase::Method>(problem, tolerance) <
              100.0 * problem.sensitivity * allowance<typename TestCase::Method>(tolerance));
      }
    }
  }
}

}  // namespace stiff
