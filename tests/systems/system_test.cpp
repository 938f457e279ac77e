#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

import kobie.core;
import kobie.numbers;
import kobie.systems;

using kobie::Components;
using kobie::Observed;
using kobie::Point;
using kobie::Rates;

namespace {

struct Oscillator {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"v", 0.0, "m/s"}});
  static constexpr auto parameters = kobie::values({{"stiffness", 4.0}});
  static constexpr auto observables = kobie::names({"energy"});

  template <class Real>
  static constexpr void rhs(const Point<Oscillator, Real>& at, Rates<Oscillator, Real>& d) {
    const auto& [x, v] = at.state;
    const auto& [stiffness] = at.parameter;
    d.state = {v, -stiffness * x + at.t};
  }
  template <class Real>
  static constexpr void observe(const Point<Oscillator, Real>& at, Observed<Oscillator, Real>& o) {
    const auto& [x, v] = at.state;
    o.observable = {0.5 * v * v + 0.5 * at.parameter[0] * x * x};
  }
};

// No parameters, no observables, rates by index, scalar only, a name of its own.
struct Bare {
  static constexpr auto name = "bare bones";
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr bool lanes = false;
  template <class Real>
  static constexpr void rhs(const Point<Bare, Real>& at, Rates<Bare, Real>& d) {
    d.state[0] = at.t < Real(0) ? Real(0) : Real(1);
  }
};

// Two drivers, which the right-hand side and the observables read.
struct Driven {
  static constexpr auto states = kobie::values({{"v", 0.0, "m/s"}});
  static constexpr auto drivers = kobie::names({{"force", "N"}, {"wind", "m/s"}});
  static constexpr auto observables = kobie::names({"drag"});
  template <class Real>
  static constexpr void rhs(const Point<Driven, Real>& at, Rates<Driven, Real>& d) {
    const auto& [force, wind] = at.driver;
    d.state = {force + Real(3) * (wind - at.state[0])};
  }
  template <class Real>
  static constexpr void observe(const Point<Driven, Real>& at, Observed<Driven, Real>& o) {
    o.observable = {at.driver[1] - at.state[0]};
  }
};

struct MisnamedDrivers {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto forcing = kobie::names({"force"});
  template <class Real>
  static void rhs(const Point<MisnamedDrivers, Real>&, Rates<MisnamedDrivers, Real>&) {}
};

template <bool Autonomous>
struct SaysWhetherAutonomous {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto drivers = kobie::names({"force"});
  static constexpr bool autonomous = Autonomous;
  template <class Real>
  static void rhs(const Point<SaysWhetherAutonomous, Real>&, Rates<SaysWhetherAutonomous, Real>&) {}
};

struct DrivenWithTimeDerivative {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto drivers = kobie::names({"force"});
  template <class Real>
  static void rhs(const Point<DrivenWithTimeDerivative, Real>&, Rates<DrivenWithTimeDerivative, Real>&) {}
  template <class Real>
  static void time_derivative(const Point<DrivenWithTimeDerivative, Real>&, Rates<DrivenWithTimeDerivative, Real>&) {}
};

struct WithoutStates {
  template <class Real>
  static void rhs(const Point<WithoutStates, Real>&, Rates<WithoutStates, Real>&) {}
};

struct WithoutRhs {
  static constexpr auto states = kobie::values({{"y", 0.0}});
};

struct MemberRhs {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  template <class Real>
  void rhs(const Point<MemberRhs, Real>&, Rates<MemberRhs, Real>&) const {}
};

struct WithoutObserve {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto observables = kobie::names({"energy"});
  template <class Real>
  static void rhs(const Point<WithoutObserve, Real>&, Rates<WithoutObserve, Real>&) {}
};

struct MisnamedParameters {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto params = kobie::values({{"k", 0.0}});
  template <class Real>
  static void rhs(const Point<MisnamedParameters, Real>&, Rates<MisnamedParameters, Real>&) {}
};

struct ParametersOfNumbers {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr double parameters[] = {1.0, 2.0};
  template <class Real>
  static void rhs(const Point<ParametersOfNumbers, Real>&, Rates<ParametersOfNumbers, Real>&) {}
};

}  // namespace

static_assert(kobie::System<Oscillator>);
static_assert(kobie::System<Bare>);
static_assert(kobie::System<Driven>);
static_assert(kobie::System<SaysWhetherAutonomous<false>>);
static_assert(!kobie::System<SaysWhetherAutonomous<true>>);
static_assert(!kobie::System<MisnamedDrivers>);
static_assert(!kobie::System<DrivenWithTimeDerivative>);
static_assert(!kobie::System<int>);
static_assert(!kobie::System<WithoutStates>);
static_assert(!kobie::System<WithoutRhs>);
static_assert(!kobie::System<MemberRhs>);
static_assert(!kobie::System<WithoutObserve>);
static_assert(!kobie::System<MisnamedParameters>);
static_assert(!kobie::System<ParametersOfNumbers>);
static_assert(kobie::require_system<Oscillator>());

static_assert(kobie::state_count<Oscillator> == 2);
static_assert(kobie::parameter_count<Oscillator> == 1);
static_assert(kobie::observable_count<Oscillator> == 1);
static_assert(kobie::parameter_count<Bare> == 0);
static_assert(kobie::observable_count<Bare> == 0);
static_assert(kobie::driver_count<Driven> == 2);
static_assert(kobie::driver_count<Bare> == 0);
static_assert(kobie::allows_lanes<Oscillator>);
static_assert(!kobie::allows_lanes<Bare>);

TEST_CASE("a system is called by its own name or by its type's") {
  CHECK(kobie::system_name<Bare>() == "bare bones");
  CHECK(kobie::system_name<Oscillator>() == "Oscillator");
}

TEMPLATE_TEST_CASE("a right-hand side sees time, states and parameters and fills in the rates", "", double, float,
                   (kobie::Pack<double, 8>), (kobie::Pack<float, 16>)) {
  // Strided, as in team scratch.
  const TestType state[] = {TestType(2), TestType(0), TestType(3)};
  const TestType parameter[] = {TestType(5)};
  TestType rate[] = {TestType(0), TestType(-7), TestType(0)};
  const Point<Oscillator, TestType> at{TestType(0.5), Components<const TestType, 2>(state, 2),
                                       Components<const TestType, 1>(parameter)};
  Rates<Oscillator, TestType> d{Components<TestType, 2>(rate, 2)};
  Oscillator::rhs(at, d);
  CHECK(kobie::all(rate[0] == TestType(3)));
  CHECK(kobie::all(rate[1] == TestType(-7)));
  CHECK(kobie::all(rate[2] == TestType(-9.5)));
}

TEMPLATE_TEST_CASE("a right-hand side and observables see drivers", "", double, float, (kobie::Pack<double, 8>),
                   (kobie::Pack<float, 16>)) {
  const TestType state[] = {TestType(2)};
  // Strided, as other numbers may be.
  const TestType driver[] = {TestType(5), TestType(0), TestType(7)};
  TestType numbers[2];
  const Point<Driven, TestType> at{.t = TestType(0.5),
                                   .state = Components<const TestType, 1>(state),
                                   .parameter = Components<const TestType, 0>(nullptr),
                                   .driver = Components<const TestType, 2>(driver, 2)};
  Rates<Driven, TestType> d{Components<TestType, 1>(numbers)};
  Observed<Driven, TestType> o{Components<TestType, 1>(numbers + 1)};
  Driven::rhs(at, d);
  Driven::observe(at, o);
  CHECK(kobie::all(numbers[0] == TestType(20)));
  CHECK(kobie::all(numbers[1] == TestType(5)));
}

TEST_CASE("observables see the same point") {
  const double state[] = {2.0, 3.0};
  const double parameter[] = {5.0};
  double energy[1];
  Observed<Oscillator, double> o{Components<double, 1>(energy)};
  Oscillator::observe(
      Point<Oscillator, double>{0.0, Components<const double, 2>(state), Components<const double, 1>(parameter)}, o);
  CHECK(energy[0] == 14.5);
}

TEST_CASE("dual numbers go through a right-hand side and bring its Jacobian") {
  using Dual = kobie::Dual<double, 2>;
  const Dual state[] = {Dual::variable(2.0, 0), Dual::variable(3.0, 1)};
  const Dual parameter[] = {Dual(5.0)};
  Dual rate[2];
  Rates<Oscillator, Dual> d{Components<Dual, 2>(rate)};
  Oscillator::rhs(Point<Oscillator, Dual>{Dual(0.0), Components<const Dual, 2>(state), Components<const Dual, 1>(parameter)},
                  d);
  CHECK(rate[0].derivative[0] == 0.0);
  CHECK(rate[0].derivative[1] == 1.0);
  CHECK(rate[1].derivative[0] == -5.0);
  CHECK(rate[1].derivative[1] == 0.0);
}
