// A system with something in every buffer of the loop, without math functions: states enough that the larger methods' memory is
// not copied to registers, parameters, observables, and time.
#pragma once

#include <cstddef>
#include <type_traits>

#include "harness.hpp"

import kobie.control;
import kobie.core;
import kobie.systems;

namespace ring {

// E. N. Lorenz' system of 1996 with 6 states, and a forcing that grows.
struct Ring {
  static constexpr std::size_t n = 6;
  static constexpr auto states = kobie::values({{"x0", 2.0}, {"x1", 1.0}, {"x2", 1.0}, {"x3", 1.0}, {"x4", 1.0}, {"x5", 1.0}});
  static constexpr auto parameters = kobie::values({{"forcing", 4.0}, {"growth", 1.0}});
  static constexpr auto observables = kobie::names({{"energy", ""}, {"push", ""}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Ring, Real>& at, kobie::Rates<Ring, Real>& d) {
    const auto& [forcing, growth] = at.parameter;
    for (std::size_t i = 0; i < n; ++i) {
      const Real neighbours = at.state[(i + 1) % n] - at.state[(i + n - 2) % n];
      d.state[i] = neighbours * at.state[(i + n - 1) % n] - at.state[i] + (forcing + growth * at.t);
    }
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Ring, Real>& at, kobie::Observed<Ring, Real>& o) {
    const auto& [forcing, growth] = at.parameter;
    Real energy(0);
    for (std::size_t i = 0; i < n; ++i) {
      energy = energy + at.state[i] * at.state[i];
    }
    o.observable = {energy, forcing + growth * at.t};
  }
};

// Saves at the start, between steps, several in one step, and at the end.
inline const harness::Request request{.t0 = 0.25,
                                      .end = 1.0,
                                      .saves = {0.0, 0.0123, 0.0124, 0.0125, 0.31, 0.5, 0.777, 0.999, 1.0},
                                      .rtol = 1e-6,
                                      .atol = 1e-6,
                                      .dt_min = 1e-12};

// No two of them take the same steps.
inline harness::Start start(int i) {
  return {.state = {2.0 + 0.5 * i, 1.0, 1.0, 1.0 - 0.25 * i, 1.0, 1.0}, .parameter = {4.0 + i, 1.0}, .dt = 1.0 / (50 + 3 * i)};
}

// Adaptive where the method can be.
template <class Method>
using ControlOf = std::conditional_t<Method::tableau.has_embedded(), kobie::PiControl, kobie::FixedStep>;

}  // namespace ring
