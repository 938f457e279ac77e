// The kernels of implicit methods whose registers, stack and arithmetic are reported: systems of 3 and of 8 states. Compiled,
// never run.
#include <cstdint>

import kobie;

// Robertson's reaction (HW II, (IV.1.4)).
struct Robertson {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr auto parameters = kobie::values({{"slow", 0.04}, {"fast", 3e7}, {"back", 1e4}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Robertson, Real>& at, kobie::Rates<Robertson, Real>& d) {
    const auto& [a, b, c] = at.state;
    const auto& [slow, fast, back] = at.parameter;
    const Real gain = slow * a - back * b * c;
    const Real loss = fast * b * b;
    d.state = {-gain, gain - loss, loss};
  }
};

// High irradiance responses (HW II, IV.10), with the light as a parameter.
struct Hires {
  static constexpr auto states = kobie::values(
      {{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}, {"y4", 0.0}, {"y5", 0.0}, {"y6", 0.0}, {"y7", 0.0}, {"y8", 0.0057}});
  static constexpr auto parameters = kobie::values({{"light", 0.0007}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Hires, Real>& at, kobie::Rates<Hires, Real>& d) {
    const auto& [y1, y2, y3, y4, y5, y6, y7, y8] = at.state;
    const auto& [light] = at.parameter;
    const Real bound = 280.0 * y6 * y8;
    d.state = {-1.71 * y1 + 0.43 * y2 + 8.32 * y3 + light,
               1.71 * y1 - 8.75 * y2,
               -10.03 * y3 + 0.43 * y4 + 0.035 * y5,
               8.32 * y2 + 1.71 * y3 - 1.12 * y4,
               -1.745 * y5 + 0.43 * y6 + 0.43 * y7,
               -bound + 0.69 * y4 + 1.71 * y5 - 0.43 * y6 + 0.69 * y7,
               bound - 1.81 * y7,
               1.81 * y7 - bound};
  }
};

namespace {

template <class System, class... Choices>
std::int64_t failures() {
  return kobie::Solver<System, Choices...>().solve(kobie::grid<System>({}), {.duration = 1.0}).failure_count();
}

}  // namespace

std::int64_t stiff_kernels() {
  using namespace kobie;
  return failures<Robertson, Rodas4, Precision<float>>() + failures<Robertson, Rodas4>() + failures<Robertson, Rodas5P>() +
         failures<Robertson, Sdirk43>() + failures<Robertson, RadauIIA5>() + failures<Robertson, Auto>() +
         failures<Hires, Rodas4>();
}
