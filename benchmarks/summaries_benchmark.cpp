// What summaries cost: Lorenz, 16,384 runs over rho in [0, 21] to t = 10 by Tsit5, end point only, and with mean, largest
// value and first five peaks of all states, without samples and at so many a unit of time.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "lorenz.hpp"

import kobie;

namespace {

constexpr std::size_t run_count = 16'384;

template <class T>
inline constexpr double tolerance = std::is_same_v<T, float> ? 1e-5 : 1e-8;

template <class T, class Control, class... Policies>
void solve(benchmark::State& state, double sample_every) {
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 21.0, run_count)}});
  const kobie::Solver<Lorenz, kobie::Tsit5, Control, kobie::Precision<T>, kobie::OnHost, Policies...> solver(
      {.rtol = tolerance<T>, .atol = tolerance<T>, .dt = Control::adaptive ? 0.0 : 1e-3});
  std::int64_t attempts = 0;
  for (auto _ : state) {
    const auto result = solver.solve(runs, {.duration = 10.0, .sample_every = sample_every});
    attempts += result.total_accepted() + result.total_rejected();
  }
  using benchmark::Counter;
  state.counters["time/run"] = Counter(static_cast<double>(run_count),
                                       static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
  state.counters["steps/run"] =
      Counter(static_cast<double>(attempts) / static_cast<double>(run_count), Counter::kAvgIterations);
}

template <class T, class Control>
void add(const std::string& name) {
  const auto add_one = [&](const std::string& what, auto function, double sample_every) {
    benchmark::RegisterBenchmark(("summaries/" + name + what).c_str(), function, sample_every)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  using Summaries = kobie::Summaries<kobie::Mean, kobie::Max, kobie::Peaks<5>>;
  add_one("end", solve<T, Control>, 0.0);
  add_one("continuous", solve<T, Control, Summaries>, 0.0);
  for (const int rate : {20, 50, 100}) {
    add_one(std::to_string(rate), solve<T, Control, Summaries>, 1.0 / rate);
  }
}

}  // namespace

void register_summaries() {
  add<double, kobie::FixedStep>("fixed/double/");
  add<float, kobie::FixedStep>("fixed/float/");
  add<double, kobie::PiControl>("adaptive/double/");
  add<float, kobie::PiControl>("adaptive/float/");
}
