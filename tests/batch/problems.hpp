#pragma once

#include <cstddef>

import kobie;

/// Standard problems; their equations are written out in tests/reference/README.md.
namespace problems {

template <class S, class Real>
using At = kobie::Point<S, Real>;
template <class S, class Real>
using To = kobie::Rates<S, Real>;

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});
  template <class Real>
  static constexpr void rhs(const At<Lorenz, Real>& at, To<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

/// Lorenz beside y' = growth y^2, y(0) = 1, which is infinite at t = 1 / growth; with growth 0 it plays no part.
struct LorenzWithFuse {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}, {"fuse", 1.0}});
  static constexpr auto parameters = kobie::values({{"rho", 28.0}, {"growth", 0.0}});
  template <class Real>
  static constexpr void rhs(const At<LorenzWithFuse, Real>& at, To<LorenzWithFuse, Real>& d) {
    const auto& [x, y, z, fuse] = at.state;
    const auto& [rho, growth] = at.parameter;
    d.state = {Real(10) * (y - x), x * (rho - z) - y, x * y - Real(8.0 / 3.0) * z, growth * fuse * fuse};
  }
};

/// E. N. Lorenz, Predictability: a problem partly solved (1996), with 32 states.
struct Lorenz96 {
  static constexpr std::size_t n = 32;
  static constexpr auto states =
      kobie::values({{"x0", 8.01}, {"x1", 8},  {"x2", 8},  {"x3", 8},  {"x4", 8},  {"x5", 8},  {"x6", 8},  {"x7", 8},
                     {"x8", 8},    {"x9", 8},  {"x10", 8}, {"x11", 8}, {"x12", 8}, {"x13", 8}, {"x14", 8}, {"x15", 8},
                     {"x16", 8},   {"x17", 8}, {"x18", 8}, {"x19", 8}, {"x20", 8}, {"x21", 8}, {"x22", 8}, {"x23", 8},
                     {"x24", 8},   {"x25", 8}, {"x26", 8}, {"x27", 8}, {"x28", 8}, {"x29", 8}, {"x30", 8}, {"x31", 8}});
  static constexpr auto parameters = kobie::values({{"forcing", 8.0}});
  template <class Real>
  static constexpr void rhs(const At<Lorenz96, Real>& at, To<Lorenz96, Real>& d) {
    for (std::size_t i = 0; i < n; ++i) {
      const Real neighbours = at.state[(i + 1) % n] - at.state[(i + n - 2) % n];
      d.state[i] = neighbours * at.state[(i + n - 1) % n] - at.state[i] + at.parameter[0];
    }
  }
};

struct Brusselator {
  static constexpr auto states = kobie::values({{"y1", 1.5}, {"y2", 3.0}});
  template <class Real>
  static constexpr void rhs(const At<Brusselator, Real>& at, To<Brusselator, Real>& d) {
    const auto& [y1, y2] = at.state;
    const Real product = y1 * y1 * y2;
    d.state = {Real(1) + product - Real(4) * y1, Real(3) * y1 - product};
  }
};

struct Arenstorf {
  static constexpr auto states =
      kobie::values({{"x", 0.994}, {"y", 0.0}, {"vx", 0.0}, {"vy", -2.00158510637908252240537862224}});
  template <class Real>
  static constexpr void rhs(const At<Arenstorf, Real>& at, To<Arenstorf, Real>& d) {
    const auto& [x, y, vx, vy] = at.state;
    const Real mu(0.012277471);
    const Real rest = Real(1) - mu;
    const Real to_earth = (x + mu) * (x + mu) + y * y;
    const Real to_moon = (x - rest) * (x - rest) + y * y;
    const Real d1 = to_earth * kobie::sqrt(to_earth);
    const Real d2 = to_moon * kobie::sqrt(to_moon);
    d.state = {vx, vy, x + Real(2) * vy - rest * (x + mu) / d1 - mu * (x - rest) / d2,
               y - Real(2) * vx - rest * y / d1 - mu * y / d2};
  }
};

}  // namespace problems
