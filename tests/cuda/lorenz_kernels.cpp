// The kernels whose registers, stack and arithmetic are checked: Lorenz by Tsit5 and RK4, in float and double, end point only
// and with observables. Compiled, never run.
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

}  // namespace

std::int64_t lorenz_kernels() {
  return failures<kobie::Tsit5, kobie::Precision<float>>() + failures<kobie::Tsit5, kobie::Precision<double>>() +
         failures<kobie::Tsit5, kobie::FixedStep, kobie::Precision<float>>() +
         failures<kobie::ClassicalRk4, kobie::Precision<float>>() + failures<kobie::ClassicalRk4, kobie::Precision<double>>();
}
