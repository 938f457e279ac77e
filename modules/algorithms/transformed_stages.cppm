/// The equations of all stages together, in the variables of Butcher's transformation (Hairer and Wanner II, (IV.8.6)).
module;
#include <cstddef>

export module kobie.algorithms:transformed_stages;

import kobie.numbers;
import kobie.solvers;
import kobie.systems;

namespace kobie {

// Rows of the transformation and of its inverse.
template <class Method, std::size_t Row>
struct StageRow {
  static constexpr double at(std::size_t j) { return Method::transformation.t[Row][j]; }
};
template <class Method, std::size_t Row>
struct TransformedRow {
  static constexpr double at(std::size_t j) { return Method::transformation.inverse[Row][j]; }
};

/// sum_j Row::at(j) x[j * stride], without the terms that are zero.
template <class Row, std::size_t Count, class Real, std::size_t J = 0>
constexpr Real row_times(const Real* x, std::ptrdiff_t stride) {
  if constexpr (J == Count) {
    return Real(0);
  } else if constexpr (constexpr auto value = static_cast<ScalarOf<Real>>(Row::at(J)); value == 0) {
    return row_times<Row, Count, Real, J + 1>(x, stride);
  } else {
    return fma(Real(value), x[static_cast<std::ptrdiff_t>(J) * stride], row_times<Row, Count, Real, J + 1>(x, stride));
  }
}

/// In the lanes of Real, for w = (T^-1 x I) z: the residual (T^-1 x I) F - (1 / h) (L x M) w, where F are the derivatives at
/// y + z_i and L has the blocks of a^-1. One number (gamma) and one pair (alpha, beta) there make one real and one complex
/// system of n equations.
template <class Method, class System, class Real, class Instrument>
struct TransformedStages {
  static constexpr std::size_t n = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  using ConstState = Components<const Real, n>;

  Real t;
  Real h;
  ConstState y;
  RunConstants<System, Real> parameters;
  Components<Real, n> room;
  Instrument& instrument;

  constexpr void operator()(Components<const Real, stages * n> w, Components<Real, stages * n> residual) const {
    derivatives_from<0>(w, residual);
    const Real per_h = Real(1) / h;
    for (std::size_t i = 0; i < n; ++i) {
      transform(i, per_h, w, residual);
    }
  }

 private:
  static constexpr Real constant(double value) { return Real(static_cast<ScalarOf<Real>>(value)); }
  template <class Number>
  static constexpr Components<Number, n> part(Components<Number, stages * n> all, std::size_t number) {
    return Components<Number, n>(&all[number * n], all.stride());
  }

  template <std::size_t Stage>
  constexpr void derivatives_from(Components<const Real, stages * n> w, Components<Real, stages * n> f) const {
    if constexpr (Stage < stages) {
      const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(n) * w.stride();
      for (std::size_t i = 0; i < n; ++i) {
        room[i] = y[i] + row_times<StageRow<Method, Stage>, stages>(&w[i], stride);
      }
      instrument.template stage<Stage>(ConstState(room));
      evaluate_rhs<System, Real>(fma(constant(Method::tableau.c[Stage]), h, t), room, parameters, part(f, Stage));
      derivatives_from<Stage + 1>(w, f);
    }
  }

  // Component i of all blocks, in the place of the derivatives.
  constexpr void transform(std::size_t i, Real per_h, Components<const Real, stages * n> w,
                           Components<Real, stages * n> residual) const {
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(n) * residual.stride();
    constexpr std::size_t pair = Method::transformation.pair();
    const Real first = mass_times<System, Real>(i, part(w, pair));
    const Real second = mass_times<System, Real>(i, part(w, pair + 1));
    const Real alpha = per_h * constant(Method::transformation.alpha);
    const Real beta = per_h * constant(Method::transformation.beta);
    const Real of_first = row_times<TransformedRow<Method, pair>, stages>(&residual[i], stride);
    const Real of_second = row_times<TransformedRow<Method, pair + 1>, stages>(&residual[i], stride);
    if constexpr (pair > 0) {
      const Real gamma = per_h * constant(Method::transformation.gamma);
      residual[i] = fma(-gamma, mass_times<System, Real>(i, part(w, 0)),
                        row_times<TransformedRow<Method, 0>, stages>(&residual[i], stride));
    }
    residual[pair * n + i] = fma(beta, second, fma(-alpha, first, of_first));
    residual[(pair + 1) * n + i] = fma(-beta, first, fma(-alpha, second, of_second));
  }
};

/// The linear systems of these equations, with a Jacobian J: gamma / h M - J and (alpha + i beta) / h M - J.
template <class Method, class System, class Real>
struct StageFactors {
  static constexpr std::size_t n = state_count<System>;
  static constexpr std::size_t all = Method::tableau.stages() * n;
  static constexpr std::size_t pair = Method::transformation.pair();

  SquareMatrix<Real, n> matrix;  // of the real system, where there is one
  Components<Real, n> pivots;
  SquareMatrix<Real, n> real;  // parts of the complex one
  SquareMatrix<Real, n> imaginary;
  Components<Real, n> complex_pivots;

  constexpr DenseLu<n, Real> real_system() const { return DenseLu<n, Real>(matrix, pivots); }

  /// Returns the lanes where both matrices are regular.
  constexpr MaskOf<Real> factorise(Real per_h, SquareMatrix<Real, n> jacobian) const {
    using T = ScalarOf<Real>;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < n; ++column) {
        real(row, column) = jacobian(row, column);
        imaginary(row, column) = Real(0);
      }
    }
    iteration_matrix<System, Real>(per_h * Real(static_cast<T>(Method::transformation.alpha)), real);
    iteration_matrix<System, Real>(per_h * Real(static_cast<T>(Method::transformation.beta)), imaginary);
    const MaskOf<Real> regular = ComplexLu<n, Real>(real, imaginary, complex_pivots).factorise();
    if constexpr (pair > 0) {
      for (std::size_t row = 0; row < n; ++row) {
        for (std::size_t column = 0; column < n; ++column) {
          matrix(row, column) = jacobian(row, column);
        }
      }
      iteration_matrix<System, Real>(per_h * Real(static_cast<T>(Method::transformation.gamma)), matrix);
      return regular && real_system().factorise();
    } else {
      return regular;
    }
  }

  /// As Newton's method calls it: x becomes the solution.
  constexpr MaskOf<Real> operator()(Components<const Real, all> /*w*/, MaskOf<Real> lanes, Components<Real, all> x) const {
    if constexpr (pair > 0) {
      real_system().solve(Components<Real, n>(&x[0], x.stride()));
    }
    ComplexLu<n, Real>(real, imaginary, complex_pivots)
        .solve(Components<Real, n>(&x[pair * n], x.stride()), Components<Real, n>(&x[(pair + 1) * n], x.stride()));
    return lanes;
  }
};

}  // namespace kobie
