// What the loop makes of methods whose steps need a linear system to be solved.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "stiff_systems.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::FixedStep;
using kobie::GustafssonControl;
using kobie::Rodas4;
using kobie::Rodas5P;
using kobie::Status;
using Double8 = kobie::Pack<double, 8>;

namespace {

// What is written for all: y' = rate (cos t - y) from y = 2.
struct Relaxation {
  static constexpr auto states = kobie::values({{"y", 2.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1e6}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Relaxation, Real>& at, kobie::Rates<Relaxation, Real>& d) {
    d.state = {at.parameter[0] * (kobie::cos(at.t) - at.state[0])};
  }
};

// y' = y, of whose Jacobian the system says that it is `slope`: with h gamma slope = 1 no step can be made.
struct Growth {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"slope", 1.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Growth, Real>& at, kobie::Rates<Growth, Real>& d) {
    d.state = {at.state[0]};
  }
  template <class Real>
  static constexpr void jacobian(const kobie::Point<Growth, Real>& at, kobie::SquareMatrix<Real, 1>& j) {
    j(0, 0) = at.parameter[0];
  }
};

}  // namespace

TEMPLATE_TEST_CASE("an L-stable method damps what is stiff in a few steps", "", Rodas4, Rodas5P) {
  const auto run = harness::integrate_one<Relaxation, TestType, FixedStep>({.end = 1.0, .saves = {0.3, 1.0}},
                                                                           {.state = {2.0}, .parameter = {1e6}, .dt = 0.1});
  REQUIRE(run.status == Status::success);
  CHECK(run.accepted == 10);
  CHECK_THAT(run.saves.at(0).state[0], WithinAbs(std::cos(0.3), 1e-5));
  CHECK_THAT(run.saves.at(1).state[0], WithinAbs(std::cos(1.0), 1e-5));
}

TEST_CASE("a matrix that is singular ends a run of fixed steps, and leaves its neighbours alone") {
  // Where the first step's matrix 1 / (h gamma) - slope is zero.
  const double slope = 1.0 / (0.25 * Rodas4::tableau.gamma);
  std::vector<harness::Start> starts(8, {.state = {1.0}, .parameter = {1.0}, .dt = 0.25});
  starts[2].parameter = {slope};
  const auto runs = harness::integrate<Growth, Rodas4, FixedStep, Double8>({.end = 1.0, .saves = {0.25, 1.0}}, starts);
  CHECK(runs[2].status == Status::solver_failed);
  CHECK(runs[2].accepted == 0);
  CHECK(runs[2].rejected == 1);
  CHECK(runs[2].elapsed == 0.0);
  CHECK(std::isnan(runs[2].saves.at(1).state[0]));
  const auto alone = harness::integrate_one<Growth, Rodas4, FixedStep>({.end = 1.0, .saves = {0.25, 1.0}}, starts[0]);
  for (const std::size_t i : {0U, 1U, 3U, 7U}) {
    INFO("lane " << i);
    CHECK(runs[i].status == Status::success);
    compare::check_same(runs[i], alone);
  }
}
