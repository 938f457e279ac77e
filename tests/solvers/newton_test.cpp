// Newton's method on its own: x^2 + y^2 = 4, x y = 1, and single equations in lanes.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

import kobie.numbers;
import kobie.solvers;
import kobie.systems;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using Double4 = kobie::Pack<double, 4>;

namespace {

// What is left of it: x = 1.93..., y = 0.51...
struct CircleAndHyperbola {
  void operator()(kobie::Components<const double, 2> z, kobie::Components<double, 2> r) const {
    r[0] = 4.0 - z[0] * z[0] - z[1] * z[1];
    r[1] = 1.0 - z[0] * z[1];
  }
};
const double root_x = (std::sqrt(6.0) + std::sqrt(2.0)) / 2;
const double root_y = (std::sqrt(6.0) - std::sqrt(2.0)) / 2;

// By the Jacobian at z, or at a point that is kept.
struct BySolve {
  const double* kept = nullptr;
  bool operator()(kobie::Components<const double, 2> z, bool /*lanes*/, kobie::Components<double, 2> b) const {
    const double x = kept != nullptr ? kept[0] : z[0];
    const double y = kept != nullptr ? kept[1] : z[1];
    const double determinant = 2 * (x * x - y * y);
    const double first = (x * b[0] - 2 * y * b[1]) / determinant;
    b[1] = (2 * x * b[1] - y * b[0]) / determinant;
    b[0] = first;
    return determinant != 0.0;
  }
};

// arctan z = 0, from which the undamped method runs away where |z| > 1.39; F' at z.
struct Arctangent {
  template <class Real>
  void operator()(kobie::Components<const Real, 1> z, kobie::Components<Real, 1> r) const {
    for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
      kobie::set_lane(r[0], i, -std::atan(kobie::lane(z[0], i)));
    }
  }
};
struct BySlopeOfArctangent {
  template <class Real>
  kobie::MaskOf<Real> operator()(kobie::Components<const Real, 1> z, kobie::MaskOf<Real> lanes,
                                 kobie::Components<Real, 1> b) const {
    b[0] = b[0] * (Real(1) + z[0] * z[0]);
    return lanes;
  }
};

// z = rate cos z: by slope 1, errors shrink by rate |sin z|.
struct FixedPoint {
  double rate;
  void operator()(kobie::Components<const double, 1> z, kobie::Components<double, 1> r) const {
    r[0] = rate * std::cos(z[0]) - z[0];
  }
};
struct ByOne {
  template <class Real>
  kobie::MaskOf<Real> operator()(kobie::Components<const Real, 1> /*z*/, kobie::MaskOf<Real> lanes,
                                 kobie::Components<Real, 1> /*b*/) const {
    return lanes;
  }
};

struct Diary {
  std::vector<double> updates;
  void newton(const kobie::NewtonIteration<double>& iteration) { updates.push_back(std::sqrt(iteration.update_square)); }
};
struct Blind {
  template <class Iteration>
  void newton(const Iteration&) {}
};

// From `z` on, with weights of 1e-10 and nothing known of earlier calls.
template <std::size_t N, class Real, class Residual, class Solve, class Instrument>
kobie::NewtonOutcome<Real> solve(Real (&z)[N], const Residual& residual, const Solve& by, Instrument& instrument,
                                 const kobie::NewtonSettings& settings = {}, kobie::MaskOf<Real> lanes = true) {
  using View = kobie::Components<Real, N>;
  Real rooms[4][N];
  for (std::size_t i = 0; i < N; ++i) {
    rooms[0][i] = Real(1e10);
  }
  Real eta(1);
  const kobie::NewtonRoom<N, Real> room{View(z), View(rooms[1]), View(rooms[2]), View(rooms[3])};
  return kobie::newton<N, Real>(settings, room, kobie::Components<const Real, N>(rooms[0]), Real(0), eta, lanes, residual, by,
                                instrument);
}

}  // namespace

TEST_CASE("Newton's full method converges quadratically") {
  double z[] = {2.5, 0.2};
  Diary diary;
  const auto outcome = solve(z, CircleAndHyperbola{}, BySolve{}, diary, {.max_iterations = 30});
  REQUIRE(outcome.solved);
  CHECK_THAT(z[0], WithinAbs(root_x, 1e-14));
  CHECK_THAT(z[1], WithinAbs(root_y, 1e-14));
  REQUIRE(diary.updates.size() >= 4);
  CHECK(outcome.iterations == static_cast<double>(diary.updates.size()));
  for (std::size_t k = 1; k + 1 < diary.updates.size(); ++k) {
    // In units of 1e-10: |dz_k+1| is about c |dz_k|^2, with c below 1 here.
    CHECK(diary.updates[k + 1] * 1e-10 < std::pow(diary.updates[k] * 1e-10, 2) + 1e-15);
  }
}

TEST_CASE("the simplified method converges linearly, at the rate that theory predicts and it reports") {
  for (const double rate : {0.1, 0.3}) {
    double z[] = {0.0};
    Diary diary;
    const auto outcome = solve(z, FixedPoint{rate}, ByOne{}, diary, {.max_iterations = 40});
    REQUIRE(outcome.solved);
    CHECK_THAT(z[0], WithinAbs(rate * std::cos(z[0]), 1e-11));
    const double predicted = rate * std::sin(z[0]);
    const std::size_t last = diary.updates.size() - 1;
    CHECK_THAT(diary.updates[last] / diary.updates[last - 1], WithinRel(predicted, 0.1));
    CHECK(outcome.contraction < 0.2);
    CHECK(outcome.contraction > 0.5 * predicted);
  }
}

TEST_CASE("the error that is left is smaller than kappa times the tolerance") {
  for (const double kappa : {0.1, 1e-3}) {
    double z[] = {2.2, 0.3};
    const double kept[] = {2.2, 0.3};
    Blind blind;
    const auto outcome = solve(z, CircleAndHyperbola{}, BySolve{kept}, blind, {.max_iterations = 30, .kappa = kappa});
    REQUIRE(outcome.solved);
    CHECK(std::hypot(z[0] - root_x, z[1] - root_y) < 2 * kappa * 1e-10);
  }
}

TEST_CASE("iterations that are too slow for those left, or that diverge, end early") {
  for (const double rate : {0.95, 8.0}) {
    double z[] = {1.5};
    Diary diary;
    CHECK_FALSE(solve(z, FixedPoint{rate}, ByOne{}, diary).solved);
    CHECK(diary.updates.size() < 5);
  }
}

TEST_CASE("damping makes a start converge that diverges without it") {
  double undamped[] = {3.0};
  double damped[] = {3.0};
  Blind blind;
  const auto slope = BySlopeOfArctangent{};
  CHECK_FALSE(solve(undamped, Arctangent{}, slope, blind, {.max_iterations = 30}).solved);
  const auto outcome = solve(damped, Arctangent{}, slope, blind, {.max_iterations = 30, .max_halvings = 10});
  CHECK(outcome.solved);
  CHECK_THAT(damped[0], WithinAbs(0.0, 1e-14));
}

TEST_CASE("where no shorter update helps, damping gives up") {
  double z[] = {1.0};
  Diary diary;
  const auto away = [](auto r, auto& x) { x[0] = r[0]; };  // the residual is z itself: every update leads away from 0
  const auto residual = [&away](kobie::Components<const double, 1> at, kobie::Components<double, 1> r) { away(at, r); };
  CHECK_FALSE(solve(z, residual, ByOne{}, diary, {.max_iterations = 30, .max_halvings = 4}).solved);
  CHECK(diary.updates.size() == 1);
  CHECK(z[0] == 1.0);
}

TEST_CASE("lanes converge by themselves: solved, idle and failing ones keep to their own") {
  const double starts[] = {0.5, 3.0, 0.8, 0.1};
  Double4 z[1];
  for (int i = 0; i < 4; ++i) {
    kobie::set_lane(z[0], i, starts[i]);
  }
  Double4 numbers;
  for (int i = 0; i < 4; ++i) {
    kobie::set_lane(numbers, i, i);
  }
  Blind blind;
  const auto outcome = solve(z, Arctangent{}, BySlopeOfArctangent{}, blind, {.max_iterations = 30}, numbers < Double4(3));
  for (int i = 0; i < 3; ++i) {
    INFO("lane " << i);
    double alone[] = {starts[i]};
    const auto own = solve(alone, Arctangent{}, BySlopeOfArctangent{}, blind, {.max_iterations = 30});
    CHECK(kobie::lane(outcome.solved, i) == own.solved);
    CHECK(kobie::lane(outcome.iterations, i) == own.iterations);
    CHECK(kobie::lane(outcome.contraction, i) == own.contraction);
    CHECK(kobie::to_bits(kobie::lane(z[0], i)) == kobie::to_bits(alone[0]));
    CHECK(own.solved == (i != 1));
  }
  CHECK(kobie::lane(z[0], 3) == starts[3]);
  CHECK(kobie::lane(outcome.iterations, 3) == 0.0);
  CHECK_FALSE(kobie::lane(outcome.solved, 3));
}

TEST_CASE("a residual that is not finite and a matrix that is singular solve nothing") {
  Blind blind;
  double z[] = {std::numeric_limits<double>::quiet_NaN()};
  CHECK_FALSE(solve(z, Arctangent{}, BySlopeOfArctangent{}, blind).solved);
  double on_the_diagonal[] = {1.0, 1.0};
  const auto outcome = solve(on_the_diagonal, CircleAndHyperbola{}, BySolve{}, blind);
  CHECK_FALSE(outcome.solved);
  CHECK(on_the_diagonal[0] == 1.0);
}
