// kobie-benchmark: figures of speed. Says first what it measures with.
//   kobie-benchmark [--kokkos-num-threads=N] [--benchmark_filter=REGEX] ...
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <boost/version.hpp>

#include <cstdio>
#include <exception>

import kobie;

void register_batches();
void register_hodgkin_huxley();
void register_lorenz();
void register_lorenz_96();
void register_matrix_free();
void register_summaries();
#ifdef KOBIE_CVODE
void register_brusselator();
void register_hires();
void register_robertson();
const char* cvode_version();
#endif

int main(int argc, char** argv) try {
  const kobie::Session session(argc, argv);
  benchmark::Initialize(&argc, argv);
  register_batches();
  register_lorenz();
  register_hodgkin_huxley();
  register_lorenz_96();
  register_matrix_free();
  register_summaries();
#ifdef KOBIE_CVODE
  register_robertson();
  register_brusselator();
  register_hires();
#endif
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  fmt::print("kobie {}, Kokkos {} {}, concurrency {}, native lanes {} double, {} float, Boost {}\n", kobie::version(),
             kobie::kokkos_version(), kobie::Session::backend(), kobie::Session::concurrency(), kobie::native_lanes<double>,
             kobie::native_lanes<float>, BOOST_LIB_VERSION);
#ifdef KOBIE_CVODE
  fmt::print("SUNDIALS {}\n", cvode_version());
#endif
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "kobie-benchmark: {}\n", error.what());
  return 1;
}
