#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "../reference/references.hpp"
#include "../reference/zonneveld_43.hpp"
#include "problems.hpp"

import kobie;

namespace {

// The largest |error| / (tolerance (1 + |y|)) at the end of run `run`.
template <class T>
double worst_ratio(const kobie::Result<T>& result, std::size_t run, const std::vector<double>& reference, double tolerance) {
  const auto all = result.all();
  double worst = 0.0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const auto error = std::abs(static_cast<double>(all(i, all.extent(1) - 1, run)) - reference[i]);
    worst = std::fmax(worst, error / (tolerance * (1.0 + std::abs(reference[i]))));
  }
  return worst;
}

const std::vector<std::string> rho_names = {"5.250", "10.50", "15.75", "21.00", "28.00"};
const std::vector<double> rhos = {5.25, 10.5, 15.75, 21.0, 28.0};

std::vector<double> lorenz_reference(std::size_t i) { return reference_value("lorenz_b8_3_u100_rho" + rho_names[i], "1"); }

template <class System, class Method>
double end_ratio(const std::string& problem, const std::string& t, double tolerance) {
  const kobie::Solver<System, Method> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<System>({}), {.duration = std::stod(t)});
  REQUIRE(result.failure_count() == 0);
  return worst_ratio(result, 0, reference_value(problem, t), tolerance);
}

}  // namespace

// One method of each kind, and a user's own; all of kobie's, on more problems, are tested in tests/loop.
TEMPLATE_TEST_CASE("Lorenz ends where its reference does, for five rho in one batch", "", kobie::BogackiShampine32,
                   kobie::Tsit5, kobie::DormandPrince853, Zonneveld43) {
  const double tolerance = GENERATE(1e-6, 1e-8, 1e-10);
  const kobie::Solver<problems::Lorenz, TestType> solver({.rtol = tolerance, .atol = tolerance});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({{"rho", rhos}}), {.duration = 1.0});
  REQUIRE(result.failure_count() == 0);
  for (std::size_t i = 0; i < rhos.size(); ++i) {
    CAPTURE(rhos[i], tolerance);
    CHECK(worst_ratio(result, i, lorenz_reference(i), tolerance) < 100.0);
  }
}

TEST_CASE("Lorenz in float keeps four digits at a tolerance of 3e-6") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5, kobie::Precision<float>> solver({.rtol = 3e-6, .atol = 3e-6});
  const auto result = solver.solve(kobie::grid<problems::Lorenz>({{"rho", rhos}}), {.duration = 1.0});
  REQUIRE(result.failure_count() == 0);
  for (std::size_t run = 0; run < rhos.size(); ++run) {
    const auto reference = lorenz_reference(run);
    for (std::size_t i = 0; i < 3; ++i) {
      CAPTURE(rhos[run], i);
      CHECK(std::abs(static_cast<double>(result.all()(i, 0, run)) - reference[i]) < 1e-4 * std::abs(reference[i]));
    }
  }
}

// Over one period this orbit multiplies a change of its start by up to 2.9e6 (its monodromy matrix, by finite differences of a
// solution to 3e-14), so errors of single steps that meet the tolerance end far above it with any method: Hairer's DOPRI5
// ends at 0.7e4 to 3.97e4 times these tolerances, SciPy's RK45 at 1.5e4 to 3.3e4, its DOP853 at 0.7e4 to 1.3e4. The bound is
// the worst of these.
TEMPLATE_TEST_CASE("the Arenstorf orbit closes as well as its sensitivity lets it", "", kobie::Tsit5, kobie::DormandPrince54) {
  const double tolerance = GENERATE(1e-6, 1e-8, 1e-10);
  CAPTURE(tolerance);
  CHECK(end_ratio<problems::Arenstorf, TestType>("arenstorf", "17.06521656", tolerance) < 3.97e4);
}
