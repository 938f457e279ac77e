// Runs that begin with an explicit method and go on with an implicit one where they are stiff.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include "../reference/references.hpp"
#include "compare.hpp"
#include "harness.hpp"
#include "ring.hpp"
#include "stiff_systems.hpp"
#include "systems.hpp"

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::Auto;
using kobie::GustafssonControl;
using kobie::Rodas5P;
using kobie::Status;
using kobie::Tsit5;
using Double8 = kobie::Pack<double, 8>;

namespace {

// y' = rate (cos t - y) - sin t: y = cos t from y = 1. Stiff where the rate is large.
struct Tracking {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Tracking, Real>& at, kobie::Rates<Tracking, Real>& d) {
    d.state = {at.parameter[0] * (kobie::cos(at.t) - at.state[0]) - kobie::sin(at.t)};
  }
};

// The same with a rate that falls from 1e4 to 0 over the time from 20 to 21.
struct Thaw {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Thaw, Real>& at, kobie::Rates<Thaw, Real>& d) {
    const Real rate = 1e4 * kobie::max(kobie::min(21.0 - at.t, Real(1.0)), Real(0.0));
    d.state = {rate * (kobie::cos(at.t) - at.state[0]) - kobie::sin(at.t)};
  }
};

template <class System, class Method>
harness::Run<double> one(double end, const harness::Start& start, double tolerance = 1e-6) {
  return harness::integrate_one<System, Method, GustafssonControl>(
      {.end = end, .saves = {0.37 * end, end}, .land_on_saves = true, .rtol = tolerance, .atol = tolerance}, start);
}

}  // namespace

TEST_CASE("the real stability limits of explicit methods are the literature's") {
  CHECK_THAT(kobie::real_stability_limit(kobie::ExplicitEuler::tableau), WithinAbs(2.0, 1.0 / 64));
  CHECK_THAT(kobie::real_stability_limit(kobie::ClassicalRk4::tableau), WithinAbs(2.785, 1.0 / 64));     // HW II, IV.2
  CHECK_THAT(kobie::real_stability_limit(kobie::DormandPrince54::tableau), WithinAbs(3.307, 1.0 / 64));  // HW II, IV.2
}

TEST_CASE("a run that is not stiff stays with the explicit method, step by step") {
  const auto pair = one<Tracking, Auto>(20.0, {.state = {1.0}, .parameter = {1.0}});
  const auto alone = one<Tracking, Tsit5>(20.0, {.state = {1.0}, .parameter = {1.0}});
  REQUIRE(pair.status == Status::success);
  compare::check_same(pair, alone);
}

TEST_CASE("a run that is stiff goes on with the implicit method, in far fewer steps") {
  const harness::Start start{.state = {1.0}, .parameter = {1e5}};
  const auto pair = one<Tracking, Auto>(20.0, start);
  REQUIRE(pair.status == Status::success);
  CHECK_THAT(pair.saves.at(0).state[0], WithinAbs(std::cos(7.4), 1e-4));
  CHECK_THAT(pair.saves.at(1).state[0], WithinAbs(std::cos(20.0), 1e-4));
  const auto implicit = one<Tracking, Rodas5P>(20.0, start);
  CHECK(pair.accepted < implicit.accepted + 60);  // what it takes to find out
  const auto jacobians = pair.counts[static_cast<std::size_t>(kobie::RunCount::jacobians)];
  CHECK(jacobians > 0);
  CHECK(jacobians + 15 <= pair.accepted + pair.rejected);
  // An explicit method takes steps as short as its stability asks for.
  CHECK(one<Tracking, Tsit5>(20.0, start).accepted > 550'000);
}

TEST_CASE("a run that ceases to be stiff comes back to the explicit method") {
  const auto pair = one<Thaw, Auto>(100.0, {.state = {1.0}}, 1e-8);
  REQUIRE(pair.status == Status::success);
  CHECK_THAT(pair.saves.at(0).state[0], WithinAbs(std::cos(37.0), 1e-5));
  // From 21 on the solution is that of y' = -sin t.
  const auto implicit = one<Thaw, Rodas5P>(100.0, {.state = {1.0}}, 1e-8);
  CHECK(pair.accepted + pair.rejected != implicit.accepted + implicit.rejected);
}

TEST_CASE("each lane switches by itself, and has the bits that it has alone") {
  std::vector<harness::Start> starts;
  for (int i = 0; i < 8; ++i) {
    starts.push_back({.state = {1.0}, .parameter = {std::pow(10.0, i - 1)}});
  }
  const harness::Request request{.end = 10.0, .saves = {0.0, 3.3, 3.4, 10.0}, .rtol = 1e-6, .atol = 1e-6};
  const auto runs = harness::integrate<Tracking, Auto, GustafssonControl, Double8>(request, starts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    INFO("lane " << i);
    CHECK(runs[i].status == Status::success);
    compare::check_same(runs[i], harness::integrate<Tracking, Auto, GustafssonControl, Double8>(request, {starts[i]})[0]);
  }
}

TEST_CASE("a run that switches reads nothing that an earlier step left in buffers that do not persist") {
  const harness::Request request{.end = 10.0, .saves = {0.0, 3.3, 3.4, 10.0}, .rtol = 1e-6, .atol = 1e-6};
  const std::vector<harness::Start> starts = {{.state = {1.0}, .parameter = {1e4}}};
  using Placed = harness::Buffers<Tracking, Auto, double>;
  const auto sound =
      harness::integrate<Tracking, Auto, GustafssonControl, double, Placed, kobie::NoInstrument>(request, starts);
  const auto poisoned =
      harness::integrate<Tracking, Auto, GustafssonControl, double, Placed, kobie::PoisonBuffers>(request, starts);
  REQUIRE(sound[0].status == Status::success);
  compare::check_same(sound[0], poisoned[0]);
}

TEST_CASE("stiff problems of the reference set end within 100 tolerances with a pair that switches") {
  const auto run = harness::integrate_one<systems::Hires, Auto, GustafssonControl>(
      {.end = 321.8122, .saves = {321.8122}, .rtol = 1e-7, .atol = 1e-7},
      {.state = {1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057}});
  REQUIRE(run.status == Status::success);
  const auto reference = reference_value("bari_hires", "321.8122");
  for (std::size_t i = 0; i < reference.size(); ++i) {
    CHECK_THAT(run.saves.at(0).state[i], WithinAbs(reference[i], 100 * 1e-7 * (1 + std::abs(reference[i]))));
  }
}
