// Schäfer's model of how light steers a plant's growth (1975): HIRES of the IVP test set, for kobie and for CVODE. `light` is
// the constant of the fast reaction, 280.
#pragma once
import kobie;

struct Hires {
  static constexpr auto states = kobie::values(
      {{"y1", 1.0}, {"y2", 0.0}, {"y3", 0.0}, {"y4", 0.0}, {"y5", 0.0}, {"y6", 0.0}, {"y7", 0.0}, {"y8", 0.0057}});
  static constexpr auto parameters = kobie::values({{"light", 280.0}});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const kobie::Point<Hires, Real>& at, kobie::Rates<Hires, Real>& d) {
    using kobie::fma;
    const auto& [y1, y2, y3, y4, y5, y6, y7, y8] = at.state;
    const auto& [light] = at.parameter;
    const Real fast = fma(light * y6, y8, Real(-1.81) * y7);
    d.state = {fma(Real(-1.71), y1, fma(Real(0.43), y2, fma(Real(8.32), y3, Real(0.0007)))),
               fma(Real(1.71), y1, Real(-8.75) * y2),
               fma(Real(-10.03), y3, fma(Real(0.43), y4, Real(0.035) * y5)),
               fma(Real(8.32), y2, fma(Real(1.71), y3, Real(-1.12) * y4)),
               fma(Real(-1.745), y5, Real(0.43) * (y6 + y7)),
               fma(Real(0.69), y4, fma(Real(1.71), y5, fma(Real(-0.43), y6, Real(-1.12) * y7))) - fast,
               fast,
               -fast};
  }
};

struct HiresTwin {
  double light;

  template <class T>
  void rhs(const T* y, T* d) const {
    d[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
    d[1] = 1.71 * y[0] - 8.75 * y[1];
    d[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
    d[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
    d[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
    d[5] = -light * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
    d[6] = light * y[5] * y[7] - 1.81 * y[6];
    d[7] = -d[6];
  }

  template <class T, class Matrix>
  void jacobian(const T* y, const Matrix& j) const {
    j(0, 0) = -1.71;
    j(0, 1) = 0.43;
    j(0, 2) = 8.32;
    j(1, 0) = 1.71;
    j(1, 1) = -8.75;
    j(2, 2) = -10.03;
    j(2, 3) = 0.43;
    j(2, 4) = 0.035;
    j(3, 1) = 8.32;
    j(3, 2) = 1.71;
    j(3, 3) = -1.12;
    j(4, 4) = -1.745;
    j(4, 5) = 0.43;
    j(4, 6) = 0.43;
    j(5, 3) = 0.69;
    j(5, 4) = 1.71;
    j(5, 5) = -light * y[7] - 0.43;
    j(5, 6) = 0.69;
    j(5, 7) = -light * y[5];
    j(6, 5) = light * y[7];
    j(6, 6) = -1.81;
    j(6, 7) = light * y[5];
    j(7, 5) = -light * y[7];
    j(7, 6) = 1.81;
    j(7, 7) = -light * y[5];
  }
};
