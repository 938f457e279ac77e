#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::Message;
using Catch::Matchers::WithinRel;
using compare::same_results;
using problems::Lorenz;
using problems::LorenzWithFuse;

namespace {

using Recording = kobie::Solver<Lorenz, kobie::Tsit5, kobie::StepRecorder>;
using Plain = kobie::Solver<Lorenz, kobie::Tsit5>;

// So long a first step that it is rejected.
const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6, .dt = 0.5};
const kobie::SolveRequest request{.t0 = 1.0, .duration = 3.0, .save_every = 0.1};

kobie::Runs<Lorenz> runs() { return kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 61)}}); }

kobie::SolveRequest recording(std::vector<std::int64_t> chosen, std::int64_t attempts = 1000) {
  kobie::SolveRequest asked = request;
  asked.record_runs = std::move(chosen);
  asked.record_attempts = attempts;
  return asked;
}

}  // namespace

TEST_CASE("a result holds all attempts of the runs that a request chose") {
  const auto result = Recording(options).solve(runs(), recording({60, 3, 3, 17}));
  for (const std::int64_t run : {3, 17, 60}) {
    CAPTURE(run);
    const auto& recorded = result.recorded(run);
    const auto i = static_cast<std::size_t>(run);
    CHECK(recorded.run == run);
    CHECK(recorded.attempts == result.accepted_steps()[i] + result.rejected_steps()[i]);
    REQUIRE(recorded.steps.size() == static_cast<std::size_t>(recorded.attempts));
    CHECK(std::ranges::count(recorded.steps, true, &kobie::StepRecord<double>::accepted) == result.accepted_steps()[i]);

    const auto& first = recorded.steps.front();
    CHECK(first.t == 1.0);
    CHECK(first.dt == 0.5);
    CHECK_FALSE(first.accepted);
    CHECK(first.stage_values.front() == std::vector<double>{1.0, 0.0, 0.0});
    double sum = 0.0;
    for (const auto& step : recorded.steps) {
      CHECK((step.error_norm <= 1.0) == step.accepted);
      sum += step.accepted ? step.dt : 0.0;
    }
    CHECK_THAT(sum, WithinRel(3.0, 1e-13));
    // Tsit5's last stage is the new solution.
    const auto& last = recorded.steps.back();
    REQUIRE(last.stage_values.size() == 7);
    REQUIRE(last.stage_derivatives.size() == 7);
    CHECK(last.stage_values.back()[2] == result["z"](result.times().size() - 1, i));
  }
}

TEST_CASE("a recorded derivative is what the right-hand side says of the recorded values") {
  const auto result = Recording(options).solve(runs(), recording({45}));
  const double rho = 21.0;
  double worst = 0.0;
  for (const auto& step : result.recorded(45).steps) {
    for (std::size_t stage = 0; stage < step.stage_values.size(); ++stage) {
      const auto& y = step.stage_values[stage];
      const auto& d = step.stage_derivatives[stage];
      const double scale = 30.0 * (1.0 + std::abs(y[0]) + std::abs(y[1]) + std::abs(y[2]) + std::abs(y[0] * y[2]));
      worst = std::max(worst, std::abs(d[0] - 10.0 * (y[1] - y[0])) / scale);
      worst = std::max(worst, std::abs(d[1] - (y[0] * (rho - y[2]) - y[1])) / scale);
      worst = std::max(worst, std::abs(d[2] - (y[0] * y[1] - 8.0 / 3.0 * y[2])) / scale);
    }
  }
  CHECK(worst < 1e-15);
}

TEST_CASE("a recorder changes no bit of a result, whatever it is asked for") {
  const auto plain = Plain(options).solve(runs(), request);
  CHECK(same_results(plain, Recording(options).solve(runs(), request)));
  CHECK(same_results(plain, Recording(options).solve(runs(), recording({0, 30, 31}))));
}

TEST_CASE("of more attempts than a request has room for the first ones are kept") {
  const auto all = Recording(options).solve(runs(), recording({17, 60}));
  const auto some = Recording(options).solve(runs(), recording({17, 60}, 5));
  const auto none = Recording(options).solve(runs(), recording({17, 60}, 0));
  for (const std::int64_t run : {17, 60}) {
    CHECK(some.recorded(run).attempts == all.recorded(run).attempts);
    REQUIRE(some.recorded(run).steps.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(some.recorded(run).steps[i].dt == all.recorded(run).steps[i].dt);
      CHECK(some.recorded(run).steps[i].stage_derivatives == all.recorded(run).steps[i].stage_derivatives);
    }
    CHECK(none.recorded(run).attempts == all.recorded(run).attempts);
    CHECK(none.recorded(run).steps.empty());
  }
}

TEST_CASE("a run that fails is recorded up to its last attempt") {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, kobie::StepRecorder> solver({.rtol = 1e-6, .atol = 1e-6});
  std::vector<double> growth(33, 0.0);
  growth[11] = 0.8;
  const auto result = solver.solve(kobie::grid<LorenzWithFuse>({{"growth", growth}}),
                                   {.duration = 2.0, .record_runs = {11, 12}, .record_attempts = 100'000});
  REQUIRE(result.status(11) == kobie::Status::step_too_small);
  const auto& recorded = result.recorded(11);
  CHECK(recorded.attempts == result.accepted_steps()[11] + result.rejected_steps()[11]);
  REQUIRE(recorded.steps.size() == static_cast<std::size_t>(recorded.attempts));
  CHECK_FALSE(recorded.steps.back().accepted);
  CHECK(recorded.steps.back().t == result.end_times()[11]);
  CHECK(result.recorded(12).steps.back().accepted);
}

TEST_CASE("fixed steps in float are recorded") {
  const kobie::Solver<Lorenz, kobie::ClassicalRk4, kobie::Precision<float>, kobie::StepRecorder> solver({.dt = 1.0 / 128});
  const auto result = solver.solve(runs(), recording({5}));
  const auto& recorded = result.recorded(5);
  REQUIRE(recorded.steps.size() == 384);
  for (std::size_t i = 0; i < recorded.steps.size(); ++i) {
    CHECK(recorded.steps[i].t == 1.0F + static_cast<float>(i) / 128);
    CHECK(recorded.steps[i].accepted);
  }
  CHECK(recorded.steps.front().stage_values.size() == 4);
}

TEST_CASE("a wrong request for records is one clear error") {
  const Recording solver(options);
  CHECK_THROWS_MATCHES(solver.solve(runs(), recording({0, 61})), kobie::InvalidArgument,
                       Message("record_runs = 61: must be between 0 and 60"));
  CHECK_THROWS_MATCHES(solver.solve(runs(), recording({-1})), kobie::InvalidArgument,
                       Message("record_runs = -1: must be between 0 and 60"));
  CHECK_THROWS_MATCHES(solver.solve(runs(), recording({1}, -1)), kobie::InvalidArgument,
                       Message("record_attempts = -1: must be between 0 and 2147483647"));
  CHECK_THROWS_MATCHES(solver.solve(runs(), recording({1}, std::numeric_limits<std::int64_t>::max())), kobie::InvalidArgument,
                       Message("record_attempts = 9223372036854775807: must be between 0 and 2147483647"));
  CHECK_THROWS_MATCHES(Plain(options).solve(runs(), recording({7})), kobie::InvalidArgument,
                       Message("record_runs = 7: needs a solver with the policy kobie::StepRecorder"));
  CHECK_THROWS_MATCHES(Plain(options).solve(runs(), recording({7, 8})), kobie::InvalidArgument,
                       Message("record_runs = 7, ...: needs a solver with the policy kobie::StepRecorder"));
}

TEST_CASE("records that no memory holds are an error before anything is allocated") {
  CHECK_THROWS_WITH(Recording(options).solve(runs(), recording({1, 2}, 2'147'483'647)),
                    Catch::Matchers::ContainsSubstring("this solve needs at least"));
}

TEST_CASE("a run that was not recorded cannot be asked for") {
  const auto result = Recording(options).solve(runs(), recording({3}));
  CHECK_THROWS_MATCHES(result.recorded(4), kobie::InvalidArgument,
                       Message("run = 4: must be one of the request's record_runs"));
  CHECK_THROWS_AS(Plain(options).solve(runs(), request).recorded(0), kobie::InvalidArgument);
}
