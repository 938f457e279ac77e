/// Explicit Butcher tableaus, and the order conditions of all Butcher tableaus: the order of a set of weights is not declared
/// but found.
module;
#include <array>
#include <cstddef>
#include <vector>

export module kobie.tableaus:butcher;

namespace kobie {

// Whether `checked` takes what it is given as it is: for builds of headers, in which every file would check all methods anew.
#ifdef KOBIE_TRUST_TABLEAUS
inline constexpr bool trust_tableaus = true;
#else
inline constexpr bool trust_tableaus = false;
#endif

/// y1 = y0 + h sum_i b_i k_i,  k_i = f(t0 + c_i h, y0 + h sum_{j<i} a_ij k_j)   (Hairer, Norsett, Wanner I, II.1)
/// `embedded` are the weights of the second solution that the error estimate compares with; all zero when there is none.
/// `coarse` are those of a third one, of lower order, for an estimate that combines two differences (HNW I, II.10, DOP853).
export template <std::size_t Stages>
struct ExplicitTableau {
  using Row = std::array<double, Stages>;

  std::array<Row, Stages> a{};
  Row b{};
  Row c{};
  Row embedded{};
  Row coarse{};

  static constexpr std::size_t stages() { return Stages; }

  constexpr bool has_embedded() const { return embedded != Row{}; }
  constexpr bool has_coarse() const { return coarse != Row{}; }
  constexpr Row error_weights() const { return away_from(embedded); }
  constexpr Row coarse_error_weights() const { return away_from(coarse); }
  constexpr Row away_from(const Row& other) const {
    Row e{};
    for (std::size_t i = 0; i < Stages; ++i) {
      e[i] = b[i] - other[i];
    }
    return e;
  }
  /// The last stage is evaluated at the new solution, so that it can serve as the first stage of the next step.
  constexpr bool first_same_as_last() const { return a[Stages - 1] == b && c[Stages - 1] == 1.0; }
};

constexpr double magnitude(double x) { return x < 0 ? -x : x; }

// A coefficient a_ij that is not zero.
struct Coefficient {
  std::size_t i = 0;
  std::size_t j = 0;
  double value = 0.0;
};

// The weights of a solution at theta, the magnitudes that they were summed from, and theta to the order looked at.
template <std::size_t Stages>
struct StageWeights {
  double theta = 1.0;
  double power = 1.0;
  double weights[Stages]{};
  double size[Stages]{};
};

// A rooted tree of the theory of order conditions (HNW I, II.2): its order, its density gamma, and of each stage the derivative
// weight phi_i and sum_j a_ij phi_j, which a tree has that carries this one on a new root. `size` and `grafted_size` are the
// same sums of magnitudes: what roundings are measured by. Plain arrays, since compilers limit the calls in a constant.
template <std::size_t Stages>
struct RootedTree {
  int order = 1;
  double density = 1.0;
  std::size_t last_branch = 0;  // the number of the tree grafted last, numbered from 1; 0 where there is none
  double weights[Stages]{};
  double size[Stages]{};
  double grafted[Stages]{};
  double grafted_size[Stages]{};

  constexpr void graft(const std::vector<Coefficient>& a) {
    const Coefficient* const last = a.data() + a.size();
    for (const Coefficient* c = a.data(); c != last; ++c) {
      grafted[c->i] += c->value * weights[c->j];
      grafted_size[c->i] += (c->value < 0 ? -c->value : c->value) * size[c->j];
    }
  }
  // sum_i b_i phi_i = power / gamma, but for roundings: 1e-14 of the terms' size is some 50 of them.
  constexpr bool fits(const StageWeights<Stages>& b) const {
    double sum = 0.0;
    double largest = 1.0;
    for (std::size_t i = 0; i < Stages; ++i) {
      sum += b.weights[i] * weights[i];
      largest += b.size[i] * size[i];
    }
    return magnitude(sum - b.power / density) <= 1e-14 * largest;
  }
};

// Butcher's product: u with v as one more branch of its root. `number` is v's.
template <std::size_t Stages>
constexpr RootedTree<Stages> butcher_product(const RootedTree<Stages>& u, const RootedTree<Stages>& v, std::size_t number) {
  RootedTree<Stages> tree;
  tree.order = u.order + v.order;
  tree.density = u.density * v.density * tree.order / u.order;
  tree.last_branch = number;
  for (std::size_t i = 0; i < Stages; ++i) {
    tree.weights[i] = u.weights[i] * v.grafted[i];
    tree.size[i] = u.size[i] * v.grafted_size[i];
  }
  return tree;
}

// The highest order (up to `limit`) that the solutions of all weights have: for these, sum_i b_i phi_i(tree) =
// theta^order / gamma(tree) holds for all rooted trees: 1, 1, 2, 4, 9, 20, 48, 115, 286, 719 of order 1 to 10.
template <std::size_t Stages, std::size_t Count>
constexpr int common_order(const std::array<std::array<double, Stages>, Stages>& a,
                           std::array<StageWeights<Stages>, Count> solutions, int limit) {
  using Tree = RootedTree<Stages>;
  const auto all_fit = [&solutions](const Tree& tree) {
    for (std::size_t n = 0; n < Count; ++n) {
      if (!tree.fits(solutions[n])) {
        return false;
      }
    }
    return true;
  };
  std::vector<Coefficient> coefficients;
  for (std::size_t i = 0; i < Stages; ++i) {
    for (std::size_t j = 0; j < Stages; ++j) {
      if (a[i][j] != 0.0) {
        coefficients.push_back(Coefficient{i, j, a[i][j]});
      }
    }
  }
  std::vector<Tree> trees;  // all of each order, one order after the other
  std::vector<std::size_t> end = {0};
  for (int order = 1; order <= limit; ++order) {
    for (std::size_t n = 0; n < Count; ++n) {
      solutions[n].power *= solutions[n].theta;
    }
    if (order == 1) {
      Tree leaf;
      for (std::size_t i = 0; i < Stages; ++i) {
        leaf.weights[i] = leaf.size[i] = 1.0;
      }
      if (!all_fit(leaf)) {
        return 0;
      }
      leaf.graft(coefficients);
      trees.push_back(leaf);
    }
    for (int left = 1; left < order; ++left) {
      const auto right = static_cast<std::size_t>(order - left);
      for (std::size_t u = end[static_cast<std::size_t>(left) - 1]; u < end[static_cast<std::size_t>(left)]; ++u) {
        for (std::size_t v = end[right - 1]; v < end[right]; ++v) {
          if (trees[u].last_branch > v + 1) {
            continue;  // branches in ascending order, so that each tree is met once
          }
          Tree tree = butcher_product(trees[u], trees[v], v + 1);
          if (!all_fit(tree)) {
            return order - 1;
          }
          if (order < limit) {
            tree.graft(coefficients);
            trees.push_back(tree);
          }
        }
      }
    }
    end.push_back(trees.size());
  }
  return limit;
}

/// The highest order (up to `limit`) of the solution of weights b. With theta: of the interpolant whose weights at theta these
/// are.
export template <std::size_t Stages>
constexpr int order_of(const std::array<std::array<double, Stages>, Stages>& a, const std::array<double, Stages>& b, int limit,
                       double theta = 1.0) {
  StageWeights<Stages> solution;
  solution.theta = theta;
  for (std::size_t i = 0; i < Stages; ++i) {
    solution.weights[i] = b[i];
    solution.size[i] = magnitude(b[i]);
  }
  return common_order(a, std::array<StageWeights<Stages>, 1>{solution}, limit);
}

/// A method's order, and its embedded solution's.
export template <std::size_t Stages>
constexpr int order_of(const ExplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.b, 9);
}
export template <std::size_t Stages>
constexpr int embedded_order_of(const ExplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.embedded, 9);
}
export template <std::size_t Stages>
constexpr int coarse_order_of(const ExplicitTableau<Stages>& tableau) {
  return order_of(tableau.a, tableau.coarse, 9);
}

// Not constexpr: naming one of these in a constant expression is the compile error that a mistyped tableau gives.
void a_row_of_a_does_not_sum_to_c();
void a_is_not_strictly_lower_triangular();
void the_weights_do_not_have_the_stated_order();
void the_embedded_weights_do_not_have_the_stated_order();
void the_coarse_weights_do_not_have_the_stated_order();

/// The tableau itself, if it is sound and its solutions have exactly the orders that its author says (0: there is none).
export template <std::size_t Stages>
consteval ExplicitTableau<Stages> checked(const ExplicitTableau<Stages>& tableau, int order, int embedded_order,
                                          int coarse_order = 0) {
  if (trust_tableaus) {
    return tableau;
  }
  for (std::size_t i = 0; i < Stages; ++i) {
    double sum = 0.0;
    double size = 1.0;
    for (std::size_t j = 0; j < Stages; ++j) {
      if (j >= i && tableau.a[i][j] != 0.0) {
        a_is_not_strictly_lower_triangular();
      }
      sum += tableau.a[i][j];
      size += magnitude(tableau.a[i][j]);
    }
    if (magnitude(sum - tableau.c[i]) > 1e-15 * size) {
      a_row_of_a_does_not_sum_to_c();
    }
  }
  if (order_of(tableau.a, tableau.b, order + 1) != order) {
    the_weights_do_not_have_the_stated_order();
  }
  if (embedded_order > 0 && order_of(tableau.a, tableau.embedded, embedded_order + 1) != embedded_order) {
    the_embedded_weights_do_not_have_the_stated_order();
  }
  if (coarse_order > 0 && order_of(tableau.a, tableau.coarse, coarse_order + 1) != coarse_order) {
    the_coarse_weights_do_not_have_the_stated_order();
  }
  return tableau;
}

}  // namespace kobie
