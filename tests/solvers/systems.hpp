// Systems whose Jacobians are written out by hand, row by row.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace systems {

// HW II, (IV.1.4)
struct Robertson {
  static constexpr auto states = kobie::values({{"a", 1.0}, {"b", 0.0}, {"c", 0.0}});
  static constexpr auto parameters = kobie::values({{"k1", 0.04}, {"k2", 1e4}, {"k3", 3e7}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Robertson, Real>& at, kobie::Rates<Robertson, Real>& d) {
    const auto& [a, b, c] = at.state;
    const auto& [k1, k2, k3] = at.parameter;
    const Real back = k2 * b * c;
    const Real on = k3 * b * b;
    d.state = {back - k1 * a, k1 * a - back - on, on};
  }
  static std::vector<double> by_hand(double, const std::vector<double>& y, const std::vector<double>& k) {
    return {-k[0],
            k[1] * y[2],
            k[1] * y[1],  //
            k[0],
            -k[1] * y[2] - 2 * k[2] * y[1],
            -k[1] * y[1],  //
            0,
            2 * k[2] * y[1],
            0};
  }
  static std::vector<double> in_time(double, const std::vector<double>&, const std::vector<double>&) { return {0, 0, 0}; }
};

// HW II, (IV.10.4)
struct Hires {
  static constexpr auto states = kobie::values(
      {{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}, {"y4", 0.0}, {"y5", 0.0}, {"y6", 0.0}, {"y7", 0.0}, {"y8", 0.0057}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Hires, Real>& at, kobie::Rates<Hires, Real>& d) {
    const auto& [y1, y2, y3, y4, y5, y6, y7, y8] = at.state;
    const Real both = Real(280) * y6 * y8;
    d.state = {Real(-1.71) * y1 + Real(0.43) * y2 + Real(8.32) * y3 + Real(0.0007),
               Real(1.71) * y1 - Real(8.75) * y2,
               Real(-10.03) * y3 + Real(0.43) * y4 + Real(0.035) * y5,
               Real(8.32) * y2 + Real(1.71) * y3 - Real(1.12) * y4,
               Real(-1.745) * y5 + Real(0.43) * y6 + Real(0.43) * y7,
               -both + Real(0.69) * y4 + Real(1.71) * y5 - Real(0.43) * y6 + Real(0.69) * y7,
               both - Real(1.81) * y7,
               -both + Real(1.81) * y7};
  }
  static std::vector<double> by_hand(double, const std::vector<double>& y, const std::vector<double>&) {
    const double a = 280 * y[5];
    const double b = 280 * y[7];
    return {-1.71, 0.43,  8.32,   0,     0,      0,         0,     0,   //
            1.71,  -8.75, 0,      0,     0,      0,         0,     0,   //
            0,     0,     -10.03, 0.43,  0.035,  0,         0,     0,   //
            0,     8.32,  1.71,   -1.12, 0,      0,         0,     0,   //
            0,     0,     0,      0,     -1.745, 0.43,      0.43,  0,   //
            0,     0,     0,      0.69,  1.71,   -0.43 - b, 0.69,  -a,  //
            0,     0,     0,      0,     0,      b,         -1.81, a,   //
            0,     0,     0,      0,     0,      -b,        1.81,  -a};
  }
  static std::vector<double> in_time(double, const std::vector<double>&, const std::vector<double>&) {
    return std::vector<double>(8, 0.0);
  }
};

// Functions that are not polynomials, of time too. Five directions with time: two passes.
struct Forced {
  static constexpr auto states = kobie::values({{"u", 0.3}, {"v", 0.7}, {"w", 1.1}, {"x", 0.2}});
  static constexpr auto parameters = kobie::values({{"p", 2.5}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Forced, Real>& at, kobie::Rates<Forced, Real>& d) {
    const auto& [u, v, w, x] = at.state;
    const auto& p = at.parameter[0];
    d.state = {exp(-u * v) * cos(p * at.t), pow(v, p) * sin(w), u / (Real(1) + w * w) + at.t * at.t, sqrt(w) * x * at.t};
  }
  static std::vector<double> by_hand(double t, const std::vector<double>& y, const std::vector<double>& all) {
    const double p = all[0];
    const double decay = std::exp(-y[0] * y[1]) * std::cos(p * t);
    const double below = 1 + y[2] * y[2];
    return {-y[1] * decay,
            -y[0] * decay,
            0,
            0,
            0,
            p * std::pow(y[1], p - 1) * std::sin(y[2]),
            std::pow(y[1], p) * std::cos(y[2]),
            0,
            1 / below,
            0,
            -2 * y[0] * y[2] / (below * below),
            0,
            0,
            0,
            0.5 / std::sqrt(y[2]) * y[3] * t,
            std::sqrt(y[2]) * t};
  }
  static std::vector<double> in_time(double t, const std::vector<double>& y, const std::vector<double>& all) {
    const double p = all[0];
    return {-p * std::sin(p * t) * std::exp(-y[0] * y[1]), 0, 2 * t, std::sqrt(y[2]) * y[3]};
  }
};

// Its own derivatives are not those of its rhs, so that a test sees which were used.
struct OwnDerivatives {
  static constexpr auto states = kobie::values({{"u", 1.0}, {"v", 2.0}});
  static constexpr auto parameters = kobie::values({{"p", 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<OwnDerivatives, Real>& at, kobie::Rates<OwnDerivatives, Real>& d) {
    d.state = {at.state[0] * at.t, at.state[1] * at.parameter[0]};
  }
  template <class Real>
  static constexpr void jacobian(const kobie::Point<OwnDerivatives, Real>& at, kobie::SquareMatrix<Real, 2>& j) {
    j(0, 1) = Real(100) * at.parameter[0] + at.t;
  }
  template <class Real>
  static constexpr void jvp(const kobie::Point<OwnDerivatives, Real>& at, kobie::Components<const Real, 2> v,
                            kobie::Rates<OwnDerivatives, Real>& d) {
    d.state = {Real(7) * v[1], at.state[0] * v[0]};
  }
  template <class Real>
  static constexpr void time_derivative(const kobie::Point<OwnDerivatives, Real>& at, kobie::Rates<OwnDerivatives, Real>& d) {
    d.state = {at.t, Real(11)};
  }
};

struct FalselyAutonomous {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<FalselyAutonomous, Real>& at, kobie::Rates<FalselyAutonomous, Real>& d) {
    d.state = {at.t * at.t - at.state[0]};
  }
};

template <class System>
std::vector<double> parameters_of() {
  std::vector<double> all;
  if constexpr (kobie::parameter_count<System> > 0) {
    for (std::size_t i = 0; i < kobie::parameter_count<System>; ++i) {
      all.push_back(System::parameters[i].value);
    }
  }
  return all;
}

}  // namespace systems
