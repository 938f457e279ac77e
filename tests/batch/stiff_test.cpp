// Batches of stiff problems: implicit methods behind the solver's interface.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "../reference/references.hpp"
#include "compare.hpp"

import kobie;

using compare::same_results;
using kobie::Rodas4;
using kobie::Rodas5P;

namespace {

// Robertson's problem with its fastest reaction as a parameter; "nothing" other than 0 makes the rates NaN after t = 1.
struct Reaction {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr auto parameters = kobie::values({{"k3", 3e7}, {"nothing", 0.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Reaction, Real>& at, kobie::Rates<Reaction, Real>& d) {
    const auto& [a, b, c] = at.state;
    const auto& [k3, nothing] = at.parameter;
    const Real late = kobie::max(at.t - 1.0, Real(0.0));
    const Real slow = 0.04 * a * kobie::sqrt(1.0 - 1e9 * nothing * late);
    const Real back = 1e4 * b * c;
    const Real fast = k3 * b * b;
    d.state = {back - slow, slow - back - fast, fast};
  }
};

const kobie::SolverOptions options{.rtol = 1e-6, .atol_of = {{"a", 1e-10}, {"b", 1e-14}, {"c", 1e-8}}};

}  // namespace

TEMPLATE_TEST_CASE("a sweep over a stiff system holds the reference solution", "", Rodas4, Rodas5P) {
  const auto runs = kobie::grid<Reaction>({{"k3", kobie::linspace(1e7, 5e7, 41)}});
  const auto result = kobie::Solver<Reaction, TestType>(options).solve(runs, {.duration = 1e5});
  REQUIRE(result.failure_count() == 0);
  const auto reference = reference_value("bari_rober", "100000");
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double found = result[std::vector<const char*>{"a", "b", "c"}[i]](0, 20);
    CAPTURE(i, found, reference[i]);
    CHECK(std::abs(found - reference[i]) < 100 * 1e-6 * std::abs(reference[i]));
  }
  const auto steps = result.accepted_steps();
  CHECK(*std::ranges::max_element(steps) < 2000);
  CHECK(std::ranges::count(result.failed_solves(), 0) == result.runs());
}

TEST_CASE("a stiff run that fails is marked, and its neighbours are as without it") {
  const auto solved = [](const std::vector<double>& nothing) {
    const auto runs = kobie::grid<Reaction>({{"k3", kobie::linspace(1e7, 5e7, 19)}, {"nothing", nothing}}, kobie::Combine::zip);
    return kobie::Solver<Reaction, Rodas5P>(options).solve(runs, {.duration = 10.0, .save_every = 1.0});
  };
  std::vector<double> nothing(19, 0.0);
  const auto sound = solved(nothing);
  nothing[7] = 1.0;
  const auto mixed = solved(nothing);
  CHECK(mixed.failure_count() == 1);
  CHECK(mixed.status(7) == kobie::Status::non_finite);
  CHECK(mixed.end_times()[7] <= 1.01);
  for (std::int64_t run = 0; run < 19; ++run) {
    for (std::size_t save = 0; save < sound.times().size(); ++save) {
      const double found = mixed["b"](save, static_cast<std::size_t>(run));
      if (run != 7 || sound.times()[save] < 1.0) {
        CHECK(found == sound["b"](save, static_cast<std::size_t>(run)));
      } else if (sound.times()[save] > 1.0) {
        CHECK(std::isnan(found));
      }
    }
  }
}

TEST_CASE("lanes, scalars and threads give a stiff run the same bits") {
  const auto runs = kobie::grid<Reaction>({{"k3", kobie::linspace(1e7, 5e7, 37)}});
  const kobie::SolveRequest request{.duration = 1e3, .save_every = 50.0};
  const auto lanes = kobie::Solver<Reaction, Rodas5P, kobie::OnHost>(options).solve(runs, request);
  CHECK(same_results(lanes, kobie::Solver<Reaction, Rodas5P, kobie::OnHost, kobie::Lanes<1>>(options).solve(runs, request)));
  CHECK(same_results(lanes, kobie::Solver<Reaction, Rodas5P, kobie::OnHost, kobie::Lanes<4>>(options).solve(runs, request)));
}

TEST_CASE("the attempts of a stiff run can be recorded: increments instead of derivatives") {
  using Recording = kobie::Solver<Reaction, Rodas5P, kobie::StepRecorder>;
  const auto runs = kobie::grid<Reaction>({{"k3", kobie::linspace(1e7, 5e7, 9)}});
  const auto result = Recording(options).solve(runs, {.duration = 40.0, .record_runs = {4}});
  const auto& recorded = result.recorded(4);
  REQUIRE(recorded.attempts == result.accepted_steps()[4] + result.rejected_steps()[4]);
  for (const auto& step : recorded.steps) {
    CHECK(step.solved);
    REQUIRE(step.stage_increments.size() == 8);
    CHECK(step.stage_derivatives.empty());
  }
  // The method is stiffly accurate: a step ends at its last stage's argument and increment.
  std::vector<double> y = {1.0, 0.0, 0.0};
  for (const auto& step : recorded.steps) {
    CHECK(step.stage_values.front() == y);
    if (step.accepted) {
      for (std::size_t q = 0; q < 3; ++q) {
        y[q] = step.stage_values.back()[q] + step.stage_increments.back()[q];
      }
    }
  }
  CHECK(result["a"](0, 4) == y[0]);
}

TEST_CASE("the failed solves of a stiff batch are in its file, and come back") {
  const auto path = std::filesystem::temp_directory_path() / "kobie_stiff_test.h5";
  const auto runs = kobie::grid<Reaction>({{"k3", kobie::linspace(1e7, 5e7, 9)}});
  const auto result = kobie::Solver<Reaction, Rodas4>(options).solve(runs, {.duration = 1.0});
  REQUIRE(result.failed_solves().size() == 9);
  result.write(path, true);
  const auto read = kobie::read(path);
  CHECK(std::ranges::equal(read.failed_solves(), result.failed_solves()));
  std::filesystem::remove(path);
}

TEST_CASE("a record shows where Auto goes over to its implicit method") {
  using Recording = kobie::Solver<Reaction, kobie::Auto, kobie::StepRecorder>;
  const auto runs = kobie::grid<Reaction>({{"k3", {1e3, 1e5, 3e7}}});
  const auto result = Recording(options).solve(runs, {.duration = 10.0, .record_runs = {0, 1, 2}});
  REQUIRE(result.failure_count() == 0);
  for (const std::int64_t run : {0, 1, 2}) {
    CAPTURE(run);
    const auto& steps = result.recorded(run).steps;
    CHECK_FALSE(steps.front().new_jacobian);
    CHECK(std::ranges::count(steps, true, &kobie::StepRecord<double>::new_jacobian) ==
          result.jacobians()[static_cast<std::size_t>(run)]);
    std::vector<double> y = {1.0, 0.0, 0.0};
    for (const auto& step : steps) {
      CHECK(step.stage_values.front() == y);
      if (step.accepted) {
        // The explicit method's last stage is the new solution, the implicit one's has an increment to it.
        y = step.stage_values[step.new_jacobian ? 7 : 6];
        for (std::size_t q = 0; q < 3 && step.new_jacobian; ++q) {
          y[q] += step.stage_derivatives[7][q];
        }
      }
    }
    CHECK(result["b"](0, static_cast<std::size_t>(run)) == y[1]);
  }
  CHECK(result.recorded(2).steps.back().new_jacobian);
}
