// The squid's giant axon: A. L. Hodgkin, A. F. Huxley, J. Physiol. 117 (1952), with the resting potential at -65 mV; for kobie
// and for Boost.odeint. Milliseconds, millivolts, microamperes for each square centimetre.
#pragma once
#include <array>
#include <cmath>

import kobie;

struct HodgkinHuxley {
  static constexpr auto states = kobie::values({{"v", -65.0, "mV"}, {"m", 0.053}, {"h", 0.596}, {"n", 0.318}});
  static constexpr auto parameters = kobie::values({{"current", 10.0, "uA/cm^2"}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<HodgkinHuxley, Real>& at, kobie::Rates<HodgkinHuxley, Real>& d) {
    using kobie::exp;
    const auto& [v, m, h, n] = at.state;
    const auto& [current] = at.parameter;
    const Real open_m = 0.1 * (v + 40.0) / (1.0 - exp(-0.1 * (v + 40.0)));
    const Real close_m = 4.0 * exp((v + 65.0) * (-1.0 / 18.0));
    const Real open_h = 0.07 * exp(-0.05 * (v + 65.0));
    const Real close_h = 1.0 / (1.0 + exp(-0.1 * (v + 35.0)));
    const Real open_n = 0.01 * (v + 55.0) / (1.0 - exp(-0.1 * (v + 55.0)));
    const Real close_n = 0.125 * exp(-0.0125 * (v + 65.0));
    const Real sodium = 120.0 * m * m * m * h * (v - 50.0);
    const Real potassium = 36.0 * n * n * n * n * (v + 77.0);
    const Real leak = 0.3 * (v + 54.387);
    d.state = {current - sodium - potassium - leak, open_m * (1.0 - m) - close_m * m, open_h * (1.0 - h) - close_h * h,
               open_n * (1.0 - n) - close_n * n};
  }
};

template <class T>
struct HodgkinHuxleyTwin {
  T current;

  void operator()(const std::array<T, 4>& state, std::array<T, 4>& rate, T) const {
    const auto [v, m, h, n] = state;
    const T open_m = T(0.1) * (v + T(40)) / (T(1) - std::exp(T(-0.1) * (v + T(40))));
    const T close_m = T(4) * std::exp((v + T(65)) * T(-1.0 / 18.0));
    const T open_h = T(0.07) * std::exp(T(-0.05) * (v + T(65)));
    const T close_h = T(1) / (T(1) + std::exp(T(-0.1) * (v + T(35))));
    const T open_n = T(0.01) * (v + T(55)) / (T(1) - std::exp(T(-0.1) * (v + T(55))));
    const T close_n = T(0.125) * std::exp(T(-0.0125) * (v + T(65)));
    const T sodium = T(120) * m * m * m * h * (v - T(50));
    const T potassium = T(36) * n * n * n * n * (v + T(77));
    const T leak = T(0.3) * (v + T(54.387));
    rate[0] = current - sodium - potassium - leak;
    rate[1] = open_m * (T(1) - m) - close_m * m;
    rate[2] = open_h * (T(1) - h) - close_h * h;
    rate[3] = open_n * (T(1) - n) - close_n * n;
  }
};
