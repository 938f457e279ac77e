#include <cstdio>

import kobie;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.parameter[0] * at.state[0]};
  }
};

int main(int argc, char** argv) {
  const kobie::Session session(argc, argv);
  const kobie::Solver<Decay, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10});
  const auto result = solver.solve(kobie::grid<Decay>({{"rate", {0.5, 1.0, 2.0}}}), {.duration = 1.0});
  std::printf("%.9f\n", result["y"](0, 1));
  return result.failure_count() == 0 ? 0 : 1;
}
