/// Dense output of Rosenbrock methods.
module;
#include <array>
#include <cstddef>

export module kobie.tableaus:rosenbrock_interpolant;

import :butcher;
import :interpolant;
import :rosenbrock;
import :rosenbrock_order;

namespace kobie {

/// y(t0 + theta h) = (1 - theta) y0 + theta (y1 + (1 - theta) (D_1 + theta (D_2 + theta (D_3 + ...)))),  D_k = sum_j h_kj U_j,
/// the form of RODAS (HW II, IV.7).
export template <std::size_t Stages, std::size_t Rows>
struct RosenbrockInterpolant {
  std::array<std::array<double, Stages>, Rows> h{};

  static constexpr std::size_t rows() { return Rows; }

  /// The weights of the U_j in y(t0 + theta h) - y0.
  constexpr std::array<double, Stages> at(const RosenbrockTableau<Stages>& tableau, double theta) const {
    std::array<double, Stages> weights{};
    for (std::size_t j = 0; j < Stages; ++j) {
      double sum = 0.0;
      for (std::size_t k = Rows; k-- > 0;) {
        sum = sum * theta + h[k][j];
      }
      weights[j] = theta * (tableau.m[j] + (1 - theta) * sum);
    }
    return weights;
  }
};

/// The order (up to `limit`) of the interpolant at theta inside the step.
export template <std::size_t Stages, std::size_t Rows>
constexpr int inner_order_of(const RosenbrockInterpolant<Stages, Rows>& interpolant, const RosenbrockTableau<Stages>& tableau,
                             double theta, int limit) {
  return order_of(tableau, interpolant.at(tableau, theta), limit, JacobianIs::exact, theta);
}

/// The interpolant itself, if it has at least the stated order inside the step.
export template <std::size_t Stages, std::size_t Rows>
consteval RosenbrockInterpolant<Stages, Rows> checked(const RosenbrockInterpolant<Stages, Rows>& interpolant,
                                                      const RosenbrockTableau<Stages>& tableau, int order) {
  if (trust_tableaus) {
    return interpolant;
  }
  const std::array<StageWeights<Stages>, 3> inside = {stage_weights(tableau, interpolant.at(tableau, 0.25), 0.25),
                                                      stage_weights(tableau, interpolant.at(tableau, 0.5), 0.5),
                                                      stage_weights(tableau, interpolant.at(tableau, 0.875), 0.875)};
  RosenbrockConditions<Stages, 3> conditions(tableau, inside, JacobianIs::exact);
  if (conditions.order(order) != order) {
    the_interpolant_does_not_have_the_stated_order();
  }
  return interpolant;
}

}  // namespace kobie
