#include <cstdio>

import decay;
import kobie;

int main(int argc, char** argv) {
  const kobie::Session session(argc, argv);
  const kobie::Solver<Decay, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10});
  const auto result = solver.solve(kobie::grid<Decay>({{"rate", {0.5, 1.0, 2.0}}}), {.duration = 1.0});
  std::printf("%.9f %.9f\n", result["y"](0, 1), remaining(0.5, half_life(0.5)));
  return result.failure_count() == 0 ? 0 : 1;
}
