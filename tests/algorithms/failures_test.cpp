// A step that cannot be solved ends, says so in its lane, and leaves the others' bits alone.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

#include "one_fails.hpp"
#include "problems.hpp"

import kobie.numbers;
import kobie.tableaus;

TEMPLATE_TEST_CASE("a singular matrix fails in its lane alone", "", kobie::BackwardEuler) {
  one_fails::check<problems::Growth, TestType>(0.5, 1.0, 2.0);
}

TEMPLATE_TEST_CASE("NaN from the right-hand side fails in its lane alone", "", kobie::BackwardEuler, kobie::Kvaerno3,
                   kobie::Sdirk43, kobie::ImplicitMidpoint, kobie::RadauIIA5, kobie::GaussLegendre4) {
  one_fails::check<problems::UnderARoot, TestType>(0.1, 1.0, -1.0);
}

TEMPLATE_TEST_CASE("infinity from the right-hand side fails in its lane alone", "", kobie::BackwardEuler, kobie::Kvaerno3,
                   kobie::RadauIIA5) {
  one_fails::check<problems::Growth, TestType>(0.1, 1.0, std::numeric_limits<double>::infinity());
}

TEMPLATE_TEST_CASE("iterations that do not converge fail in their lane alone", "", kobie::BackwardEuler, kobie::Dirk3,
                   kobie::RadauIIA5) {
  one_fails::check<problems::Discontinuous, TestType>(0.1, 0.01, 1.0);
}

TEST_CASE("a run that failed goes on with a shorter step") {
  stepper::Stepper<problems::Discontinuous, kobie::BackwardEuler, double> run;
  run.start();
  REQUIRE_FALSE(run.attempt(0.1));
  CHECK(run.y[0] == 0.95);
  REQUIRE(run.attempt(0.01));
  run.accept(0.01);
  CHECK(std::abs(run.y[0] - 0.96) < 1e-14);
}
