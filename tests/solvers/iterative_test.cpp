#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "systems.hpp"
#include "tools.hpp"

import kobie.buffers;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;

using Catch::Matchers::WithinRel;
using tools::Double8;
using tools::Random;

namespace {

using Numbers = std::vector<double>;
using Settings = kobie::LinearSettings<double>;

using Descent = kobie::SteepestDescent;
using Residual = kobie::MinimalResidual;
using Stabilised = kobie::BiCgStab;

template <class Traits>
struct BuffersOfSolver {
  static constexpr kobie::BufferRegistry buffers() { return Traits::buffers(kobie::BufferPrecision::float64); }
};

// Matrix times vector: all that a solver sees of a matrix, one in each lane.
template <std::size_t N, class Real>
struct Product {
  std::vector<Real> matrix = std::vector<Real>(N * N);

  explicit Product(const std::vector<Numbers>& matrices) {
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      for (std::size_t i = 0; i < N * N; ++i) {
        kobie::set_lane(matrix[i], lane, matrices[static_cast<std::size_t>(lane) % matrices.size()][i]);
      }
    }
  }
  void operator()(kobie::Components<const Real, N> v, kobie::Components<Real, N> product) const {
    for (std::size_t i = 0; i < N; ++i) {
      product[i] = Real(0);
      for (std::size_t j = 0; j < N; ++j) {
        product[i] = kobie::fma(matrix[N * i + j], v[j], product[i]);
      }
    }
  }
};

template <class Real>
struct Norms {
  std::vector<Real> residual_squares;
  void linear(const kobie::LinearIteration<Real>& iteration) { residual_squares.push_back(iteration.residual_square); }
};

template <class Real>
struct Answer {
  std::vector<Real> x;
  kobie::LinearOutcome<Real> outcome;
  Norms<Real> norms;
};

template <class Method, std::size_t N, class Real, class Operator, class Preconditioner>
Answer<Real> solve_by(const Operator& product, const Numbers& b, const Settings& settings, const Preconditioner& preconditioner,
                      const Numbers& scales, const Numbers& guess, kobie::MaskOf<Real> lanes) {
  using Traits = typename Method::template Traits<N, Preconditioner>;
  using Workspace = kobie::Workspace<kobie::BuffersOf<BuffersOfSolver<Traits>>, Real, double>;
  using Memory = kobie::ComponentBuffers<Workspace, "linear_solver">;
  Workspace workspace(nullptr, 1);
  workspace.poison();
  const typename Method::template Solver<N, Real, Preconditioner, Memory> solver(
      workspace.template component<"linear_solver">());
  std::vector<Real> right(b.begin(), b.end());
  const std::vector<Real> scale(scales.begin(), scales.end());
  Answer<Real> answer{std::vector<Real>(guess.begin(), guess.end()), {}, {}};
  answer.outcome =
      solver.solve(product, preconditioner, tools::read<N>(scale), tools::read<N>(right), tools::write<N>(answer.x),
                   {Real(settings.rtol), Real(settings.atol), settings.max_iterations}, lanes, answer.norms);
  return answer;
}

template <class Method, std::size_t N, class Real, class Preconditioner = kobie::NoPreconditioner>
Answer<Real> solve(const std::vector<Numbers>& matrices, const Numbers& b, const Settings& settings,
                   const Preconditioner& preconditioner = {}, const Numbers& scales = Numbers(N, 1.0),
                   const Numbers& guess = Numbers(N, 0.0), kobie::MaskOf<Real> lanes = true) {
  return solve_by<Method, N, Real>(Product<N, Real>(matrices), b, settings, preconditioner, scales, guess, lanes);
}

double residual_norm(const Numbers& a, const Numbers& b, const Numbers& x) {
  double square = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    double r = b[i];
    for (std::size_t j = 0; j < b.size(); ++j) {
      r -= a[i * b.size() + j] * x[j];
    }
    square += r * r;
  }
  return std::sqrt(square / static_cast<double>(b.size()));
}

// C C^T + shift.
Numbers symmetric(Random& random, std::size_t n, double shift) {
  Numbers c(n * n);
  for (double& x : c) {
    x = random();
  }
  Numbers a(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) {
        a[n * i + j] += c[n * i + k] * c[n * j + k];
      }
    }
    a[n * i + i] += shift;
  }
  return a;
}
// The same plus a skew part: not symmetric, with a definite symmetric part.
Numbers definite(Random& random, std::size_t n, double shift) {
  Numbers a = symmetric(random, n, shift);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double skew = random();
      a[n * i + j] += skew;
      a[n * j + i] -= skew;
    }
  }
  return a;
}

const Numbers six{1.0, -2.0, 0.5, 3.0, 0.0, 1.0};

template <class Method>
void check_solves(const std::vector<Numbers>& matrices) {
  const auto [x, outcome, norms] = solve<Method, 6, Double8>(matrices, six, {.rtol = 1e-9, .max_iterations = 500});
  REQUIRE(kobie::all(outcome.converged));
  CHECK(!kobie::any(outcome.broken_down));
  for (int lane = 0; lane < 8; ++lane) {
    const double norm = residual_norm(matrices[static_cast<std::size_t>(lane)], six, tools::lane_of(x, lane));
    CHECK(norm <= 1.001e-9 * residual_norm(matrices[0], six, Numbers(6, 0.0)));
    CHECK(std::abs(norm - kobie::lane(outcome.residual_norm, lane)) < 1e-13);
  }
}

// Lanes that take different numbers of iterations, and one that breaks down at once.
template <class Method>
void check_lanes(std::vector<Numbers> matrices) {
  matrices[5] = Numbers(36, 0.0);
  const Settings settings{.rtol = 1e-6, .max_iterations = 200};
  const auto packed = solve<Method, 6, Double8>(matrices, six, settings);
  double least = 1000.0;
  double most = 0.0;
  for (int lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    const auto alone = solve<Method, 6, double>({matrices[static_cast<std::size_t>(lane)]}, six, settings);
    CHECK(alone.x == tools::lane_of(packed.x, lane));
    CHECK(alone.outcome.iterations == kobie::lane(packed.outcome.iterations, lane));
    CHECK(alone.outcome.residual_norm == kobie::lane(packed.outcome.residual_norm, lane));
    CHECK(alone.outcome.converged == kobie::lane(packed.outcome.converged, lane));
    CHECK(alone.outcome.broken_down == kobie::lane(packed.outcome.broken_down, lane));
    CHECK(alone.outcome.converged == (lane != 5));
    least = std::min(least, alone.outcome.iterations);
    most = std::max(most, alone.outcome.iterations);
  }
  CHECK(least < most);
}

std::vector<Numbers> eight(Numbers (*make)(Random&, std::size_t, double)) {
  Random random(1);
  std::vector<Numbers> matrices;
  for (int lane = 0; lane < 8; ++lane) {
    matrices.push_back(make(random, 6, 0.5 + lane));
  }
  return matrices;
}

}  // namespace

TEST_CASE("all solvers solve symmetric positive definite equations") {
  check_solves<Descent>(eight(symmetric));
  check_solves<Residual>(eight(symmetric));
  check_solves<Stabilised>(eight(symmetric));
}

TEST_CASE("minimal residual and BiCGSTAB solve equations that are not symmetric") {
  check_solves<Residual>(eight(definite));
  check_solves<Stabilised>(eight(definite));
}

TEST_CASE("lanes that have converged or broken down have the bits that scalars have") {
  check_lanes<Descent>(eight(symmetric));
  check_lanes<Residual>(eight(definite));
  check_lanes<Stabilised>(eight(definite));
}

TEST_CASE("BiCGSTAB needs as many iterations as there are unknowns") {
  for (const Numbers& a : eight(definite)) {
    const auto answer = solve<Stabilised, 6, double>({a}, six, {.rtol = 1e-8});
    CHECK(answer.outcome.converged);
    CHECK(answer.outcome.iterations <= 6);
  }
}

TEST_CASE("minimal residual's residual falls in each iteration, in the norm of the scales") {
  Random random(2);
  const Numbers a = definite(random, 6, 0.1);
  const Numbers scale{100.0, 100.0, 100.0, 0.25, 0.25, 0.25};
  const auto [x, outcome, norms] = solve<Residual, 6, double>({a}, six, {.rtol = 0.0, .max_iterations = 30}, {}, scale);
  REQUIRE(norms.residual_squares.size() == 30);
  for (std::size_t k = 1; k < 30; ++k) {
    CHECK(norms.residual_squares[k] < norms.residual_squares[k - 1]);
  }
  CHECK(outcome.residual_norm == std::sqrt(norms.residual_squares.back()));
}

TEST_CASE("steepest descent falls as the condition number says, and no faster from the worst start") {
  // Saad, 5.3.1: of diag(1, k), an error of (k, 1) falls by (k - 1) / (k + 1) each time.
  const double condition = 9.0;
  const Numbers a{1.0, 0.0, 0.0, condition};
  const auto energy = [&](const Numbers& x) { return std::sqrt(x[0] * x[0] + condition * x[1] * x[1]); };
  Numbers start{condition, 1.0};
  for (std::int32_t k = 1; k < 10; ++k) {
    const auto answer =
        solve<Descent, 2, double>({a}, {0.0, 0.0}, {.rtol = 0.0, .max_iterations = k}, {}, Numbers(2, 1.0), start);
    CHECK_THAT(energy(answer.x), WithinRel(energy(start) * std::pow(0.8, k), 1e-13));
  }
  const auto other =
      solve<Descent, 2, double>({a}, {0.0, 0.0}, {.rtol = 0.0, .max_iterations = 1}, {}, Numbers(2, 1.0), {1.0, 1.0});
  CHECK(energy(other.x) < 0.8 * energy({1.0, 1.0}));
}

TEST_CASE("an iteration stops at the absolute tolerance, at the relative one, and at its limit") {
  Random random(3);
  const Numbers a = symmetric(random, 6, 1.0);
  const double first = residual_norm(a, six, Numbers(6, 0.0));
  const auto none = solve<Residual, 6, double>({a}, six, {.atol = 1.001 * first});
  CHECK(none.outcome.converged);
  CHECK(none.outcome.iterations == 0);
  CHECK(none.x == Numbers(6, 0.0));
  CHECK_THAT(none.outcome.residual_norm, WithinRel(first, 1e-14));
  const auto loose = solve<Residual, 6, double>({a}, six, {.rtol = 1e-2});
  CHECK(loose.outcome.residual_norm <= 1e-2 * first);
  CHECK(loose.outcome.residual_norm > 1e-4 * first);
  const auto stopped = solve<Residual, 6, double>({a}, six, {.rtol = 1e-12, .max_iterations = 2});
  CHECK(!stopped.outcome.converged);
  CHECK(!stopped.outcome.broken_down);
  CHECK(stopped.outcome.iterations == 2);
}

TEST_CASE("the norm is the root mean square of scaled components") {
  const auto answer = solve<Residual, 2, double>({{1.0, 0.0, 0.0, 1.0}}, {6.0, 4.0}, {.max_iterations = 0}, {}, {0.5, 1.0});
  CHECK_THAT(answer.outcome.residual_norm, WithinRel(std::sqrt((9.0 + 16.0) / 2.0), 1e-15));
}

TEST_CASE("a right-hand side is replaced by the solution, as if it had been guessed to be 0") {
  Random random(6);
  const Numbers a = definite(random, 6, 1.0);
  const auto expected = solve<Stabilised, 6, double>({a}, six, {});
  using Traits = kobie::BiCgStabTraits<6, kobie::NoPreconditioner>;
  using Workspace = kobie::Workspace<kobie::BuffersOf<BuffersOfSolver<Traits>>, double, double>;
  Workspace workspace(nullptr, 1);
  const kobie::BiCgStabSolver<6, double, kobie::NoPreconditioner, kobie::ComponentBuffers<Workspace, "linear_solver">> solver(
      workspace.component<"linear_solver">());
  const Product<6, double> product({a});
  const Numbers scale(6, 1.0);
  Numbers x = six;
  Norms<double> norms;
  const auto outcome = solver.solve_in_place(product, {}, tools::read<6>(scale), tools::write<6>(x), {}, true, norms);
  CHECK(outcome.iterations == expected.outcome.iterations);
  CHECK(x == expected.x);
  x = six;
  solver.solve_in_place(product, {}, tools::read<6>(scale), tools::write<6>(x), {}, false, norms);
  CHECK(x == six);
}

TEST_CASE("an exact guess takes no iteration, and no residual is no breakdown") {
  const auto answer =
      solve<Stabilised, 2, double>({{2.0, 0.0, 0.0, 4.0}}, {2.0, 4.0}, {.rtol = 0.0}, {}, Numbers(2, 1.0), {1.0, 1.0});
  CHECK(answer.outcome.converged);
  CHECK(answer.outcome.iterations == 0);
}

TEST_CASE("an operator that does not suit a method is a breakdown, and an end") {
  const Numbers b{1.0, 1.0};
  const Numbers skew{0.0, 1.0, -1.0, 0.0};
  const Numbers singular{1.0, 0.0, 0.0, 0.0};
  const Settings settings{.rtol = 1e-8, .max_iterations = 1000};
  const auto check = [](const Answer<double>& answer) {
    CHECK(answer.outcome.broken_down);
    CHECK(!answer.outcome.converged);
    CHECK(answer.outcome.iterations < 20);
    CHECK(std::isfinite(answer.x[0]));
    CHECK(std::isfinite(answer.x[1]));
  };
  check(solve<Descent, 2, double>({{-1.0, 0.0, 0.0, -2.0}}, b, settings));
  check(solve<Residual, 2, double>({skew}, b, settings));
  check(solve<Stabilised, 2, double>({skew}, b, settings));
  check(solve<Descent, 2, double>({singular}, {0.0, 1.0}, settings));
  check(solve<Residual, 2, double>({singular}, {0.0, 1.0}, settings));
  check(solve<Stabilised, 2, double>({singular}, {0.0, 1.0}, settings));
}

TEST_CASE("a lane that is not a number breaks down, and lanes that are not asked for stay as they are") {
  auto matrices = eight(definite);
  matrices[2][7] = std::numeric_limits<double>::quiet_NaN();
  const Settings settings{.rtol = 1e-6};
  Double8 number(0);
  for (int lane = 0; lane < 8; ++lane) {
    kobie::set_lane(number, lane, lane);
  }
  const kobie::MaskOf<Double8> lanes = number != Double8(4.0);
  const auto [x, outcome, norms] =
      solve<Stabilised, 6, Double8>(matrices, six, settings, {}, Numbers(6, 1.0), Numbers(6, 0.125), lanes);
  for (int lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    CHECK(kobie::lane(outcome.broken_down, lane) == (lane == 2));
    CHECK(kobie::lane(outcome.converged, lane) == (lane != 2 && lane != 4));
    if (lane == 2 || lane == 4) {
      CHECK(tools::lane_of(x, lane) == Numbers(6, 0.125));
      CHECK(kobie::lane(outcome.iterations, lane) == 0);
    }
  }
}

TEST_CASE("Jacobi's preconditioner takes the scales out of the unknowns") {
  Random random(4);
  Numbers a = definite(random, 6, 8.0);
  Numbers reciprocals(6);
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 6; ++j) {
      a[6 * i + j] *= std::pow(10.0, static_cast<double>(j));
    }
    reciprocals[i] = 1.0 / a[7 * i];
  }
  const kobie::JacobiPreconditioner<6, double> jacobi{tools::read<6>(reciprocals)};
  const Settings settings{.rtol = 1e-8, .max_iterations = 2000};
  const auto plain = solve<Residual, 6, double>({a}, six, settings);
  const auto better = solve<Residual, 6, double>({a}, six, settings, jacobi);
  CHECK(better.outcome.converged);
  CHECK(residual_norm(a, six, better.x) < 1.001e-8 * residual_norm(a, six, Numbers(6, 0.0)));
  CHECK(10 * better.outcome.iterations < plain.outcome.iterations);
  CHECK(solve<Stabilised, 6, double>({a}, six, settings, jacobi).outcome.iterations <
        solve<Stabilised, 6, double>({a}, six, settings).outcome.iterations);
}

TEST_CASE("a diagonal operator is solved at once by Jacobi's preconditioner") {
  const Numbers reciprocals{0.5, 0.125, 4.0};
  const kobie::JacobiPreconditioner<3, double> jacobi{tools::read<3>(reciprocals)};
  const auto answer =
      solve<Stabilised, 3, double>({{2.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.25}}, {1.0, 2.0, 3.0}, {}, jacobi);
  CHECK(answer.outcome.converged);
  CHECK(answer.outcome.iterations == 1);
  CHECK(answer.x == Numbers{0.5, 0.25, 12.0});
}

TEST_CASE("Neumann's series is exact where it ends, and helps where it converges") {
  // 4 (I - B) with B strictly triangular: B^3 = 0.
  const Numbers ends{4.0, -2.0, 8.0, 0.0, 4.0, -6.0, 0.0, 0.0, 4.0};
  const auto exact =
      solve<Residual, 3, double>({ends}, {1.0, 2.0, 3.0}, {.rtol = 1e-14}, kobie::NeumannPreconditioner<2, double>{0.25});
  CHECK(exact.outcome.converged);
  CHECK(exact.outcome.iterations == 1);

  Random random(5);
  Numbers a = definite(random, 6, 0.0);
  for (double& x : a) {
    x *= 0.1;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    a[7 * i] += 1.0;
  }
  const Settings settings{.rtol = 1e-10, .max_iterations = 500};
  const auto plain = solve<Residual, 6, double>({a}, six, settings);
  const auto second = solve<Residual, 6, double>({a}, six, settings, kobie::NeumannPreconditioner<2, double>{1.0});
  CHECK(second.outcome.converged);
  CHECK(second.outcome.iterations < plain.outcome.iterations);
}

TEST_CASE("a stage's equations are solved without their matrix as they are with it") {
  using System = systems::Hires;
  const Numbers y{0.7, 0.1, 0.2, 0.3, 0.2, 0.6, 0.005, 0.001};
  const Numbers b{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0};
  const auto state = tools::read<8>(y);
  const kobie::Components<const double, 0> none(nullptr);
  const double scale = 50.0;

  Numbers matrix(64);
  Numbers pivots(8);
  Numbers expected = b;
  const kobie::SquareMatrix<double, 8> j(matrix.data());
  kobie::jacobian<System, double>(0.0, state, none, j);
  kobie::iteration_matrix<System, double>(scale, j);
  const kobie::DenseLu<8, double> lu(j, tools::write<8>(pivots));
  REQUIRE(lu.factorise());
  lu.solve(tools::write<8>(expected));

  Numbers reciprocals(8);
  kobie::jacobian_diagonal<System, double>(0.0, state, none, tools::write<8>(reciprocals));
  for (double& x : reciprocals) {
    x = 1.0 / (scale - x);
  }
  const kobie::IterationOperator<System, double> equations{0.0, state, none, scale};
  const auto answer = solve_by<Stabilised, 8, double>(equations, b, {.rtol = 1e-13},
                                                      kobie::JacobiPreconditioner<8, double>{tools::read<8>(reciprocals)},
                                                      Numbers(8, 1.0), Numbers(8, 0.0), true);
  CHECK(answer.outcome.converged);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK_THAT(answer.x[i], WithinRel(expected[i], 1e-11));
  }
}
