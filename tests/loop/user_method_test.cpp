// Methods that kobie does not ship: a tableau and, where there is one, an interpolant are all that the loop needs.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include "../reference/zonneveld_43.hpp"
#include "harness.hpp"
#include "systems.hpp"

import kobie.control;
import kobie.core;
import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::FixedStep;
using kobie::PiControl;
using systems::Bell;

namespace {

// Kutta's other method of 1901, the 3/8 rule (HNW I, table II.1.2).
struct ThreeEighths {
  static constexpr std::string_view name = "three-eighths";
  static constexpr auto tableau = kobie::checked(
      kobie::ExplicitTableau<4>{
          .a = {{{}, {1.0 / 3}, {-1.0 / 3, 1.0}, {1.0, -1.0, 1.0}}},
          .b = {1.0 / 8, 3.0 / 8, 3.0 / 8, 1.0 / 8},
          .c = {0.0, 1.0 / 3, 2.0 / 3, 1.0},
      },
      4, 0);
};

// The largest error of `saves` equally spaced saves, of which the last is at the end.
template <class Method>
double error(int saves, int steps) {
  harness::Request request;
  for (int i = 1; i <= saves; ++i) {
    request.saves.push_back(static_cast<double>(i) / saves);
  }
  const auto run = harness::integrate_one<Bell, Method, FixedStep>(request, {.state = {Bell::at(0.0)}, .dt = 1.0 / steps});
  double worst = 0.0;
  for (std::size_t i = 0; i < request.saves.size(); ++i) {
    worst = std::max(worst, std::abs(run.saves.at(i).state[0] - Bell::at(request.saves[i])));
  }
  return worst;
}

template <class Method>
double order(int saves) {
  return std::log2(error<Method>(saves, 20) / error<Method>(saves, 80)) / 2;
}

}  // namespace

TEST_CASE("a user's method converges by its order") {
  CHECK_THAT(order<ThreeEighths>(1), WithinAbs(4.0, 0.3));
  CHECK_THAT(order<Zonneveld43>(1), WithinAbs(4.0, 0.3));
}

TEST_CASE("a user's interpolant has an error of its order + 1") { CHECK_THAT(order<Zonneveld43>(777), WithinAbs(4.0, 0.3)); }

TEST_CASE("a user's pair steps adaptively") {
  for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
    CAPTURE(tolerance);
    const auto run = harness::integrate_one<Bell, Zonneveld43, PiControl>(
        {.end = 3.0, .saves = {1.234, 3.0}, .rtol = tolerance, .atol = tolerance}, {.state = {1.0}});
    REQUIRE(run.status == kobie::Status::success);
    REQUIRE(run.saves.size() == 2);
    CHECK_THAT(run.saves[0].state[0], WithinAbs(Bell::at(1.234), 10 * tolerance));
    CHECK_THAT(run.saves[1].state[0], WithinAbs(Bell::at(3.0), 10 * tolerance));
  }
}

TEST_CASE("a user's methods are found by name in a list of their own") {
  using Mine = kobie::MethodList<ThreeEighths, Zonneveld43, kobie::Tsit5>;
  const auto steps = [](auto method) {
    using Method = decltype(method);
    return harness::integrate_one<Bell, Method, FixedStep>({}, {.state = {1.0}, .dt = 0.25}).accepted;
  };
  CHECK(kobie::find_method<Mine>("Zonneveld43").embedded_order == 3);
  CHECK(kobie::find_method<Mine>("Zonneveld43").dense_order == 3);
  CHECK(kobie::with_method<Mine>("three-eighths", steps) == 4);
}
