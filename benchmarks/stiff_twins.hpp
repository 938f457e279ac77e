// One stiff problem (stiff_problems.hpp) solved by kobie and by CVODE, as benchmarks of the same program, in double:
//   <problem>/matched/<method>: as fast as `aim` allows, by the loosest tolerance whose error, and that of every tighter one,
//   meets it <problem>/tolerance/<method>/<i>: the relative tolerance is 10^-(i/2)
// Errors are relative, at the end, the largest of all states of a sample of the runs, against a reference of its own kind.
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
#include <vector>

#include "cvode.hpp"
#include "extrapolation.hpp"
#include "stiff_problems.hpp"

import kobie;

template <class Problem>
class StiffTwins {
  using System = typename Problem::System;
  using Twin = typename Problem::Twin;
  static constexpr std::size_t n = kobie::state_count<System>;
  using State = std::array<double, n>;

  static constexpr std::size_t matched_runs = 4096;
  static constexpr std::size_t ladder_runs = 512;
  static constexpr std::size_t sample = 64;
  static constexpr int loosest = 4;  // 10^-2, in powers of 10^-1/2
  static constexpr int tightest = 21;

 public:
  static void add() {
    add<ByCvode>("cvode");
    add_methods<kobie::Rodas4, kobie::Rodas5P, kobie::Kvaerno5, kobie::RadauIIA5>();
  }

 private:
  template <class... Methods>
  static void add_methods() {
    (add<ByKobie<Methods>>(std::string(Methods::name)), ...);
  }

  // Runs over `count` values of the swept parameter: where they end, and how many steps all of them took.
  class ByCvode {
   public:
    ByCvode(std::size_t count, double rtol) : rtol_(rtol), ends_(count) {
      for (const double value : values(count)) {
        twins_.push_back(Problem::twin(value));
      }
    }
    void solve() {
      steps_ = Cvode<Twin, n>::solve(twins_, Problem::start, Problem::duration, rtol_, absolute(rtol_), ends_).steps;
    }
    std::int64_t steps() const { return steps_; }
    std::vector<State> ends() const { return ends_; }

   private:
    double rtol_;
    std::vector<Twin> twins_;
    std::vector<State> ends_;
    std::int64_t steps_ = 0;
  };

  template <class Method>
  class ByKobie {
    using Solver = kobie::Solver<System, Method, kobie::OnHost>;

   public:
    ByKobie(std::size_t count, double rtol) : runs_(batch(count)), solver_(options(rtol)) {}
    void solve() {
      const auto result = solver_.solve(runs_, {.duration = Problem::duration});
      steps_ = result.total_accepted() + result.total_rejected();
      ends_.resize(static_cast<std::size_t>(runs_.size()));
      for (std::size_t run = 0; run < ends_.size(); ++run) {
        for (std::size_t i = 0; i < n; ++i) {
          ends_[run][i] = result.all()(i, 0, run);
        }
      }
    }
    std::int64_t steps() const { return steps_; }
    std::vector<State> ends() const { return ends_; }

   private:
    static kobie::Runs<System> batch(std::size_t count) {
      std::vector<kobie::NamedSweep> sweeps = Problem::fixed();
      sweeps.push_back({Problem::swept, values(count)});
      return kobie::grid<System>(sweeps);
    }
    static kobie::SolverOptions options(double rtol) {
      kobie::SolverOptions options{.rtol = rtol};
      const State atol = absolute(rtol);
      for (std::size_t i = 0; i < n; ++i) {
        options.atol_of.push_back({std::string(System::states[i].name), atol[i]});
      }
      return options;
    }

    kobie::Runs<System> runs_;
    Solver solver_;
    std::vector<State> ends_;
    std::int64_t steps_ = 0;
  };

  template <class Side>
  static void add(const std::string& by) {
    const std::string name = Problem::name;
    benchmark::RegisterBenchmark((name + "/matched/" + by).c_str(), matched<Side>)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((name + "/tolerance/" + by).c_str(), at_tolerance<Side>)
        ->DenseRange(loosest, tightest - 1)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }

  template <class Side>
  static void matched(benchmark::State& state) {
    static const double rtol = matched_rtol<Side>();
    measure<Side>(state, rtol, matched_runs);
  }

  template <class Side>
  static void at_tolerance(benchmark::State& state) {
    measure<Side>(state, std::pow(10.0, -0.5 * static_cast<double>(state.range(0))), ladder_runs);
  }

  template <class Side>
  static void measure(benchmark::State& state, double rtol, std::size_t runs) {
    const double error = error_of<Side>(rtol);
    Side side(runs, rtol);
    for (auto _ : state) {
      side.solve();
      benchmark::ClobberMemory();
    }
    using benchmark::Counter;
    state.counters["time/run"] =
        Counter(static_cast<double>(runs), static_cast<Counter::Flags>(Counter::kIsIterationInvariantRate | Counter::kInvert));
    state.counters["steps/run"] = static_cast<double>(side.steps()) / static_cast<double>(runs);
    state.counters["rtol"] = rtol;
    state.counters["error"] = error;
  }

  template <class Side>
  static double matched_rtol() {
    double found = 0.0;
    for (int quarter = 4 * tightest / 2; quarter >= 4 * loosest / 2; --quarter) {
      const double rtol = std::pow(10.0, -0.25 * quarter);
      if (!(error_of<Side>(rtol) <= Problem::aim)) {
        break;
      }
      found = rtol;
    }
    if (found == 0.0) {
      throw std::runtime_error(fmt::format("{}: no tolerance gives an error of {}", Problem::name, Problem::aim));
    }
    return found;
  }

  static std::vector<double> values(std::size_t count) { return kobie::linspace(Problem::low, Problem::high, count).values; }

  static State absolute(double rtol) {
    State atol = Problem::scale;
    std::ranges::for_each(atol, [&](double& item) { item *= rtol; });
    return atol;
  }

  template <class Side>
  static double error_of(double rtol) {
    Side side(sample, rtol);
    side.solve();
    const std::vector<State> ends = side.ends();
    double error = 0.0;
    for (std::size_t run = 0; run < sample; ++run) {
      const double here = relative_error(ends[run], references()[run]);
      error = here <= error ? error : here;  // a NaN stays
    }
    return error;
  }

  static double relative_error(const State& end, const State& reference) {
    double error = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double here = std::abs(end[i] / reference[i] - 1.0);
      error = here <= error ? error : here;
    }
    return error;
  }

  static const std::vector<State>& references() {
    static const std::vector<State> all = [] {
      const double wrong = relative_error(reference(Problem::published_at), Problem::published);
      if (!(wrong <= 1e-11)) {
        throw std::runtime_error(fmt::format("{}: the reference is {} from what is published", Problem::name, wrong));
      }
      std::vector<State> ends;
      for (const double value : values(sample)) {
        ends.push_back(reference(value));
      }
      return ends;
    }();
    return all;
  }

  // Its error is about a tenth of its tolerance.
  static State reference(double value) {
    typename Extrapolation<Twin, n>::State y;
    std::ranges::copy(Problem::start, y.begin());
    y = Extrapolation<Twin, n>(Problem::twin(value), 1e-11L, 1e-12L).solve(y, Problem::duration);
    State end;
    std::ranges::transform(y, end.begin(), [](long double item) { return static_cast<double>(item); });
    return end;
  }
};
