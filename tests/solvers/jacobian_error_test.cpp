#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>

#include "systems.hpp"

import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;

namespace {

// A predator and its prey, with one of their derivatives wrong.
enum class Wrong { nothing, entry, product, time };

template <Wrong wrong>
struct Hunt {
  static constexpr auto states = kobie::values({{"prey", 1.0}, {"predator", 2.0}});
  static constexpr auto parameters = kobie::values({{"rate", 0.5}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Hunt, Real>& at, kobie::Rates<Hunt, Real>& d) {
    const auto& [prey, predator] = at.state;
    d.state = {prey - at.parameter[0] * prey * predator + at.t, exp(prey) - predator};
  }
  template <class Real>
  static constexpr void jacobian(const kobie::Point<Hunt, Real>& at, kobie::SquareMatrix<Real, 2>& j) {
    const auto& [prey, predator] = at.state;
    j(0, 0) = Real(1) - at.parameter[0] * predator;
    j(0, 1) = wrong == Wrong::entry ? at.parameter[0] * prey : -at.parameter[0] * prey;
    j(1, 0) = exp(prey);
    j(1, 1) = Real(-1);
  }
  template <class Real>
  static constexpr void jvp(const kobie::Point<Hunt, Real>& at, kobie::Components<const Real, 2> v,
                            kobie::Rates<Hunt, Real>& d) {
    const auto& [prey, predator] = at.state;
    const auto& rate = at.parameter[0];
    d.state = {(Real(1) - rate * predator) * v[0] - rate * prey * v[1],
               wrong == Wrong::product ? log(-prey) * v[0] - v[1] : exp(prey) * v[0] - v[1]};
  }
  template <class Real>
  static constexpr void time_derivative(const kobie::Point<Hunt, Real>&, kobie::Rates<Hunt, Real>& d) {
    d.state = {Real(wrong == Wrong::time ? 1.25 : 1), Real(0)};
  }
};

}  // namespace

TEST_CASE("derivatives that are right differ by rounding") {
  CHECK(kobie::jacobian_error<Hunt<Wrong::nothing>>(0.5, {1.5, 0.75}).value < 1e-15);
  CHECK(kobie::jacobian_error<Hunt<Wrong::nothing>>(0.5, {1.5, 0.75}, {3.0}).value < 1e-15);
}

TEST_CASE("a wrong entry of a Jacobian is found and named") {
  // At the usual rate, 0.5: the row's largest is 0.75 by the predator (with prey 1.5), 0.625 by the prey and 1 by the time.
  const kobie::JacobianError error = kobie::jacobian_error<Hunt<Wrong::entry>>(0.5, {1.5, 0.75});
  CHECK(error.function == "jacobian");
  CHECK(error.rate == "prey");
  CHECK(error.by == "predator");
  CHECK(error.found == 0.75);
  CHECK(error.expected == -0.75);
  CHECK(error.value == 1.5);
}

TEST_CASE("what is not a number is infinitely wrong") {
  const kobie::JacobianError error = kobie::jacobian_error<Hunt<Wrong::product>>(0.5, {1.5, 0.75});
  CHECK(error.function == "jvp");
  CHECK(error.rate == "predator");
  CHECK(error.by == "prey");
  CHECK(error.value == std::numeric_limits<double>::infinity());
}

TEST_CASE("a wrong derivative in time is found, and a system that only says it is autonomous") {
  const kobie::JacobianError error = kobie::jacobian_error<Hunt<Wrong::time>>(0.5, {1.5, 0.75});
  CHECK(error.function == "time_derivative");
  CHECK(error.rate == "prey");
  CHECK(error.by.empty());
  CHECK(error.value == 0.25);
  CHECK(kobie::jacobian_error<systems::FalselyAutonomous>(2.0, {1.0}).value == 1.0);
}
