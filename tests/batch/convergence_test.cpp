#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include "problems.hpp"
#include "references.hpp"

import kobie;

namespace {

template <class Method>
double end_error(double dt) {
  const kobie::Solver<problems::Lorenz, Method, kobie::FixedStep> solver({.dt = dt});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({{"rho", 10.5}}), {.duration = 1.0});
  const auto reference = reference_value("lorenz_b8_3_u100_rho10.50", "1");
  double error = 0.0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    error = std::fmax(error, std::abs(result.all()(i, 0, 0) - reference[i]));
  }
  return error;
}

template <class Method, int Order>
struct Expected {
  using type = Method;
  static constexpr int order = Order;
};

using Tsitouras = Expected<kobie::Tsit5, 5>;
using DormandPrince = Expected<kobie::DormandPrince54, 5>;
using Kutta = Expected<kobie::ClassicalRk4, 4>;

}  // namespace

TEMPLATE_TEST_CASE("halving fixed steps divides the error by two to the order", "", Tsitouras, DormandPrince, Kutta) {
  // Steps small enough to be in the asymptotic range, and large enough that the error is far above rounding. The order is
  // fitted over four halvings, so that a lucky sign change of one error does not decide.
  const double coarse = 1.0 / 64;
  const double fine = coarse / 16;
  const double order = std::log2(end_error<typename TestType::type>(coarse) / end_error<typename TestType::type>(fine)) / 4;
  CHECK(std::abs(order - TestType::order) < 0.3);
}
