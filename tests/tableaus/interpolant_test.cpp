#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>

import kobie.tableaus;

using Catch::Matchers::WithinAbs;

namespace {

// A method, the order that its authors give its interpolant, the stages that only this needs, and whether the first of these is
// the derivative at the new solution.
template <class M, int Order, std::size_t Extra, bool FromEnd>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr std::size_t extra = Extra;
  static constexpr bool from_end = FromEnd;
};
using Cases =
    std::tuple<Case<kobie::DormandPrince54, 4, 0, false>, Case<kobie::Tsit5, 4, 0, false>, Case<kobie::Verner65, 6, 3, false>,
               Case<kobie::Verner76, 6, 6, true>, Case<kobie::DormandPrince853, 7, 4, true>, Case<kobie::Verner87, 8, 8, true>,
               Case<kobie::Verner98, 9, 10, true>>;

template <class Method>
auto weights(double theta) {
  return Method::interpolant.at(Method::tableau, theta);
}

// The largest sum of |weights| over the step: what roundings are measured by.
template <class Method>
double size() {
  double largest = 0.0;
  for (double theta = 0.0; theta < 1.01; theta += 0.05) {
    double sum = 0.0;
    for (const double w : weights<Method>(theta)) {
      sum += std::abs(w);
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

// sum_n p[n] theta^(n + 1)
template <std::size_t Degree>
double power_sum(const std::array<double, Degree>& p, double theta) {
  double sum = 0.0;
  for (std::size_t n = Degree; n-- > 0;) {
    sum = (sum + p[n]) * theta;
  }
  return sum;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("an interpolant is nothing at the start and the step at the end", "", Cases) {
  using Method = typename TestType::Method;
  const auto start = weights<Method>(0.0);
  const auto end = weights<Method>(1.0);
  for (std::size_t i = 0; i < start.size(); ++i) {
    CHECK(start[i] == 0.0);
    CHECK(end[i] == (i < Method::tableau.stages() ? Method::tableau.b[i] : 0.0));
  }
}

TEMPLATE_LIST_TEST_CASE("an interpolant has its order everywhere inside the step, and no more", "", Cases) {
  using Method = typename TestType::Method;
  const auto a = Method::interpolant.matrix(Method::tableau);
  for (double theta = 0.05; theta < 0.99; theta += 0.1) {
    CAPTURE(theta);
    CHECK(kobie::order_of(a, weights<Method>(theta), TestType::order + 2, theta) == TestType::order);
  }
}

TEMPLATE_LIST_TEST_CASE("an interpolant needs as many more stages as its authors say", "", Cases) {
  using Method = typename TestType::Method;
  CHECK(Method::interpolant.extra_stages() == TestType::extra);
  CHECK(Method::interpolant.begins_with_end_derivative(Method::tableau) == TestType::from_end);
}

TEMPLATE_LIST_TEST_CASE("an interpolant leaves and arrives with the derivatives of the solution", "", Cases) {
  using Method = typename TestType::Method;
  constexpr std::size_t all = Method::tableau.stages() + TestType::extra;
  // Where the last stage is the next first one, it is the derivative at the end; else the first extra stage is.
  constexpr std::size_t last = TestType::from_end ? Method::tableau.stages() : Method::tableau.stages() - 1;
  // By sixth-order differences, with weights up to some hundreds whose higher derivatives are larger.
  constexpr double h = 1.0 / 1024;
  const double tolerance = 1e-10 * size<Method>();
  for (const double theta : {0.0, 1.0}) {
    for (std::size_t i = 0; i < all; ++i) {
      const auto rise = [&](int n) { return weights<Method>(theta + n * h)[i] - weights<Method>(theta - n * h)[i]; };
      const double slope = (45 * rise(1) - 9 * rise(2) + rise(3)) / (60 * h);
      CAPTURE(theta, i);
      CHECK_THAT(slope, WithinAbs(i == (theta == 0.0 ? 0 : last) ? 1.0 : 0.0, tolerance));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("weights sum to theta, so that a constant slope is followed", "", Cases) {
  using Method = typename TestType::Method;
  for (const double theta : {0.1, 0.37, 0.5, 0.9}) {
    double total = 0.0;
    for (const double w : weights<Method>(theta)) {
      total += w;
    }
    CHECK_THAT(total, WithinAbs(theta, 2e-15 * size<Method>()));
  }
}

TEMPLATE_LIST_TEST_CASE("a perturbed weight lowers the interpolant's order", "", Cases) {
  using Method = typename TestType::Method;
  const auto a = Method::interpolant.matrix(Method::tableau);
  auto interpolant = Method::interpolant;
  interpolant.weights[3][2] += 1e-5;
  CHECK(kobie::order_of(a, interpolant.at(Method::tableau, 0.25), TestType::order, 0.25) < TestType::order);
}

TEMPLATE_LIST_TEST_CASE("a perturbed coefficient of an extra stage lowers the interpolant's order", "", Cases) {
  using Method = typename TestType::Method;
  if constexpr (TestType::extra > 0) {
    for (std::size_t i = 0; i < TestType::extra; ++i) {
      CAPTURE(i);
      auto interpolant = Method::interpolant;
      interpolant.a[i][0] += 1e-6;
      CHECK(kobie::order_of(interpolant.matrix(Method::tableau), weights<Method>(0.25), TestType::order, 0.25) <
            TestType::order);
    }
  }
}

TEST_CASE("cubic Hermite interpolation has order 3 with the pair of Bogacki and Shampine") {
  constexpr auto& tableau = kobie::BogackiShampine32::tableau;
  kobie::Interpolant<4, 3> hermite;
  for (std::size_t i = 0; i < 4; ++i) {
    const double first = i == 0 ? 1.0 : 0.0;
    const double last = i == 3 ? 1.0 : 0.0;
    hermite.weights[i] =
        kobie::weights_from_nested(std::array<double, 2>{first - tableau.b[i], 2 * tableau.b[i] - first - last});
  }
  for (const double theta : {0.1, 0.5, 0.8}) {
    CHECK(kobie::order_of(tableau.a, hermite.at(tableau, theta), 5, theta) == 3);
  }
}

// Two rows as they stand on Verner's pages, in powers of theta.
TEST_CASE("Verner's weights are those that he published") {
  const std::array<double, 6> sixth_10 = {
      0.0, -132664.0 / 6765, 17011336.0 / 182655, -10067296.0 / 60885, 1579832.0 / 12177, -1385000.0 / 36531};
  const std::array<double, 7> seventh_1 = {1.0,
                                           -8.413387198332767469319987751201351965810,
                                           33.67550888449089654479469983556967202215,
                                           -70.80159089484886164618905961010838757357,
                                           80.64695108301297872968868805293298389704,
                                           -47.19413969837521580145883430419406103536,
                                           11.13381344253924186418881142808952641234};
  for (const double theta : {0.2, 0.5, 0.7}) {
    CHECK_THAT(weights<kobie::Verner65>(theta)[9], WithinAbs(power_sum(sixth_10, theta), 1e-12));
    CHECK_THAT(weights<kobie::Verner76>(theta)[0], WithinAbs(power_sum(seventh_1, theta), 1e-12));
  }
}

TEST_CASE("weights in powers of theta keep their values in the form that is computed with") {
  constexpr std::array<double, 4> powers = {1.0, -3.0, 4.5, -1.25};
  constexpr double end = 1.0 - 3.0 + 4.5 - 1.25;
  const kobie::ExplicitTableau<1> tableau{.b = {end}};
  kobie::Interpolant<1, 4> interpolant;
  interpolant.weights[0] = kobie::weights_from_powers(powers, end);
  for (const double theta : {0.0, 0.3, 0.75, 1.0}) {
    CHECK_THAT(interpolant.at(tableau, theta)[0], WithinAbs(power_sum(powers, theta), 1e-15));
  }
}

TEST_CASE("weights in nested form keep their values in the form that is computed with") {
  constexpr std::array<double, 5> r = {0.5, -1.5, 2.0, 0.25, -3.0};
  const kobie::ExplicitTableau<1> tableau{.b = {0.75}};
  kobie::Interpolant<1, 6> interpolant;
  interpolant.weights[0] = kobie::weights_from_nested(r);
  for (const double x : {0.0, 0.3, 0.75, 1.0}) {
    const double nested = x * (0.75 + (1 - x) * (r[0] + x * (r[1] + (1 - x) * (r[2] + x * (r[3] + (1 - x) * r[4])))));
    CHECK_THAT(interpolant.at(tableau, x)[0], WithinAbs(nested, 1e-15));
  }
}
