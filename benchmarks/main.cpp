// kobie-benchmark: figures of speed. Says first what it measures with.
//   kobie-benchmark [--kokkos-num-threads=N] [--benchmark_filter=REGEX] ...
#include <benchmark/benchmark.h>
#include <fmt/format.h>

import kobie;

void register_batches();

int main(int argc, char** argv) {
  const kobie::Session session(argc, argv);
  benchmark::Initialize(&argc, argv);
  register_batches();
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  fmt::print("kobie {}, Kokkos {} {}, concurrency {}, native lanes {} double, {} float\n", kobie::version(),
             kobie::kokkos_version(), kobie::Session::backend(), kobie::Session::concurrency(), kobie::native_lanes<double>,
             kobie::native_lanes<float>);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
