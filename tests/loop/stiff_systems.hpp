// Stiff problems of the reference set (tests/reference/README.md), generic over the number that they compute with.
#pragma once

#include <array>

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace systems {

// Of the IVP test set: autocatalytic reaction, t up to 1e11.
struct Robertson {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Robertson, Real>& at, kobie::Rates<Robertson, Real>& d) {
    const auto& [a, b, c] = at.state;
    const Real slow = 0.04 * a;
    const Real back = 1e4 * b * c;
    const Real fast = 3e7 * b * b;
    d.state = {back - slow, slow - back - fast, fast};
  }
};

// Of the IVP test set: the Belousov-Zhabotinskii reaction.
struct Oregonator {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 2.0}, {"z", 3.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Oregonator, Real>& at, kobie::Rates<Oregonator, Real>& d) {
    const auto& [x, y, z] = at.state;
    d.state = {77.27 * (y + x * (1.0 - 8.375e-6 * x - y)), (z - (1.0 + x) * y) / 77.27, 0.161 * (x - z)};
  }
};

// Of the IVP test set: plant physiology, eight reactants.
struct Hires {
  static constexpr auto states =
      kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}, {"d", 0.0}, {"e", 0.0}, {"f", 0.0}, {"g", 0.0}, {"h", 0.0057}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Hires, Real>& at, kobie::Rates<Hires, Real>& d) {
    const auto& y = at.state;
    const Real bound = 280.0 * y[5] * y[7] - 1.81 * y[6];
    d.state = {-1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
               1.71 * y[0] - 8.75 * y[1],
               -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
               8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
               -1.745 * y[4] + 0.43 * (y[5] + y[6]),
               -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
               bound,
               -bound};
  }
};

// Van der Pol's equation with eps = 1e-6.
struct VanDerPol {
  static constexpr auto states = kobie::values({{"x", 2.0}, {"v", 0.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<VanDerPol, Real>& at, kobie::Rates<VanDerPol, Real>& d) {
    const auto& [x, v] = at.state;
    d.state = {v, ((1.0 - x * x) * v - x) / 1e-6};
  }
};

// STDTST B5: linear, with eigenvalues next to the imaginary axis.
struct Whirl {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 1.0}, {"c", 1.0}, {"d", 1.0}, {"e", 1.0}, {"f", 1.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Whirl, Real>& at, kobie::Rates<Whirl, Real>& d) {
    const auto& y = at.state;
    d.state = {-10.0 * y[0] + 100.0 * y[1], -100.0 * y[0] - 10.0 * y[1], -4.0 * y[2], -1.0 * y[3], -0.5 * y[4], -0.1 * y[5]};
  }
};

// STDTST D1.
struct Reactor {
  static constexpr auto states = kobie::values({{"a", 0.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Reactor, Real>& at, kobie::Rates<Reactor, Real>& d) {
    const auto& [a, b, c] = at.state;
    d.state = {0.2 * (b - a), 10.0 * a - (60.0 - 0.125 * c) * b + 0.125 * c, Real(1.0)};
  }
};

// SUNDIALS' example ark_brusselator.c, in its three settings.
struct Brusselator {
  static constexpr auto states = kobie::values({{"u", 3.9}, {"v", 1.1}, {"w", 2.8}});
  static constexpr auto parameters = kobie::values({{"a", 1.2}, {"b", 2.5}, {"eps", 1e-5}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Brusselator, Real>& at, kobie::Rates<Brusselator, Real>& d) {
    const auto& [u, v, w] = at.state;
    const auto& [a, b, eps] = at.parameter;
    d.state = {a - (w + 1.0) * u + v * u * u, w * u - v * u * u, (b - w) / eps - w * u};
  }
};

// Prothero and Robinson: y' = lambda (y - cos t) - sin t. y = cos t from y(0) = 1
struct ProtheroRobinson {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"lambda", -1e6}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<ProtheroRobinson, Real>& at, kobie::Rates<ProtheroRobinson, Real>& d) {
    d.state = {at.parameter[0] * (at.state[0] - kobie::cos(at.t)) - kobie::sin(at.t)};
  }
};

// Of the IVP test set: the transistor amplifier, an index-1 DAE whose mass matrix has rank 5.
struct TransistorAmplifier {
  static constexpr auto states =
      kobie::values({{"a", 0.0}, {"b", 3.0}, {"c", 3.0}, {"d", 6.0}, {"e", 3.0}, {"f", 3.0}, {"g", 6.0}, {"h", 0.0}});
  static constexpr std::array<std::array<double, 8>, 8> mass = {{{-1e-6, 1e-6, 0, 0, 0, 0, 0, 0},
                                                                 {1e-6, -1e-6, 0, 0, 0, 0, 0, 0},
                                                                 {0, 0, -2e-6, 0, 0, 0, 0, 0},
                                                                 {0, 0, 0, -3e-6, 3e-6, 0, 0, 0},
                                                                 {0, 0, 0, 3e-6, -3e-6, 0, 0, 0},
                                                                 {0, 0, 0, 0, 0, -4e-6, 0, 0},
                                                                 {0, 0, 0, 0, 0, 0, -5e-6, 5e-6},
                                                                 {0, 0, 0, 0, 0, 0, 5e-6, -5e-6}}};

  template <class Real>
  static constexpr void rhs(const kobie::Point<TransistorAmplifier, Real>& at, kobie::Rates<TransistorAmplifier, Real>& d) {
    constexpr double supply = 6.0;
    constexpr double r = 9000.0;
    const auto& y = at.state;
    const Real signal = 0.1 * kobie::sin(628.3185307179587 * at.t);
    const auto current = [](const Real& voltage) { return 1e-6 * (kobie::exp(voltage / 0.026) - 1.0); };
    const Real first = current(y[1] - y[2]);
    const Real second = current(y[4] - y[5]);
    d.state = {(y[0] - signal) / 1000.0,
               (2.0 * y[1] - supply) / r + 0.01 * first,
               y[2] / r - first,
               (y[3] - supply) / r + 0.99 * first,
               (2.0 * y[4] - supply) / r + 0.01 * second,
               y[5] / r - second,
               (y[6] - supply) / r + 0.99 * second,
               y[7] / r};
  }
};

}  // namespace systems
