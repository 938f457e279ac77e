// Any autonomous system of N states as one type, since each type is compiled with each method.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

import kobie.core;
import kobie.solvers;
import kobie.systems;

namespace any {

using Numbers = const double*;

// A system's right-hand side and Jacobian, with numbers for its parameters.
struct Equations {
  void (*rhs)(Numbers y, Numbers parameters, double* rate) = nullptr;
  void (*jacobian)(Numbers y, Numbers parameters, double* elements) = nullptr;
  std::vector<double> parameters;
};

template <class S>
Equations equations(const std::vector<double>& parameters) {
  constexpr std::size_t n = kobie::state_count<S>;
  using State = kobie::Components<const double, n>;
  using Parameters = kobie::Components<const double, kobie::parameter_count<S>>;
  return {[](Numbers y, Numbers p, double* rate) {
            const kobie::Point<S, double> at{0.0, State(y), Parameters(p)};
            kobie::Rates<S, double> rates{kobie::Components<double, n>(rate)};
            S::rhs(at, rates);
          },
          [](Numbers y, Numbers p, double* elements) {
            kobie::jacobian<S, double>(0.0, State(y), Parameters(p), kobie::SquareMatrix<double, n>(elements));
          },
          parameters};
}

template <std::size_t N>
constexpr kobie::ValueTable<N> letters() {
  constexpr std::array<std::string_view, 8> all = {"a", "b", "c", "d", "e", "f", "g", "h"};
  kobie::ValueTable<N> table;
  for (std::size_t i = 0; i < N; ++i) {
    table.items[i].name = all[i];
  }
  return table;
}

template <std::size_t N>
struct System {
  static constexpr auto states = letters<N>();
  static constexpr bool autonomous = true;
  static inline Equations equations;

  template <class Real>
  static void rhs(const kobie::Point<System, Real>& at, kobie::Rates<System, Real>& d) {
    double y[N];
    double rate[N];
    for (std::size_t i = 0; i < N; ++i) {
      y[i] = at.state[i];
    }
    equations.rhs(y, equations.parameters.data(), rate);
    for (std::size_t i = 0; i < N; ++i) {
      d.state[i] = rate[i];
    }
  }

  template <class Real>
  static void jacobian(const kobie::Point<System, Real>& at, kobie::SquareMatrix<Real, N>& j) {
    double y[N];
    double elements[N * N];
    for (std::size_t i = 0; i < N; ++i) {
      y[i] = at.state[i];
    }
    equations.jacobian(y, equations.parameters.data(), elements);
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t k = 0; k < N; ++k) {
        j(i, k) = elements[i * N + k];
      }
    }
  }
};

}  // namespace any
