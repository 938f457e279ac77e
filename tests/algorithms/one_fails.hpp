// A step that fails in one lane.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include "stepper.hpp"

import kobie.numbers;
import kobie.solvers;

namespace one_fails {

// In lane 2 the parameter is `bad`, in the others `good`. Only lane 2 fails, and what the others do they do without it.
template <class System, class Method>
void check(double h, double good, double bad, kobie::CommonTolerance<double> tolerance = {.rtol = 1e-13, .atol = 1e-14}) {
  using Double4 = kobie::Pack<double, 4>;
  stepper::Stepper<System, Method, Double4> run;
  run.tolerance = tolerance;
  run.parameter[0] = Double4(good);
  stepper::Stepper<System, Method, Double4> sound = run;
  kobie::set_lane(run.parameter[0], 2, bad);
  run.start();
  sound.start();
  const auto solved = run.attempt(Double4(h));
  REQUIRE(kobie::all(sound.attempt(Double4(h))));
  const auto counts = run.algorithm().counts();
  for (int i = 0; i < 4; ++i) {
    INFO("lane " << i);
    CHECK(kobie::lane(solved, i) == (i != 2));
    CHECK(kobie::lane(counts.newton_failures, i) == (i == 2 ? 1 : 0));
    if (i != 2) {
      CHECK(kobie::to_bits(kobie::lane(run.y_new[0], i)) == kobie::to_bits(kobie::lane(sound.y_new[0], i)));
    }
  }
  run.accept(Double4(h), solved);
  CHECK(kobie::lane(run.y[0], 2) == System::states[0].value);
  CHECK(kobie::lane(run.t, 2) == 0.0);
}

}  // namespace one_fails
