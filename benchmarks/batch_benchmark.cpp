// Lorenz with 1000 fixed steps of RK4, end point only, on the default backend, GPU or host: the kernel alone (the time that is
// reported) and the whole solve, from the call to results in host memory.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "lorenz.hpp"

import kobie;

namespace {

template <class T>
void rk4(benchmark::State& state) {
  const auto run_count = static_cast<std::size_t>(state.range(0));
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, run_count)}});
  const kobie::Solver<Lorenz, kobie::ClassicalRk4, kobie::Precision<T>> solver({.dt = 1.0 / 1024});
  double whole = 0.0;
  std::int64_t steps = 0;
  for (auto _ : state) {
    const auto result = solver.solve(runs, {.duration = 1000.0 / 1024});
    state.SetIterationTime(result.provenance().kernel_seconds);
    whole += result.provenance().wall_seconds;
    steps += result.total_accepted();
  }
  using benchmark::Counter;
  state.counters["end to end"] = Counter(whole, Counter::kAvgIterations);
  state.counters["steps/s"] = Counter(static_cast<double>(steps), Counter::kIsRate);
}

// As many runs as fill the backend for some time.
void fill(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseManualTime()->Unit(benchmark::kMillisecond);
  for (const std::int64_t runs : {65'536, 8'388'608}) {
    if (kobie::Session::backend() != "Cuda" && runs > 1'000'000) {
      continue;
    }
    benchmark->Arg(runs);
  }
}

}  // namespace

void register_batches() {
  fill(benchmark::RegisterBenchmark("batch/rk4/float", rk4<float>));
  fill(benchmark::RegisterBenchmark("batch/rk4/double", rk4<double>));
}
