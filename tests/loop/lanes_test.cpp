// A run does not depend on which runs share its pack: not its steps, not its saves, not the last bit of either.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.tableaus;

using compare::check_same;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::FixedStep;
using kobie::PiControl;
using kobie::Tsit5;
using Double8 = kobie::Pack<double, 8>;
using Double4 = kobie::Pack<double, 4>;
using Float16 = kobie::Pack<float, 16>;

namespace {

// Integrates `starts` together, and each alone: in all lanes of a pack, in one lane of an otherwise idle pack, and as a scalar.
template <class System, class Method, class Control, class Real>
auto check_alone(const harness::Request& request, const std::vector<harness::Start>& starts) {
  const auto together = harness::integrate<System, Method, Control, Real>(request, starts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    INFO("lane " << i);
    check_same(together[i], harness::integrate<System, Method, Control, Real>(request, {starts[i]})[i]);
    std::vector<harness::Start> idle(starts.size(), starts[0]);
    for (auto& start : idle) {
      start.active = false;
    }
    idle[i] = starts[i];
    check_same(together[i], harness::integrate<System, Method, Control, Real>(request, idle)[i]);
    check_same(together[i], harness::integrate<System, Method, Control, kobie::ScalarOf<Real>>(request, {starts[i]})[0]);
  }
  return together;
}

template <class Real>
std::vector<harness::Start> lorenz_starts() {
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    starts.push_back(
        {.state = {1.0 + i, 0.5 * i, 2.0 * i}, .parameter = {10.0, 200.0 * (i + 1) / kobie::lanes_of<Real>, 8.0 / 3.0}});
  }
  return starts;
}

const harness::Request lorenz_request{.end = 5.0, .saves = {0.0, 1.0, 1.7, 3.3, 5.0}, .rtol = 1e-5, .atol = 1e-5};

}  // namespace

TEMPLATE_TEST_CASE("a run's adaptive steps and bits are its own", "", Double8, Double4, Float16) {
  const auto runs = check_alone<systems::Lorenz, Tsit5, PiControl, TestType>(lorenz_request, lorenz_starts<TestType>());
  std::set<std::int64_t> counts;
  for (const auto& run : runs) {
    CHECK(run.status == kobie::Status::success);
    counts.insert(run.accepted);
  }
  CHECK(counts.size() > 2);  // the lanes did take steps of their own
}

TEMPLATE_TEST_CASE("a run's bits are its own with every method, landing or not", "", Tsit5, DormandPrince54) {
  harness::Request request = lorenz_request;
  request.land_on_saves = true;
  check_alone<systems::Lorenz, TestType, PiControl, Double8>(request, lorenz_starts<Double8>());
}

TEMPLATE_TEST_CASE("a run through square roots and quotients has bits of its own", "", Double8, Float16) {
  std::vector<harness::Start> starts;
  for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
    starts.push_back({.state = {0.3 + 0.05 * i, 0.0, 0.0, 1.5}});
  }
  check_alone<systems::Kepler, DormandPrince54, PiControl, TestType>(
      {.end = 6.0, .saves = {2.0, 6.0}, .rtol = 1e-5, .atol = 1e-5}, starts);
}

TEMPLATE_TEST_CASE("lanes may have fixed steps of different lengths", "", Double8, Float16) {
  auto starts = lorenz_starts<TestType>();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    starts[i].dt = 0.001 / static_cast<double>(i + 1);
  }
  const auto runs =
      check_alone<systems::Lorenz, ClassicalRk4, FixedStep, TestType>({.end = 0.5, .saves = {0.1234, 0.5}}, starts);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    CHECK(runs[i].accepted == static_cast<std::int64_t>(500 * (i + 1)));
  }
}

TEST_CASE("an idle lane saves nothing and takes no step") {
  const auto runs = harness::integrate<systems::Decay, Tsit5, PiControl, Double4>(
      {.saves = {0.0, 0.5, 1.0}},
      {{.state = {1.0}, .parameter = {1.0}}, {.state = {1.0}, .parameter = {1.0}, .active = false}});
  CHECK(runs[0].saves.size() == 3);
  CHECK(runs[1].saves.empty());
  CHECK(runs[1].accepted == 0);
  CHECK(runs[1].rejected == 0);
}

TEST_CASE("a run that becomes infinite leaves its neighbours' bits alone") {
  std::vector<harness::Start> starts;
  for (int i = 0; i < 8; ++i) {
    starts.push_back({.state = {1.0}, .parameter = {i == 3 ? 1.0 : 0.1 + 0.01 * i}, .dt = 0.01});
  }
  const auto runs =
      check_alone<systems::BlowUp, ClassicalRk4, FixedStep, Double8>({.end = 2.0, .saves = {0.5, 0.9, 1.5, 2.0}}, starts);
  CHECK(runs[3].status == kobie::Status::non_finite);
  CHECK(runs[2].status == kobie::Status::success);
}

TEST_CASE("a run that needs too small a step leaves its neighbours' bits alone") {
  std::vector<harness::Start> starts;
  for (int i = 0; i < 8; ++i) {
    starts.push_back({.state = {1.0}, .parameter = {i == 3 ? 1.0 : 0.1 + 0.01 * i}});
  }
  const auto runs = check_alone<systems::BlowUp, Tsit5, PiControl, Double8>(
      {.end = 2.0, .saves = {0.5, 0.9, 1.5, 2.0}, .dt_min = 1e-12}, starts);
  CHECK(runs[3].status == kobie::Status::step_too_small);
  CHECK(runs[2].status == kobie::Status::success);
}
