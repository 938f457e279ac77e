// Tolerances of single states.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

using kobie::PiControl;
using kobie::Tsit5;
using Double8 = kobie::Pack<double, 8>;

namespace {

// Two equations that have nothing to do with each other: slow = exp(sin t), fast = fast_0 exp(sin(20 t) / 20).
struct Pair {
  static constexpr auto states = kobie::values({{"slow", 1.0}, {"fast", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Pair, Real>& at, kobie::Rates<Pair, Real>& d) {
    const auto& [slow, fast] = at.state;
    d.state = {slow * kobie::cos(at.t), fast * kobie::cos(Real(20) * at.t)};
  }
};

struct Ends {
  double slow_error;
  double fast_error;
  std::int64_t steps;
};

Ends integrate_pair(const std::vector<double>& rtol_of, const std::vector<double>& atol_of) {
  const auto run = harness::integrate_one<Pair, Tsit5, PiControl>(
      {.end = 5.0, .saves = {5.0}, .rtol_of = rtol_of, .atol_of = atol_of}, {.state = {1.0, 1.0}});
  return {std::abs(run.saves.at(0).state[0] - std::exp(std::sin(5.0))),
          std::abs(run.saves.at(0).state[1] - std::exp(std::sin(100.0) / 20)), run.accepted + run.rejected};
}

template <class T>
bool same(const harness::Run<T>& a, const harness::Run<T>& b) {
  bool all = a.accepted == b.accepted && a.rejected == b.rejected && a.saves.size() == b.saves.size();
  for (std::size_t s = 0; all && s < a.saves.size(); ++s) {
    all = a.saves[s].state == b.saves[s].state;
  }
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("tolerances that are the same for each state give the bits of one for all", "", double, float, Double8) {
  const harness::Request one{.end = 3.0, .saves = {1.0, 2.5, 3.0}, .rtol = 1e-5, .atol = 1e-7};
  harness::Request three = one;
  three.rtol = three.atol = 1.0;
  three.rtol_of = {1e-5, 1e-5, 1e-5};
  three.atol_of = {1e-7, 1e-7, 1e-7};
  const harness::Start start{.state = {1.0, 0.0, 0.0}, .parameter = {10.0, 28.0, 8.0 / 3.0}};
  CHECK(same(harness::integrate<systems::Lorenz, Tsit5, PiControl, TestType>(one, {start})[0],
             harness::integrate<systems::Lorenz, Tsit5, PiControl, TestType>(three, {start})[0]));
}

TEST_CASE("a state with a tighter tolerance takes more steps and has a smaller error") {
  for (const bool relative : {false, true}) {
    CAPTURE(relative);
    const std::vector<double> none{0.0, 0.0};
    const auto ends = [&](const std::vector<double>& of) {
      return relative ? integrate_pair(of, none) : integrate_pair(none, of);
    };
    const Ends loose = ends({1e-5, 1e-5});
    const Ends fast = ends({1e-5, 1e-10});
    CHECK(fast.steps > 3 * loose.steps);
    CHECK(fast.fast_error < 1e-9);
    CHECK(loose.fast_error > 1e-9);
  }
}

TEST_CASE("a tolerance belongs to its own state") {
  // Only the slow state is to be accurate: the fast one no longer sets the pace.
  const Ends both = integrate_pair({0.0, 0.0}, {1e-6, 1e-6});
  const Ends slow = integrate_pair({0.0, 0.0}, {1e-6, 1e30});
  const Ends fast = integrate_pair({0.0, 0.0}, {1e30, 1e-6});
  CHECK(slow.steps < both.steps / 4);
  CHECK(slow.slow_error < 1e-4);
  CHECK(fast.steps > slow.steps * 4);
  CHECK(fast.fast_error < 1e-4);
}

TEST_CASE("the tolerance of a state that has no error changes no bit of the others") {
  const harness::Request one{.end = 5.0, .saves = {1.0, 5.0}, .rtol = 1e-6, .atol = 1e-6};
  const harness::Start start{.state = {1.0, 0.0}};
  const auto common = harness::integrate_one<Pair, Tsit5, PiControl>(one, start);
  for (const double tolerance : {1e-12, 1.0, 1e30}) {
    harness::Request own = one;
    own.rtol_of = {1e-6, tolerance};
    own.atol_of = {1e-6, tolerance};
    CHECK(same(common, harness::integrate_one<Pair, Tsit5, PiControl>(own, start)));
  }
}

TEST_CASE("the first step is by the tolerances of states") {
  // Hairer's rule with an exponent of 1/5: the fast state's derivative, steepest / tolerance, sets it.
  const auto first = [](double slow, double fast) {
    return harness::integrate_one<Pair, Tsit5, PiControl>(
               {.end = 5.0, .rtol_of = {0.0, 0.0}, .atol_of = {slow, fast}, .max_steps = 1}, {.state = {1.0, 1.0}})
        .elapsed;
  };
  const double loose = first(1e-3, 1e-3);
  CHECK(first(1e-3, 1e-8) < 0.2 * loose);
  CHECK(first(1e-8, 1e-3) < 0.2 * loose);
}
