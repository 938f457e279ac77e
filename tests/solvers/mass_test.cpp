#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cstddef>
#include <vector>

#include "systems.hpp"
#include "tools.hpp"

import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;

namespace {

// Of rank 2: twice the first row is the sum of the second and the third.
struct Coupled {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr std::array<std::array<double, 3>, 3> mass{{{1.0, -1.0, 0.0}, {3.0, 0.0, 0.0}, {-1.0, -2.0, 0.0}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<Coupled, Real>& at, kobie::Rates<Coupled, Real>& d) {
    d.state = {at.state[0], at.state[1], at.state[2]};
  }
};

struct Regular {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}});
  static constexpr std::array<std::array<double, 2>, 2> mass{{{0.0, 2.0}, {1e-3, 5.0}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<Regular, Real>& at, kobie::Rates<Regular, Real>& d) {
    d.state = {at.state[0], at.state[1]};
  }
};

// More states than a compiler could eliminate the identity matrix of.
struct Large {
  static constexpr kobie::ValueTable<200> states{};
};

static_assert(kobie::mass_rank<Large> == 200);
static_assert(!kobie::has_singular_mass<Large>);
static_assert(!kobie::has_mass<systems::Robertson>);
static_assert(!kobie::has_singular_mass<systems::Robertson>);
static_assert(kobie::has_mass<Regular>);
static_assert(!kobie::has_singular_mass<Regular>);
static_assert(kobie::has_singular_mass<Coupled>);
static_assert(kobie::mass_rank<Coupled> == 2);

}  // namespace

TEST_CASE("constraint weights annihilate the mass matrix") {
  constexpr auto weights = kobie::constraint_weights<Coupled>;
  static_assert(weights.size() == 1);
  bool any = false;
  for (std::size_t column = 0; column < 3; ++column) {
    double sum = 0.0;
    for (std::size_t row = 0; row < 3; ++row) {
      sum += weights[0][row] * Coupled::mass[row][column];
    }
    CHECK(std::abs(sum) < 1e-15);
    any = any || weights[0][column] != 0.0;
  }
  CHECK(any);
  CHECK(kobie::constraint_weights<Regular>.empty());
}

TEST_CASE("a vector is multiplied by the mass matrix, or left alone without one") {
  const std::vector<double> v{2.0, 3.0, 5.0};
  const auto view = tools::read<3>(v);
  CHECK(kobie::mass_times<Coupled, double>(0, view) == -1.0);
  CHECK(kobie::mass_times<Coupled, double>(1, view) == 6.0);
  CHECK(kobie::mass_times<Coupled, double>(2, view) == -8.0);
  CHECK(kobie::mass_times<systems::Robertson, double>(2, view) == 5.0);
}

TEST_CASE("a Jacobian becomes the matrix of a stage's equations") {
  std::vector<double> j{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  kobie::iteration_matrix<systems::Robertson, double>(10.0, kobie::SquareMatrix<double, 3>(j.data()));
  CHECK(j == std::vector<double>{9.0, -2.0, -3.0, -4.0, 5.0, -6.0, -7.0, -8.0, 1.0});
  j = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  kobie::iteration_matrix<Coupled, double>(10.0, kobie::SquareMatrix<double, 3>(j.data()));
  CHECK(j == std::vector<double>{9.0, -12.0, -3.0, 26.0, -5.0, -6.0, -17.0, -28.0, -9.0});
}
