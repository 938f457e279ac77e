// Runs of very different lengths share lanes and threads: whoever ends early takes the next run from the queue.
#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using compare::same_run;
using problems::LorenzWithFuse;

namespace {

// Calm and wild ones, and among them some that blow up on their way or in their first step.
struct Inputs {
  std::vector<double> rho;
  std::vector<double> growth;
  std::vector<double> dt;
};

// Run `first` of them comes first, so that no solve finds what it should write in the memory that another one left.
Inputs inputs(std::size_t count, std::size_t first) {
  Inputs all;
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = (first + k) % count;
    const double spread = std::fmod(0.618 * static_cast<double>(i), 1.0);
    all.rho.push_back(std::pow(10.0, 4.0 * spread));
    all.growth.push_back(i % 11 == 5 ? 1e300 : i % 7 == 3 ? 0.5 + 2.0 * spread : 0.0);
    all.dt.push_back(std::pow(10.0, -2.0 - 2.0 * std::fmod(0.382 * static_cast<double>(i), 1.0)));
  }
  return all;
}

template <class Control, int W, class Instrument = kobie::NoInstrument>
auto solve(const Inputs& given, const std::vector<std::int64_t>& recorded = {}) {
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5, Control, kobie::Lanes<W>, Instrument, kobie::OnHost> solver(
      {.rtol = 1e-6, .atol = 1e-6, .max_steps = Control::adaptive ? 3000 : 0});
  return solver.solve(kobie::grid<LorenzWithFuse>({{"rho", given.rho}, {"growth", given.growth}}, kobie::Combine::zip)
                          .with_initial_step(given.dt),
                      {.duration = 2.0, .save_every = 0.25, .record_runs = recorded, .record_attempts = 0});
}

template <class Control, int W>
void check_lanes(const kobie::Result<double>& one) {
  const auto count = static_cast<std::size_t>(one.runs());
  const std::size_t first = static_cast<std::size_t>(W) % count;
  const auto many = solve<Control, W>(inputs(count, first));
  std::vector<std::size_t> different;
  for (std::size_t k = 0; k < count; ++k) {
    if (!same_run(one, static_cast<std::int64_t>((first + k) % count), many, static_cast<std::int64_t>(k))) {
      different.push_back(k);
    }
  }
  CAPTURE(W, count);
  CHECK(different == std::vector<std::size_t>());
}

}  // namespace

TEMPLATE_TEST_CASE("runs of very different lengths have the same bits in lanes and one by one, however many there are",
                   "[queue]", kobie::PiControl, kobie::FixedStep) {
  for (const std::size_t count : {1U, 3U, 15U, 16U, 17U, 61U, 200U}) {
    const auto one = solve<TestType, 1>(inputs(count, 0));
    check_lanes<TestType, 4>(one);
    check_lanes<TestType, 16>(one);
  }
}

TEMPLATE_TEST_CASE("a run of a queue has the bits that it has alone", "[queue]", kobie::PiControl, kobie::FixedStep) {
  const Inputs all = inputs(61, 0);
  const auto together = solve<TestType, 16>(all);
  std::set<kobie::Status> ends;
  std::vector<std::size_t> different;
  for (std::size_t i = 0; i < all.rho.size(); ++i) {
    const auto alone = solve<TestType, 1>({{all.rho[i]}, {all.growth[i]}, {all.dt[i]}});
    if (!same_run(together, static_cast<std::int64_t>(i), alone, 0)) {
      different.push_back(i);
    }
    ends.insert(alone.status(0));
  }
  CHECK(different == std::vector<std::size_t>());
  // The runs are as different as they should be.
  CHECK(ends.contains(kobie::Status::success));
  CHECK(ends.size() >= (TestType::adaptive ? 3U : 2U));
  const auto [least, most] = std::ranges::minmax(together.accepted_steps());
  CHECK(most > 50 * (least + 1));
}

TEMPLATE_TEST_CASE("every run of a queue is integrated once", "[queue]", kobie::PiControl, kobie::FixedStep) {
  for (const std::size_t count : {1U, 17U, 203U}) {
    std::vector<std::int64_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    const auto result = solve<TestType, 16, kobie::StepRecorder>(inputs(count, 0), all);
    std::vector<std::int64_t> wrong;
    for (const std::int64_t run : all) {
      const auto i = static_cast<std::size_t>(run);
      if (result.recorded(run).attempts != result.accepted_steps()[i] + result.rejected_steps()[i]) {
        wrong.push_back(run);
      }
    }
    CAPTURE(count);
    CHECK(wrong == std::vector<std::int64_t>());
  }
}
