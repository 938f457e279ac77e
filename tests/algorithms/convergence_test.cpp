#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <tuple>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;

namespace {

// The error of Kaps' system at 1 after equal steps.
template <class Method>
double kaps_error(int steps) {
  stepper::Stepper<problems::Kaps, Method, double> run;
  run.start();
  REQUIRE(run.go(steps, 1.0 / steps));
  return std::hypot(run.y[0] - std::exp(-2.0), run.y[1] - std::exp(-1.0));
}

// A method and the order that its authors give it; a number of steps, and how many times as many: both errors are small enough
// for the leading term to lead, and much above rounding.
template <class M, int Order, int Steps>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int steps = Steps;
};
using Cases = std::tuple<Case<kobie::BackwardEuler, 1, 80>, Case<kobie::ImplicitMidpoint, 2, 20>, Case<kobie::Trapezoid, 2, 20>,
                         Case<kobie::CrankNicolson, 2, 20>, Case<kobie::Sdirk2, 2, 20>, Case<kobie::TrBdf2, 2, 20>,
                         Case<kobie::Dirk3, 3, 20>, Case<kobie::Kvaerno3, 3, 20>, Case<kobie::KenCarp3, 3, 20>,
                         Case<kobie::Sdirk43, 4, 10>, Case<kobie::KenCarp4, 4, 10>, Case<kobie::Kvaerno5, 5, 10>,
                         Case<kobie::GaussLegendre4, 4, 10>, Case<kobie::RadauIIA5, 5, 10>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("an implicit method converges by its order on Kaps' problem", "", Cases) {
  const double coarse = kaps_error<typename TestType::Method>(TestType::steps);
  const double fine = kaps_error<typename TestType::Method>(4 * TestType::steps);
  INFO("errors " << coarse << " and " << fine);
  CHECK(fine > 1e-13);
  CHECK_THAT(std::log2(coarse / fine) / 2, WithinAbs(TestType::order, 0.3));
}
