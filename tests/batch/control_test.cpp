// Step controllers and their options, from the solver's side.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <vector>

#include "../reference/references.hpp"
#include "compare.hpp"
#include "problems.hpp"

import kobie;

using compare::same_results;
using problems::Lorenz;

namespace {

template <class Control = kobie::PiControl, class Method = kobie::Tsit5>
auto solve(const kobie::SolverOptions& options) {
  return kobie::Solver<Lorenz, Method, Control>(options).solve(kobie::grid<Lorenz>({{"rho", kobie::linspace(1.0, 28.0, 11)}}),
                                                               {.duration = 2.0, .save_every = 0.5});
}

}  // namespace

TEMPLATE_TEST_CASE("every controller ends within 100 tolerances of the reference", "", kobie::IControl, kobie::PiControl,
                   kobie::PidControl, kobie::GustafssonControl) {
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10, 1e-12}) {
    const kobie::Solver<problems::Brusselator, kobie::Tsit5, TestType> solver({.rtol = tolerance, .atol = tolerance});
    const auto result = solver.solve(kobie::grid<problems::Brusselator>({}), {.duration = 20.0});
    REQUIRE(result.failure_count() == 0);
    CHECK(result.provenance().controller == TestType::name);
    const auto reference = reference_value("hnw_brusselator", "20");
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const double error = std::abs(result.all()(i, 0, 0) - reference[i]);
      CAPTURE(tolerance, i);
      CHECK(error < 100 * tolerance * (1.0 + std::abs(reference[i])));
    }
  }
}

TEST_CASE("what is not given is the method's and the controller's default") {
  CHECK(same_results(solve({}), solve({.safety = 0.9, .min_factor = 0.2, .max_factor = 10.0, .beta1 = 0.85, .beta2 = -0.2})));
  CHECK(same_results(solve<kobie::PidControl>({}), solve<kobie::PidControl>({.beta1 = 0.58, .beta2 = -0.21, .beta3 = 0.1})));
  CHECK(same_results(solve<kobie::PiControl, kobie::DormandPrince853>({}),
                     solve<kobie::PiControl, kobie::DormandPrince853>({.min_factor = 0.333, .max_factor = 6.0, .beta1 = 1.0})));
}

TEST_CASE("gains and the dead band are taken") {
  const auto plain = solve({});
  CHECK_FALSE(same_results(plain, solve({.beta1 = 0.6})));
  CHECK_FALSE(same_results(plain, solve({.beta2 = -0.1})));
  CHECK_FALSE(same_results(plain, solve({.steady_max = 1.2})));
  CHECK_FALSE(same_results(plain, solve({.steady_min = 0.9})));
  CHECK_FALSE(same_results(solve<kobie::PidControl>({}), solve<kobie::PidControl>({.beta3 = 0.0})));
  // PI control with the second gain 0 is I control.
  CHECK(same_results(solve<kobie::IControl>({}), solve({.beta1 = 1.0, .beta2 = 0.0})));
}

TEST_CASE("tolerances of states are found by name") {
  const auto plain = solve({.rtol = 1e-6, .atol = 1e-6});
  CHECK(same_results(plain, solve({.rtol = 1e-6, .atol = 1e-6, .rtol_of = {{"z", 1e-6}}, .atol_of = {{"x", 1e-6}}})));
  CHECK(same_results(
      plain, solve({.rtol = 1.0, .atol = 1e-6, .rtol_of = {{"z", 1e-6}, {"x", 1e-6}, {"y", 1e-6}}, .atol_of = {{"y", 1e-6}}})));
  for (const auto* state : {"x", "y", "z"}) {
    CHECK(solve({.rtol_of = {{state, 1e-10}}, .atol_of = {{state, 1e-10}}}).total_accepted() > 2 * plain.total_accepted());
  }
}

TEST_CASE("tolerances of states give lanes the bits of scalar code") {
  const kobie::SolverOptions options{.rtol_of = {{"x", 1e-9}}, .atol_of = {{"z", 1e-3}}};
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 29)}});
  const kobie::Solver<Lorenz, kobie::Tsit5, kobie::GustafssonControl, kobie::Lanes<1>, kobie::OnHost> one(options);
  const kobie::Solver<Lorenz, kobie::Tsit5, kobie::GustafssonControl, kobie::Lanes<8>, kobie::OnHost> eight(options);
  CHECK(same_results(one.solve(runs, {.duration = 2.0}), eight.solve(runs, {.duration = 2.0})));
}
