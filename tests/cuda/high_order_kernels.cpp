// The kernels of Lorenz by methods above order 5, whose registers and stack are reported. Compiled, never run.
#include <cstdint>

#include "lorenz.hpp"

import kobie;

namespace {

template <class... Methods>
std::int64_t failures_of() {
  return (kobie::Solver<Lorenz, Methods>().solve(kobie::grid<Lorenz>({}), {.duration = 1.0}).failure_count() + ...);
}

}  // namespace

std::int64_t high_order_kernels() {
  using namespace kobie;
  return failures_of<Verner65, Verner76, Verner87, Verner98, DormandPrince853>();
}
