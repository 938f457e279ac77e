/// The mass matrix of M y' = f(t, y), a constant of the system.
module;
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

export module kobie.solvers:mass;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// Whether a system has a mass matrix of its own; without one it is the identity.
export template <class System>
inline constexpr bool has_mass = requires { System::mass; };

template <std::size_t N>
constexpr std::array<std::array<double, N>, N> identity_matrix() {
  std::array<std::array<double, N>, N> matrix{};
  for (std::size_t i = 0; i < N; ++i) {
    matrix[i][i] = 1.0;
  }
  return matrix;
}

template <class System>
constexpr auto mass_matrix_of() {
  if constexpr (has_mass<System>) {
    return System::mass;
  } else {
    return identity_matrix<state_count<System>>();
  }
}
template <class System, std::size_t Row, std::size_t Column>
inline constexpr double mass_entry = mass_matrix_of<System>()[Row][Column];

// Gaussian elimination with complete pivoting: E M has `rank` rows that are not zero, the first ones.
template <std::size_t N>
struct Elimination {
  std::array<std::array<double, N>, N> e = identity_matrix<N>();
  std::size_t rank = 0;
};

template <std::size_t N>
constexpr Elimination<N> eliminated(std::array<std::array<double, N>, N> m) {
  Elimination<N> result;
  double largest = 0.0;
  for (const auto& row : m) {
    for (const double x : row) {
      largest = abs(x) > largest ? abs(x) : largest;
    }
  }
  const double rounding = static_cast<double>(N) * std::numeric_limits<double>::epsilon() * largest;
  for (; result.rank < N; ++result.rank) {
    const std::size_t k = result.rank;
    std::size_t row = k;
    std::size_t column = 0;
    for (std::size_t i = k; i < N; ++i) {
      for (std::size_t j = 0; j < N; ++j) {
        if (abs(m[i][j]) > abs(m[row][column])) {
          row = i;
          column = j;
        }
      }
    }
    if (abs(m[row][column]) <= rounding) {
      return result;
    }
    for (std::size_t j = 0; j < N; ++j) {
      std::swap(m[k][j], m[row][j]);
      std::swap(result.e[k][j], result.e[row][j]);
    }
    for (std::size_t i = k + 1; i < N; ++i) {
      const double factor = m[i][column] / m[k][column];
      for (std::size_t j = 0; j < N; ++j) {
        m[i][j] -= factor * m[k][j];
        result.e[i][j] -= factor * result.e[k][j];
      }
      m[i][column] = 0.0;
    }
  }
  return result;
}

// Eliminating a large identity matrix takes more steps than compilers allow.
template <class System>
constexpr std::size_t rank_of_mass() {
  if constexpr (has_mass<System>) {
    return eliminated(mass_matrix_of<System>()).rank;
  } else {
    return state_count<System>;
  }
}

/// The rank of the mass matrix: how many of the system's equations are differential.
export template <class System>
inline constexpr std::size_t mass_rank = rank_of_mass<System>();

/// Whether the system is differential-algebraic.
export template <class System>
inline constexpr bool has_singular_mass = mass_rank<System> < state_count<System>;

template <class System>
constexpr auto constraint_weights_of() {
  constexpr std::size_t n = state_count<System>;
  constexpr auto elimination = eliminated(mass_matrix_of<System>());
  std::array<std::array<double, n>, n - elimination.rank> weights{};
  for (std::size_t i = elimination.rank; i < n; ++i) {
    weights[i - elimination.rank] = elimination.e[i];
  }
  return weights;
}

/// Rows w with w M = 0, one for each algebraic equation: a start is consistent where w f(t, y) = 0 for all of them.
export template <class System>
inline constexpr auto constraint_weights = constraint_weights_of<System>();

// coefficient * x + sum, of which a coefficient that is 0 or 1 costs less.
template <class System, std::size_t Row, std::size_t Column, class Real>
constexpr Real mass_term(Real x, Real sum) {
  constexpr double coefficient = mass_entry<System, Row, Column>;
  if constexpr (coefficient == 0.0) {
    return sum;
  } else if constexpr (coefficient == 1.0) {
    return x + sum;
  } else {
    return fma(Real(static_cast<ScalarOf<Real>>(coefficient)), x, sum);
  }
}

template <class System, std::size_t Row, class Real, std::size_t... Column>
constexpr Real mass_row_times(Components<const Real, state_count<System>> v, std::index_sequence<Column...>) {
  Real sum(0);
  ((sum = mass_term<System, Row, Column>(v[Column], sum)), ...);
  return sum;
}
template <class System, class Real, std::size_t... Row>
constexpr Real mass_times_by_row(std::size_t row, Components<const Real, state_count<System>> v, std::index_sequence<Row...>) {
  Real result(0);
  ((row == Row ? static_cast<void>(result = mass_row_times<System, Row, Real>(v, std::index_sequence<Row...>()))
               : static_cast<void>(0)),
   ...);
  return result;
}

/// (M v)[row]. Where `row` is a constant to the compiler, coefficients that are zero cost nothing.
export template <class System, class Real>
constexpr Real mass_times(std::size_t row, Components<const Real, state_count<System>> v) {
  if constexpr (has_mass<System>) {
    return mass_times_by_row<System, Real>(row, v, std::make_index_sequence<state_count<System>>());
  } else {
    return v[row];
  }
}

template <class System, std::size_t Row, class Real, std::size_t... Column>
constexpr void put_iteration_row(Real scale, SquareMatrix<Real, state_count<System>> j, std::index_sequence<Column...>) {
  ((j(Row, Column) = mass_term<System, Row, Column>(scale, -j(Row, Column))), ...);
}
template <class System, class Real, std::size_t... Row>
constexpr void put_iteration_matrix(Real scale, SquareMatrix<Real, state_count<System>> j, std::index_sequence<Row...>) {
  (put_iteration_row<System, Row>(scale, j, std::index_sequence<Row...>()), ...);
}

template <class System, class Real, std::size_t... Row>
constexpr void put_iteration_diagonal(Real scale, Components<Real, state_count<System>> d, std::index_sequence<Row...>) {
  ((d[Row] = mass_term<System, Row, Row>(scale, -d[Row])), ...);
}

/// The diagonal of J becomes that of scale M - J, in place.
export template <class System, class Real>
constexpr void iteration_diagonal(Real scale, Components<Real, state_count<System>> d) {
  put_iteration_diagonal<System>(scale, d, std::make_index_sequence<state_count<System>>());
}

/// J becomes scale M - J, in place: with scale = 1 / (h gamma) the matrix of a stage's equations, divided by h gamma.
export template <class System, class Real>
constexpr void iteration_matrix(Real scale, SquareMatrix<Real, state_count<System>> j) {
  constexpr std::size_t n = state_count<System>;
  if constexpr (has_mass<System>) {
    put_iteration_matrix<System>(scale, j, std::make_index_sequence<n>());
  } else {
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < n; ++column) {
        j(row, column) = -j(row, column);
      }
      j(row, row) = scale + j(row, row);
    }
  }
}

}  // namespace kobie
