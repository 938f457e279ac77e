// Methods that solve their linear equations without a matrix, in the loop.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "../reference/references.hpp"
#include "compare.hpp"
#include "harness.hpp"
#include "ring.hpp"
#include "stiff_systems.hpp"

import kobie.algorithms;
import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

using kobie::BiCgStab;
using kobie::Jacobi;
using kobie::MatrixFree;
using kobie::RunCount;
using kobie::WithLinearSolver;
using systems::Brusselator;
using Double4 = kobie::Pack<double, 4>;

namespace {

std::int64_t count_of(const harness::Run<double>& run, RunCount which) { return run.counts[static_cast<std::size_t>(which)]; }

// The largest |error| / (atol + rtol |y|) at the end, with both tolerances the same.
template <class System, class Method>
double end_ratio(const std::string& name, const std::string& t, double tolerance) {
  std::vector<double> start;
  for (const auto& item : System::states) {
    start.push_back(item.value);
  }
  const double end = std::stod(t);
  const auto run = harness::integrate_one<System, Method, kobie::GustafssonControl>(
      {.end = end, .saves = {end}, .rtol = tolerance, .atol = tolerance}, {.state = start});
  REQUIRE(run.status == kobie::Status::success);
  CHECK(count_of(run, RunCount::jacobians) == 0);
  CHECK(count_of(run, RunCount::factorisations) == 0);
  CHECK(count_of(run, RunCount::linear_iterations) > count_of(run, RunCount::newton_iterations) / 2);
  const auto reference = reference_value(name, t);
  double worst = 0.0;
  for (std::size_t i = 0; i < start.size(); ++i) {
    const double error = std::abs(run.saves.at(0).state[i] - reference[i]);
    worst = std::fmax(worst, error / (tolerance * (1.0 + std::abs(reference[i]))));
  }
  return worst;
}

const harness::Request reactor{.end = 4.0, .saves = {1.0, 4.0}, .rtol = 1e-5, .atol = 1e-7};

// Far from each other: eps, which makes the stiffness, and rejected steps.
std::vector<harness::Start> reactors() {
  std::vector<harness::Start> starts;
  for (const auto& [eps, dt] : {std::pair(1e-5, 0.5), std::pair(1e-2, 0.1), std::pair(1e-4, 1e-3), std::pair(5e-6, 0.2)}) {
    starts.push_back({.state = {3.9, 1.1, 2.8}, .parameter = {1.2, 2.5, eps}, .dt = dt});
  }
  return starts;
}

using Everywhere = kobie::Shared<"loop.state", "loop/algorithm.derivative", "stages", "reuse", "known", "scale", "update",
                                 "residual", "shadow", "direction", "image", "second_image", "preconditioned", "reciprocals">;

}  // namespace

TEMPLATE_TEST_CASE("without a matrix, adaptive runs of stiff problems end within 100 tolerances of their references", "",
                   (WithLinearSolver<kobie::Sdirk43, MatrixFree<BiCgStab>>),
                   (WithLinearSolver<kobie::Kvaerno5, MatrixFree<BiCgStab, Jacobi>>)) {
  for (const double tolerance : {1e-4, 1e-6}) {
    CAPTURE(tolerance);
    // HIRES multiplies errors by 113 (stiff_accuracy.hpp).
    CHECK(end_ratio<systems::Hires, TestType>("bari_hires", "321.8122", tolerance) < 100.0 * 113.0);
    CHECK(end_ratio<systems::Whirl, TestType>("STDTST_B5", "20", tolerance) < 100.0);
    CHECK(end_ratio<systems::Reactor, TestType>("STDTST_D1", "400", tolerance) < 100.0);
  }
}

TEMPLATE_TEST_CASE("without a matrix, a run's steps and bits are its own", "",
                   (WithLinearSolver<kobie::Kvaerno3, MatrixFree<BiCgStab, Jacobi>>),
                   (WithLinearSolver<kobie::Sdirk43, MatrixFree<BiCgStab>>)) {
  const auto starts = reactors();
  const auto together = harness::integrate<Brusselator, TestType, kobie::PiControl, Double4>(reactor, starts);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    INFO("lane " << i);
    const auto alone = harness::integrate_one<Brusselator, TestType, kobie::PiControl>(reactor, starts[i]);
    REQUIRE(alone.status == kobie::Status::success);
    compare::check_same(together[i], alone);
    CHECK(together[i].counts == alone.counts);
  }
  CHECK(together[0].counts != together[1].counts);
}

TEST_CASE("without a matrix, a run's bits do not depend on where its buffers lie, nor on what steps left there") {
  using Method = WithLinearSolver<kobie::KenCarp4, MatrixFree<BiCgStab, Jacobi>>;
  using Placed = harness::Buffers<ring::Ring, Method, double, Everywhere>;
  const auto local = harness::integrate<ring::Ring, Method, kobie::PiControl, double>(ring::request, {ring::start(0)});
  REQUIRE(local[0].status == kobie::Status::success);
  std::vector<double> scratch(static_cast<std::size_t>(Placed::layout.elements.shared), -7.5);
  const auto shared = harness::integrate<ring::Ring, Method, kobie::PiControl, double, Placed>(
      ring::request, {ring::start(0)}, kobie::NoInstrument(), harness::Scratch<double>{scratch.data(), 1});
  compare::check_same(local[0], shared[0]);
  const auto poisoned =
      harness::integrate<ring::Ring, Method, kobie::PiControl, double, harness::Buffers<ring::Ring, Method, double>,
                         kobie::PoisonBuffers>(ring::request, {ring::start(0)});
  compare::check_same(local[0], poisoned[0]);
}

TEST_CASE("a run whose operator does not suit its linear solver ends unsolved where steps are fixed") {
  using Method = WithLinearSolver<kobie::BackwardEuler, MatrixFree<kobie::SteepestDescent>>;
  // Next to the imaginary axis: far from symmetric.
  const auto run = harness::integrate_one<systems::Whirl, Method, kobie::FixedStep>(
      {.end = 1.0, .saves = {1.0}}, {.state = std::vector<double>(6, 1.0), .dt = 0.5});
  CHECK(run.status == kobie::Status::solver_failed);
  CHECK(count_of(run, RunCount::failed_solves) == 1);
}
