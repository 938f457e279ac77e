#pragma once

import kobie;

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz, Real>& at, kobie::Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};
