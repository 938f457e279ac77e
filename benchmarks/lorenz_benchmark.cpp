// Lorenz with Tsit5, 16,384 runs over rho in [0, 21] to t = 1, end point only, on the host: lanes against scalar code in one
// program.
#include <benchmark/benchmark.h>

#include <cstddef>

#include "lorenz.hpp"

import kobie;

namespace {

template <class... Policies>
void solve(benchmark::State& state, const kobie::SolverOptions& options) {
  constexpr std::size_t run_count = 16'384;
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, run_count)}});
  const kobie::Solver<Lorenz, kobie::Tsit5, kobie::OnHost, Policies...> solver(options);
  double steps = 0.0;
  for (auto _ : state) {
    const auto result = solver.solve(runs, {.duration = 1.0});
    steps += static_cast<double>(result.total_accepted() + result.total_rejected());
  }
  using benchmark::Counter;
  state.counters["time/step"] = Counter(steps, Counter::kIsRate | Counter::kInvert);
  state.counters["runs/s"] = Counter(static_cast<double>(run_count), Counter::kIsIterationInvariantRate);
}

template <class... Policies>
void fixed(benchmark::State& state) {
  solve<kobie::FixedStep, Policies...>(state, {.dt = 1e-3});
}

template <class... Policies>
void adaptive_double(benchmark::State& state) {
  solve<Policies...>(state, {.rtol = 1e-8, .atol = 1e-8});
}

template <class... Policies>
void adaptive_float(benchmark::State& state) {
  solve<kobie::Precision<float>, Policies...>(state, {.rtol = 1e-5, .atol = 1e-5});
}

constexpr int in_double = kobie::native_lanes<double>;
constexpr int in_float = kobie::native_lanes<float>;

BENCHMARK(fixed<kobie::Lanes<1>>)->Name("fixed/double/scalar")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(fixed<kobie::Lanes<in_double>>)->Name("fixed/double/lanes")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(fixed<kobie::Precision<float>, kobie::Lanes<1>>)
    ->Name("fixed/float/scalar")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(fixed<kobie::Precision<float>, kobie::Lanes<in_float>>)
    ->Name("fixed/float/lanes")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(adaptive_double<kobie::Lanes<1>>)->Name("adaptive/double/scalar")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(adaptive_double<kobie::Lanes<in_double>>)
    ->Name("adaptive/double/lanes")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(adaptive_float<kobie::Lanes<1>>)->Name("adaptive/float/scalar")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(adaptive_float<kobie::Lanes<in_float>>)->Name("adaptive/float/lanes")->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
