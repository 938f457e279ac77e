#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <array>
#include <cstddef>

import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::DormandPrince54;
using kobie::Tsit5;

namespace {

constexpr double rounding = 1e-13;  // weights up to 47, rounded to 53 bits

double sum(const auto& weights) {
  double total = 0.0;
  for (const double w : weights) {
    total += w;
  }
  return total;
}

}  // namespace

TEMPLATE_TEST_CASE("an interpolant is nothing at the start and the step at the end", "", Tsit5, DormandPrince54) {
  const auto start = TestType::interpolant.at(0.0);
  const auto end = TestType::interpolant.at(1.0);
  for (std::size_t i = 0; i < start.size(); ++i) {
    CHECK(start[i] == 0.0);
    CHECK_THAT(end[i], WithinAbs(TestType::tableau.b[i], rounding));
  }
}

TEMPLATE_TEST_CASE("an interpolant has order 4 everywhere inside the step, and no more", "", Tsit5, DormandPrince54) {
  for (double theta = 0.05; theta < 0.99; theta += 0.1) {
    CAPTURE(theta);
    CHECK(kobie::order_of(TestType::tableau.a, TestType::interpolant.at(theta), 6, theta) == 4);
  }
}

TEMPLATE_TEST_CASE("an interpolant leaves and arrives with the derivatives of the solution", "", Tsit5, DormandPrince54) {
  // Of degree 4 in theta, so that this difference quotient is exact but for rounding.
  const auto slope = [](double theta) {
    constexpr double h = 0.25;
    const auto at = [&](double x, std::size_t i) { return TestType::interpolant.at(x)[i]; };
    std::array<double, 7> result{};
    for (std::size_t i = 0; i < 7; ++i) {
      result[i] = (8 * (at(theta + h, i) - at(theta - h, i)) - (at(theta + 2 * h, i) - at(theta - 2 * h, i))) / (12 * h);
    }
    return result;
  };
  for (std::size_t i = 0; i < 7; ++i) {
    CAPTURE(i);
    CHECK_THAT(slope(0.0)[i], WithinAbs(i == 0 ? 1.0 : 0.0, 10 * rounding));
    CHECK_THAT(slope(1.0)[i], WithinAbs(i == 6 ? 1.0 : 0.0, 10 * rounding));
  }
}

TEMPLATE_TEST_CASE("weights sum to theta, so that a constant slope is followed", "", Tsit5, DormandPrince54) {
  for (const double theta : {0.1, 0.37, 0.5, 0.9}) {
    CHECK_THAT(sum(TestType::interpolant.at(theta)), WithinAbs(theta, rounding));
  }
}

TEMPLATE_TEST_CASE("a perturbed weight lowers the interpolant's order", "", Tsit5, DormandPrince54) {
  auto interpolant = TestType::interpolant;
  interpolant.weights[3][2] += 1e-8;
  CHECK(kobie::order_of(TestType::tableau.a, interpolant.at(0.5), 4, 0.5) < 4);
}
