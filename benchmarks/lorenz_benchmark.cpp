// Lorenz, 16,384 runs over rho in [0, 21] to t = 1, end point only.
#include <cstddef>
#include <type_traits>

#include "twins.hpp"

#include "lorenz.hpp"

namespace {

struct Sweep {
  using System = Lorenz;
  template <class T>
  using Twin = LorenzTwin<T>;
  static constexpr const char* name = "lorenz";
  static constexpr const char* swept = "rho";
  static constexpr double low = 0.0;
  static constexpr double high = 21.0;
  static constexpr std::size_t runs = 16'384;
  static constexpr double duration = 1.0;
  static constexpr double dt = 1e-3;
  static constexpr double first_step = 1e-3;
  template <class T>
  static constexpr T tolerance = std::is_same_v<T, float> ? T(1e-5) : T(1e-8);
  template <class T>
  static constexpr double fixed_error = std::is_same_v<T, float> ? 1e-4 : 1e-10;
  template <class T>
  static constexpr double adaptive_error = 100 * tolerance<T>;
};

}  // namespace

void register_lorenz() {
  Twins<Sweep, double>::add();
  Twins<Sweep, float>::add();
}
