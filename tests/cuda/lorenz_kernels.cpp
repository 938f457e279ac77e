// The kernels whose registers, stack and arithmetic are checked: Lorenz by methods up to order 5. Compiled, never run.
#include <cstdint>

#include "lorenz.hpp"

import kobie;

namespace {

template <class... Choices>
std::int64_t failures() {
  return kobie::Solver<Lorenz, Choices...>().solve(kobie::grid<Lorenz>({}), {.duration = 1.0}).failure_count();
}

template <class... Methods>
std::int64_t failures_in_both() {
  return ((failures<Methods, kobie::Precision<float>>() + failures<Methods>()) + ...);
}

}  // namespace

std::int64_t lorenz_kernels() {
  using namespace kobie;
  return failures_in_both<ExplicitEuler, Heun21, Ralston3, BogackiShampine32, ClassicalRk4, Fehlberg45, CashKarp54,
                          DormandPrince54, Tsit5>() +
         failures<Tsit5, FixedStep, Precision<float>>();
}
