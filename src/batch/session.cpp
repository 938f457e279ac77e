module;
#include <fmt/format.h>

#include <Kokkos_Core.hpp>
#include <cstdlib>
#include <string>

module kobie.batch;

import kobie.core;

namespace kobie {
namespace {

// Kokkos warns when this is unset, and binding as it suggests would put the threads of two programs on the same cores.
void leave_threads_to_the_system() { setenv("OMP_PROC_BIND", "false", 0); }

}  // namespace

Session::Session() {
  leave_threads_to_the_system();
  Kokkos::initialize();
}

Session::Session(int& argc, char** argv) {
  leave_threads_to_the_system();
  Kokkos::initialize(argc, argv);
}

Session::~Session() { Kokkos::finalize(); }

std::string Session::backend() { return Kokkos::DefaultExecutionSpace::name(); }

int Session::concurrency() {
  require_session();
  return Kokkos::DefaultExecutionSpace().concurrency();
}

void require_session() {
  if (!Kokkos::is_initialized() || Kokkos::is_finalized()) {
    throw Error("no kobie::Session is alive: make one at the top of main, before the first solve");
  }
}

std::string version() { return KOBIE_VERSION; }

std::string kokkos_version() {
  return fmt::format("{}.{}.{}", KOKKOS_VERSION / 10000, KOKKOS_VERSION / 100 % 100, KOKKOS_VERSION % 100);
}

}  // namespace kobie
