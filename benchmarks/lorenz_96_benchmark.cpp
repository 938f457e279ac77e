// Lorenz-96 with 32 states, 2048 runs over the forcing to t = 1.
#include <cstddef>

#include "twins.hpp"

#include "lorenz_96.hpp"

namespace {

struct Sweep {
  using System = Lorenz96;
  template <class T>
  using Twin = Lorenz96Twin<T>;
  static constexpr const char* name = "lorenz-96";
  static constexpr const char* swept = "forcing";
  static constexpr double low = 4.0;
  static constexpr double high = 10.0;
  static constexpr std::size_t runs = 2048;
  static constexpr double duration = 1.0;
  static constexpr double dt = 1.0 / 256;
  static constexpr double first_step = 1e-3;
  template <class T>
  static constexpr T tolerance = T(1e-8);
  template <class T>
  static constexpr double fixed_error = 1e-7;
  template <class T>
  static constexpr double adaptive_error = 1e-4;
};

}  // namespace

void register_lorenz_96() { Twins<Sweep, double>::add(); }
