/// Lorenz' ring of 1996: a quantity of the air at places on a circle of latitude.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.models:lorenz_96;

import kobie.core;
import kobie.systems;

namespace kobie::models {

// "x1", "x2", ... up to "x999": the names that a table of so many states views.
template <std::size_t N>
struct RingNames {
  static constexpr std::size_t digits(std::size_t number) { return number < 10 ? 1 : number < 100 ? 2 : 3; }

  static constexpr std::array<std::array<char, 4>, N> written() {
    std::array<std::array<char, 4>, N> all{};
    for (std::size_t i = 0; i < N; ++i) {
      std::size_t rest = i + 1;
      all[i][0] = 'x';
      for (std::size_t place = digits(i + 1); place > 0; --place) {
        all[i][place] = static_cast<char>('0' + rest % 10);
        rest /= 10;
      }
    }
    return all;
  }
  static constexpr auto text = written();

  // The steady state x = 8, with a push at the first place.
  static constexpr ValueTable<N> table() {
    ValueTable<N> all;
    for (std::size_t i = 0; i < N; ++i) {
      all.items[i] = {std::string_view(text[i].data(), 1 + digits(i + 1)), i == 0 ? 8.01 : 8.0};
    }
    return all;
  }
};

/// x_i' = (x_(i+1) - x_(i-2)) x_(i-1) - x_i + forcing,  i = 1 to N around the circle
/// N is 4 to 999; 40 is usual, and `Lorenz96<>` has it. A unit of time is about five days. Chaotic with the default forcing.
/// energy = sum_i x_i^2 / 2, whose rate is forcing sum_i x_i - 2 energy, and mean = sum_i x_i / N.
/// E. N. Lorenz, Predictability: a problem partly solved, ECMWF Seminar on Predictability (1996), vol. 1, 1-18; with 40 places
/// in E. N. Lorenz, K. A. Emanuel, J. Atmos. Sci. 55 (1998), 399-414.
export template <std::size_t N = 40>
struct Lorenz96 {
  static_assert(N >= 4 && N <= 999, "kobie: a ring of Lorenz' model of 1996 has 4 to 999 places");

  static constexpr std::string_view name = "lorenz-96";
  static constexpr std::string_view about = "Lorenz' ring of 1996: weather on a circle of latitude, chaotic";
  static constexpr std::string_view reference = "E. N. Lorenz, ECMWF Seminar on Predictability (1996), vol. 1, 1-18";
  static constexpr bool stiff = false;
  static constexpr double duration = 10.0;

  static constexpr auto states = RingNames<N>::table();
  static constexpr auto parameters = values({{"forcing", 8.0}});
  static constexpr auto observables = names({"energy", "mean"});
  static constexpr bool autonomous = true;

  template <class Real>
  static constexpr void rhs(const Point<Lorenz96, Real>& at, Rates<Lorenz96, Real>& d) {
    const auto& x = at.state;
    const auto& [forcing] = at.parameter;
    d.state[0] = (x[1] - x[N - 2]) * x[N - 1] - x[0] + forcing;
    d.state[1] = (x[2] - x[N - 1]) * x[0] - x[1] + forcing;
    for (std::size_t i = 2; i + 1 < N; ++i) {
      d.state[i] = (x[i + 1] - x[i - 2]) * x[i - 1] - x[i] + forcing;
    }
    d.state[N - 1] = (x[0] - x[N - 3]) * x[N - 2] - x[N - 1] + forcing;
  }

  template <class Real>
  static constexpr void observe(const Point<Lorenz96, Real>& at, Observed<Lorenz96, Real>& o) {
    Real sum(0);
    Real squares(0);
    for (std::size_t i = 0; i < N; ++i) {
      sum = sum + at.state[i];
      squares = squares + at.state[i] * at.state[i];
    }
    o.observable = {Real(0.5) * squares, sum / Real(static_cast<double>(N))};
  }
};

}  // namespace kobie::models
