// A lane's numbers do not depend on its neighbours, nor on how many there are.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.algorithms;
import kobie.numbers;
import kobie.solvers;
import kobie.tableaus;

using Double4 = kobie::Pack<double, 4>;
using Float8 = kobie::Pack<float, 8>;
template <class Method>
using MatrixFree = kobie::WithLinearSolver<Method, kobie::MatrixFree<kobie::BiCgStab, kobie::Jacobi>>;

namespace {

// Steps of growing lengths that differ from lane to lane; some of them not solved, some rejected.
template <class Method, class Real>
class Walk {
 public:
  using T = kobie::ScalarOf<Real>;
  stepper::Stepper<problems::Robertson, Method, Real> run;

  // Lane i of this is lane number + i of all.
  explicit Walk(int number, kobie::MaskOf<Real> lanes = true) : lanes_(lanes) {
    run.tolerance = {.rtol = T(1e-4), .atol = T(1e-9)};
    for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
      kobie::set_lane(run.parameter[0], i, T(1e7) * static_cast<T>(1 + number + i));
      kobie::set_lane(h_, i, T(1e-5) * static_cast<T>(1 + (number + i) % 3));
      kobie::set_lane(growth_, i, T(2) + T(0.25) * static_cast<T>((number + i) % 5));
    }
    run.start(lanes_);
    for (int step = 0; step < 24; ++step) {
      const kobie::MaskOf<Real> solved = run.attempt(h_, lanes_);
      const Real error = kobie::abs(run.error(h_, 1));
      const kobie::MaskOf<Real> accepted = solved && error <= Real(T(1e-6));
      run.accept(h_, accepted);
      h_ = kobie::select(accepted, h_ * growth_, h_ * Real(T(0.3)));
    }
  }

 private:
  kobie::MaskOf<Real> lanes_;
  Real h_{0};
  Real growth_{0};
};

template <class Method, class Real>
void check_alone() {
  using T = kobie::ScalarOf<Real>;
  Walk<Method, Real> together(0);
  const auto counts = together.run.algorithm().counts();
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    INFO("lane " << i);
    Walk<Method, T> alone(i);
    const auto own = alone.run.algorithm().counts();
    for (std::size_t q = 0; q < 3; ++q) {
      CHECK(kobie::to_bits(kobie::lane(together.run.y[q], i)) == kobie::to_bits(alone.run.y[q]));
    }
    CHECK(kobie::to_bits(kobie::lane(together.run.t, i)) == kobie::to_bits(alone.run.t));
    CHECK(kobie::lane(counts.newton_iterations, i) == own.newton_iterations);
    CHECK(kobie::lane(counts.jacobians, i) == own.jacobians);
    CHECK(kobie::lane(counts.factorisations, i) == own.factorisations);
    CHECK(kobie::lane(counts.newton_failures, i) == own.newton_failures);
    CHECK(kobie::lane(counts.linear_iterations, i) == own.linear_iterations);
    CHECK(own.newton_iterations > 24);
  }
  CHECK(kobie::lane(counts.newton_iterations, 0) != kobie::lane(counts.newton_iterations, 1));
}

}  // namespace

TEMPLATE_TEST_CASE("an implicit step's bits are its lane's own", "", kobie::Kvaerno3, kobie::Sdirk43, kobie::RadauIIA5,
                   MatrixFree<kobie::Kvaerno3>) {
  check_alone<TestType, Double4>();
}

TEMPLATE_TEST_CASE("an implicit step's bits are its lane's own in float", "", kobie::TrBdf2, kobie::RadauIIA5,
                   MatrixFree<kobie::TrBdf2>) {
  check_alone<TestType, Float8>();
}

TEMPLATE_TEST_CASE("idle lanes take no iterations and change nothing", "", kobie::Kvaerno3, kobie::RadauIIA5) {
  Walk<TestType, Double4> all(0);
  Double4 numbers;
  for (int i = 0; i < 4; ++i) {
    kobie::set_lane(numbers, i, i);
  }
  Walk<TestType, Double4> two(0, numbers < Double4(2));
  for (int i = 0; i < 2; ++i) {
    CHECK(kobie::to_bits(kobie::lane(two.run.y[1], i)) == kobie::to_bits(kobie::lane(all.run.y[1], i)));
  }
  for (int i = 2; i < 4; ++i) {
    CHECK(kobie::lane(two.run.y[0], i) == 1.0);
    CHECK(kobie::lane(two.run.t, i) == 0.0);
  }
}
