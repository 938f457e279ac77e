// Stiff systems of many states: what the linear equations of Kvaerno5 cost with factors and without a matrix.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

import kobie;

namespace {

template <std::size_t N>
constexpr kobie::ValueTable<N> table(double first, double second) {
  kobie::ValueTable<N> values;
  for (std::size_t i = 0; i < N; ++i) {
    values.items[i] = {"y", i % 2 == 0 ? first : second};
  }
  return values;
}

// Hairer and Wanner's Brusselator with diffusion (IV.10) in a line of Cells: u and v in turns, 1 and 3 beyond the ends.
template <std::size_t Cells>
struct Brusselator {
  static constexpr std::size_t n = 2 * Cells;
  static constexpr auto states = table<n>(1.5, 3.0);
  static constexpr auto parameters = kobie::values({{"a", 1.0}, {"diffusion", 0.02}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Brusselator, Real>& at, kobie::Rates<Brusselator, Real>& d) {
    const auto& [a, diffusion] = at.parameter;
    const Real spread = diffusion * Real((Cells + 1) * (Cells + 1));
    for (std::size_t i = 0; i < n; i += 2) {
      const Real u = at.state[i];
      const Real v = at.state[i + 1];
      const Real left_u = i == 0 ? Real(1.0) : Real(at.state[i - 2]);
      const Real left_v = i == 0 ? Real(3.0) : Real(at.state[i - 1]);
      const Real right_u = i + 2 == n ? Real(1.0) : Real(at.state[i + 2]);
      const Real right_v = i + 2 == n ? Real(3.0) : Real(at.state[i + 3]);
      const Real reaction = u * u * v;
      d.state[i] = a + reaction - 4.0 * u + spread * (left_u - 2.0 * u + right_u);
      d.state[i + 1] = 3.0 * u - reaction + spread * (left_v - 2.0 * v + right_v);
    }
  }
};

// Heat in a line of N points, 0 beyond its ends.
template <std::size_t N>
struct Heat {
  static constexpr auto states = table<N>(1.0, 1.0);
  static constexpr auto parameters = kobie::values({{"a", 1.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Heat, Real>& at, kobie::Rates<Heat, Real>& d) {
    const Real spread = at.parameter[0] * Real((N + 1) * (N + 1));
    for (std::size_t i = 0; i < N; ++i) {
      const Real left = i == 0 ? Real(0.0) : Real(at.state[i - 1]);
      const Real right = i + 1 == N ? Real(0.0) : Real(at.state[i + 1]);
      d.state[i] = spread * (left - 2.0 * at.state[i] + right);
    }
  }
};

template <class System, class Choice>
void solve(benchmark::State& state, double duration) {
  constexpr std::size_t run_count = 64;
  const auto runs = kobie::grid<System>({{"a", kobie::linspace(0.9, 1.1, run_count)}});
  const kobie::Solver<System, kobie::Kvaerno5, Choice, kobie::OnHost> solver({.rtol = 1e-5, .atol = 1e-5});
  std::int64_t attempts = 0;
  std::int64_t linear = 0;
  for (auto _ : state) {
    const auto result = solver.solve(runs, {.duration = duration});
    if (result.failure_count() > 0) {
      state.SkipWithError("a run failed");
      return;
    }
    attempts += result.total_accepted() + result.total_rejected();
    for (const std::int32_t iterations : result.linear_iterations()) {
      linear += iterations;
    }
  }
  const double solved = static_cast<double>(run_count) * static_cast<double>(state.iterations());
  state.counters["attempts/run"] = static_cast<double>(attempts) / solved;
  state.counters["linear/attempt"] = static_cast<double>(linear) / static_cast<double>(attempts);
}

template <class Choice>
void all_with(const char* brusselator_32, const char* brusselator_64, const char* heat_32, const char* heat_64) {
  benchmark::RegisterBenchmark(brusselator_32, solve<Brusselator<16>, Choice>, 10.0)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(brusselator_64, solve<Brusselator<32>, Choice>, 10.0)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(heat_32, solve<Heat<32>, Choice>, 0.5)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(heat_64, solve<Heat<64>, Choice>, 0.5)->Unit(benchmark::kMillisecond);
}

}  // namespace

void register_matrix_free() {
  all_with<kobie::DenseFactors>("matrix_free/brusselator/32/lu", "matrix_free/brusselator/64/lu", "matrix_free/heat/32/lu",
                                "matrix_free/heat/64/lu");
  all_with<kobie::MatrixFree<kobie::BiCgStab>>("matrix_free/brusselator/32/bicgstab", "matrix_free/brusselator/64/bicgstab",
                                               "matrix_free/heat/32/bicgstab", "matrix_free/heat/64/bicgstab");
}
