// Runs of unequal length: one in a thousand needs 100 times the steps of the others. The time for a step, against that in a
// batch whose runs are all alike, is what the long runs cost the short ones.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

import kobie;

namespace {

// Steps of a given accuracy are as many as radians are turned.
struct Oscillator {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"v", 0.0}});
  static constexpr auto parameters = kobie::values({{"frequency", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Oscillator, Real>& at, kobie::Rates<Oscillator, Real>& d) {
    const auto& [x, v] = at.state;
    const auto& [frequency] = at.parameter;
    d.state = {frequency * v, -frequency * x};
  }
};

constexpr std::size_t run_count = 16'384;

// `usual` for all runs, or `rare` for one in a thousand.
std::vector<double> inputs(bool uneven, double usual, double rare) {
  std::vector<double> values(run_count, usual);
  for (std::size_t run = 500; uneven && run < run_count; run += 1000) {
    values[run] = rare;
  }
  return values;
}

void report(benchmark::State& state, std::int64_t attempts) {
  using benchmark::Counter;
  state.counters["time/step"] =
      Counter(static_cast<double>(attempts), static_cast<Counter::Flags>(Counter::kIsRate | Counter::kInvert));
  state.counters["steps"] = Counter(static_cast<double>(attempts), Counter::kAvgIterations);
}

void fixed(benchmark::State& state, bool uneven) {
  const auto runs = kobie::grid<Oscillator>({{"x", std::vector<double>(run_count, 1.0)}})
                        .with_initial_step(inputs(uneven, 1.0 / 128, 1.0 / 12'800));
  const kobie::Solver<Oscillator, kobie::Tsit5, kobie::FixedStep, kobie::OnHost> solver;
  std::int64_t attempts = 0;
  for (auto _ : state) {
    attempts += solver.solve(runs, {.duration = 1.0}).total_accepted();
  }
  report(state, attempts);
}

void adaptive(benchmark::State& state, bool uneven) {
  const auto runs = kobie::grid<Oscillator>({{"frequency", inputs(uneven, 1.0, 100.0)}});
  const kobie::Solver<Oscillator, kobie::Tsit5, kobie::OnHost> solver({.rtol = 1e-8, .atol = 1e-8});
  std::int64_t attempts = 0;
  for (auto _ : state) {
    const auto result = solver.solve(runs, {.duration = 10.0});
    attempts += result.total_accepted() + result.total_rejected();
  }
  report(state, attempts);
}

BENCHMARK_CAPTURE(fixed, even, false)->Name("balance/fixed/even")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fixed, uneven, true)->Name("balance/fixed/uneven")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adaptive, even, false)->Name("balance/adaptive/even")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(adaptive, uneven, true)->Name("balance/adaptive/uneven")->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
