/// Hodgkin's and Huxley's nerve: the squid's giant axon under a current, all of it at one potential.
module;
#include <string_view>

export module kobie.models:hodgkin_huxley;

import kobie.core;
import kobie.numbers;
import kobie.systems;

namespace kobie::models {

// x / (1 - exp(-x)), and 1 at x = 0; near there by its series, whose next term is x^6 / 30240.
template <class Real>
constexpr Real opening(const Real& x) {
  const auto small = kobie::abs(x) < Real(0.01);
  const Real elsewhere = kobie::select(small, Real(1), x);
  const Real square = x * x;
  const Real series = Real(1) + x * Real(0.5) + square * (Real(1.0 / 12.0) - square * Real(1.0 / 720.0));
  return kobie::select(small, series, -elsewhere / kobie::expm1(-elsewhere));
}

/// capacitance v' = current - i_na - i_k - i_leak,  i_na = g_na m^3 h (v - e_na),  i_k = g_k n^4 (v - e_k),
/// i_leak = g_leak (v - e_leak);  m' = alpha_m (1 - m) - beta_m m, and so h and n, with the rates (1/ms, v in mV)
/// alpha_m = 0.1 (v + 40) / (1 - exp(-(v + 40) / 10))      beta_m = 4 exp(-(v + 65) / 18)
/// alpha_h = 0.07 exp(-(v + 65) / 20)                      beta_h = 1 / (1 + exp(-(v + 35) / 10))
/// alpha_n = 0.01 (v + 55) / (1 - exp(-(v + 55) / 10))     beta_n = 0.125 exp(-(v + 65) / 80)
/// v is that of the inside against the outside, at rest -65 mV; the authors' V is -(v + 65). At 6.3 degrees Celsius. It starts
/// at rest, and fires some 68 times a second with the default current, which flows inwards where it is positive.
/// A. L. Hodgkin, A. F. Huxley, A quantitative description of membrane current and its application to conduction and
/// excitation in nerve, J. Physiol. 117 (1952), 500-544.
export struct HodgkinHuxley {
  static constexpr std::string_view name = "hodgkin-huxley";
  static constexpr std::string_view about = "Hodgkin's and Huxley's squid axon: a nerve that fires";
  static constexpr std::string_view reference = "A. L. Hodgkin, A. F. Huxley, J. Physiol. 117 (1952), 500-544";
  static constexpr bool stiff = false;
  static constexpr double duration = 100.0;
  static constexpr std::string_view time_unit = "ms";

  static constexpr auto states = values({{"v", -65.0, "mV"}, {"m", 0.0529}, {"h", 0.5961}, {"n", 0.3177}});
  static constexpr auto parameters = values({{"current", 10.0, "uA/cm^2"},
                                             {"capacitance", 1.0, "uF/cm^2"},
                                             {"g_na", 120.0, "mS/cm^2"},
                                             {"g_k", 36.0, "mS/cm^2"},
                                             {"g_leak", 0.3, "mS/cm^2"},
                                             {"e_na", 50.0, "mV"},
                                             {"e_k", -77.0, "mV"},
                                             {"e_leak", -54.387, "mV"}});
  static constexpr auto observables = names({{"i_na", "uA/cm^2"}, {"i_k", "uA/cm^2"}, {"i_leak", "uA/cm^2"}});
  static constexpr bool autonomous = true;

  /// The ionic currents through the membrane, outwards where they are positive.
  template <class Real>
  struct Currents {
    Real sodium;
    Real potassium;
    Real leak;
  };

  template <class Real>
  static constexpr Currents<Real> currents(const Point<HodgkinHuxley, Real>& at) {
    const auto& [v, m, h, n] = at.state;
    const auto& p = at.parameter;
    const Real n2 = n * n;
    return {p[2] * (m * m * m * h) * (v - p[5]), p[3] * (n2 * n2) * (v - p[6]), p[4] * (v - p[7])};
  }

  template <class Real>
  static constexpr void rhs(const Point<HodgkinHuxley, Real>& at, Rates<HodgkinHuxley, Real>& d) {
    using kobie::exp;
    const auto& [v, m, h, n] = at.state;
    const Real lift = v + Real(65);
    const Real open_m = opening((v + Real(40)) * Real(0.1));
    const Real close_m = Real(4) * exp(lift * Real(-1.0 / 18.0));
    const Real open_h = Real(0.07) * exp(lift * Real(-0.05));
    const Real close_h = Real(1) / (Real(1) + exp((v + Real(35)) * Real(-0.1)));
    const Real open_n = Real(0.1) * opening((v + Real(55)) * Real(0.1));
    const Real close_n = Real(0.125) * exp(lift * Real(-0.0125));
    const Currents<Real> ions = currents(at);
    d.state = {(at.parameter[0] - ions.sodium - ions.potassium - ions.leak) / at.parameter[1],
               open_m * (Real(1) - m) - close_m * m, open_h * (Real(1) - h) - close_h * h,
               open_n * (Real(1) - n) - close_n * n};
  }

  template <class Real>
  static constexpr void observe(const Point<HodgkinHuxley, Real>& at, Observed<HodgkinHuxley, Real>& o) {
    const Currents<Real> ions = currents(at);
    o.observable = {ions.sodium, ions.potassium, ions.leak};
  }
};

}  // namespace kobie::models
