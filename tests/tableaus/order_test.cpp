#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::Tsit5;

namespace {

template <std::size_t Stages>
using Matrix = std::array<std::array<double, Stages>, Stages>;
template <std::size_t Stages>
using Row = std::array<double, Stages>;

// One order condition: the sum over the stages, and 1 / gamma.
struct Condition {
  int order;
  double sum;
  double wanted;
};

// The 17 conditions up to order 5 as they stand in HNW I, tables II.2.1 and II.2.2, written out by hand.
template <std::size_t Stages>
std::vector<Condition> conditions(const Matrix<Stages>& a, const Row<Stages>& b) {
  const auto times = [](const Row<Stages>& u, const Row<Stages>& v) {
    Row<Stages> product{};
    for (std::size_t i = 0; i < Stages; ++i) {
      product[i] = u[i] * v[i];
    }
    return product;
  };
  const auto a_times = [&](const Row<Stages>& v) {
    Row<Stages> product{};
    for (std::size_t i = 0; i < Stages; ++i) {
      for (std::size_t j = 0; j < Stages; ++j) {
        product[i] += a[i][j] * v[j];
      }
    }
    return product;
  };
  const auto b_times = [&](const Row<Stages>& v) {
    double sum = 0.0;
    for (std::size_t i = 0; i < Stages; ++i) {
      sum += b[i] * v[i];
    }
    return sum;
  };
  Row<Stages> one;
  one.fill(1.0);
  const Row<Stages> c = a_times(one);
  const Row<Stages> c2 = times(c, c);
  const Row<Stages> c3 = times(c2, c);
  const Row<Stages> ac = a_times(c);
  const Row<Stages> ac2 = a_times(c2);
  const Row<Stages> aac = a_times(ac);
  return {
      {1, b_times(one), 1.0},
      {2, b_times(c), 1.0 / 2},
      {3, b_times(c2), 1.0 / 3},
      {3, b_times(ac), 1.0 / 6},
      {4, b_times(c3), 1.0 / 4},
      {4, b_times(times(c, ac)), 1.0 / 8},
      {4, b_times(ac2), 1.0 / 12},
      {4, b_times(aac), 1.0 / 24},
      {5, b_times(times(c3, c)), 1.0 / 5},
      {5, b_times(times(c2, ac)), 1.0 / 10},
      {5, b_times(times(c, ac2)), 1.0 / 15},
      {5, b_times(times(c, aac)), 1.0 / 30},
      {5, b_times(times(ac, ac)), 1.0 / 20},
      {5, b_times(a_times(c3)), 1.0 / 20},
      {5, b_times(a_times(times(c, ac))), 1.0 / 40},
      {5, b_times(a_times(ac2)), 1.0 / 60},
      {5, b_times(a_times(aac)), 1.0 / 120},
  };
}

// The order by the conditions above. 1e-12: Tsit5's coefficients reach 13 and round to 53 bits.
template <std::size_t Stages>
int order_by_hand(const Matrix<Stages>& a, const Row<Stages>& b) {
  int order = 5;
  for (const auto& condition : conditions<Stages>(a, b)) {
    if (std::abs(condition.sum - condition.wanted) > 1e-12 && condition.order <= order) {
      order = condition.order - 1;
    }
  }
  return order;
}

template <class Method>
constexpr bool is_rk4 = std::string_view(Method::name) == "classical-rk4";

}  // namespace

TEMPLATE_TEST_CASE("the order found is the order by the conditions written out", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const auto& tableau = TestType::tableau;
  CHECK(kobie::order_of(tableau) == (is_rk4<TestType> ? 4 : 5));
  CHECK(order_by_hand(tableau.a, tableau.b) == kobie::order_of(tableau));
  CHECK(order_by_hand(tableau.a, tableau.embedded) == kobie::embedded_order_of(tableau));
}

TEST_CASE("the embedded solutions have order 4 and the classical method none") {
  CHECK(kobie::embedded_order_of(Tsit5::tableau) == 4);
  CHECK(kobie::embedded_order_of(DormandPrince54::tableau) == 4);
  CHECK(Tsit5::tableau.has_embedded());
  CHECK(DormandPrince54::tableau.has_embedded());
  CHECK_FALSE(ClassicalRk4::tableau.has_embedded());
}

TEMPLATE_TEST_CASE("any perturbed coefficient lowers the order found", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const auto& tableau = TestType::tableau;
  const int order = kobie::order_of(tableau);
  constexpr std::size_t stages = TestType::tableau.stages();
  for (std::size_t i = 0; i < stages; ++i) {
    CAPTURE(i);
    auto b = tableau.b;
    b[i] += 1e-8;
    CHECK(kobie::order_of(tableau.a, b, 6) < order);
    // Where no weight reaches a stage, its row does not count for the order.
    if (tableau.b[i] == 0.0) {
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(j);
      auto a = tableau.a;
      a[i][j] += 1e-8;
      CHECK(kobie::order_of(a, tableau.b, 6) < order);
    }
  }
}

TEST_CASE("lower-order methods are told by their order") {
  const Matrix<1> none{};
  CHECK(kobie::order_of<1>(none, {1.0}, 9) == 1);  // Euler
  CHECK(kobie::order_of<1>(none, {0.9}, 9) == 0);
  const Matrix<2> midpoint{{{}, {0.5}}};
  CHECK(kobie::order_of<2>(midpoint, {0.0, 1.0}, 9) == 2);
  const Matrix<3> kutta3{{{}, {0.5}, {-1.0, 2.0}}};
  CHECK(kobie::order_of<3>(kutta3, {1.0 / 6, 2.0 / 3, 1.0 / 6}, 9) == 3);
  CHECK(kobie::order_of<3>(kutta3, {1.0 / 6, 2.0 / 3, 1.0 / 6}, 2) == 2);  // as far as it was asked
}

TEMPLATE_TEST_CASE("rows of a sum to c, and a is strictly lower triangular", "", Tsit5, DormandPrince54, ClassicalRk4) {
  const auto& tableau = TestType::tableau;
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < tableau.stages(); ++j) {
      sum += tableau.a[i][j];
      if (j >= i) {
        CHECK(tableau.a[i][j] == 0.0);
      }
    }
    CHECK_THAT(sum, WithinAbs(tableau.c[i], 2e-14));  // coefficients up to 27, rounded to 53 bits
  }
}

TEST_CASE("first-same-as-last is found from the tableau") {
  CHECK(Tsit5::tableau.first_same_as_last());
  CHECK(DormandPrince54::tableau.first_same_as_last());
  CHECK_FALSE(ClassicalRk4::tableau.first_same_as_last());
  auto changed = Tsit5::tableau;
  changed.b[6] = 1e-3;
  CHECK_FALSE(changed.first_same_as_last());
}

TEMPLATE_TEST_CASE("error weights are the difference of two solutions and sum to zero", "", Tsit5, DormandPrince54) {
  const auto weights = TestType::tableau.error_weights();
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(weights[i] == TestType::tableau.b[i] - TestType::tableau.embedded[i]);
    sum += weights[i];
  }
  CHECK_THAT(sum, WithinAbs(0.0, 1e-14));
}
