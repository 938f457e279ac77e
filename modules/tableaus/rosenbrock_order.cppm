/// The order conditions of Rosenbrock methods, with the Jacobian and with any matrix in its place.
module;
#include <array>
#include <cstddef>
#include <vector>

export module kobie.tableaus:rosenbrock_order;

import :butcher;
import :diagonally_implicit;
import :rosenbrock;
import :stability;

namespace kobie {

/// What a method takes for J: df/dy at the start of the step, or any matrix (a W-method's order stands whatever it is).
export enum class JacobianIs { exact, any_matrix };

// A coefficient, and what roundings do to it in units of one.
struct UncertainCoefficient {
  std::size_t i = 0;
  std::size_t j = 0;
  double value = 0.0;
  double uncertainty = 0.0;
};

// Weights of a tree for each stage, the magnitudes that they were summed from, and what roundings do to them in units of one.
template <std::size_t Stages>
struct TreeWeights {
  double values[Stages]{};
  double size[Stages]{};
  double uncertainty[Stages]{};

  constexpr void multiply_by(const TreeWeights& other) {
    for (std::size_t i = 0; i < Stages; ++i) {
      values[i] *= other.values[i];
      uncertainty[i] = uncertainty[i] * other.size[i] + size[i] * other.uncertainty[i];
      size[i] *= other.size[i];
    }
  }
  constexpr void add(const TreeWeights& other) {
    for (std::size_t i = 0; i < Stages; ++i) {
      values[i] += other.values[i];
      uncertainty[i] += other.uncertainty[i];
      size[i] += other.size[i];
    }
  }
};

template <std::size_t Stages>
constexpr TreeWeights<Stages> graft(const std::vector<UncertainCoefficient>& matrix, const TreeWeights<Stages>& tree) {
  TreeWeights<Stages> grafted;
  for (const UncertainCoefficient& c : matrix) {
    grafted.values[c.i] += c.value * tree.values[c.j];
    grafted.uncertainty[c.i] += c.uncertainty * tree.size[c.j] + magnitude(c.value) * tree.uncertainty[c.j];
    grafted.size[c.i] += magnitude(c.value) * tree.size[c.j];
  }
  return grafted;
}

// A rooted tree of HW II, IV.7. `tree` are its phi_i; `branches` is the product over the branches of its root that it goes on
// from when the root gets one more.
template <std::size_t Stages>
struct RosenbrockTree {
  int order = 1;
  double density = 1.0;
  std::size_t last_branch = 0;  // the number of the branch grafted last, numbered from 1; 0 where there is none
  bool open = true;             // the root can get one more branch
  bool of_matrix = false;       // a vertex is the matrix that is not the Jacobian: the sum has to be zero
  TreeWeights<Stages> tree;
  TreeWeights<Stages> branches;
  TreeWeights<Stages> by_alpha;  // sum_j alpha_ij phi_j
  TreeWeights<Stages> by_gamma;  // sum_j gamma_ij phi_j

  constexpr bool fits(const StageWeights<Stages>& b) const {
    double sum = of_matrix ? 0.0 : -b.power / density;
    double uncertainty = 1.0;
    for (std::size_t i = 0; i < Stages; ++i) {
      sum += b.weights[i] * tree.values[i];
      uncertainty += b.size[i] * tree.size[i] + magnitude(b.weights[i]) * tree.uncertainty[i];
    }
    return magnitude(sum) <= 2e-15 * uncertainty;  // coefficients have 16 digits at least
  }
};

// u with v as one more branch of its root. The only branch of a root goes by alpha + gamma if J is exact, since f' J k and
// f' f' k are the same then (HW II, (IV.7.11) and (IV.7.15)).
template <std::size_t Stages>
constexpr RosenbrockTree<Stages> with_branch(const RosenbrockTree<Stages>& u, const RosenbrockTree<Stages>& v,
                                             std::size_t number, JacobianIs jacobian) {
  RosenbrockTree<Stages> result;
  result.order = u.order + v.order;
  result.density = u.density * v.density * result.order / u.order;
  result.last_branch = number;
  result.of_matrix = u.of_matrix || v.of_matrix;
  result.branches = u.branches;
  result.branches.multiply_by(v.by_alpha);
  result.tree = result.branches;
  if (u.last_branch == 0 && jacobian == JacobianIs::exact) {
    result.tree.add(v.by_gamma);
  }
  return result;
}

// The matrix applied to v.
template <std::size_t Stages>
constexpr RosenbrockTree<Stages> under_matrix(const RosenbrockTree<Stages>& v) {
  RosenbrockTree<Stages> result;
  result.order = v.order + 1;
  result.open = false;
  result.of_matrix = true;
  result.tree = v.by_gamma;
  return result;
}

// The trees of one method, order by order, and what they say of some solutions.
template <std::size_t Stages, std::size_t Count>
class RosenbrockConditions {
 public:
  constexpr RosenbrockConditions(const RosenbrockTableau<Stages>& tableau,
                                 const std::array<StageWeights<Stages>, Count>& solutions, JacobianIs jacobian)
      : solutions_(solutions), jacobian_(jacobian) {
    const auto gammas = tableau.gamma_matrix();
    for (std::size_t i = 0; i < Stages; ++i) {
      std::array<double, Stages> unit{};
      unit[i] = 1.0;
      add(alpha_, i, tableau.untransformed(tableau.a[i]), tableau.untransformed_size(tableau.a[i], gammas));
      add(gamma_, i, gammas[i], tableau.untransformed_size(unit, gammas));
    }
  }

  // The highest order (up to `limit`) that all solutions have.
  constexpr int order(int limit) {
    for (int order = 1; order <= limit; ++order) {
      for (std::size_t n = 0; n < Count; ++n) {
        solutions_[n].power *= solutions_[n].theta;
      }
      if (!holds(order)) {
        return order - 1;
      }
      end_.push_back(trees_.size());
    }
    return limit;
  }

 private:
  static constexpr void add(std::vector<UncertainCoefficient>& matrix, std::size_t i, const std::array<double, Stages>& row,
                            const std::array<double, Stages>& size) {
    for (std::size_t j = 0; j < Stages; ++j) {
      if (size[j] != 0.0) {
        matrix.push_back(UncertainCoefficient{i, j, row[j], size[j]});
      }
    }
  }

  constexpr bool holds(int order) {
    if (order == 1) {
      RosenbrockTree<Stages> leaf;
      for (std::size_t i = 0; i < Stages; ++i) {
        leaf.tree.values[i] = leaf.tree.size[i] = 1.0;
      }
      leaf.branches = leaf.tree;
      return take(leaf);
    }
    for (int left = 1; left < order; ++left) {
      const auto right = static_cast<std::size_t>(order - left);
      for (std::size_t u = end_[static_cast<std::size_t>(left) - 1]; u < end_[static_cast<std::size_t>(left)]; ++u) {
        for (std::size_t v = end_[right - 1]; v < end_[right]; ++v) {
          // Branches in ascending order, so that each tree is met once.
          if (trees_[u].open && trees_[u].last_branch <= v + 1 && !take(with_branch(trees_[u], trees_[v], v + 1, jacobian_))) {
            return false;
          }
        }
      }
    }
    if (jacobian_ == JacobianIs::any_matrix) {
      for (std::size_t v = end_[static_cast<std::size_t>(order) - 2]; v < end_[static_cast<std::size_t>(order) - 1]; ++v) {
        if (!take(under_matrix(trees_[v]))) {
          return false;
        }
      }
    }
    return true;
  }

  constexpr bool take(RosenbrockTree<Stages> tree) {
    for (std::size_t n = 0; n < Count; ++n) {
      if (!tree.fits(solutions_[n])) {
        return false;
      }
    }
    tree.by_alpha = graft(alpha_, tree.tree);
    tree.by_gamma = graft(gamma_, tree.tree);
    trees_.push_back(tree);
    return true;
  }

  std::array<StageWeights<Stages>, Count> solutions_;
  JacobianIs jacobian_;
  std::vector<UncertainCoefficient> alpha_;
  std::vector<UncertainCoefficient> gamma_;
  std::vector<RosenbrockTree<Stages>> trees_;
  std::vector<std::size_t> end_ = {0};
};

// The solution y0 + sum_i m_i U_i at theta, in terms of the k_i.
template <std::size_t Stages>
constexpr StageWeights<Stages> stage_weights(const RosenbrockTableau<Stages>& tableau, const std::array<double, Stages>& m,
                                             double theta) {
  StageWeights<Stages> solution;
  solution.theta = theta;
  const auto weights = tableau.untransformed(m);
  const auto size = tableau.untransformed_size(m, tableau.gamma_matrix());
  for (std::size_t i = 0; i < Stages; ++i) {
    solution.weights[i] = weights[i];
    solution.size[i] = size[i];
  }
  return solution;
}

/// The highest order (up to `limit`) of the solution y0 + sum_i m_i U_i. With theta: of the interpolant that this is at theta.
export template <std::size_t Stages>
constexpr int order_of(const RosenbrockTableau<Stages>& tableau, const std::array<double, Stages>& m, int limit,
                       JacobianIs jacobian = JacobianIs::exact, double theta = 1.0) {
  RosenbrockConditions<Stages, 1> conditions(tableau, {stage_weights(tableau, m, theta)}, jacobian);
  return conditions.order(limit);
}

/// A method's order, and its embedded solution's.
export template <std::size_t Stages>
constexpr int order_of(const RosenbrockTableau<Stages>& tableau) {
  return order_of(tableau, tableau.m, 6);
}
export template <std::size_t Stages>
constexpr int embedded_order_of(const RosenbrockTableau<Stages>& tableau) {
  return order_of(tableau, tableau.m_hat, 6);
}
/// The order that the method keeps whatever matrix stands for the Jacobian.
export template <std::size_t Stages>
constexpr int w_order_of(const RosenbrockTableau<Stages>& tableau) {
  return order_of(tableau, tableau.m, 4, JacobianIs::any_matrix);
}

// Not constexpr: naming one of these in a constant expression is the compile error that a mistyped tableau gives.
void a_or_c_is_not_strictly_lower_triangular();
void gamma_is_not_positive();
void the_weights_do_not_have_the_stated_order_with_any_matrix();

/// The tableau itself, if it is sound, its solutions have exactly the orders that its author says (0: there is none),
/// R(infinity) is as the stated stability has it, and it has at least the order `w_order` with any matrix in place of the
/// Jacobian.
export template <std::size_t Stages>
consteval RosenbrockTableau<Stages> checked(const RosenbrockTableau<Stages>& tableau, int order, int embedded_order,
                                            Stability stability, int w_order = 0) {
  if (trust_tableaus) {
    return tableau;
  }
  if (!(tableau.gamma > 0.0)) {
    gamma_is_not_positive();
  }
  for (std::size_t i = 0; i < Stages; ++i) {
    for (std::size_t j = i; j < Stages; ++j) {
      if (tableau.a[i][j] != 0.0 || tableau.c[i][j] != 0.0) {
        a_or_c_is_not_strictly_lower_triangular();
      }
    }
  }
  if (order_of(tableau, tableau.m, order + 1) != order) {
    the_weights_do_not_have_the_stated_order();
  }
  if (embedded_order > 0 && order_of(tableau, tableau.m_hat, embedded_order + 1) != embedded_order) {
    the_embedded_weights_do_not_have_the_stated_order();
  }
  if (w_order > 0 && order_of(tableau, tableau.m, w_order, JacobianIs::any_matrix) != w_order) {
    the_weights_do_not_have_the_stated_order_with_any_matrix();
  }
  if (!limit_at_infinity(tableau).allows(stability)) {
    the_method_does_not_have_the_stated_stability();
  }
  return tableau;
}

}  // namespace kobie
