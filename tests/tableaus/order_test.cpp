#include <catch2/catch_template_test_macros.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include "rooted_trees.hpp"

import kobie.tableaus;

using Catch::Matchers::WithinAbs;
using kobie::ClassicalRk4;
using kobie::DormandPrince54;
using kobie::Tsit5;

namespace {

// A method, and what its authors say of it; 0 where there is no embedded solution.
template <class M, int Order, int EmbeddedOrder, bool FirstSameAsLast>
struct Case {
  using Method = M;
  static constexpr int order = Order;
  static constexpr int embedded_order = EmbeddedOrder;
  static constexpr bool first_same_as_last = FirstSameAsLast;
};
using Cases =
    std::tuple<Case<kobie::ExplicitEuler, 1, 0, false>, Case<kobie::Heun21, 2, 1, false>, Case<kobie::Ralston3, 3, 0, false>,
               Case<kobie::BogackiShampine32, 3, 2, true>, Case<ClassicalRk4, 4, 0, false>,
               Case<kobie::Fehlberg45, 4, 5, false>, Case<kobie::CashKarp54, 5, 4, false>, Case<DormandPrince54, 5, 4, true>,
               Case<Tsit5, 5, 4, true>, Case<kobie::Verner65, 6, 5, true>, Case<kobie::Verner76, 7, 6, false>,
               Case<kobie::DormandPrince853, 8, 5, false>, Case<kobie::Verner87, 8, 7, false>,
               Case<kobie::Verner98, 9, 8, false>>;

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

// The order by the conditions above. 1e-10: weights up to 280 meet coefficients up to 208, and round to 53 bits.
template <std::size_t Stages>
int order_by_hand(const Matrix<Stages>& a, const Row<Stages>& b) {
  int order = 5;
  for (const auto& condition : conditions<Stages>(a, b)) {
    if (std::abs(condition.sum - condition.wanted) > 1e-10 && condition.order <= order) {
      order = condition.order - 1;
    }
  }
  return order;
}

// |sum_i b_i phi_i - 1 / gamma| of one tree, from the definitions: gamma is the product of the sizes of all subtrees.
template <std::size_t Stages>
double residual(const std::vector<int>& levels, const Matrix<Stages>& a, const Row<Stages>& b) {
  const std::size_t n = levels.size();
  std::vector<Row<Stages>> phi(n);
  std::vector<int> size(n, 1);
  double gamma = 1.0;
  for (auto& row : phi) {
    row.fill(1.0);
  }
  for (std::size_t vertex = n; vertex-- > 0;) {  // all descendants come before
    gamma *= size[vertex];
    if (vertex == 0) {
      break;
    }
    const std::size_t parent = parent_of(vertex, levels);
    size[parent] += size[vertex];
    for (std::size_t i = 0; i < Stages; ++i) {
      double sum = 0.0;
      for (std::size_t j = 0; j < Stages; ++j) {
        sum += a[i][j] * phi[vertex][j];
      }
      phi[parent][i] *= sum;
    }
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < Stages; ++i) {
    sum += b[i] * phi[0][i];
  }
  return std::abs(sum - 1.0 / gamma);
}

// The number of trees of one order, and the worst residual.
struct Trees {
  int count;
  double worst;
};
template <std::size_t Stages>
Trees trees(int order, const Matrix<Stages>& a, const Row<Stages>& b) {
  std::vector<int> levels = first_tree(order);
  Trees result{};
  do {
    ++result.count;
    result.worst = std::max(result.worst, residual<Stages>(levels, a, b));
  } while (next_tree(levels));
  return result;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a method and its embedded solution have the orders that their authors say, and no more", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  CHECK(kobie::order_of(tableau.a, tableau.b, 10) == TestType::order);
  CHECK(kobie::order_of(tableau) == TestType::order);
  CHECK(order_by_hand(tableau.a, tableau.b) == std::min(TestType::order, 5));
  CHECK(tableau.has_embedded() == (TestType::embedded_order > 0));
  CHECK(kobie::embedded_order_of(tableau) == TestType::embedded_order);
  CHECK(order_by_hand(tableau.a, tableau.embedded) == std::min(TestType::embedded_order, 5));
}

TEST_CASE("only the method with two estimates has a coarse solution, of order 3") {
  CHECK(kobie::coarse_order_of(kobie::DormandPrince853::tableau) == 3);
  CHECK(kobie::DormandPrince853::tableau.has_coarse());
  CHECK_FALSE(kobie::Verner87::tableau.has_coarse());
  CHECK_FALSE(kobie::ExplicitEuler::tableau.has_coarse());
}

TEMPLATE_LIST_TEST_CASE("every rooted tree's condition holds up to the order, and not all of the next one", "", Cases) {
  constexpr std::array<int, 11> counts = {0, 1, 1, 2, 4, 9, 20, 48, 115, 286, 719};
  constexpr double rounding = 1e-10;  // weights up to 280 meet rows of coefficients up to 208, rounded to 53 bits
  const auto& tableau = TestType::Method::tableau;
  for (int order = 1; order <= 10; ++order) {
    CAPTURE(order);
    const Trees of_solution = trees(order, tableau.a, tableau.b);
    const Trees of_embedded = trees(order, tableau.a, tableau.embedded);
    CHECK(of_solution.count == counts[static_cast<std::size_t>(order)]);
    CHECK((order > TestType::order || of_solution.worst < rounding));
    CHECK((order != TestType::order + 1 || of_solution.worst > 1e-7));
    CHECK((order > TestType::embedded_order || of_embedded.worst < rounding));
    CHECK((order != TestType::embedded_order + 1 || of_embedded.worst > 1e-7));
  }
}

TEMPLATE_LIST_TEST_CASE("any perturbed coefficient lowers the order found", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  const int order = TestType::order;
  constexpr std::size_t stages = TestType::Method::tableau.stages();
  for (std::size_t i = 0; i < stages; ++i) {
    CAPTURE(i);
    auto b = tableau.b;
    b[i] += 1e-8;
    CHECK(kobie::order_of(tableau.a, b, order) < order);
    // Where no weight reaches a stage, its row does not count for the order.
    if (tableau.b[i] == 0.0) {
      continue;
    }
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(j);
      auto a = tableau.a;
      a[i][j] += 1e-8;
      CHECK(kobie::order_of(a, tableau.b, order) < order);
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

TEMPLATE_LIST_TEST_CASE("rows of a sum to c, and a is strictly lower triangular", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  for (std::size_t i = 0; i < tableau.stages(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < tableau.stages(); ++j) {
      sum += tableau.a[i][j];
      if (j >= i) {
        CHECK(tableau.a[i][j] == 0.0);
      }
    }
    CHECK_THAT(sum, WithinAbs(tableau.c[i], 3e-13));  // coefficients up to 208, rounded to 53 bits
  }
}

TEMPLATE_LIST_TEST_CASE("first-same-as-last is found from the tableau", "", Cases) {
  CHECK(TestType::Method::tableau.first_same_as_last() == TestType::first_same_as_last);
}

TEST_CASE("a last stage that is not the solution's is not the next first one") {
  auto changed = Tsit5::tableau;
  changed.b[6] = 1e-3;
  CHECK_FALSE(changed.first_same_as_last());
}

TEMPLATE_LIST_TEST_CASE("error weights are the difference of two solutions and sum to zero", "", Cases) {
  const auto& tableau = TestType::Method::tableau;
  if (!tableau.has_embedded()) {
    return;
  }
  const auto weights = tableau.error_weights();
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    CHECK(weights[i] == tableau.b[i] - tableau.embedded[i]);
    sum += weights[i];
  }
  CHECK_THAT(sum, WithinAbs(0.0, 1e-13));
}
