// One problem solved by kobie (Tsit5) and by Boost.odeint (Dormand-Prince 5(4)), as benchmarks of the same program. Both must
// agree with a reference before anything is measured.
//
// A problem has: System, Twin<T> (made from the swept parameter), name, swept, low, high, runs, duration, dt (of fixed steps),
// first_step (odeint's; kobie finds its own), tolerance<T>, fixed_error<T> and adaptive_error<T> (the most that is allowed,
// relative to 1 + |y|).
#pragma once
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "odeint.hpp"

import kobie;

template <class Problem, class T>
class Twins {
  using System = typename Problem::System;
  using Twin = typename Problem::template Twin<T>;
  static constexpr std::size_t n = kobie::state_count<System>;
  static constexpr T tolerance = Problem::template tolerance<T>;
  static constexpr auto steps = static_cast<std::size_t>(Problem::duration / Problem::dt + 0.5);

 public:
  static void add() {
    const std::string in = std::string(Problem::name) + "/{}/" + (std::is_same_v<T, float> ? "float/" : "double/");
    const auto add_one = [&](const char* steps_are, const char* by, auto function) {
      benchmark::RegisterBenchmark((fmt::format(fmt::runtime(in), steps_are) + by).c_str(), function)
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    };
    add_one("fixed", "kobie", by_kobie<kobie::FixedStep>);
    add_one("fixed", "scalar", by_kobie<kobie::FixedStep, kobie::Lanes<1>>);
    add_one("fixed", "odeint", by_odeint<false>);
    add_one("adaptive", "kobie", by_kobie<kobie::PiControl>);
    add_one("adaptive", "scalar", by_kobie<kobie::PiControl, kobie::Lanes<1>>);
    add_one("adaptive", "odeint", by_odeint<true>);
  }

 private:
  using State = std::array<T, n>;

  template <class Control, class... Width>
  static void by_kobie(benchmark::State& state) {
    const auto runs = batch(Problem::runs);
    const auto solver = make_solver<Control, Width...>();
    static const double error = checked("kobie", Control::adaptive, [&](std::size_t count) {
      const auto result = solver.solve(batch(count), {.duration = Problem::duration});
      std::vector<State> ends(count);
      for (std::size_t run = 0; run < count; ++run) {
        for (std::size_t i = 0; i < n; ++i) {
          ends[run][i] = result.all()(i, 0, run);
        }
      }
      return ends;
    });
    std::int64_t attempts = 0;
    for (auto _ : state) {
      const auto result = solver.solve(runs, {.duration = Problem::duration});
      attempts += result.total_accepted() + result.total_rejected();
    }
    report(state, static_cast<double>(attempts) / static_cast<double>(state.iterations()), error);
  }

  template <bool Adaptive>
  static void by_odeint(benchmark::State& state) {
    static const double error = checked("odeint", Adaptive, [](std::size_t count) {
      std::vector<State> ends(count);
      solve_by_odeint<Adaptive>(swept(count), ends);
      return ends;
    });
    const std::vector<double> values = swept(Problem::runs);
    static const std::int64_t attempts =
        Adaptive ? Odeint<Twin, T, n>::attempts(values, start<T>(), T(Problem::duration), T(Problem::first_step), tolerance)
                 : static_cast<std::int64_t>(steps * Problem::runs);
    std::vector<State> ends(Problem::runs);
    for (auto _ : state) {
      solve_by_odeint<Adaptive>(values, ends);
      benchmark::ClobberMemory();
    }
    report(state, static_cast<double>(attempts), error);
  }

  static void report(benchmark::State& state, double attempts, double error) {
    using benchmark::Counter;
    state.counters["time/step"] =
        Counter(attempts, static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
    state.counters["time/run"] = Counter(static_cast<double>(Problem::runs),
                                         static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
    state.counters["steps/run"] = attempts / static_cast<double>(Problem::runs);
    state.counters["error"] = error;
  }

  static std::vector<double> swept(std::size_t count) { return kobie::linspace(Problem::low, Problem::high, count).values; }
  static kobie::Runs<System> batch(std::size_t count) { return kobie::grid<System>({{Problem::swept, swept(count)}}); }

  template <class Control, class... Width>
  static auto make_solver() {
    kobie::SolverOptions options;
    if constexpr (Control::adaptive) {
      options.rtol = options.atol = tolerance;
    } else {
      options.dt = Problem::dt;
    }
    return kobie::Solver<System, kobie::Tsit5, Control, kobie::Precision<T>, kobie::OnHost, Width...>(options);
  }

  template <class Number>
  static std::array<Number, n> start() {
    std::array<Number, n> y;
    std::ranges::transform(System::states, y.begin(), [](const kobie::Value& item) { return static_cast<Number>(item.value); });
    return y;
  }

  template <bool Adaptive>
  static void solve_by_odeint(const std::vector<double>& values, std::vector<State>& ends) {
    if constexpr (Adaptive) {
      Odeint<Twin, T, n>::adaptive(values, start<T>(), T(Problem::duration), T(Problem::first_step), tolerance, ends);
    } else {
      Odeint<Twin, T, n>::fixed(values, start<T>(), T(Problem::dt), steps, ends);
    }
  }

  // The largest error at the end, relative to 1 + |y|, over some runs. Throws where it is too large: then the two sides would
  // not do the same work.
  template <class Ends>
  static double checked(const char* by, bool adaptive, Ends ends_of) {
    constexpr std::size_t count = 64;
    const std::vector<double> values = swept(count);
    const std::vector<State> ends = ends_of(count);
    std::vector<std::array<double, n>> references(count);
    Odeint<typename Problem::template Twin<double>, double, n>::adaptive(values, start<double>(), Problem::duration,
                                                                         Problem::first_step, 1e-13, references);
    double error = 0.0;
    for (std::size_t run = 0; run < count; ++run) {
      for (std::size_t i = 0; i < n; ++i) {
        const double reference = references[run][i];
        const double difference = std::abs(static_cast<double>(ends[run][i]) - reference) / (1.0 + std::abs(reference));
        error = difference <= error ? error : difference;  // a NaN stays
      }
    }
    const double most = adaptive ? Problem::template adaptive_error<T> : Problem::template fixed_error<T>;
    if (!(error <= most)) {
      throw std::runtime_error(fmt::format("{}, {} steps, {}: the error at the end is {}; at most {} is allowed", Problem::name,
                                           adaptive ? "adaptive" : "fixed", by, error, most));
    }
    return error;
  }
};
