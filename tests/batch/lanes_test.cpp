#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using compare::same_results;
using problems::Lorenz;
using problems::Lorenz96;

namespace {

template <class T, class Control>
struct Case {
  using Precision = kobie::Precision<T>;
  using Controller = Control;
};
using DoubleAdaptive = Case<double, kobie::PiControl>;
using DoubleFixed = Case<double, kobie::FixedStep>;
using FloatAdaptive = Case<float, kobie::PiControl>;
using FloatFixed = Case<float, kobie::FixedStep>;

const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6, .dt = 1.0 / 128};

// 61 runs: full packs and a last one that is not full, for every width.
constexpr std::size_t run_count = 61;

template <class System, class Method, int W, class... Policies>
auto solve(const kobie::Runs<System>& runs, const kobie::SolveRequest& request) {
  return kobie::Solver<System, Method, kobie::Lanes<W>, kobie::OnHost, Policies...>(options).solve(runs, request);
}

/// A pendulum that is driven and damped, through every math function that has code of its own for lanes.
struct Pendulum {
  static constexpr auto states = kobie::values({{"angle", 1.0}, {"speed", 0.0}});
  static constexpr auto parameters = kobie::values({{"drive", 1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Pendulum, Real>& at, kobie::Rates<Pendulum, Real>& d) {
    const auto& [angle, speed] = at.state;
    const Real damping = kobie::tanh(speed) * kobie::pow(Real(1) + speed * speed, Real(0.25));
    const Real drive = at.parameter[0] * kobie::exp(kobie::cos(at.t)) * kobie::log(Real(2) + kobie::abs(angle));
    d.state = {speed, drive - damping - kobie::sin(angle) + kobie::atan(angle) * kobie::cbrt(Real(1) + angle * angle)};
  }
};

}  // namespace

TEMPLATE_TEST_CASE("scalar code and lanes give the same bits where arithmetic is all there is", "", DoubleAdaptive, DoubleFixed,
                   FloatAdaptive, FloatFixed) {
  using Control = typename TestType::Controller;
  using Precision = typename TestType::Precision;
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, run_count)}});
  const kobie::SolveRequest request{.duration = 3.0, .save_every = 0.125};
  const auto one = solve<Lorenz, kobie::Tsit5, 1, Control, Precision>(runs, request);
  CHECK(one.failure_count() == 0);
  CHECK(same_results(one, solve<Lorenz, kobie::Tsit5, 16, Control, Precision>(runs, request)));
}

TEST_CASE("every width of lanes gives the same bits") {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, run_count)}});
  const kobie::SolveRequest request{.duration = 3.0, .save_every = 0.125};
  const auto one = solve<Lorenz, kobie::Tsit5, 1>(runs, request);
  CHECK(same_results(one, solve<Lorenz, kobie::Tsit5, 2>(runs, request)));
  CHECK(same_results(one, solve<Lorenz, kobie::Tsit5, 4>(runs, request)));
  CHECK(same_results(one, solve<Lorenz, kobie::Tsit5, 8>(runs, request)));
}

TEMPLATE_TEST_CASE("every method gives the same bits in lanes and alone", "", kobie::DormandPrince54, kobie::ClassicalRk4) {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, run_count)}});
  const kobie::SolveRequest request{.duration = 3.0, .save_every = 0.125};
  CHECK(same_results(solve<Lorenz, TestType, 1>(runs, request), solve<Lorenz, TestType, 8>(runs, request)));
}

TEST_CASE("lanes that land on saves, from first steps of their own, give the bits of scalar code") {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, run_count)}})
                        .with_initial_step(kobie::logspace(1e-5, 1e-1, run_count));
  const kobie::SolveRequest request{
      .t0 = -1.0, .settling_time = 0.3, .duration = 2.0, .save_every = 0.07, .land_on_saves = true};
  CHECK(same_results(solve<Lorenz, kobie::Tsit5, 1>(runs, request), solve<Lorenz, kobie::Tsit5, 8>(runs, request)));
}

TEMPLATE_TEST_CASE("lanes of different widths give the same bits through math functions", "", float, double) {
  using Precision = kobie::Precision<TestType>;
  const auto runs = kobie::grid<Pendulum>({{"drive", kobie::linspace(0.1, 3.0, run_count)}});
  const kobie::SolveRequest request{.duration = 10.0, .save_every = 0.5};
  const auto two = solve<Pendulum, kobie::Tsit5, 2, Precision>(runs, request);
  CHECK(two.failure_count() == 0);
  CHECK(same_results(two, solve<Pendulum, kobie::Tsit5, 8, Precision>(runs, request)));
  CHECK(same_results(two, solve<Pendulum, kobie::Tsit5, 16, Precision>(runs, request)));
}

TEST_CASE("a system with many states gives the same bits in lanes and alone") {
  const auto runs = kobie::grid<Lorenz96>({{"forcing", kobie::linspace(4.0, 8.0, 9)}});
  const auto one = solve<Lorenz96, kobie::Tsit5, 1>(runs, {.duration = 2.0});
  CHECK(one.failure_count() == 0);
  CHECK(same_results(one, solve<Lorenz96, kobie::Tsit5, 8>(runs, {.duration = 2.0})));
}
