// Systems whose solutions are known in closed form, and the Lorenz system.
#pragma once

#include <cmath>

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace systems {

// y = y0 exp(-rate (t - t0))
struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1.0}});
  static constexpr auto observables = kobie::names({"activity", "time"});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.parameter[0] * at.state[0]};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Decay, Real>& at, kobie::Observed<Decay, Real>& o) {
    o.observable = {at.parameter[0] * at.state[0], at.t};
  }
};

// y' = y cos t: not autonomous. y = y0 exp(sin t - sin t0)
struct Swing {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Swing, Real>& at, kobie::Rates<Swing, Real>& d) {
    d.state = {at.state[0] * kobie::cos(at.t)};
  }
  static double at(double t, double t0 = 0.0) { return std::exp(std::sin(t) - std::sin(t0)); }
};

// y' = -2 t y^2: neither linear nor autonomous, and without math functions. y = 1 / (1 + t^2) from y(0) = 1
struct Bell {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Bell, Real>& at, kobie::Rates<Bell, Real>& d) {
    const auto& [y] = at.state;
    d.state = {Real(-2) * at.t * y * y};
  }
  static double at(double t) { return 1.0 / (1.0 + t * t); }
};

// A planet on an ellipse of eccentricity 1/2: back where it started after 2 pi.
struct Kepler {
  static constexpr auto states = kobie::values({{"x", 0.5}, {"y", 0.0}, {"vx", 0.0}, {"vy", 1.7320508075688772}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Kepler, Real>& at, kobie::Rates<Kepler, Real>& d) {
    const auto& [x, y, vx, vy] = at.state;
    const Real square = x * x + y * y;
    const Real pull = Real(-1) / (square * kobie::sqrt(square));
    d.state = {vx, vy, pull * x, pull * y};
  }
};

// x'' = -x. x = sin t, v = cos t from (0, 1)
struct Oscillator {
  static constexpr auto states = kobie::values({{"x", 0.0}, {"v", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Oscillator, Real>& at, kobie::Rates<Oscillator, Real>& d) {
    d.state = {at.state[1], -at.state[0]};
  }
};

// y' = growth y^2: infinite at t = 1 / growth. y = 1 / (1 - growth t)
struct BlowUp {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"growth", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<BlowUp, Real>& at, kobie::Rates<BlowUp, Real>& d) {
    d.state = {at.parameter[0] * at.state[0] * at.state[0]};
  }
};

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

}  // namespace systems
