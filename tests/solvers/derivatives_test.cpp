#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "systems.hpp"
#include "tools.hpp"

import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;

using Catch::Matchers::WithinAbs;
using tools::Double8;
using tools::Random;

namespace {

// A point at random, another in each lane.
template <class System, class Real>
struct RandomPoint {
  static constexpr std::size_t n = kobie::state_count<System>;
  static constexpr std::size_t p = kobie::parameter_count<System>;
  Real t{0};
  std::vector<Real> y = std::vector<Real>(n);
  std::vector<Real> parameters = std::vector<Real>(p);

  explicit RandomPoint(unsigned seed) {
    Random random(seed);
    const std::vector<double> usual = systems::parameters_of<System>();
    for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
      kobie::set_lane(t, lane, random(0.0, 2.0));
      for (Real& x : y) {
        kobie::set_lane(x, lane, random(0.1, 1.5));
      }
      for (std::size_t i = 0; i < p; ++i) {
        kobie::set_lane(parameters[i], lane, usual[i] * random(0.5, 2.0));
      }
    }
  }
  kobie::Components<const Real, n> state() const { return tools::read<n>(y); }
  kobie::Components<const Real, p> parameter() const { return tools::read<p>(parameters); }
};

template <class System, class Real>
struct Derivatives {
  static constexpr std::size_t n = kobie::state_count<System>;
  std::vector<Real> j = std::vector<Real>(n * n, Real(std::numeric_limits<double>::quiet_NaN()));
  std::vector<Real> in_time = std::vector<Real>(n, Real(std::numeric_limits<double>::quiet_NaN()));

  explicit Derivatives(const RandomPoint<System, Real>& at) {
    kobie::jacobian_and_time_derivative<System, Real>(at.t, at.state(), at.parameter(), kobie::SquareMatrix<Real, n>(j.data()),
                                                      tools::write<n>(in_time));
  }
};

template <class System, class Real>
void check_against_hand() {
  const RandomPoint<System, Real> at(1);
  const Derivatives<System, Real> found(at);
  for (int lane = 0; lane < kobie::lanes_of<Real>; ++lane) {
    const double t = kobie::lane(at.t, lane);
    const auto y = tools::lane_of(at.y, lane);
    const auto parameters = tools::lane_of(at.parameters, lane);
    const auto j = System::by_hand(t, y, parameters);
    const auto in_time = System::in_time(t, y, parameters);
    for (std::size_t i = 0; i < j.size(); ++i) {
      CAPTURE(lane, i);
      CHECK_THAT(kobie::lane(found.j[i], lane), WithinAbs(j[i], 1e-14 * (1 + std::abs(j[i]))));
    }
    for (std::size_t i = 0; i < in_time.size(); ++i) {
      CAPTURE(lane, i);
      CHECK_THAT(kobie::lane(found.in_time[i], lane), WithinAbs(in_time[i], 1e-14 * (1 + std::abs(in_time[i]))));
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("dual numbers give the Jacobians and time derivatives that were derived by hand", "", double, Double8) {
  check_against_hand<systems::Robertson, TestType>();
  check_against_hand<systems::Hires, TestType>();
  check_against_hand<systems::Forced, TestType>();
}

TEST_CASE("alone and together, the Jacobian and the time derivative are the same") {
  using System = systems::Forced;
  const RandomPoint<System, double> at(2);
  const Derivatives<System, double> together(at);
  std::vector<double> j(16);
  std::vector<double> in_time(4);
  kobie::jacobian<System, double>(at.t, at.state(), at.parameter(), kobie::SquareMatrix<double, 4>(j.data()));
  kobie::time_derivative<System, double>(at.t, at.state(), at.parameter(), tools::write<4>(in_time));
  CHECK(j == together.j);
  CHECK(in_time == together.in_time);
}

TEST_CASE("a lane's Jacobian has the bits that a scalar has") {
  using System = systems::Hires;
  const RandomPoint<System, Double8> at(3);
  const Derivatives<System, Double8> packed(at);
  for (int lane = 0; lane < 8; ++lane) {
    RandomPoint<System, double> alone(0);
    alone.t = kobie::lane(at.t, lane);
    alone.y = tools::lane_of(at.y, lane);
    CHECK(Derivatives<System, double>(alone).j == tools::lane_of(packed.j, lane));
  }
}

TEST_CASE("a Jacobian goes where its stride says") {
  using System = systems::Robertson;
  const RandomPoint<System, double> at(4);
  std::vector<double> apart(27, -1.0);
  kobie::jacobian<System, double>(at.t, at.state(), at.parameter(), kobie::SquareMatrix<double, 3>(apart.data(), 3));
  const Derivatives<System, double> together(at);
  for (std::size_t i = 0; i < apart.size(); ++i) {
    CHECK(apart[i] == (i % 3 == 0 ? together.j[i / 3] : -1.0));
  }
}

TEST_CASE("a Jacobian's diagonal is found without the rest") {
  using System = systems::Hires;
  const RandomPoint<System, double> at(7);
  const Derivatives<System, double> whole(at);
  std::vector<double> diagonal(8);
  kobie::jacobian_diagonal<System, double>(at.t, at.state(), at.parameter(), tools::write<8>(diagonal));
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(diagonal[i] == whole.j[9 * i]);
  }
}

TEMPLATE_TEST_CASE("the product with a vector is that of the whole Jacobian", "", double, Double8) {
  using System = systems::Forced;
  const RandomPoint<System, TestType> at(5);
  const Derivatives<System, TestType> whole(at);
  const RandomPoint<System, TestType> direction(6);
  std::vector<TestType> product(4);
  kobie::jacobian_vector_product<System, TestType>(at.t, at.state(), at.parameter(), direction.state(),
                                                   tools::write<4>(product));
  for (std::size_t i = 0; i < 4; ++i) {
    TestType sum(0);
    for (std::size_t k = 0; k < 4; ++k) {
      sum += whole.j[4 * i + k] * direction.y[k];
    }
    CAPTURE(i);
    CHECK(kobie::all(kobie::abs(product[i] - sum) < TestType(1e-14)));
  }
}

TEST_CASE("a system's own derivatives are used where it has them") {
  using System = systems::OwnDerivatives;
  const std::vector<double> y{1.5, 2.5};
  const std::vector<double> parameters{3.0};
  const std::vector<double> v{10.0, 20.0};
  const auto state = tools::read<2>(y);
  const auto parameter = tools::read<1>(parameters);
  std::vector<double> j(4, -1.0);
  std::vector<double> rate(2);
  kobie::jacobian_and_time_derivative<System, double>(0.5, state, parameter, kobie::SquareMatrix<double, 2>(j.data()),
                                                      tools::write<2>(rate));
  CHECK(j == std::vector<double>{0.0, 300.5, 0.0, 0.0});
  CHECK(rate == std::vector<double>{0.5, 11.0});
  kobie::jacobian_vector_product<System, double>(0.5, state, parameter, tools::read<2>(v), tools::write<2>(rate));
  CHECK(rate == std::vector<double>{140.0, 15.0});
  // And not, where duals are asked for.
  kobie::jacobian_by_duals<System, double>(0.5, state, parameter, kobie::SquareMatrix<double, 2>(j.data()));
  CHECK(j == std::vector<double>{0.5, 0.0, 0.0, 3.0});
  kobie::jacobian_vector_product_by_duals<System, double>(0.5, state, parameter, tools::read<2>(v), tools::write<2>(rate));
  CHECK(rate == std::vector<double>{5.0, 60.0});
  kobie::time_derivative_by_duals<System, double>(0.5, state, parameter, tools::write<2>(rate));
  CHECK(rate == std::vector<double>{1.5, 0.0});
}

static_assert(kobie::is_autonomous<systems::Robertson>);
static_assert(!kobie::is_autonomous<systems::Forced>);
