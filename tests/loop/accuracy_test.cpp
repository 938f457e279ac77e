// Adaptive solutions of the reference set's problems that are not stiff, by every method with an error estimate.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "../reference/references.hpp"
#include "harness.hpp"

import kobie.control;
import kobie.core;
import kobie.systems;
import kobie.tableaus;

namespace {

using Numbers = const double*;
using Rhs = void (*)(double t, Numbers y, double* rate);

template <std::size_t N>
constexpr kobie::ValueTable<N> letters() {
  constexpr std::array<std::string_view, 4> all = {"a", "b", "c", "d"};
  kobie::ValueTable<N> table;
  for (std::size_t i = 0; i < N; ++i) {
    table.items[i].name = all[i];
  }
  return table;
}

// Any problem of N states: one type for all, since each type is compiled with each method.
template <std::size_t N>
struct Any {
  static constexpr auto states = letters<N>();
  static inline Rhs f = nullptr;

  template <class Real>
  static void rhs(const kobie::Point<Any, Real>& at, kobie::Rates<Any, Real>& d) {
    double y[N];
    double rate[N];
    for (std::size_t i = 0; i < N; ++i) {
      y[i] = at.state[i];
    }
    f(at.t, y, rate);
    for (std::size_t i = 0; i < N; ++i) {
      d.state[i] = rate[i];
    }
  }
};

// One of the problems of tests/reference/README.md; `t` as the file of values writes it, `end` to all digits.
struct Problem {
  std::string name;
  std::string t;
  double end;
  std::vector<double> start;
  Rhs f;
  double sensitivity = 1.0;
};

template <int RhoInHundredths>
void lorenz(double, Numbers y, double* d) {
  d[0] = 10 * (y[1] - y[0]);
  d[1] = y[0] * (RhoInHundredths / 100.0 - y[2]) - y[1];
  d[2] = y[0] * y[1] - 8.0 / 3.0 * y[2];
}

template <int DampingInHundredths>
void duffing(double t, Numbers y, double* d) {
  d[0] = y[1];
  d[1] = y[0] - y[0] * y[0] * y[0] - DampingInHundredths / 100.0 * y[1] + 0.3 * std::cos(t);
}

void kepler(double, Numbers y, double* d) {
  const double cube = std::pow(y[0] * y[0] + y[1] * y[1], 1.5);
  d[0] = y[2];
  d[1] = y[3];
  d[2] = -y[0] / cube;
  d[3] = -y[1] / cube;
}

void arenstorf(double, Numbers y, double* d) {
  constexpr double mu = 0.012277471;
  const double to_earth = std::pow((y[0] + mu) * (y[0] + mu) + y[1] * y[1], 1.5);
  const double to_moon = std::pow((y[0] - 1 + mu) * (y[0] - 1 + mu) + y[1] * y[1], 1.5);
  d[0] = y[2];
  d[1] = y[3];
  d[2] = y[0] + 2 * y[3] - (1 - mu) * (y[0] + mu) / to_earth - mu * (y[0] - 1 + mu) / to_moon;
  d[3] = y[1] - 2 * y[2] - (1 - mu) * y[1] / to_earth - mu * y[1] / to_moon;
}

constexpr double turn = 6.283185307179586;
constexpr double period = 17.0652165601579625588917206249;

// Some problems multiply errors, so that steps which meet the tolerance end far above it, whatever the method. For these
// `sensitivity` is the largest, over all times s on the way, sum_j |dy_i(end) / dy_j(s)| (1 + |y_j(s)|) / (1 + |y_i(end)|): by
// SciPy's DOP853, from the adjoint equation at a tolerance of 1e-8. All others have less than 12, but for B1 with 25, B5 with
// 41, and the long run of Duffing's equation with damping 0.3 with 20.
const std::vector<Problem> problems = {
    {"NSDTST_A2", "20", 20.0, {1.0}, [](double, Numbers y, double* d) { d[0] = -0.5 * y[0] * y[0] * y[0]; }},
    {"NSDTST_A3", "20", 20.0, {1.0}, [](double t, Numbers y, double* d) { d[0] = y[0] * std::cos(t); }},
    {"NSDTST_A4", "20", 20.0, {1.0}, [](double, Numbers y, double* d) { d[0] = y[0] / 4 * (1 - y[0] / 20); }},
    {"NSDTST_B1",
     "20",
     20.0,
     {1.0, 3.0},
     [](double, Numbers y, double* d) {
       d[0] = 2 * (y[0] - y[0] * y[1]);
       d[1] = -(y[1] - y[0] * y[1]);
     }},
    {"NSDTST_B5",
     "20",
     20.0,
     {0.0, 1.0, 1.0},
     [](double, Numbers y, double* d) {
       d[0] = y[1] * y[2];
       d[1] = -y[0] * y[2];
       d[2] = -0.51 * y[0] * y[1];
     }},
    {"NSDTST_E2",
     "20",
     20.0,
     {2.0, 0.0},
     [](double, Numbers y, double* d) {
       d[0] = y[1];
       d[1] = (1 - y[0] * y[0]) * y[1] - y[0];
     }},
    {"hnw_brusselator",
     "20",
     20.0,
     {1.5, 3.0},
     [](double, Numbers y, double* d) {
       d[0] = 1 + y[0] * y[0] * y[1] - 4 * y[0];
       d[1] = 3 * y[0] - y[0] * y[0] * y[1];
     }},
    {"sciml_lotka",
     "10",
     10.0,
     {1.0, 1.0},
     [](double, Numbers y, double* d) {
       d[0] = 1.5 * y[0] - y[0] * y[1];
       d[1] = -3 * y[1] + y[0] * y[1];
     }},
    {"lorenz_b8_3_u100_rho0.000", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<0>},
    {"lorenz_b8_3_u100_rho5.250", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<525>},
    {"lorenz_b8_3_u100_rho10.50", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<1050>},
    {"lorenz_b8_3_u100_rho15.75", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<1575>},
    {"lorenz_b8_3_u100_rho21.00", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<2100>},
    {"lorenz_b8_3_u100_rho28.00", "1", 1.0, {1.0, 0.0, 0.0}, lorenz<2800>},
    {"duffing_mpgos_k0.20", "6.283185307", turn, {-0.5, -0.1}, duffing<20>},
    {"duffing_mpgos_k0.25", "6.283185307", turn, {-0.5, -0.1}, duffing<25>},
    {"duffing_mpgos_k0.30", "6.283185307", turn, {-0.5, -0.1}, duffing<30>},
    {"duffing_mpgos_k0.20", "62.83185307", 10 * turn, {-0.5, -0.1}, duffing<20>, 2.8e6},
    {"duffing_mpgos_k0.25", "62.83185307", 10 * turn, {-0.5, -0.1}, duffing<25>, 1.5e4},
    {"duffing_mpgos_k0.30", "62.83185307", 10 * turn, {-0.5, -0.1}, duffing<30>},
    {"lorenz_b8_3_rho28_long", "5", 5.0, {1.0, 0.0, 0.0}, lorenz<2800>},
    {"lorenz_b8_3_rho28_long", "10", 10.0, {1.0, 0.0, 0.0}, lorenz<2800>, 31},
    {"lorenz_b8_3_rho28_long", "20", 20.0, {1.0, 0.0, 0.0}, lorenz<2800>, 6.4e3},
    {"NSDTST_D1", "20", 20.0, {0.9, 0.0, 0.0, 1.1055415967851332}, kepler, 248},
    {"NSDTST_D3", "20", 20.0, {0.5, 0.0, 0.0, 1.7320508075688772}, kepler, 504},
    {"arenstorf", "17.06521656", period, {0.994, 0.0, 0.0, -2.00158510637908252240537862224}, arenstorf, 5.1e6},
};

template <class Method, std::size_t N>
double end_ratio(const Problem& problem, double tolerance) {
  Any<N>::f = problem.f;
  const auto run = harness::integrate_one<Any<N>, Method, kobie::PiControl>(
      {.end = problem.end, .saves = {problem.end}, .rtol = tolerance, .atol = tolerance}, {.state = problem.start});
  REQUIRE(run.status == kobie::Status::success);
  const auto reference = reference_value(problem.name, problem.t);
  double worst = 0.0;
  for (std::size_t i = 0; i < N; ++i) {
    const double error = std::abs(run.saves.at(0).state[i] - reference[i]);
    worst = std::fmax(worst, error / (tolerance * (1.0 + std::abs(reference[i]))));
  }
  return worst;
}

// The largest |error| / (tolerance (1 + |y|)) at the end.
template <class Method>
double end_ratio(const Problem& problem, double tolerance) {
  switch (problem.start.size()) {
    case 1:
      return end_ratio<Method, 1>(problem, tolerance);
    case 2:
      return end_ratio<Method, 2>(problem, tolerance);
    case 3:
      return end_ratio<Method, 3>(problem, tolerance);
    default:
      return end_ratio<Method, 4>(problem, tolerance);
  }
}

// Each method with the smallest tolerance that it reaches in less than some million steps, as a power of ten.
template <class M, int Smallest = -12>
struct Case {
  using Method = M;
  static constexpr int smallest = Smallest;
};
using Cases = std::tuple<Case<kobie::Heun21, -8>, Case<kobie::BogackiShampine32, -11>, Case<kobie::Fehlberg45>,
                         Case<kobie::CashKarp54>, Case<kobie::DormandPrince54>, Case<kobie::Tsit5>, Case<kobie::Verner65>,
                         Case<kobie::Verner76>, Case<kobie::DormandPrince853>, Case<kobie::Verner87>, Case<kobie::Verner98>>;

// Fehlberg's pair goes on with the solution whose error it keeps at the tolerance in each step, where the others go on with
// the better one. So its error grows with the number of steps, by the tolerance to -1/5.
template <class Method>
double allowance(double tolerance) {
  return std::same_as<Method, kobie::Fehlberg45> && tolerance < 1e-7 ? std::pow(1e-7 / tolerance, 0.2) : 1.0;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("adaptive runs end within 100 tolerances of their references", "", Cases) {
  using Method = typename TestType::Method;
  for (int power = -4; power >= TestType::smallest; --power) {
    const double tolerance = std::pow(10.0, power);
    for (const Problem& problem : problems) {
      CAPTURE(problem.name, problem.t, tolerance);
      CHECK(end_ratio<Method>(problem, tolerance) < 100.0 * problem.sensitivity * allowance<Method>(tolerance));
    }
  }
}
