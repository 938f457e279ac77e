// Lorenz' system of 1963, for kobie and for Boost.odeint.
#pragma once
#include <array>

import kobie;

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz, Real>& at, kobie::Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    // Fused here as the compiler fuses the twin's: kobie's results have the same bits in every width, so it leaves that to
    // users.
    d.state = {sigma * (y - x), kobie::fma(x, rho - z, -y), kobie::fma(x, y, -(beta * z))};
  }
};

template <class T>
struct LorenzTwin {
  T rho;
  T sigma = 10;
  T beta = T(8) / T(3);

  void operator()(const std::array<T, 3>& state, std::array<T, 3>& rate, T) const {
    const auto [x, y, z] = state;
    rate[0] = sigma * (y - x);
    rate[1] = x * (rho - z) - y;
    rate[2] = x * y - beta * z;
  }
};
