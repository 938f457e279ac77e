// The kernels whose registers, stack and arithmetic are checked: Lorenz by every method. Compiled, never run.
#include <cstdint>

import kobie;

namespace {

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz, Real>& at, kobie::Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

template <class... Choices>
std::int64_t failures() {
  return kobie::Solver<Lorenz, Choices...>().solve(kobie::grid<Lorenz>({}), {.duration = 1.0}).failure_count();
}

template <class... Methods>
std::int64_t failures_of() {
  return (failures<Methods>() + ...);
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
         failures<Tsit5, FixedStep, Precision<float>>() +
         failures_of<Verner65, Verner76, Verner87, Verner98, DormandPrince853>();
}
