// The three-species Brusselator whose reactors SUNDIALS integrates as examples, for kobie and for CVODE.
#pragma once
import kobie;

struct Brusselator {
  static constexpr auto states = kobie::values({{"u", 3.9}, {"v", 1.1}, {"w", 2.8}});
  static constexpr auto parameters = kobie::values({{"a", 1.2}, {"b", 2.5}, {"epsilon", 1e-5}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Brusselator, Real>& at, kobie::Rates<Brusselator, Real>& d) {
    const auto& [u, v, w] = at.state;
    const auto& [a, b, epsilon] = at.parameter;
    const Real made = kobie::fma(u * v, u, -(w * u));
    d.state = {a - u + made, -made, kobie::fma(-w, u, (b - w) / epsilon)};
  }
};

struct BrusselatorTwin {
  double b;
  double a;
  double epsilon;

  template <class T>
  void rhs(const T* y, T* d) const {
    const T u = y[0], v = y[1], w = y[2];
    d[0] = a - (w + 1) * u + v * u * u;
    d[1] = w * u - v * u * u;
    d[2] = (b - w) / epsilon - w * u;
  }

  template <class T, class Matrix>
  void jacobian(const T* y, const Matrix& j) const {
    const T u = y[0], v = y[1], w = y[2];
    j(0, 0) = -(w + 1) + 2 * u * v;
    j(0, 1) = u * u;
    j(0, 2) = -u;
    j(1, 0) = w - 2 * u * v;
    j(1, 1) = -u * u;
    j(1, 2) = u;
    j(2, 0) = -w;
    j(2, 2) = T(-1) / epsilon - u;
  }
};
