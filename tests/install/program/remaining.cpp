module decay;

import kobie;

double remaining(double rate, double time) {
  const kobie::Solver<Decay, kobie::Tsit5> solver({.rtol = 1e-10, .atol = 1e-10});
  return solver.solve(kobie::grid<Decay>({{"rate", rate}}), {.duration = time})["y"](0, 0);
}
