// E. N. Lorenz, Predictability: a problem partly solved (1996), with 32 places on the circle, for kobie and for Boost.odeint.
#pragma once
#include <array>
#include <cstddef>

import kobie;

struct Lorenz96 {
  static constexpr auto states = kobie::values(
      {{"x0", 8.01}, {"x1", 8.0},  {"x2", 8.0},  {"x3", 8.0},  {"x4", 8.0},  {"x5", 8.0},  {"x6", 8.0},  {"x7", 8.0},
       {"x8", 8.0},  {"x9", 8.0},  {"x10", 8.0}, {"x11", 8.0}, {"x12", 8.0}, {"x13", 8.0}, {"x14", 8.0}, {"x15", 8.0},
       {"x16", 8.0}, {"x17", 8.0}, {"x18", 8.0}, {"x19", 8.0}, {"x20", 8.0}, {"x21", 8.0}, {"x22", 8.0}, {"x23", 8.0},
       {"x24", 8.0}, {"x25", 8.0}, {"x26", 8.0}, {"x27", 8.0}, {"x28", 8.0}, {"x29", 8.0}, {"x30", 8.0}, {"x31", 8.0}});
  static constexpr auto parameters = kobie::values({{"forcing", 8.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz96, Real>& at, kobie::Rates<Lorenz96, Real>& d) {
    constexpr std::size_t n = states.size();
    const auto& x = at.state;
    const auto& [forcing] = at.parameter;
    // Fused as in lorenz.hpp.
    d.state[0] = kobie::fma(x[1] - x[n - 2], x[n - 1], forcing - x[0]);
    d.state[1] = kobie::fma(x[2] - x[n - 1], x[0], forcing - x[1]);
    for (std::size_t i = 2; i < n - 1; ++i) {
      d.state[i] = kobie::fma(x[i + 1] - x[i - 2], x[i - 1], forcing - x[i]);
    }
    d.state[n - 1] = kobie::fma(x[0] - x[n - 3], x[n - 2], forcing - x[n - 1]);
  }
};

template <class T>
struct Lorenz96Twin {
  static constexpr std::size_t n = 32;
  T forcing;

  void operator()(const std::array<T, n>& x, std::array<T, n>& rate, T) const {
    rate[0] = (x[1] - x[n - 2]) * x[n - 1] - x[0] + forcing;
    rate[1] = (x[2] - x[n - 1]) * x[0] - x[1] + forcing;
    for (std::size_t i = 2; i < n - 1; ++i) {
      rate[i] = (x[i + 1] - x[i - 2]) * x[i - 1] - x[i] + forcing;
    }
    rate[n - 1] = (x[0] - x[n - 3]) * x[n - 2] - x[n - 1] + forcing;
  }
};
