// Hodgkin and Huxley's neuron, 2048 runs over the injected current to 10 ms, in which the stronger currents make it fire.
#include <cstddef>

#include "twins.hpp"

#include "hodgkin_huxley.hpp"

namespace {

struct Sweep {
  using System = HodgkinHuxley;
  template <class T>
  using Twin = HodgkinHuxleyTwin<T>;
  static constexpr const char* name = "hodgkin-huxley";
  static constexpr const char* swept = "current";
  static constexpr double low = 0.0;
  static constexpr double high = 20.0;
  static constexpr std::size_t runs = 2048;
  static constexpr double duration = 10.0;
  static constexpr double dt = 0.01;
  static constexpr double first_step = 0.01;
  template <class T>
  static constexpr T tolerance = T(1e-8);
  template <class T>
  static constexpr double fixed_error = 1e-6;
  template <class T>
  static constexpr double adaptive_error = 1e-6;
};

}  // namespace

void register_hodgkin_huxley() { Twins<Sweep, double>::add(); }
