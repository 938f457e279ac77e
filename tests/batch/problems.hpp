#pragma once

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

struct Brusselator {
  static constexpr auto states = kobie::values({{"y1", 1.5}, {"y2", 3.0}});
  template <class Real>
  static constexpr void rhs(const At<Brusselator, Real>& at, To<Brusselator, Real>& d) {
    const auto& [y1, y2] = at.state;
    const Real product = y1 * y1 * y2;
    d.state = {Real(1) + product - Real(4) * y1, Real(3) * y1 - product};
  }
};

struct LotkaVolterra {
  static constexpr auto states = kobie::values({{"prey", 1.0}, {"predator", 1.0}});
  template <class Real>
  static constexpr void rhs(const At<LotkaVolterra, Real>& at, To<LotkaVolterra, Real>& d) {
    const auto& [x, y] = at.state;
    d.state = {Real(1.5) * x - x * y, Real(-3) * y + x * y};
  }
};

struct A3 {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  template <class Real>
  static constexpr void rhs(const At<A3, Real>& at, To<A3, Real>& d) {
    d.state = {at.state[0] * kobie::cos(at.t)};
  }
};

struct B1 {
  static constexpr auto states = kobie::values({{"y1", 1.0}, {"y2", 3.0}});
  template <class Real>
  static constexpr void rhs(const At<B1, Real>& at, To<B1, Real>& d) {
    const auto& [y1, y2] = at.state;
    d.state = {Real(2) * (y1 - y1 * y2), -(y2 - y1 * y2)};
  }
};

struct B5 {
  static constexpr auto states = kobie::values({{"y1", 0.0}, {"y2", 1.0}, {"y3", 1.0}});
  template <class Real>
  static constexpr void rhs(const At<B5, Real>& at, To<B5, Real>& d) {
    const auto& [y1, y2, y3] = at.state;
    d.state = {y2 * y3, -y1 * y3, Real(-0.51) * y1 * y2};
  }
};

/// Kepler's ellipse with eccentricity 0.1, started at perihelion.
struct D1 {
  static constexpr auto states = kobie::values({{"x", 0.9}, {"y", 0.0}, {"vx", 0.0}, {"vy", 1.1055415967851332}});
  template <class Real>
  static constexpr void rhs(const At<D1, Real>& at, To<D1, Real>& d) {
    const auto& [x, y, vx, vy] = at.state;
    const Real square = x * x + y * y;
    const Real cube = square * kobie::sqrt(square);
    d.state = {vx, vy, -x / cube, -y / cube};
  }
};

/// Van der Pol's oscillator with epsilon 1.
struct E2 {
  static constexpr auto states = kobie::values({{"y1", 2.0}, {"y2", 0.0}});
  template <class Real>
  static constexpr void rhs(const At<E2, Real>& at, To<E2, Real>& d) {
    const auto& [y1, y2] = at.state;
    d.state = {y2, (Real(1) - y1 * y1) * y2 - y1};
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
