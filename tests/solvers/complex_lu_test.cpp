#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <vector>

#include "tools.hpp"

import kobie.numbers;
import kobie.solvers;
import kobie.systems;

using tools::Double8;
using tools::Float16;
using tools::Random;

namespace {

using Complex = std::complex<double>;
using Numbers = std::vector<Complex>;

// A system of equations in each lane, solved.
template <std::size_t N, class Real>
struct Solved {
  std::vector<Real> re = std::vector<Real>(N * N);
  std::vector<Real> im = std::vector<Real>(N * N);
  std::vector<Real> pivots = std::vector<Real>(N);
  std::vector<Real> x = std::vector<Real>(N);
  std::vector<Real> y = std::vector<Real>(N);
  kobie::MaskOf<Real> regular;

  // Lanes take the matrices in turn.
  Solved(const std::vector<Numbers>& matrices, const Numbers& b) {
    using T = kobie::ScalarOf<Real>;
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      const Numbers& a = matrices[static_cast<std::size_t>(lane) % matrices.size()];
      for (std::size_t i = 0; i < N * N; ++i) {
        kobie::set_lane(re[i], lane, static_cast<T>(a[i].real()));
        kobie::set_lane(im[i], lane, static_cast<T>(a[i].imag()));
      }
      for (std::size_t i = 0; i < N; ++i) {
        kobie::set_lane(x[i], lane, static_cast<T>(b[i].real()));
        kobie::set_lane(y[i], lane, static_cast<T>(b[i].imag()));
      }
    }
    const kobie::ComplexLu<N, Real> solver(kobie::SquareMatrix<Real, N>(re.data()), kobie::SquareMatrix<Real, N>(im.data()),
                                           tools::write<N>(pivots));
    regular = solver.factorise();
    solver.solve(tools::write<N>(x), tools::write<N>(y));
  }

  std::complex<long double> component(std::size_t i, int lane) const {
    return {kobie::lane(x[i], lane), kobie::lane(y[i], lane)};
  }
};

// As floats have them, so that no kind of number rounds them.
Numbers random_numbers(Random& random, std::size_t count) {
  Numbers all(count);
  std::generate(all.begin(), all.end(), [&random] {
    const float re = static_cast<float>(random());
    return Complex(re, static_cast<float>(random()));
  });
  return all;
}

template <std::size_t N, class Real>
void check_random() {
  Random random(N);
  std::vector<Numbers> matrices;
  for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
    matrices.push_back(random_numbers(random, N * N));
  }
  const Numbers b = random_numbers(random, N);
  const Solved<N, Real> solved(matrices, b);
  REQUIRE(kobie::all(solved.regular));
  for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
    CAPTURE(N, lane);
    const Numbers& a = matrices[static_cast<std::size_t>(lane)];
    // The backward error, in units of rounding: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 7.1
    long double scale = 0.0L;
    long double residual = 0.0L;
    for (std::size_t i = 0; i < N; ++i) {
      std::complex<long double> left(b[i]);
      long double size = std::abs(left);
      for (std::size_t j = 0; j < N; ++j) {
        const std::complex<long double> term = std::complex<long double>(a[i * N + j]) * solved.component(j, lane);
        left -= term;
        size += std::abs(term);
      }
      residual = std::max(residual, std::abs(left));
      scale = std::max(scale, size);
    }
    CHECK(residual / scale < 4.0 * N * std::numeric_limits<kobie::ScalarOf<Real>>::epsilon());
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
    CHECK(alone.re == tools::lane_of(packed.re, lane));
    CHECK(alone.im == tools::lane_of(packed.im, lane));
    CHECK(alone.pivots == tools::lane_of(packed.pivots, lane));
    CHECK(alone.x == tools::lane_of(packed.x, lane));
    CHECK(alone.y == tools::lane_of(packed.y, lane));
  }
}

}  // namespace

TEMPLATE_TEST_CASE("complex equations are solved to a small multiple of rounding", "", Double8, Float16) {
  check_random<1, TestType>();
  check_random<3, TestType>();
  check_random<10, TestType>();
}

TEST_CASE("lanes with complex pivots of their own have the bits that scalars have") {
  check_lanes_against_scalar<3>();
  check_lanes_against_scalar<10>();
}

TEST_CASE("the pivot is the largest by the sum of both parts") {
  // 1 + i against 1.5: with either row first the other one is swapped up or stays.
  const Complex larger(1.0, 1.0);
  const Solved<2, double> swapped({{1.5, 0.0, larger, 1.0}}, {1.0, 1.0});
  CHECK(swapped.pivots[0] == 1.0);
  const Solved<2, double> kept({{larger, 1.0, 1.5, 0.0}}, {1.0, 1.0});
  CHECK(kept.pivots[0] == 0.0);
}

TEST_CASE("pivots whose squares overflow or vanish are no trouble") {
  for (const double size : {1e300, 1e-300}) {
    CAPTURE(size);
    const Solved<1, double> solved({{Complex(3.0 * size, 4.0 * size)}}, {Complex(25.0 * size, 0.0)});
    CHECK(solved.regular);
    CHECK(std::abs(Complex(solved.component(0, 0)) - Complex(3.0, -4.0)) < 1e-14);
  }
}

TEST_CASE("lanes whose complex matrix is singular or not finite are told, and the others are not touched") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const Complex i(0.0, 1.0);
  const Numbers regular{1.0 + i, 2.0, -i, 4.0};
  std::vector<Numbers> matrices(8, regular);
  matrices[1] = {1.0 + i, 2.0, i, 1.0 + i};
  matrices[2] = Numbers(4, 0.0);
  matrices[3][3] = Complex(0.0, nan);
  matrices[4][1] = nan;
  matrices[5][2] = Complex(1.0, infinity);
  const Numbers b{1.0, i};
  const Solved<2, Double8> solved(matrices, b);
  const Solved<2, double> alone({regular}, b);
  for (int lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    const bool expected = lane == 0 || lane > 5;
    CHECK(kobie::lane(solved.regular, lane) == expected);
    if (expected) {
      CHECK(tools::lane_of(solved.x, lane) == alone.x);
      CHECK(tools::lane_of(solved.y, lane) == alone.y);
    }
  }
}

TEST_CASE("complex matrices are factorised when this is compiled, too") {
  constexpr bool right = [] {
    double re[] = {0.0, 2.0, 0.0, 0.0};
    double im[] = {0.0, 0.0, 4.0, 0.0};
    double pivots[2] = {};
    double x[] = {6.0, 8.0};
    double y[] = {2.0, 0.0};
    const kobie::ComplexLu<2, double> solver{kobie::SquareMatrix<double, 2>(re), kobie::SquareMatrix<double, 2>(im),
                                             kobie::Components<double, 2>(pivots)};
    const bool regular = solver.factorise();
    solver.solve(kobie::Components<double, 2>(x), kobie::Components<double, 2>(y));
    return regular && x[0] == 0.0 && y[0] == -2.0 && x[1] == 3.0 && y[1] == 1.0;
  }();
  STATIC_CHECK(right);
}
