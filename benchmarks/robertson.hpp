// Robertson's chemical kinetics of 1966, for kobie and for CVODE.
#pragma once
import kobie;

struct Robertson {
  static constexpr auto states = kobie::values({{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}});
  static constexpr auto parameters = kobie::values({{"k1", 0.04}, {"k2", 1e4}, {"k3", 3e7}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Robertson, Real>& at, kobie::Rates<Robertson, Real>& d) {
    const auto& [y1, y2, y3] = at.state;
    const auto& [k1, k2, k3] = at.parameter;
    const Real slow = kobie::fma(k1, y1, -(k2 * y2 * y3));
    const Real fast = k3 * y2 * y2;
    d.state = {-slow, slow - fast, fast};
  }
};

struct RobertsonTwin {
  double k3;
  double k1 = 0.04;
  double k2 = 1e4;

  template <class T>
  void rhs(const T* y, T* d) const {
    const T slow = k1 * y[0] - k2 * y[1] * y[2];
    const T fast = k3 * y[1] * y[1];
    d[0] = -slow;
    d[1] = slow - fast;
    d[2] = fast;
  }

  // j(i, k) is df_i / dy_k, 0 at the call.
  template <class T, class Matrix>
  void jacobian(const T* y, const Matrix& j) const {
    j(0, 0) = -k1;
    j(0, 1) = k2 * y[2];
    j(0, 2) = k2 * y[1];
    j(1, 0) = k1;
    j(1, 1) = -k2 * y[2] - 2 * k3 * y[1];
    j(1, 2) = -k2 * y[1];
    j(2, 1) = 2 * k3 * y[1];
  }
};
