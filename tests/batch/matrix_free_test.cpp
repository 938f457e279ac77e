// A solver with a matrix-free linear solver among its policies.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;

namespace {

// Heat in a ring of 10 cells that has a source.
struct Ring {
  static constexpr std::size_t n = 10;
  static constexpr auto states = kobie::values(
      {{"a", 0.0}, {"b", 0.0}, {"c", 0.0}, {"d", 0.0}, {"e", 0.0}, {"f", 0.0}, {"g", 0.0}, {"h", 0.0}, {"i", 0.0}, {"j", 0.0}});
  static constexpr auto parameters = kobie::values({{"conduction", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Ring, Real>& at, kobie::Rates<Ring, Real>& d) {
    for (std::size_t i = 0; i < n; ++i) {
      const Real here = at.state[i];
      const Real exchange = at.state[(i + 1) % n] - Real(2) * here + at.state[(i + n - 1) % n];
      d.state[i] = at.parameter[0] * exchange - here + Real(i == 0 ? 1 : 0);
    }
  }
};

const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6};
const kobie::SolveRequest request{.duration = 10.0};

kobie::Runs<Ring> runs() { return kobie::grid<Ring>({{"conduction", kobie::logspace(1.0, 1e3, 21)}}); }

template <class... Policies>
using Solver = kobie::Solver<Ring, kobie::Kvaerno5, Policies...>;

}  // namespace

TEST_CASE("a solver without a matrix finds what one with factors finds, says how, and counts its iterations") {
  using MatrixFree = Solver<kobie::StepRecorder, kobie::MatrixFree<kobie::BiCgStab>>;
  auto asked = request;
  asked.record_runs = {20};
  const auto result = MatrixFree(options).solve(runs(), asked);
  const auto factors = Solver<kobie::DenseFactors>(options).solve(runs(), request);
  REQUIRE(result.failure_count() == 0);
  for (std::size_t run = 0; run < 21; ++run) {
    CHECK_THAT(result["c"](0, run), WithinRel(factors["c"](0, run), 1e-4));
  }
  CHECK(result.provenance().method == "kvaerno-5, bicgstab");
  CHECK(factors.provenance().method == "kvaerno-5");
  CHECK(factors.linear_iterations().empty());
  REQUIRE(result.linear_iterations().size() == 21);
  CHECK(result.linear_iterations()[20] > result.newton_iterations()[20] / 2);
  CHECK(std::ranges::count(result.jacobians(), 0) == 21);
  CHECK_THAT(result.summary(), ContainsSubstring("linear iterations"));
  std::int64_t linear = 0;
  for (const auto& step : result.recorded(20).steps) {
    CHECK_FALSE(step.new_jacobian);
    for (const auto& iteration : step.newton) {
      linear += iteration.linear_iterations;
    }
  }
  CHECK(linear > 0);
  CHECK(linear <= result.linear_iterations()[20]);
  const std::string buffers = MatrixFree::describe_buffers();
  CHECK_THAT(buffers, ContainsSubstring("second_image"));
  CHECK_THAT(buffers, !ContainsSubstring("jacobian"));
}

TEST_CASE("the linear iterations of runs are in their file, and come back") {
  const auto path = std::filesystem::temp_directory_path() / "kobie_matrix_free_test.h5";
  const auto result = Solver<kobie::MatrixFree<kobie::MinimalResidual, kobie::Jacobi>>(options).solve(runs(), request);
  REQUIRE(result.failure_count() == 0);
  result.write(path, true);
  const auto read = kobie::read(path);
  std::filesystem::remove(path);
  CHECK(read.linear_iterations().size() == 21);
  CHECK(std::ranges::equal(read.linear_iterations(), result.linear_iterations()));
}

TEST_CASE("runs without a matrix have the bits that they have in lanes of any number") {
  using Choice = kobie::MatrixFree<kobie::BiCgStab, kobie::Neumann<2>>;
  const auto one = Solver<Choice, kobie::Lanes<1>, kobie::OnHost>(options).solve(runs(), request);
  const auto four = Solver<Choice, kobie::Lanes<4>, kobie::OnHost>(options).solve(runs(), request);
  for (std::size_t run = 0; run < 21; ++run) {
    CHECK(one["a"](0, run) == four["a"](0, run));
  }
  CHECK(std::ranges::equal(one.linear_iterations(), four.linear_iterations()));
}
