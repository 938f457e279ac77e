// When Jacobians and factors are computed anew, and what that is counted as.
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

#include "problems.hpp"
#include "stepper.hpp"

import kobie.solvers;
import kobie.tableaus;

namespace {

// Keeps what it is told.
struct Diary : stepper::Blind {
  std::vector<double> updates;
  std::vector<double> residuals;
  std::vector<double> guesses;
  int linearisations = 0;

  template <std::size_t Stage, class State>
  void newton_guess(bool active, const State& z) {
    if (active) {
      guesses.push_back(z[0]);
    }
  }
  void newton(const kobie::NewtonIteration<double>& iteration) {
    updates.push_back(std::sqrt(iteration.update_square));
    residuals.push_back(std::sqrt(iteration.residual_square));
  }
  void linearised(bool jacobian, bool factors) { linearisations += jacobian || factors ? 1 : 0; }
};

}  // namespace

TEST_CASE("a linear system with steps of one length takes one Jacobian and one factorisation") {
  stepper::Stepper<problems::ProtheroRobinson, kobie::Kvaerno3, double> run;
  run.tolerance = {.rtol = 1e-6, .atol = 1e-6};
  run.start();
  REQUIRE(run.go(50, 0.01));
  const auto counts = run.algorithm().counts();
  CHECK(counts.jacobians == 1);
  CHECK(counts.factorisations == 1);
  CHECK(counts.newton_failures == 0);
}

TEST_CASE("a rejected step keeps its Jacobian") {
  stepper::Stepper<problems::Robertson, kobie::Kvaerno3, double> run;
  run.tolerance = {.rtol = 1e-6, .atol = 1e-10};
  run.start();
  for (const double h : {1e-4, 3e-5, 1e-5}) {
    REQUIRE(run.attempt(h));
  }
  const auto counts = run.algorithm().counts();
  CHECK(counts.jacobians == 1);
  CHECK(counts.factorisations == 3);
}

TEST_CASE("a new run knows nothing of the one before it") {
  stepper::Stepper<problems::Robertson, kobie::Kvaerno3, double> fresh;
  stepper::Stepper<problems::Robertson, kobie::Kvaerno3, double> used;
  for (auto* run : {&fresh, &used}) {
    run->tolerance = {.rtol = 1e-6, .atol = 1e-10};
  }
  used.start();
  REQUIRE(used.go(5, 1e-4));
  used.y[0] = 1.0;
  used.y[1] = used.y[2] = used.t = 0.0;
  for (auto* run : {&fresh, &used}) {
    run->start();
    REQUIRE(run->go(3, 1e-4));
    CHECK(run->algorithm().counts().jacobians > 0);
  }
  CHECK(fresh.y[1] == used.y[1]);
  CHECK(fresh.algorithm().counts().newton_iterations == used.algorithm().counts().newton_iterations);
}

TEST_CASE("an instrument is told of guesses, of iterations and of new factors") {
  stepper::Stepper<problems::Kaps, kobie::Sdirk2, double> run;
  run.tolerance = {.rtol = 1e-8, .atol = 1e-8};
  run.start();
  Diary diary;
  REQUIRE(run.attempt(0.1, true, diary));
  CHECK(diary.linearisations == 1);
  CHECK(diary.guesses.size() == 2);
  const auto iterations = static_cast<std::size_t>(run.algorithm().counts().newton_iterations);
  REQUIRE(diary.updates.size() == iterations);
  CHECK(iterations > 2);
  CHECK(diary.updates[1] < diary.updates[0]);
  CHECK(diary.residuals[1] < diary.residuals[0]);
}

TEST_CASE("a predicted stage is nearer to the solution than the start") {
  stepper::Stepper<problems::Kaps, kobie::BackwardEuler, double> plain;
  stepper::Stepper<problems::Kaps, kobie::BackwardEulerPredictCorrect, double> predicted;
  Diary of_plain;
  Diary of_predicted;
  plain.start();
  predicted.start();
  REQUIRE(plain.attempt(0.01, true, of_plain));
  REQUIRE(predicted.attempt(0.01, true, of_predicted));
  CHECK(of_plain.guesses[0] == 0.0);
  CHECK(std::abs(of_predicted.guesses[0] - 0.01 * -2.0) < 1e-15);  // h f: explicit Euler
  CHECK(of_predicted.updates[0] < 0.1 * of_plain.updates[0]);
  CHECK(std::abs(plain.y_new[0] - predicted.y_new[0]) < 1e-13);
}
