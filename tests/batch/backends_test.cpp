#include <algorithm>
#include <array>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using problems::Lorenz;

namespace {

// Three letters for each of 200 parameters.
constexpr std::size_t many = 200;
constexpr auto letters = [] {
  std::array<char, 3 * many> all{};
  for (std::size_t i = 0; i < many; ++i) {
    all[3 * i] = static_cast<char>('a' + i / 20);
    all[3 * i + 1] = static_cast<char>('a' + i % 20);
    all[3 * i + 2] = 'p';
  }
  return all;
}();

/// y' = -(sum of 200 parameters) y: a kernel whose arguments take more than 4 KiB.
struct ManyParameters {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = [] {
    kobie::ValueTable<many> table;
    for (std::size_t i = 0; i < many; ++i) {
      table.items[i] = {std::string_view(letters.data() + 3 * i, 3), 0.005};
    }
    return table;
  }();
  template <class Real>
  static constexpr void rhs(const kobie::Point<ManyParameters, Real>& at, kobie::Rates<ManyParameters, Real>& d) {
    Real sum(0);
    for (std::size_t i = 0; i < many; ++i) {
      sum += at.parameter[i];
    }
    d.state = {-sum * at.state[0]};
  }
};

// The largest difference, relative to the larger of 1 and the value.
template <class T>
double difference(const kobie::Result<T>& a, const kobie::Result<T>& b) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.all().size(); ++i) {
    const auto x = static_cast<double>(a.all().data_handle()[i]);
    const auto y = static_cast<double>(b.all().data_handle()[i]);
    worst = std::max(worst, std::abs(x - y) / std::max(1.0, std::abs(y)));
  }
  return worst;
}

}  // namespace

// A GPU fuses multiplications and additions where the host does not, so each step rounds differently. The same steps in
// float and in double, by NumPy, end 41 float epsilons apart: two ways to round may differ by twice that.
TEMPLATE_TEST_CASE("the default backend and the host agree but for rounding", "", float, double) {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 12.0, 1001)}});
  const kobie::SolveRequest request{.duration = 2.0, .save_every = 0.25};
  const kobie::SolverOptions options{.dt = 1.0 / 256};
  using Precision = kobie::Precision<TestType>;
  const auto there = kobie::Solver<Lorenz, kobie::ClassicalRk4, Precision>(options).solve(runs, request);
  const auto here = kobie::Solver<Lorenz, kobie::ClassicalRk4, Precision, kobie::OnHost>(options).solve(runs, request);
  REQUIRE(there.failure_count() == 0);
  CHECK(there.accepted_steps()[1000] == 512);
  CHECK(std::ranges::equal(there.accepted_steps(), here.accepted_steps()));
  CHECK(difference(there, here) < 100 * static_cast<double>(std::numeric_limits<TestType>::epsilon()));
}

TEST_CASE("with adaptive steps the default backend and the host agree within some tolerances") {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 12.0, 1001)}});
  const kobie::SolveRequest request{.duration = 2.0, .save_every = 0.25};
  const kobie::SolverOptions options{.rtol = 1e-8, .atol = 1e-8};
  const auto there = kobie::Solver<Lorenz, kobie::Tsit5>(options).solve(runs, request);
  const auto here = kobie::Solver<Lorenz, kobie::Tsit5, kobie::OnHost>(options).solve(runs, request);
  REQUIRE(there.failure_count() == 0);
  // A rounding moves the steps, and with them the error that each leaves.
  CHECK(difference(there, here) < 1e-7);
}

TEST_CASE("a kernel with more arguments than fit a launch gives what it should") {
  const kobie::Solver<ManyParameters, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10});
  const auto result =
      solver.solve(kobie::grid<ManyParameters>({{"aap", kobie::linspace(0.005, 1.005, 101)}}), {.duration = 1.0});
  REQUIRE(result.failure_count() == 0);
  double worst = 0.0;
  for (std::size_t run = 0; run < 101; ++run) {
    const double rate = 199 * 0.005 + result.inputs()["aap"][static_cast<std::int64_t>(run)];
    worst = std::max(worst, std::abs(result["y"](0, run) - std::exp(-rate)));
  }
  CHECK(worst < 1e-9);
}

TEST_CASE("a result says which backend it came from, and how long the kernel took") {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, 1000)}});
  const auto there = kobie::Solver<Lorenz, kobie::Tsit5>().solve(runs, {.duration = 1.0});
  CHECK(there.provenance().backend == kobie::Session::backend());
  CHECK(there.provenance().threads == kobie::Session::concurrency());
  CHECK(there.provenance().kernel_seconds > 0.0);
  CHECK(there.provenance().kernel_seconds <= there.provenance().wall_seconds);
  const auto here = kobie::Solver<Lorenz, kobie::Tsit5, kobie::OnHost>().solve(runs, {.duration = 1.0});
  CHECK(here.provenance().backend != "Cuda");
}
