/// Derivatives of right-hand sides, exact to rounding: by dual numbers through rhs (Griewank and Walther, Evaluating
/// Derivatives, 2nd ed., chapter 3), or by the system's own functions where it gives them.
module;
#include <cstddef>
#include <utility>

export module kobie.solvers:derivatives;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// Whether rhs is known not to read t: a system may say `static constexpr bool autonomous = true`.
export template <class System>
inline constexpr bool is_autonomous = [] {
  if constexpr (requires { System::autonomous; }) {
    return System::autonomous;
  } else {
    return false;
  }
}();

// The most directions that one pass through rhs takes. Measured: what fewer save in registers, and more in passes, is lost
// again.
inline constexpr std::size_t directions_in_a_pass = 4;

// Variable `number`, seeded where it is one of the directions from First on.
template <std::size_t First, std::size_t Width, class Real>
constexpr Dual<Real, Width> seeded(Real value, std::size_t number) {
  Dual<Real, Width> x(value);
  for (std::size_t i = 0; i < Width; ++i) {
    x.derivative[i] = Real(First + i == number ? 1 : 0);
  }
  return x;
}

// The drivers at t, as duals of which time is direction `of_time`; -1: none.
template <class System, int of_time, class Real, class Number>
constexpr void put_drivers([[maybe_unused]] Real t, [[maybe_unused]] const RunConstants<System, Real>& constants,
                           [[maybe_unused]] Number* driver) {
  if constexpr (driver_count<System> > 0) {
    const DriversAt<System, Real> drivers(t, constants);
    for (std::size_t i = 0; i < driver_count<System>; ++i) {
      driver[i] = Number(drivers.values()[i]);
      if constexpr (of_time >= 0) {
        driver[i].derivative[of_time] = drivers.slopes()[i];
      }
    }
  }
}

// rhs with its derivatives in the directions First to First + Width - 1: the states, and after them time.
template <class System, std::size_t First, std::size_t Width, class Real, std::size_t... State, std::size_t... Parameter>
constexpr void differentiate(Real t, Components<const Real, state_count<System>> y, const RunConstants<System, Real>& constants,
                             Dual<Real, Width>* rate, std::index_sequence<State...>, std::index_sequence<Parameter...>) {
  using Number = Dual<Real, Width>;
  constexpr std::size_t n = state_count<System>;
  constexpr int of_time = First <= n && n < First + Width ? static_cast<int>(n - First) : -1;
  const Number state[] = {seeded<First, Width>(y[State], State)...};
  const Number parameter[] = {Number(constants[Parameter])..., Number()};
  Number driver[driver_count<System> + 1];
  put_drivers<System, of_time, Real>(t, constants, driver);
  const Point<System, Number> at{seeded<First, Width>(t, n), Components<const Number, n>(state),
                                 Components<const Number, parameter_count<System>>(parameter),
                                 Components<const Number, driver_count<System>>(driver)};
  Rates<System, Number> rates{Components<Number, n>(rate)};
  // In its place the compiler sees which derivatives are zero: up to seven times faster.
#ifdef __clang__
  [[clang::always_inline]]
#endif
  System::rhs(at, rates);
}

// Columns First to Last - 1 of (df/dy, df/dt), in passes of about the same width.
template <class System, std::size_t First, std::size_t Last, class Real>
constexpr void differentiate_all(Real t, Components<const Real, state_count<System>> y,
                                 const RunConstants<System, Real>& parameters, SquareMatrix<Real, state_count<System>> j,
                                 Components<Real, state_count<System>> rate) {
  if constexpr (First < Last) {
    constexpr std::size_t n = state_count<System>;
    constexpr std::size_t passes = (Last - First + directions_in_a_pass - 1) / directions_in_a_pass;
    constexpr std::size_t width = (Last - First + passes - 1) / passes;
    Dual<Real, width> f[n];
    differentiate<System, First, width, Real>(t, y, parameters, f, std::make_index_sequence<n>(),
                                              std::make_index_sequence<parameter_count<System>>());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < width; ++k) {
        (First + k < n ? j(i, First + k) : rate[i]) = f[i].derivative[k];
      }
    }
    differentiate_all<System, First + width, Last, Real>(t, y, parameters, j, rate);
  }
}

/// J = df/dy by dual numbers, whatever the system gives.
export template <class System, class Real>
constexpr void jacobian_by_duals(Real t, Components<const Real, state_count<System>> y,
                                 const RunConstants<System, Real>& parameters, SquareMatrix<Real, state_count<System>> j) {
  constexpr std::size_t n = state_count<System>;
  differentiate_all<System, 0, n, Real>(t, y, parameters, j, Components<Real, n>(nullptr));
}

/// J v by dual numbers, whatever the system gives: one pass through rhs, along v.
export template <class System, class Real>
constexpr void jacobian_vector_product_by_duals(Real t, Components<const Real, state_count<System>> y,
                                                const RunConstants<System, Real>& parameters,
                                                Components<const Real, state_count<System>> v,
                                                Components<Real, state_count<System>> product) {
  using Number = Dual<Real, 1>;
  constexpr std::size_t n = state_count<System>;
  Number state[n];
  for (std::size_t i = 0; i < n; ++i) {
    state[i] = Number(y[i], {v[i]});
  }
  constexpr std::size_t p = parameter_count<System>;
  Number parameter[p == 0 ? 1 : p];
  for (std::size_t i = 0; i < p; ++i) {
    parameter[i] = Number(parameters[i]);
  }
  Number driver[driver_count<System> + 1];
  put_drivers<System, -1, Real>(t, parameters, driver);
  const Point<System, Number> at{Number(t), Components<const Number, n>(state), Components<const Number, p>(parameter),
                                 Components<const Number, driver_count<System>>(driver)};
  Number f[n];
  Rates<System, Number> rates{Components<Number, n>(f)};
  System::rhs(at, rates);
  for (std::size_t i = 0; i < n; ++i) {
    product[i] = f[i].derivative[0];
  }
}

template <class System, std::size_t First, class Real>
constexpr void put_diagonal(Real t, Components<const Real, state_count<System>> y, const RunConstants<System, Real>& parameters,
                            Components<Real, state_count<System>> diagonal) {
  constexpr std::size_t n = state_count<System>;
  if constexpr (First < n) {
    constexpr std::size_t width = n - First < directions_in_a_pass ? n - First : directions_in_a_pass;
    Dual<Real, width> f[n];
    differentiate<System, First, width, Real>(t, y, parameters, f, std::make_index_sequence<n>(),
                                              std::make_index_sequence<parameter_count<System>>());
    for (std::size_t k = 0; k < width; ++k) {
      diagonal[First + k] = f[First + k].derivative[k];
    }
    put_diagonal<System, First + width, Real>(t, y, parameters, diagonal);
  }
}

/// The diagonal of J by dual numbers, without the rest of it.
export template <class System, class Real>
constexpr void jacobian_diagonal(Real t, Components<const Real, state_count<System>> y,
                                 const RunConstants<System, Real>& parameters, Components<Real, state_count<System>> diagonal) {
  put_diagonal<System, 0, Real>(t, y, parameters, diagonal);
}

/// df/dt by dual numbers, whatever the system gives.
export template <class System, class Real>
constexpr void time_derivative_by_duals(Real t, Components<const Real, state_count<System>> y,
                                        const RunConstants<System, Real>& parameters,
                                        Components<Real, state_count<System>> rate) {
  constexpr std::size_t n = state_count<System>;
  differentiate_all<System, n, n + 1, Real>(t, y, parameters, SquareMatrix<Real, n>(nullptr), rate);
}

/// J = df/dy: the system's own `jacobian`, or by dual numbers.
export template <class System, class Real>
constexpr void jacobian(Real t, Components<const Real, state_count<System>> y, const RunConstants<System, Real>& parameters,
                        SquareMatrix<Real, state_count<System>> j) {
  if constexpr (HasJacobian<System>) {
    constexpr std::size_t n = state_count<System>;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < n; ++column) {
        j(row, column) = Real(0);
      }
    }
    visit_point<System, Real>(t, y, parameters, [&](const Point<System, Real>& at) { System::jacobian(at, j); });
  } else {
    jacobian_by_duals<System, Real>(t, y, parameters, j);
  }
}

/// J v: the system's own `jvp`, or by dual numbers. `product` is not `v`.
export template <class System, class Real>
constexpr void jacobian_vector_product(Real t, Components<const Real, state_count<System>> y,
                                       const RunConstants<System, Real>& parameters,
                                       Components<const Real, state_count<System>> v,
                                       Components<Real, state_count<System>> product) {
  if constexpr (HasJvp<System>) {
    visit_point<System, Real>(t, y, parameters, [&](const Point<System, Real>& at) {
      Rates<System, Real> d{product};
      System::jvp(at, v, d);
    });
  } else {
    jacobian_vector_product_by_duals<System, Real>(t, y, parameters, v, product);
  }
}

/// df/dt: zero where the system is known to be autonomous, the system's own `time_derivative`, or by dual numbers.
export template <class System, class Real>
constexpr void time_derivative(Real t, Components<const Real, state_count<System>> y,
                               const RunConstants<System, Real>& parameters, Components<Real, state_count<System>> rate) {
  if constexpr (is_autonomous<System>) {
    for (std::size_t i = 0; i < state_count<System>; ++i) {
      rate[i] = Real(0);
    }
  } else if constexpr (HasTimeDerivative<System>) {
    const Point<System, Real> at{t, y, parameters};
    Rates<System, Real> d{rate};
    System::time_derivative(at, d);
  } else {
    time_derivative_by_duals<System, Real>(t, y, parameters, rate);
  }
}

/// Both, in the same passes where both are by dual numbers.
export template <class System, class Real>
constexpr void jacobian_and_time_derivative(Real t, Components<const Real, state_count<System>> y,
                                            const RunConstants<System, Real>& parameters,
                                            SquareMatrix<Real, state_count<System>> j,
                                            Components<Real, state_count<System>> rate) {
  if constexpr (is_autonomous<System> || HasJacobian<System> || HasTimeDerivative<System>) {
    jacobian<System, Real>(t, y, parameters, j);
    time_derivative<System, Real>(t, y, parameters, rate);
  } else {
    differentiate_all<System, 0, state_count<System> + 1, Real>(t, y, parameters, j, rate);
  }
}

}  // namespace kobie
