#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

import kobie.numbers;
import kobie.outputs;

using kobie::Piece;

namespace {

// y = c0 + c1 t + c2 t^2 + c3 t^3 from `begin` to `end`.
struct Cubic {
  std::array<double, 4> c;
  double begin;
  double end;

  long double value(long double t) const { return c[0] + t * (c[1] + t * (c[2] + t * c[3])); }
  long double slope(long double t) const { return c[1] + t * (2 * c[2] + 3 * t * c[3]); }
  long double bend(long double t) const { return 2 * c[2] + 6 * t * c[3]; }
  // By Gauss' rule with four points, exact to degree 7.
  template <class Function>
  long double integral(const Function& g) const {
    const long double half = 0.5L * (static_cast<long double>(end) - begin);
    const long double outer = std::sqrt(3.0L / 7 + 2.0L / 7 * std::sqrt(1.2L));
    const long double inner = std::sqrt(3.0L / 7 - 2.0L / 7 * std::sqrt(1.2L));
    const long double outer_weight = (18 - std::sqrt(30.0L)) / 36;
    const long double inner_weight = (18 + std::sqrt(30.0L)) / 36;
    const auto both = [&](long double x) { return g(value(begin + half * (1 - x))) + g(value(begin + half * (1 + x))); };
    return half * (outer_weight * both(outer) + inner_weight * both(inner));
  }
  Piece<double> piece() const {
    const auto of = [](long double y) { return static_cast<double>(y); };
    return Piece<double>::between(begin, end - begin, of(value(begin)), of(value(end)), of(slope(begin)), of(slope(end)));
  }
};

std::vector<Cubic> some_cubics() {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> any(-2.0, 2.0);
  std::vector<Cubic> cubics(200);
  for (auto& cubic : cubics) {
    const double begin = any(engine);
    cubic = {{any(engine), any(engine), any(engine), any(engine)}, begin, begin + 0.25 + std::abs(any(engine))};
  }
  return cubics;
}

bool near(double found, long double wanted, double scale = 1.0) {
  return std::abs(static_cast<long double>(found) - wanted) < 1e-13L * (scale + std::abs(wanted));
}

}  // namespace

TEST_CASE("a piece of a cubic is that cubic, with its slopes and bends") {
  for (const Cubic& cubic : some_cubics()) {
    const Piece<double> piece = cubic.piece();
    for (const double theta : {0.0, 0.1, 0.5, 0.75, 1.0}) {
      const long double t = cubic.begin + theta * (static_cast<long double>(cubic.end) - cubic.begin);
      CHECK(near(piece.at(theta), cubic.value(t), 100));
      CHECK(near(piece.slope_at(theta), cubic.slope(t), 1000));
    }
    CHECK(near(piece.first_bend(), cubic.bend(cubic.begin), 1e4));
    CHECK(near(piece.last_bend(), cubic.bend(cubic.end), 1e4));
  }
}

TEST_CASE("a part of a piece is the same cubic") {
  for (const Cubic& cubic : some_cubics()) {
    const Piece<double> part = cubic.piece().part(0.25, 0.875);
    const double length = cubic.end - cubic.begin;
    CHECK(near(part.begin, cubic.begin + 0.25L * length, 10));
    CHECK(near(part.length, 0.625L * length, 10));
    CHECK(near(part.first, cubic.value(cubic.begin + 0.25L * length), 100));
    CHECK(near(part.last, cubic.value(cubic.begin + 0.875L * length), 100));
    CHECK(near(part.first_slope, cubic.slope(cubic.begin + 0.25L * length), 1000));
    CHECK(near(part.last_slope, cubic.slope(cubic.begin + 0.875L * length), 1000));
  }
}

TEST_CASE("parts meet in the same numbers, end in those of the whole, and bend as it does however short they are") {
  for (const Cubic& cubic : some_cubics()) {
    const Piece<double> whole = cubic.piece();
    for (const double cut : {0.5, 0.123, 1e-15, 1.0 - 4e-16}) {
      const Piece<double> left = whole.part(0.0, cut);
      const Piece<double> right = whole.part(cut, 1.0);
      CAPTURE(cut);
      CHECK(left.first == whole.first);
      CHECK(left.first_slope == whole.first_slope);
      CHECK(left.last == right.first);
      CHECK(left.last_slope == right.first_slope);
      CHECK(right.last == whole.last);
      CHECK(right.last_slope == whole.last_slope);
      const long double t = cubic.begin + static_cast<long double>(cut) * (static_cast<long double>(cubic.end) - cubic.begin);
      CHECK(near(left.last_bend(), cubic.bend(t), 1e4));
      CHECK(near(right.first_bend(), cubic.bend(t), 1e4));
      CHECK(near(right.last_bend(), cubic.bend(cubic.end), 1e4));
    }
  }
}

TEST_CASE("integrals over a piece are those of the cubic and of its square") {
  for (const Cubic& cubic : some_cubics()) {
    for (const double offset : {0.0, 1.5, -40.0}) {
      const auto lifted = [&](long double y) { return y - offset; };
      const auto square = [&](long double y) { return (y - offset) * (y - offset); };
      CHECK(near(cubic.piece().integral(offset), cubic.integral(lifted), 100));
      CHECK(near(cubic.piece().integral_of_square(offset), cubic.integral(square), 1e4));
    }
  }
}

TEST_CASE("a slope that changes its sign over a piece is 0 at its turn") {
  std::size_t turns = 0;
  for (const Cubic& cubic : some_cubics()) {
    const Piece<double> piece = cubic.piece();
    if (piece.first_slope * piece.last_slope < 0.0) {
      const double theta = piece.turn();
      CHECK((theta >= 0.0 && theta <= 1.0));
      CHECK(std::abs(piece.slope_at(theta)) < 1e-12 * (std::abs(piece.first_slope) + std::abs(piece.last_slope)));
      ++turns;
    }
  }
  CHECK(turns > 40);
}

TEMPLATE_TEST_CASE("turns are found where the cubic is nearly a parabola, and at the ends", "", float, double) {
  using T = TestType;
  const T tolerance = T(16) * std::numeric_limits<T>::epsilon();
  const auto turn = [](T first_slope, T last_slope, T rise) {
    return Piece<T>::between(T(0), T(1), T(0), rise, first_slope, last_slope).turn();
  };
  CHECK(std::abs(turn(T(1), T(-1), T(0)) - T(0.5)) < tolerance);
  CHECK(std::abs(turn(T(-1), T(1), T(0)) - T(0.5)) < tolerance);
  CHECK(std::abs(turn(T(1), T(-3), T(-1)) - T(0.25)) < tolerance);  // the parabola t - 2 t^2
  CHECK(turn(T(1), T(0), T(0.5)) == T(1));
  CHECK(std::abs(turn(T(1e-6), T(-1), T(-0.5)) - T(1e-6)) < T(1e-7));
  CHECK(std::abs(turn(T(1), T(-1e-6), T(0.5)) - T(1)) < T(2e-6));
  for (const T scale : {T(1e-25), T(1e25)}) {
    CHECK(std::abs(turn(scale, -3 * scale, -scale) - T(0.25)) < tolerance);
  }
}

TEST_CASE("lanes of a piece are its scalars, to the bit") {
  using Real = kobie::Pack<double, 4>;
  const std::vector<Cubic> cubics = some_cubics();
  for (std::size_t i = 0; i + 4 <= cubics.size(); i += 4) {
    Piece<Real> all{};
    for (int k = 0; k < 4; ++k) {
      const Piece<double> one = cubics[i + static_cast<std::size_t>(k)].piece();
      kobie::set_lane(all.begin, k, one.begin);
      kobie::set_lane(all.length, k, one.length);
      kobie::set_lane(all.first, k, one.first);
      kobie::set_lane(all.last, k, one.last);
      kobie::set_lane(all.first_slope, k, one.first_slope);
      kobie::set_lane(all.last_slope, k, one.last_slope);
    }
    all = Piece<Real>::between(all.begin, all.length, all.first, all.last, all.first_slope, all.last_slope);
    for (int k = 0; k < 4; ++k) {
      const Piece<double> one = cubics[i + static_cast<std::size_t>(k)].piece();
      CHECK(kobie::lane(all.integral_of_square(Real(0.5)), k) == one.integral_of_square(0.5));
      CHECK(kobie::lane(all.at(Real(0.3)), k) == one.at(0.3));
      if (one.first_slope * one.last_slope < 0.0) {
        CHECK(kobie::lane(all.turn(), k) == one.turn());
      }
    }
  }
}
