#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>

import kobie;

namespace {

/// A pendulum that is not damped keeps its energy.
struct Pendulum {
  static constexpr auto states = kobie::values({{"angle", 1.0, "rad"}, {"speed", 0.0, "rad/s"}});
  static constexpr auto parameters = kobie::values({{"g", 9.81}});
  static constexpr auto observables = kobie::names({"energy", "time"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Pendulum, Real>& at, kobie::Rates<Pendulum, Real>& d) {
    const auto& [angle, speed] = at.state;
    d.state = {speed, -at.parameter[0] * kobie::sin(angle)};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Pendulum, Real>& at, kobie::Observed<Pendulum, Real>& o) {
    const auto& [angle, speed] = at.state;
    o.observable = {Real(0.5) * speed * speed - at.parameter[0] * kobie::cos(angle), at.t};
  }
};

/// Falls until it hits the floor, where it rests: a right-hand side with a branch.
struct Falling {
  static constexpr bool lanes = false;
  static constexpr auto states = kobie::values({{"height", 1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Falling, Real>& at, kobie::Rates<Falling, Real>& d) {
    if (at.state[0] > Real(0)) {
      d.state = {Real(-1)};
    } else {
      d.state = {Real(0)};
    }
  }
};

/// Derivatives of closed forms in t: y = exp(-t), tanh(t), (1 + t)^1.5, log(1 + t).
struct ClosedForms {
  static constexpr auto states = kobie::values({{"exp", 1.0}, {"tanh", 0.0}, {"pow", 1.0}, {"log", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<ClosedForms, Real>& at, kobie::Rates<ClosedForms, Real>& d) {
    const Real slope = kobie::tanh(at.t);
    d.state = {-kobie::exp(-at.t), Real(1) - slope * slope, Real(1.5) * kobie::pow(Real(1) + at.t, Real(0.5)),
               kobie::exp(-kobie::log(Real(1) + at.t))};
  }
};

}  // namespace

TEST_CASE("observables are computed from states, parameters and time, and saved by name") {
  const kobie::Solver<Pendulum, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10});
  const auto result =
      solver.solve(kobie::grid<Pendulum>({{"g", {1.0, 9.81}}}), {.t0 = 5.0, .duration = 4.0, .save_every = 0.25});
  for (std::size_t run = 0; run < 2; ++run) {
    const double g = result.inputs()["g"][static_cast<std::int64_t>(run)];
    for (std::size_t save = 0; save < result.times().size(); ++save) {
      CHECK(std::abs(result["energy"](save, run) - (-g * std::cos(1.0))) < 1e-7);  // the interpolant's error at this tolerance
      CHECK(result["time"](save, run) == result.times()[save]);
    }
  }
}

TEST_CASE("a system that branches runs scalar") {
  const kobie::Solver<Falling, kobie::ClassicalRk4> solver({.dt = 0.125});
  CHECK(decltype(solver)::lanes == 1);
  const auto result = solver.solve(kobie::grid<Falling>({{"height", {0.5, 10.0}}}), {.duration = 2.0});
  CHECK(std::abs(result["height"](0, 0)) <= 0.125);  // it stops within the step in which it meets the floor
  CHECK(result["height"](0, 1) == 8.0);
}

TEMPLATE_TEST_CASE("math functions in a right-hand side give their closed forms", "", float, double) {
  const double tolerance = sizeof(TestType) == 4 ? 1e-6 : 1e-11;
  const kobie::Solver<ClosedForms, kobie::Tsit5, kobie::Precision<TestType>> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<ClosedForms>({}), {.duration = 2.0});
  REQUIRE(result.failure_count() == 0);
  const double bound = 30 * tolerance;  // the error of some tens of steps that each meet the tolerance
  CHECK(std::abs(static_cast<double>(result["exp"](0, 0)) - std::exp(-2.0)) < bound);
  CHECK(std::abs(static_cast<double>(result["tanh"](0, 0)) - std::tanh(2.0)) < bound);
  CHECK(std::abs(static_cast<double>(result["pow"](0, 0)) - std::pow(3.0, 1.5)) < bound);
  CHECK(std::abs(static_cast<double>(result["log"](0, 0)) - std::log(3.0)) < bound);
}
