#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <numbers>
#include <tuple>
#include <type_traits>
#include <vector>

#include "../reference/references.hpp"
#include "problems.hpp"

import kobie;

namespace {

struct Lorenz : problems::Lorenz {
  static constexpr double duration = 1.0;
  static std::vector<double> end() { return reference_value("lorenz_b8_3_u100_rho10.50", "1"); }
};

// Kepler's ellipse of eccentricity 1/2, once around.
struct Ellipse {
  static constexpr auto states = kobie::values({{"x", 0.5}, {"y", 0.0}, {"vx", 0.0}, {"vy", 1.7320508075688772}});
  static constexpr double duration = 2 * std::numbers::pi;
  template <class Real>
  static constexpr void rhs(const problems::At<Ellipse, Real>& at, problems::To<Ellipse, Real>& d) {
    const auto& [x, y, vx, vy] = at.state;
    const Real square = x * x + y * y;
    const Real cube = square * kobie::sqrt(square);
    d.state = {vx, vy, -x / cube, -y / cube};
  }
  static std::vector<double> end() { return {0.5, 0.0, 0.0, std::sqrt(3.0)}; }
};

struct Oscillator {
  static constexpr auto states = kobie::values({{"x", 0.0}, {"v", 1.0}});
  static constexpr double duration = 10.0;
  template <class Real>
  static constexpr void rhs(const problems::At<Oscillator, Real>& at, problems::To<Oscillator, Real>& d) {
    d.state = {at.state[1], -at.state[0]};
  }
  static std::vector<double> end() { return {std::sin(10.0), std::cos(10.0)}; }
};

template <class System>
auto one_run() {
  if constexpr (std::same_as<System, Lorenz>) {
    return kobie::grid<problems::Lorenz>({{"rho", 10.5}});
  } else {
    return kobie::grid<System>({});
  }
}

template <class System, class Method>
double end_error(int steps) {
  using Solved = std::conditional_t<std::same_as<System, Lorenz>, problems::Lorenz, System>;
  const kobie::Solver<Solved, Method, kobie::FixedStep> solver({.dt = System::duration / steps});
  const auto result = solver.solve(one_run<System>(), {.duration = System::duration});
  const auto reference = System::end();
  double error = 0.0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    error = std::fmax(error, std::abs(result.all()(i, 0, 0) - reference[i]));
  }
  return error;
}

// Steps small enough to be in the asymptotic range, and large enough that the error is far above rounding. The order is fitted
// over a range of step sizes, so that a lucky sign change of one error does not decide. A method of high order made for a
// small leading error shows more than its order where that error is smaller than the next one, on the Lorenz system down to
// rounding: such a method has a problem on which the leading error leads.
template <class Method, int Order, class Problem, int Coarse, int Fine>
struct Expected {
  static constexpr int order = Order;
  static double observed() {
    return std::log(end_error<Problem, Method>(Coarse) / end_error<Problem, Method>(Fine)) /
           std::log(static_cast<double>(Fine) / Coarse);
  }
};

using Methods =
    std::tuple<Expected<kobie::ExplicitEuler, 1, Lorenz, 1024, 16384>, Expected<kobie::Heun21, 2, Lorenz, 64, 1024>,
               Expected<kobie::Ralston3, 3, Lorenz, 64, 1024>, Expected<kobie::BogackiShampine32, 3, Lorenz, 64, 1024>,
               Expected<kobie::ClassicalRk4, 4, Lorenz, 64, 1024>, Expected<kobie::Fehlberg45, 4, Lorenz, 64, 1024>,
               Expected<kobie::CashKarp54, 5, Lorenz, 64, 1024>, Expected<kobie::DormandPrince54, 5, Lorenz, 64, 1024>,
               Expected<kobie::Tsit5, 5, Lorenz, 64, 1024>, Expected<kobie::Verner65, 6, Ellipse, 48, 144>,
               Expected<kobie::Verner76, 7, Ellipse, 32, 96>, Expected<kobie::DormandPrince853, 8, Ellipse, 20, 60>,
               Expected<kobie::Verner87, 8, Oscillator, 8, 32>, Expected<kobie::Verner98, 9, Ellipse, 25, 75>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("shorter fixed steps divide the error by their ratio to the order", "", Methods) {
  const double order = TestType::observed();
  CAPTURE(order);
  CHECK(std::abs(order - TestType::order) < (TestType::order < 8 ? 0.3 : 0.5));
}
