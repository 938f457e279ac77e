// What a StepRecorder keeps of Newton's method.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "compare.hpp"
#include "harness.hpp"
#include "stiff_systems.hpp"

import kobie.algorithms;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::WithinRel;
using kobie::BackwardEuler;
using kobie::Kvaerno3;
using kobie::PiControl;
using kobie::RunCount;
using systems::Brusselator;
using Double4 = kobie::Pack<double, 4>;

namespace {

// y' = rate y, whose own Jacobian is another number.
struct WrongSlope {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", -20.0}, {"said", -10.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<WrongSlope, Real>& at, kobie::Rates<WrongSlope, Real>& d) {
    d.state = {at.parameter[0] * at.state[0]};
  }
  template <class Real>
  static constexpr void jacobian(const kobie::Point<WrongSlope, Real>& at, kobie::SquareMatrix<Real, 1> j) {
    j(0, 0) = at.parameter[1];
  }
};

constexpr double untouched = -12345.0;

// Of lane 0, or of all four.
struct Recorded {
  std::vector<harness::Run<double>> runs;
  std::vector<std::int64_t> attempts;
  std::vector<double> numbers;  // [run][attempt][AttemptNumbers]
};

template <class System, class Method, class Control, class Real = double>
Recorded record(const harness::Request& request, const std::vector<harness::Start>& starts, std::int64_t capacity) {
  using Instrument = kobie::StepRecorder::For<System, Method, Real>;
  std::vector<std::int64_t> chosen;
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    chosen.push_back(i);
  }
  Recorded recorded{{}, std::vector<std::int64_t>(chosen.size(), 0), {}};
  recorded.numbers.assign(chosen.size() * static_cast<std::size_t>(capacity) * kobie::AttemptNumbers<System, Method>::count,
                          untouched);
  const Instrument instrument(kobie::StepRecordPointers<double>{chosen.data(), static_cast<std::int64_t>(chosen.size()),
                                                                capacity, recorded.numbers.data(), recorded.attempts.data()});
  recorded.runs = harness::integrate<System, Method, Control, Real, harness::Buffers<System, Method, Real>, Instrument>(
      request, starts, instrument);
  return recorded;
}

std::int64_t count_of(const harness::Run<double>& run, RunCount which) { return run.counts[static_cast<std::size_t>(which)]; }

const harness::Request reactor{.end = 4.0, .saves = {4.0}, .rtol = 1e-5, .atol = 1e-7};

// Far from each other: eps, which makes the stiffness, and rejected steps.
std::vector<harness::Start> reactors() {
  std::vector<harness::Start> starts;
  for (const auto& [eps, dt] : {std::pair(1e-5, 0.5), std::pair(1e-2, 0.1), std::pair(1e-4, 1e-3), std::pair(5e-6, 0.2)}) {
    starts.push_back({.state = {3.9, 1.1, 2.8}, .parameter = {1.2, 2.5, eps}, .dt = dt});
  }
  return starts;
}

// A method that a recorder can be shown by hand.
struct Still {
  static constexpr bool stages_are_derivatives = true;
  double zero = 0.0;
  template <std::size_t Stage>
  kobie::Components<const double, 1> stage_derivative() const {
    return kobie::Components<const double, 1>(&zero);
  }
};

}  // namespace

TEST_CASE("the iterations, Jacobians and factors on record are those that a run without a recorder counts") {
  const auto check = [](const auto& recorded, const harness::Run<double>& plain, const kobie::AttemptLayout& layout) {
    compare::check_same(recorded.runs[0], plain);
    CHECK(recorded.runs[0].counts == plain.counts);
    std::int64_t iterations = 0;
    std::int64_t jacobians = 0;
    std::int64_t factors = 0;
    for (std::int64_t attempt = 0; attempt < recorded.attempts[0]; ++attempt) {
      const double* at = recorded.numbers.data() + static_cast<std::size_t>(attempt) * layout.count();
      const double* newton = at + layout.newton();
      jacobians += newton[0] == 1.0 ? 1 : 0;
      factors += newton[1] == 1.0 ? 1 : 0;
      CHECK((newton[0] == 0.0 || newton[1] == 1.0));
      REQUIRE(newton[2] <= static_cast<double>(layout.iterations));
      double next = 0.0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(newton[2]); ++i) {
        const double* norms = at + layout.norms() + i * kobie::AttemptLayout::iteration_scalars;
        CHECK((norms[0] == next || norms[0] == 0.0));
        CHECK(norms[1] >= 0.0);
        CHECK(norms[2] >= 0.0);
        CHECK(norms[3] == 0.0);
        next = norms[0] + 1.0;
      }
      iterations += static_cast<std::int64_t>(newton[2]);
    }
    CHECK(iterations == count_of(plain, RunCount::newton_iterations));
    CHECK(jacobians == count_of(plain, RunCount::jacobians));
    CHECK(factors <= count_of(plain, RunCount::factorisations));
    CHECK(factors > jacobians);
    CHECK(iterations > factors);
  };
  const harness::Start start = reactors()[0];
  check(record<Brusselator, Kvaerno3, PiControl>(reactor, {start}, 2000),
        harness::integrate_one<Brusselator, Kvaerno3, PiControl>(reactor, start),
        kobie::AttemptNumbers<Brusselator, Kvaerno3>::layout);
  check(record<Brusselator, kobie::RadauIIA5, PiControl>(reactor, {start}, 2000),
        harness::integrate_one<Brusselator, kobie::RadauIIA5, PiControl>(reactor, start),
        kobie::AttemptNumbers<Brusselator, kobie::RadauIIA5>::layout);
}

TEST_CASE("of runs in lanes each one's iterations are on record as if it were alone") {
  const auto starts = reactors();
  const std::int64_t capacity = 1500;
  const auto together = record<Brusselator, Kvaerno3, PiControl, Double4>(reactor, starts, capacity);
  const std::size_t each = together.numbers.size() / 4;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto alone = record<Brusselator, Kvaerno3, PiControl>(reactor, {starts[i]}, capacity);
    CHECK(together.attempts[i] == alone.attempts[0]);
    CHECK(together.runs[i].counts == alone.runs[0].counts);
    REQUIRE(alone.numbers.size() == each);
    // To the last bit, with the NaNs of stages that have no guess, and what is untouched.
    CHECK(std::memcmp(together.numbers.data() + i * each, alone.numbers.data(), each * sizeof(double)) == 0);
  }
  CHECK(together.attempts[0] != together.attempts[1]);
}

TEST_CASE("the iterations of a linear problem contract as the error of its Jacobian says") {
  // Of z' = r - (1 - h rate) z each iteration with 1 - h said leaves the share h (rate - said) / (1 - h said).
  const double h = 0.1;
  const double rate = -20.0;
  const double said = -15.0;
  const harness::Request request{.end = 1.0, .saves = {1.0}, .rtol = 1e-6, .atol = 1e-6};
  const auto recorded =
      record<WrongSlope, BackwardEuler, kobie::FixedStep>(request, {{.state = {1.0}, .parameter = {rate, said}, .dt = h}}, 20);
  constexpr auto layout = kobie::AttemptNumbers<WrongSlope, BackwardEuler>::layout;
  REQUIRE(recorded.attempts[0] == 10);
  CHECK(count_of(recorded.runs[0], RunCount::failed_solves) == 0);
  double y = 1.0;
  for (std::size_t attempt = 0; attempt < 10; ++attempt) {
    const double* at = recorded.numbers.data() + attempt * layout.count();
    const auto iterations = static_cast<std::size_t>(at[layout.newton() + 2]);
    REQUIRE(iterations > 3);
    const double weight = request.atol + request.rtol * std::abs(y);
    const double guess = at[layout.guesses()];
    for (std::size_t i = 0; i < iterations; ++i) {
      const double* norms = at + layout.norms() + i * kobie::AttemptLayout::iteration_scalars;
      CHECK(norms[0] == static_cast<double>(i));
      CHECK_THAT(norms[2], WithinRel(norms[1] * (1.0 / h - said), 1e-10));
      if (i == 0) {
        CHECK_THAT(norms[2], WithinRel(std::abs(rate * (y + guess) - guess / h) / weight, 1e-4));
      } else {
        CHECK_THAT(norms[1] / norms[-4], WithinRel(0.2, 1e-6));
      }
    }
    y = at[layout.arguments()];  // the method's stage is where the step ends
  }
  CHECK_THAT(y, WithinRel(std::pow(1.0 / 3.0, 10), 0.1));
}

TEST_CASE("iterations that find no room are counted and not kept") {
  using Numbers = kobie::AttemptNumbers<WrongSlope, BackwardEuler>;
  constexpr auto layout = Numbers::layout;
  std::vector<double> numbers(Numbers::count + 10, untouched);
  const std::int64_t run = 0;
  std::int64_t attempts = 0;
  kobie::StepRecorder::For<WrongSlope, BackwardEuler, double> recorder(
      kobie::StepRecordPointers<double>{&run, 1, 1, numbers.data(), &attempts});
  recorder.set_run(0, 0);
  const kobie::Attempt<double> attempt{
      .active = true, .t = 0.0, .dt = 1.0, .error_square = 0.0, .accepted = true, .next_dt = 1.0, .solved = true};
  const auto most = static_cast<std::int32_t>(layout.iterations);
  for (int both = 0; both < 2; ++both) {  // the second attempt finds no room at all
    for (std::int32_t i = 0; i < most + 3; ++i) {
      recorder.newton(kobie::NewtonIteration<double>{true, i, 4.0 * i * i, 9.0});
    }
    recorder.attempt(attempt, Still{});
  }
  CHECK(attempts == 2);
  CHECK(numbers[layout.newton() + 2] == most + 3);
  const double* last = numbers.data() + layout.norms() + (layout.iterations - 1) * kobie::AttemptLayout::iteration_scalars;
  CHECK(last[0] == most - 1);
  CHECK(last[1] == 2.0 * (most - 1));
  CHECK(last[2] == 3.0);
  for (std::size_t i = Numbers::count; i < numbers.size(); ++i) {
    CHECK(numbers[i] == untouched);
  }
}

TEST_CASE("an iteration is kept with those that a linear solver made for it") {
  struct Linear {
    bool active;
    double residual_square;
  };
  using Numbers = kobie::AttemptNumbers<WrongSlope, BackwardEuler>;
  std::vector<double> numbers(Numbers::count, untouched);
  const std::int64_t run = 0;
  std::int64_t attempts = 0;
  kobie::StepRecorder::For<WrongSlope, BackwardEuler, double> recorder(
      kobie::StepRecordPointers<double>{&run, 1, 1, numbers.data(), &attempts});
  recorder.set_run(0, 0);
  for (const double square : {16.0, 4.0, 0.25}) {
    recorder.linear(Linear{true, square});
  }
  recorder.newton(kobie::NewtonIteration<double>{true, 0, 1.0, 1.0});
  recorder.linear(Linear{true, 1.0});
  recorder.newton(kobie::NewtonIteration<double>{true, 1, 1.0, 1.0});
  const double* norms = numbers.data() + Numbers::layout.norms();
  CHECK(norms[3] == 3.0);
  CHECK(norms[4] == 0.5);
  CHECK(norms[8] == 1.0);
  CHECK(norms[9] == 1.0);
}

TEST_CASE(
    "the linear iterations on record are those that a method without a matrix makes, and their norms are what it asks for") {
  using Method = kobie::WithLinearSolver<kobie::Sdirk43, kobie::MatrixFree<kobie::BiCgStab>>;
  const harness::Start start = reactors()[0];
  const auto recorded = record<Brusselator, Method, PiControl>(reactor, {start}, 2000);
  const auto plain = harness::integrate_one<Brusselator, Method, PiControl>(reactor, start);
  compare::check_same(recorded.runs[0], plain);
  CHECK(recorded.runs[0].counts == plain.counts);
  constexpr auto layout = kobie::AttemptNumbers<Brusselator, Method>::layout;
  const double gamma = Method::tableau.diagonal();
  std::int64_t iterations = 0;
  std::int64_t linear = 0;
  for (std::int64_t attempt = 0; attempt < recorded.attempts[0]; ++attempt) {
    const double* at = recorded.numbers.data() + static_cast<std::size_t>(attempt) * layout.count();
    const double* newton = at + layout.newton();
    CHECK(newton[0] == 0.0);
    CHECK(newton[1] == 0.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(newton[2]); ++i) {
      const double* norms = at + layout.norms() + i * kobie::AttemptLayout::iteration_scalars;
      CHECK(gamma * at[1] * norms[4] <= 0.05 * 0.05 * 1.0001);
      CHECK((norms[3] > 0.0 || gamma * at[1] * norms[2] <= 0.05 * 0.05 * 1.0001));
      CHECK((norms[3] == 0.0 || norms[4] < norms[2]));
      linear += static_cast<std::int64_t>(norms[3]);
    }
    iterations += static_cast<std::int64_t>(newton[2]);
  }
  CHECK(iterations == count_of(plain, RunCount::newton_iterations));
  CHECK(linear > iterations);
  // Those of the error estimates belong to no iteration of Newton's.
  CHECK(linear < count_of(plain, RunCount::linear_iterations));
}

TEST_CASE("methods without iterations have no room for them") {
  STATIC_CHECK(kobie::AttemptNumbers<Brusselator, kobie::Tsit5>::count == kobie::attempt_scalars + 2 * 7 * 3);
  STATIC_CHECK(kobie::AttemptNumbers<Brusselator, kobie::Rodas4>::count == kobie::attempt_scalars + 2 * 6 * 3);
  using kobie::AlgorithmTraits;
  STATIC_CHECK(kobie::run_counts_of<AlgorithmTraits<kobie::Tsit5, Brusselator>> == 0);
  STATIC_CHECK(kobie::run_counts_of<AlgorithmTraits<kobie::Rodas4, Brusselator>> == 3);
  STATIC_CHECK(kobie::run_counts_of<AlgorithmTraits<Kvaerno3, Brusselator>> == 4);
  using WithoutMatrix = kobie::WithLinearSolver<Kvaerno3, kobie::MatrixFree<kobie::BiCgStab>>;
  STATIC_CHECK(kobie::run_counts_of<AlgorithmTraits<WithoutMatrix, Brusselator>> == 5);
}
