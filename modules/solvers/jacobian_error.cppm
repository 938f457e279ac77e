/// How far a system's own derivatives are from those of its rhs: for the tests of those who write them.
module;
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

export module kobie.solvers:jacobian_error;

import kobie.core;
import kobie.drivers;
import kobie.numbers;
import kobie.systems;
import :derivatives;

namespace kobie {

/// The largest difference between what a system gives and what dual numbers find in its rhs, and where it is.
export struct JacobianError {
  double value = 0.0;         ///< over the largest derivative of that state's rate (or 1 where that is 0)
  std::string_view function;  ///< "jacobian", "jvp" or "time_derivative"; empty where nothing differs
  std::string_view rate;      ///< the state whose rate is derived
  std::string_view by;        ///< the state that it is derived by; empty for the time
  double found = 0.0;         ///< the system's own derivative
  double expected = 0.0;      ///< that of rhs
};

template <class System>
constexpr auto usual_parameters() {
  std::array<double, parameter_count<System>> values{};
  if constexpr (parameter_count<System> > 0) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = System::parameters[i].value;
    }
  }
  return values;
}

// Parameters, and drivers that keep one value.
template <class System>
struct GivenConstants {
  using Parameters = Components<const double, parameter_count<System>>;

  constexpr GivenConstants(const std::array<double, parameter_count<System>>& values,
                           const std::array<double, driver_count<System>>& drivers)
      : constants(made(values)) {
    for (std::size_t i = 0; i < drivers.size(); ++i) {
      tables[i] = {.numbers = &drivers[i], .samples = 1, .interpolation = Interpolation::previous, .outside = Outside::hold};
    }
  }
  GivenConstants(const GivenConstants&) = delete;
  GivenConstants& operator=(const GivenConstants&) = delete;

  constexpr RunConstants<System, double> made(const std::array<double, parameter_count<System>>& values) const {
    if constexpr (driver_count<System> == 0) {
      return Parameters(values.data());
    } else {
      return {Parameters(values.data()), tables.data(), &curve};
    }
  }

  std::array<DriverTable<double>, driver_count<System>> tables{};
  std::int64_t curve = 0;
  RunConstants<System, double> constants;
};

/// Compares a system's `jacobian`, `jvp` (along each state) and `time_derivative`, where it has them, with rhs at one point.
/// What is not a number counts as infinitely wrong. `drivers` are the values of its drivers there. In a user's test:
/// `CHECK(kobie::jacobian_error<Mine>(t, y, p).value < 1e-12)`.
export template <class System>
constexpr JacobianError jacobian_error(double t, const std::array<double, state_count<System>>& y,
                                       const std::array<double, parameter_count<System>>& values = usual_parameters<System>(),
                                       const std::array<double, driver_count<System>>& drivers = {}) {
  constexpr std::size_t n = state_count<System>;
  const Components<const double, n> state(y.data());
  const GivenConstants<System> given(values, drivers);
  const RunConstants<System, double>& parameters = given.constants;
  double expected[n * n];
  const SquareMatrix<double, n> of_rhs(expected);
  double expected_in_time[n];
  jacobian_by_duals<System, double>(t, state, parameters, of_rhs);
  time_derivative_by_duals<System, double>(t, state, parameters, Components<double, n>(expected_in_time));

  JacobianError worst;
  const auto compare = [&](std::string_view function, std::size_t row, std::size_t column, double found, double wanted) {
    double size = abs(expected_in_time[row]);
    for (std::size_t k = 0; k < n; ++k) {
      size = max(size, abs(of_rhs(row, k)));
    }
    const double difference = abs(found - wanted) / (size > 0.0 ? size : 1.0);
    const double value = difference >= 0.0 ? difference : std::numeric_limits<double>::infinity();
    if (value > worst.value) {
      worst = {value, function, System::states[row].name, column < n ? System::states[column].name : std::string_view(),
               found, wanted};
    }
  };
  if constexpr (HasJacobian<System>) {
    double own[n * n];
    const SquareMatrix<double, n> theirs(own);
    jacobian<System, double>(t, state, parameters, theirs);
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < n; ++column) {
        compare("jacobian", row, column, theirs(row, column), of_rhs(row, column));
      }
    }
  }
  if constexpr (HasJvp<System>) {
    for (std::size_t column = 0; column < n; ++column) {
      double direction[n] = {};
      direction[column] = 1.0;
      double product[n] = {};
      jacobian_vector_product<System, double>(t, state, parameters, Components<const double, n>(direction),
                                              Components<double, n>(product));
      for (std::size_t row = 0; row < n; ++row) {
        compare("jvp", row, column, product[row], of_rhs(row, column));
      }
    }
  }
  if constexpr (HasTimeDerivative<System> || is_autonomous<System>) {
    double rate[n] = {};
    time_derivative<System, double>(t, state, parameters, Components<double, n>(rate));
    for (std::size_t row = 0; row < n; ++row) {
      compare("time_derivative", row, n, rate[row], expected_in_time[row]);
    }
  }
  return worst;
}

}  // namespace kobie
