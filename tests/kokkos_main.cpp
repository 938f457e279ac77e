// The main of tests that use backends without a kobie::Session.
#include <Kokkos_Core.hpp>

#include "backend_main.hpp"

int main(int argc, char** argv) { return run_tests<Kokkos::ScopeGuard>(argc, argv); }
