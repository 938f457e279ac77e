#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "tools.hpp"

import kobie.numbers;
import kobie.solvers;
import kobie.systems;

using tools::Double8;
using tools::Float16;
using tools::Random;

namespace {

using Numbers = std::vector<double>;

// Elimination with complete pivoting in long double.
std::vector<long double> solution(const Numbers& matrix, const Numbers& b) {
  const std::size_t n = b.size();
  std::vector<long double> a(matrix.begin(), matrix.end());
  std::vector<long double> x(b.begin(), b.end());
  std::vector<std::size_t> unknown(n);
  std::iota(unknown.begin(), unknown.end(), std::size_t{0});
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t row = k;
    std::size_t column = k;
    for (std::size_t i = k; i < n; ++i) {
      for (std::size_t j = k; j < n; ++j) {
        if (std::abs(a[i * n + j]) > std::abs(a[row * n + column])) {
          row = i;
          column = j;
        }
      }
    }
    for (std::size_t j = 0; j < n; ++j) {
      std::swap(a[k * n + j], a[row * n + j]);
    }
    std::swap(x[k], x[row]);
    for (std::size_t i = 0; i < n; ++i) {
      std::swap(a[i * n + k], a[i * n + column]);
    }
    std::swap(unknown[k], unknown[column]);
    for (std::size_t i = k + 1; i < n; ++i) {
      const long double factor = a[i * n + k] / a[k * n + k];
      for (std::size_t j = k; j < n; ++j) {
        a[i * n + j] -= factor * a[k * n + j];
      }
      x[i] -= factor * x[k];
    }
  }
  std::vector<long double> result(n);
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j) {
      x[k] -= a[k * n + j] * result[unknown[j]];
    }
    result[unknown[k]] = x[k] / a[k * n + k];
  }
  return result;
}

// A system of equations in each lane, solved.
template <std::size_t N, class Real>
struct Solved {
  std::vector<Real> lu = std::vector<Real>(N * N);
  std::vector<Real> pivots = std::vector<Real>(N);
  std::vector<Real> x = std::vector<Real>(N);
  kobie::MaskOf<Real> regular;

  // Lanes take the matrices in turn.
  Solved(const std::vector<Numbers>& matrices, const Numbers& b) {
    using T = kobie::ScalarOf<Real>;
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      const Numbers& a = matrices[static_cast<std::size_t>(lane) % matrices.size()];
      for (std::size_t i = 0; i < N * N; ++i) {
        kobie::set_lane(lu[i], lane, static_cast<T>(a[i]));
      }
      for (std::size_t i = 0; i < N; ++i) {
        kobie::set_lane(x[i], lane, static_cast<T>(b[i]));
      }
    }
    const kobie::DenseLu<N, Real> solver(kobie::SquareMatrix<Real, N>(lu.data()), tools::write<N>(pivots));
    regular = solver.factorise();
    solver.solve(tools::write<N>(x));
  }
};

// As floats have them, so that no kind of number rounds them.
Numbers random_numbers(Random& random, std::size_t count) {
  Numbers all(count);
  std::generate(all.begin(), all.end(), [&random] { return static_cast<float>(random()); });
  return all;
}

// |b - A x| / (|A| |x| + |b|) in the maximum norm (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 7.1), in
// units of rounding: no more than a small multiple of N where elements do not grow, whatever the condition of A.
template <class T>
double backward_error(const Numbers& a, const Numbers& b, const std::vector<T>& x) {
  const std::size_t n = b.size();
  long double scale = 0.0L;
  long double residual = 0.0L;
  for (std::size_t i = 0; i < n; ++i) {
    long double left = b[i];
    long double size = std::abs(b[i]);
    for (std::size_t j = 0; j < n; ++j) {
      left -= static_cast<long double>(a[i * n + j]) * x[j];
      size += std::abs(static_cast<long double>(a[i * n + j]) * x[j]);
    }
    residual = std::max(residual, std::abs(left));
    scale = std::max(scale, size);
  }
  return static_cast<double>(residual / scale / std::numeric_limits<T>::epsilon());
}

template <std::size_t N, class Real>
void check_random() {
  Random random(N);
  for (int round = 0; round < 20; ++round) {
    std::vector<Numbers> matrices;
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      matrices.push_back(random_numbers(random, N * N));
    }
    const Numbers b = random_numbers(random, N);
    const Solved<N, Real> solved(matrices, b);
    REQUIRE(kobie::all(solved.regular));
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      CAPTURE(N, round, lane);
      const auto x = tools::lane_of(solved.x, lane);
      CHECK(backward_error(matrices[static_cast<std::size_t>(lane)], b, x) < 2.0 * N);
    }
  }
}

template <std::size_t N>
void check_lanes_against_scalar() {
  Random random(100 + N);
  std::vector<Numbers> matrices;
  for (int lane = 0; lane < 8; ++lane) {
    matrices.push_back(random_numbers(random, N * N));
  }
  const Numbers b = random_numbers(random, N);
  const Solved<N, Double8> packed(matrices, b);
  for (int lane = 0; lane < 8; ++lane) {
    const Solved<N, double> alone({matrices[static_cast<std::size_t>(lane)]}, b);
    CHECK(alone.lu == tools::lane_of(packed.lu, lane));
    CHECK(alone.pivots == tools::lane_of(packed.pivots, lane));
    CHECK(alone.x == tools::lane_of(packed.x, lane));
  }
}

Numbers permutation(const std::vector<std::size_t>& column_of_row) {
  const std::size_t n = column_of_row.size();
  Numbers matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    matrix[i * n + column_of_row[i]] = 1.0;
  }
  return matrix;
}

}  // namespace

TEMPLATE_TEST_CASE("equations are solved to a small multiple of rounding", "", Double8, Float16) {
  check_random<1, TestType>();
  check_random<2, TestType>();
  check_random<3, TestType>();
  check_random<5, TestType>();
  check_random<8, TestType>();
  check_random<20, TestType>();
}

TEST_CASE("the solution of well-conditioned equations is that of elimination in long double") {
  Random random(17);
  Numbers a = random_numbers(random, 64);
  for (std::size_t i = 0; i < 8; ++i) {
    a[i * 9] += i % 2 == 0 ? 10.0 : -10.0;
  }
  const Numbers b = random_numbers(random, 8);
  const auto truth = solution(a, b);
  const Solved<8, double> solved({a}, b);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(std::abs(solved.x[i] - static_cast<double>(truth[i])) < 1e-15);
  }
}

TEST_CASE("ill-conditioned equations lose digits as their condition says, and leave no residual") {
  // Hilbert's matrix of 8 rows: condition 1.5e10.
  Numbers hilbert(64);
  for (std::size_t i = 0; i < 64; ++i) {
    hilbert[i] = 1.0 / static_cast<double>(i / 8 + i % 8 + 1);
  }
  const Numbers b(8, 1.0);
  const auto truth = solution(hilbert, b);
  const Solved<8, double> solved({hilbert}, b);
  CHECK(solved.regular);
  CHECK(backward_error(hilbert, b, solved.x) < 16.0);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(std::abs(solved.x[i] - static_cast<double>(truth[i])) <
          1.5e10 * 8 * std::numeric_limits<double>::epsilon() * static_cast<double>(std::abs(truth[i])));
  }
}

TEST_CASE("rows of all sizes are no trouble where the largest is the pivot") {
  // Without pivoting the first component would be 0.
  const Solved<2, double> solved({{1e-20, 1.0, 1.0, 1.0}}, {1.0, 2.0});
  CHECK(solved.x == Numbers{1.0, 1.0});
}

TEST_CASE("permutations are solved exactly") {
  std::vector<std::size_t> order{0, 1, 2, 3};
  do {
    const Solved<4, double> solved({permutation(order)}, {1.0, 2.0, 3.0, 4.0});
    CHECK(solved.regular);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(solved.x[order[i]] == static_cast<double>(i + 1));
    }
  } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("lanes with pivots of their own have the bits that scalars have") {
  check_lanes_against_scalar<3>();
  check_lanes_against_scalar<6>();
  check_lanes_against_scalar<20>();
}

TEST_CASE("lanes whose matrix is singular or not finite are told, and the others are not touched") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Numbers regular{2.0, 1.0, 0.0, 4.0, -1.0, 3.0, 1.0, 1.0, 1.0};
  std::vector<Numbers> matrices(8, regular);
  matrices[1] = {1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 1.0, 0.0, 1.0};
  matrices[2] = Numbers(9, 0.0);
  matrices[3][8] = nan;
  matrices[4][1] = nan;
  matrices[5][6] = infinity;
  matrices[6] = {1e-310, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
  const Numbers b{1.0, 2.0, 3.0};
  const Solved<3, Double8> solved(matrices, b);
  const Solved<3, double> alone({regular}, b);
  for (int lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    const bool expected = lane == 0 || lane == 7;
    CHECK(kobie::lane(solved.regular, lane) == expected);
    if (expected) {
      CHECK(tools::lane_of(solved.x, lane) == alone.x);
    }
  }
}

TEST_CASE("a number that is not finite is found wherever it stands") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    for (std::size_t i = 0; i < 9; ++i) {
      Numbers a{2.0, 1.0, 0.0, 4.0, -1.0, 3.0, 1.0, 1.0, 1.0};
      a[i] = bad;
      CAPTURE(i);
      CHECK(!Solved<3, double>({a}, {1.0, 1.0, 1.0}).regular);
    }
  }
}

TEST_CASE("matrices and vectors may be spread out in memory") {
  std::vector<double> matrix(4 * 2, -7.0);
  matrix[0] = 0.0;
  matrix[2] = 2.0;
  matrix[4] = 4.0;
  matrix[6] = 0.0;
  std::vector<double> pivots(4, -7.0);
  std::vector<double> x{6.0, -7.0, -7.0, 8.0};
  const kobie::DenseLu<2, double> solver(kobie::SquareMatrix<double, 2>(matrix.data(), 2),
                                         kobie::Components<double, 2>(pivots.data(), 2));
  CHECK(solver.factorise());
  solver.solve(kobie::Components<double, 2>(x.data(), 3));
  CHECK(x == std::vector<double>{2.0, -7.0, -7.0, 3.0});
  CHECK(matrix[1] == -7.0);
  CHECK(pivots[1] == -7.0);
}

TEST_CASE("matrices are factorised when this is compiled, too") {
  constexpr bool right = [] {
    double a[] = {0.0, 2.0, 4.0, 0.0};
    double pivots[2] = {};
    double x[] = {6.0, 8.0};
    const kobie::DenseLu<2, double> solver{kobie::SquareMatrix<double, 2>(a), kobie::Components<double, 2>(pivots)};
    const bool regular = solver.factorise();
    solver.solve(kobie::Components<double, 2>(x));
    return regular && x[0] == 2.0 && x[1] == 3.0;
  }();
  STATIC_CHECK(right);
}
