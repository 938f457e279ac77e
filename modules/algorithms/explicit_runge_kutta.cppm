/// Explicit Runge-Kutta methods (Hairer, Norsett, Wanner I, II.1): one step function for every tableau.
///
/// The tableau is known when this is compiled, so a zero coefficient costs nothing and the stages unroll.
module;
#include <cstddef>

export module kobie.algorithms:explicit_runge_kutta;

import kobie.core;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

namespace kobie {

/// The stages of one step of `Method` for `System`, in the lanes of Real.
export template <class Method, class System, class Real>
class ExplicitRungeKutta {
 public:
  static constexpr std::size_t states = state_count<System>;
  static constexpr std::size_t stages = Method::tableau.stages();
  static constexpr bool first_same_as_last = Method::tableau.first_same_as_last();
  static constexpr bool has_error_estimate = Method::tableau.has_embedded();
  static constexpr bool has_coarse_estimate = Method::tableau.has_coarse();
  static constexpr bool has_interpolant = requires { Method::interpolant; };
  /// The stages that only the interpolant needs, and whether the first of them is the derivative at the new point.
  static constexpr std::size_t extra_stages = [] {
    if constexpr (has_interpolant) {
      return Method::interpolant.extra_stages();
    } else {
      return std::size_t{0};
    }
  }();
  static constexpr bool end_is_extra = [] {
    if constexpr (extra_stages > 0) {
      return !first_same_as_last && Method::interpolant.begins_with_end_derivative(Method::tableau);
    } else {
      return false;
    }
  }();

  /// The order of the local error that the estimate sees, plus one: the k of step size control (HNW I, II.4).
  static constexpr int control_order = [] {
    constexpr int order = solution_order<Method>;
    if constexpr (has_coarse_estimate) {
      // A square of the finer estimate over the coarser one.
      return 2 * (embedded_order<Method> + 1) - (coarse_order<Method> + 1);
    } else if constexpr (has_error_estimate) {
      constexpr int embedded = embedded_order<Method>;
      return (order < embedded ? order : embedded) + 1;
    } else {
      return order + 1;
    }
  }();

  /// The derivative at the start of the runs in `lanes`.
  constexpr void start(Real t, const Real (&y)[states], const Real* parameters, MaskOf<Real> lanes) {
    Real first[states];
    derivative(t, y, parameters, first);
    for (std::size_t i = 0; i < states; ++i) {
      k_[0][i] = select(lanes, first[i], k_[0][i]);
    }
  }

  constexpr const Real (&start_derivative() const)[states] { return k_[0]; }

  /// y_new = y + h sum b_i k_i, and the stages it needs.
  constexpr void step(Real t, Real h, const Real (&y)[states], const Real* parameters, Real (&y_new)[states]) {
    stages_from<1>(t, h, y, parameters, y_new);
    if constexpr (!first_same_as_last) {
      advance<SolutionRow>(h, y, y_new);
    }
  }

  /// Component i of the difference between the two solutions.
  constexpr Real error(Real h, std::size_t i) const { return h * weighted<ErrorRow, stages>(i); }
  constexpr Real coarse_error(Real h, std::size_t i) const { return h * weighted<CoarseErrorRow, stages>(i); }

  /// The derivative at the new point, which the next step starts from: known already where the first stage is the last.
  constexpr void finish(Real t_new, const Real (&y_new)[states], const Real* parameters) {
    if constexpr (!first_same_as_last) {
      derivative(t_new, y_new, parameters, end_derivative_);
    }
  }

  /// Moves on in the lanes where the step was accepted.
  constexpr void commit(MaskOf<Real> accepted) {
    for (std::size_t i = 0; i < states; ++i) {
      k_[0][i] = select(accepted, end_derivative(i), k_[0][i]);
    }
  }

  /// Moves on in all lanes.
  constexpr void commit() {
    for (std::size_t i = 0; i < states; ++i) {
      k_[0][i] = end_derivative(i);
    }
  }

  /// Takes over where another one is.
  constexpr void continue_from(const ExplicitRungeKutta& other) {
    for (std::size_t i = 0; i < states; ++i) {
      k_[0][i] = other.k_[0][i];
    }
  }

  /// What interpolation in one step needs besides the step's own stages.
  struct Dense {
    static constexpr std::size_t count = extra_stages - (end_is_extra ? 1 : 0);
    Real stage[count == 0 ? 1 : count][count == 0 ? 1 : states];
  };

  /// Computes the stages that only the interpolant has, once for all saves in a step; after finish().
  constexpr void prepare_interpolation(Real t, Real h, const Real (&y)[states], const Real* parameters, Dense& dense) const {
    if constexpr (Dense::count > 0) {
      extra_stages_from<extra_stages - Dense::count>(t, h, y, parameters, dense);
    }
  }

  /// The solution at t + theta h, by the method's own interpolant or, where it has none, by cubic Hermite interpolation.
  constexpr void interpolate(Real theta, Real h, const Real (&y)[states], const Real (&y_new)[states], const Dense& dense,
                             Real (&y_theta)[states]) const {
    const Real rest = Real(1) - theta;
    if constexpr (has_interpolant) {
      Real weights[stages + extra_stages];
      dense_weights<0>(theta - rest, weights);
      const Real bent = rest * h;
      for (std::size_t i = 0; i < states; ++i) {
        y_theta[i] = fma(theta, fma(bent, dense_sum<0>(weights, dense, i), y_new[i] - y[i]), y[i]);
      }
    } else {
      // HNW I, (II.6.7)
      for (std::size_t i = 0; i < states; ++i) {
        const Real rise = y_new[i] - y[i];
        const Real bend = (Real(1) - Real(2) * theta) * rise + h * (theta * end_derivative(i) - rest * k_[0][i]);
        y_theta[i] = y[i] + theta * (rise - rest * bend);
      }
    }
  }

 private:
  template <std::size_t Stage>
  struct StageRow {
    static constexpr double at(std::size_t j) { return Method::tableau.a[Stage][j]; }
  };
  struct SolutionRow {
    static constexpr double at(std::size_t j) { return Method::tableau.b[j]; }
  };
  struct ErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.error_weights()[j]; }
  };
  struct CoarseErrorRow {
    static constexpr double at(std::size_t j) { return Method::tableau.coarse_error_weights()[j]; }
  };

  // A coefficient, rounded to the precision that is computed with.
  static constexpr Real constant(double coefficient) { return Real(static_cast<ScalarOf<Real>>(coefficient)); }

  static constexpr void derivative(Real t, const Real (&y)[states], const Real* parameters, Real (&rate)[states]) {
    const Point<System, Real> at{t, Components<const Real, states>(y),
                                 Components<const Real, parameter_count<System>>(parameters)};
    Rates<System, Real> rates{Components<Real, states>(rate)};
    System::rhs(at, rates);
  }

  constexpr Real end_derivative(std::size_t i) const {
    if constexpr (first_same_as_last) {
      return k_[stages - 1][i];
    } else {
      return end_derivative_[i];
    }
  }

  // sum_{j < Count} Row::at(j) k_j[i], without the terms that are zero.
  template <class Row, std::size_t Count, std::size_t J = 0>
  constexpr Real weighted(std::size_t i) const {
    if constexpr (J == Count) {
      return Real(0);
    } else if constexpr (constexpr double weight = Row::at(J); weight == 0.0) {
      return weighted<Row, Count, J + 1>(i);
    } else {
      return weighted_onto<Row, Count, J + 1>(i, constant(weight) * k_[J][i]);
    }
  }
  template <class Row, std::size_t Count, std::size_t J>
  constexpr Real weighted_onto(std::size_t i, Real sum) const {
    if constexpr (J == Count) {
      return sum;
    } else if constexpr (constexpr double weight = Row::at(J); weight == 0.0) {
      return weighted_onto<Row, Count, J + 1>(i, sum);
    } else {
      return weighted_onto<Row, Count, J + 1>(i, fma(constant(weight), k_[J][i], sum));
    }
  }

  template <class Row, std::size_t Count = stages>
  constexpr void advance(Real h, const Real (&y)[states], Real (&result)[states]) const {
    for (std::size_t i = 0; i < states; ++i) {
      result[i] = fma(h, weighted<Row, Count>(i), y[i]);
    }
  }

  // y + sum_{j < Count} (h Row::at(j)) k_j, the newest stage last: an argument waits for it no longer than for one operation.
  // The solution itself is summed before y is added, which rounds once.
  template <class Row, std::size_t Count, std::size_t J = 0>
  constexpr void add_weighted(Real h, Real (&result)[states]) const {
    if constexpr (J < Count) {
      if constexpr (constexpr double weight = Row::at(J); weight != 0.0) {
        const Real scaled = constant(weight) * h;
        for (std::size_t i = 0; i < states; ++i) {
          result[i] = fma(scaled, k_[J][i], result[i]);
        }
      }
      add_weighted<Row, Count, J + 1>(h, result);
    }
  }

  // Where the first stage is the last, the last stage's argument is the new solution itself.
  template <std::size_t Stage>
  constexpr void stages_from(Real t, Real h, const Real (&y)[states], const Real* parameters, Real (&y_new)[states]) {
    if constexpr (Stage < stages) {
      constexpr double c = Method::tableau.c[Stage];
      if constexpr (first_same_as_last && Stage + 1 == stages) {
        advance<SolutionRow>(h, y, y_new);
      } else {
        for (std::size_t i = 0; i < states; ++i) {
          y_new[i] = y[i];
        }
        add_weighted<StageRow<Stage>, Stage>(h, y_new);
      }
      derivative(fma(constant(c), h, t), y_new, parameters, k_[Stage]);
      stages_from<Stage + 1>(t, h, y, parameters, y_new);
    }
  }

  // Derivative number J of the step's stages and, after them, the interpolant's.
  template <std::size_t J>
  constexpr Real stage(const Dense& dense, std::size_t i) const {
    if constexpr (J < stages) {
      return k_[J][i];
    } else if constexpr (J == stages && end_is_extra) {
      return end_derivative_[i];
    } else {
      return dense.stage[J - stages - (extra_stages - Dense::count)][i];
    }
  }

  template <std::size_t Extra>
  constexpr void extra_stages_from(Real t, Real h, const Real (&y)[states], const Real* parameters, Dense& dense) const {
    if constexpr (Extra < extra_stages) {
      constexpr double c = Method::interpolant.c[Extra];
      Real argument[states];
      for (std::size_t i = 0; i < states; ++i) {
        argument[i] = fma(h, extra_sum<Extra, 0>(dense, i), y[i]);
      }
      derivative(fma(constant(c), h, t), argument, parameters, dense.stage[Extra - (extra_stages - Dense::count)]);
      extra_stages_from<Extra + 1>(t, h, y, parameters, dense);
    }
  }
  template <std::size_t Extra, std::size_t J>
  constexpr Real extra_sum(const Dense& dense, std::size_t i) const {
    if constexpr (J == stages + Extra) {
      return Real(0);
    } else if constexpr (constexpr double weight = Method::interpolant.a[Extra][J]; weight == 0.0) {
      return extra_sum<Extra, J + 1>(dense, i);
    } else {
      return fma(constant(weight), stage<J>(dense, i), extra_sum<Extra, J + 1>(dense, i));
    }
  }

  // Of each stage the polynomial sum_n weights[J][n] u^n, where it is not zero throughout.
  template <std::size_t J>
  static constexpr void dense_weights(Real u, Real (&weights)[stages + extra_stages]) {
    if constexpr (J < stages + extra_stages) {
      if constexpr (Method::interpolant.has_weight(J)) {
        constexpr auto row = Method::interpolant.weights[J];
        weights[J] = constant(row.back());
        for (std::size_t n = row.size() - 1; n-- > 0;) {
          weights[J] = fma(weights[J], u, constant(row[n]));
        }
      }
      dense_weights<J + 1>(u, weights);
    }
  }
  template <std::size_t J>
  constexpr Real dense_sum(const Real (&weights)[stages + extra_stages], const Dense& dense, std::size_t i) const {
    if constexpr (J == stages + extra_stages) {
      return Real(0);
    } else if constexpr (!Method::interpolant.has_weight(J)) {
      return dense_sum<J + 1>(weights, dense, i);
    } else {
      return fma(weights[J], stage<J>(dense, i), dense_sum<J + 1>(weights, dense, i));
    }
  }

  Real k_[stages][states]{};
  Real end_derivative_[first_same_as_last ? 1 : states]{};
};

}  // namespace kobie
