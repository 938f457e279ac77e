// What a result knows of Newton's method: counts for every run, records of chosen ones, their text and their file.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "compare.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using compare::same_results;
using kobie::Kvaerno3;
using kobie::Rodas4;
using kobie::Tsit5;

namespace {

// Van der Pol's equation; "eps" makes it stiff.
struct Relaxation {
  static constexpr auto states = kobie::values({{"x", 2.0}, {"v", 0.0}});
  static constexpr auto parameters = kobie::values({{"eps", 1e-3}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Relaxation, Real>& at, kobie::Rates<Relaxation, Real>& d) {
    const auto& [x, v] = at.state;
    d.state = {v, ((1.0 - x * x) * v - x) / at.parameter[0]};
  }
};

const kobie::SolverOptions options{.rtol = 1e-5, .atol = 1e-5, .dt = 0.1};
const kobie::SolveRequest request{.duration = 1.0};

kobie::Runs<Relaxation> runs() { return kobie::grid<Relaxation>({{"eps", kobie::logspace(1e-4, 1e-1, 11)}}); }

kobie::SolveRequest recording(std::vector<std::int64_t> chosen) {
  kobie::SolveRequest asked = request;
  asked.record_runs = std::move(chosen);
  return asked;
}

// NaNs are equal.
bool same(const std::vector<std::vector<double>>& a, const std::vector<std::vector<double>>& b) {
  return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
    return std::ranges::equal(left, right, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
  });
}

bool same(const kobie::StepRecord<double>& a, const kobie::StepRecord<double>& b) {
  return a.t == b.t && a.dt == b.dt && a.error_norm == b.error_norm && a.accepted == b.accepted && a.next_dt == b.next_dt &&
         a.solved == b.solved && a.new_jacobian == b.new_jacobian && a.refactorised == b.refactorised &&
         same(a.stage_values, b.stage_values) && same(a.stage_derivatives, b.stage_derivatives) &&
         same(a.stage_increments, b.stage_increments) && same(a.newton_guesses, b.newton_guesses) && a.newton == b.newton &&
         a.newton_iterations == b.newton_iterations;
}

template <class Method>
void check_file(const std::vector<std::int64_t>& chosen, std::int64_t attempts = 1000) {
  const auto path = std::filesystem::temp_directory_path() / "kobie_newton_records_test.h5";
  auto asked = recording(chosen);
  asked.record_attempts = attempts;
  const auto result = kobie::Solver<Relaxation, Method, kobie::StepRecorder>(options).solve(runs(), asked);
  result.write(path, true);
  const auto read = kobie::read(path);
  std::filesystem::remove(path);
  REQUIRE(read.recorded().size() == chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    CHECK(read.recorded()[i].run == chosen[i]);
    const auto& there = read.recorded(chosen[i]);
    const auto& here = result.recorded(chosen[i]);
    CHECK(there.attempts == here.attempts);
    REQUIRE(there.steps.size() == here.steps.size());
    CHECK(std::ranges::equal(there.steps, here.steps, [](const auto& a, const auto& b) { return same(a, b); }));
    CHECK(there.report() == here.report());
  }
  CHECK(std::ranges::equal(read.failed_solves(), result.failed_solves()));
  CHECK(std::ranges::equal(read.jacobians(), result.jacobians()));
  CHECK(std::ranges::equal(read.factorisations(), result.factorisations()));
  CHECK(std::ranges::equal(read.newton_iterations(), result.newton_iterations()));
}

kobie::StepRecord<double> step(double t, double dt, double error, bool accepted, double next_dt, bool solved) {
  return {.t = t,
          .dt = dt,
          .error_norm = error,
          .accepted = accepted,
          .next_dt = next_dt,
          .solved = solved,
          .stage_values = {},
          .stage_derivatives = {},
          .stage_increments = {}};
}

}  // namespace

TEST_CASE("every run of an implicit method has its iterations, Jacobians and factorisations counted") {
  const auto result = kobie::Solver<Relaxation, Kvaerno3>(options).solve(runs(), request);
  const auto recorded = kobie::Solver<Relaxation, Kvaerno3, kobie::StepRecorder>(options).solve(runs(), recording({0, 4, 10}));
  REQUIRE(result.failure_count() == 0);
  CHECK(same_results(result, recorded));
  REQUIRE(result.newton_iterations().size() == 11);
  CHECK(std::ranges::equal(result.newton_iterations(), recorded.newton_iterations()));
  for (const std::int64_t run : {0, 4, 10}) {
    CAPTURE(run);
    const auto i = static_cast<std::size_t>(run);
    const auto& steps = recorded.recorded(run).steps;
    std::int64_t iterations = 0;
    for (const auto& each : steps) {
      CHECK(each.newton_iterations == static_cast<std::int64_t>(each.newton.size()));
      CHECK(each.newton_guesses.size() == 4);
      CHECK(std::isnan(each.newton_guesses[0][0]));  // this stage is explicit
      iterations += each.newton_iterations;
    }
    CHECK(iterations == result.newton_iterations()[i]);
    CHECK(std::ranges::count(steps, true, &kobie::StepRecord<double>::new_jacobian) == result.jacobians()[i]);
    CHECK(std::ranges::count(steps, false, &kobie::StepRecord<double>::solved) == result.failed_solves()[i]);
    CHECK(result.factorisations()[i] >= std::ranges::count(steps, true, &kobie::StepRecord<double>::refactorised));
    CHECK(steps.front().new_jacobian);
    CHECK_FALSE(std::isnan(steps.front().newton_guesses[1][0]));
  }
  const std::string summary = result.summary();
  const auto total = std::accumulate(result.jacobians().begin(), result.jacobians().end(), 0);
  REQUIRE((total > 1000 && total < 10'000));
  std::string grouped = std::to_string(total);
  CHECK_THAT(summary, ContainsSubstring("jacobians             " + grouped.insert(1, ",") + "\n"));
  CHECK_THAT(summary, ContainsSubstring("factorisations") && ContainsSubstring("newton iterations"));
}

TEST_CASE("a Rosenbrock method takes a Jacobian and its factors in each attempt, and no iterations") {
  const auto result = kobie::Solver<Relaxation, Rodas4, kobie::StepRecorder>(options).solve(runs(), recording({3}));
  for (std::size_t i = 0; i < 11; ++i) {
    CHECK(result.jacobians()[i] == result.accepted_steps()[i] + result.rejected_steps()[i]);
    CHECK(result.factorisations()[i] == result.jacobians()[i]);
  }
  CHECK(result.newton_iterations().empty());
  CHECK_THAT(result.summary(), ContainsSubstring("jacobians") && !ContainsSubstring("newton"));
  for (const auto& each : result.recorded(3).steps) {
    CHECK(each.new_jacobian);
    CHECK(each.refactorised);
    CHECK(each.newton.empty());
    CHECK(each.newton_guesses.empty());
  }
}

TEST_CASE("an explicit method has no such counts") {
  const auto result = kobie::Solver<Relaxation, Tsit5>(options).solve(runs(), request);
  CHECK(result.failed_solves().empty());
  CHECK(result.jacobians().empty());
  CHECK(result.factorisations().empty());
  CHECK(result.newton_iterations().empty());
  CHECK_THAT(result.summary(), !ContainsSubstring("jacobians"));
}

TEST_CASE("recorded runs are in the result's file, and come back") {
  check_file<Kvaerno3>({2, 10});
  check_file<Rodas4>({0, 5});
  check_file<Tsit5>({9});
  check_file<Kvaerno3>({1}, 7);
  check_file<Kvaerno3>({1}, 0);
}

TEST_CASE("a file has the documented arrays of a recorded run") {
  const auto path = std::filesystem::temp_directory_path() / "kobie_newton_records_layout_test.h5";
  const auto result = kobie::Solver<Relaxation, Kvaerno3, kobie::StepRecorder>(options).solve(runs(), recording({10}));
  result.write(path, true);
  {
    const kobie::io::Hdf5File file(path);
    std::vector<std::string> names;
    std::ranges::copy_if(file.names(), std::back_inserter(names),
                         [](const auto& name) { return name.starts_with("recorded"); });
    for (auto& name : names) {
      name = name.substr(std::string("recorded/10/").size());
    }
    CHECK(names == std::vector<std::string>{"accepted", "dt", "error_norm", "new_jacobian", "newton/attempt",
                                            "newton/iteration", "newton/linear_iterations", "newton/linear_residual_norm",
                                            "newton/residual_norm", "newton/update_norm", "newton_guesses", "newton_iterations",
                                            "next_dt", "refactorised", "solved", "stage_derivatives", "stage_values", "t"});
    const auto& recorded = result.recorded(10);
    CHECK(file.shape("recorded/10/stage_values") == std::vector<std::size_t>{recorded.steps.size(), 4, 2});
    CHECK(file.shape("recorded/10/newton/update_norm") ==
          std::vector<std::size_t>{static_cast<std::size_t>(result.newton_iterations()[10])});
    CHECK(file.type("recorded/10/newton/attempt") == kobie::io::ElementType::int32);
  }
  std::filesystem::remove(path);
}

TEST_CASE("a report has a summary and a line for each attempt") {
  kobie::RecordedRun<double> run{17, 5, {}};
  run.steps = {step(0.0, 0.1, 0.0, false, 0.02, false), step(0.0, 0.02, 3.5, false, 0.008, true),
               step(0.0, 0.008, 0.25, true, 0.0123456789, true), step(0.008, 0.0123456789, 0.5, true, 0.02, true)};
  run.steps[0].new_jacobian = run.steps[0].refactorised = run.steps[1].refactorised = true;
  run.steps[0].newton = {{0, 4.0, 1.0, 0, 0.0}, {1, 6.0, 1.0, 0, 0.0}};
  run.steps[2].newton = {{0, 1.0, 1.0, 0, 0.0}, {1, 0.02, 1.0, 0, 0.0}, {0, 0.001, 1.0, 0, 0.0}};
  for (auto& each : run.steps) {
    each.newton_guesses = {{0.0}};
    each.newton_iterations = static_cast<std::int64_t>(each.newton.size());
  }
  const std::string summary =
      "run 17: 5 attempts, 1 rejected by their error, 1 unsolved; new Jacobian in 1, new factors in 2; 5 Newton iterations\n"
      "only the first 4 of them were kept, and are what follows\n"
      "shortest step: 0.008 at t = 0, attempt 2, accepted\n"
      "attempt             t          dt     error ended        next dt Newton contraction new\n";
  const std::string third = "      2             0       0.008      0.25 accepted    0.012346      3        0.02\n";
  CHECK(run.report() == summary +
                            "      0             0         0.1         - unsolved        0.02      2         1.5 J LU\n"
                            "      1             0        0.02       3.5 rejected       0.008      0             LU\n" +
                            third + "      3         0.008    0.012346       0.5 accepted        0.02      0\n");
  CHECK(run.report(2, 1) == summary + third);
  CHECK(run.report(4) == summary);
}

TEST_CASE("an explicit method's report speaks of steps only") {
  kobie::RecordedRun<double> run{3, 1, {step(1.5, 0.25, 0.75, true, 0.5, true)}};
  const std::string heading = "attempt             t          dt     error ended        next dt\n";
  CHECK(run.report() ==
        "run 3: 1 attempt, 0 rejected by their error\n"
        "shortest step: 0.25 at t = 1.5, attempt 0, accepted\n" +
            heading + "      0           1.5        0.25      0.75 accepted         0.5\n");
  CHECK(kobie::RecordedRun<double>{4, 12, {}}.report() ==
        "run 4: 12 attempts, 0 rejected by their error\n"
        "only the first 0 of them were kept, and are what follows\n" +
            heading);
}
