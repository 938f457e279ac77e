/// Explicit Butcher tableaus. The order of a set of weights is not declared but found, from the order conditions.
module;
#include <array>
#include <cstddef>
#include <vector>

export module kobie.tableaus:butcher;

namespace kobie {

/// y1 = y0 + h sum_i b_i k_i,  k_i = f(t0 + c_i h, y0 + h sum_{j<i} a_ij k_j)   (Hairer, Norsett, Wanner I, II.1)
/// `embedded` are the weights of the second solution that the error estimate compares with; all zero when there is none.
export template <std::size_t Stages>
struct ExplicitTableau {
  using Row = std::array<double, Stages>;

  std::array<Row, Stages> a{};
  Row b{};
  Row c{};
  Row embedded{};

  static constexpr std::size_t stages() { return Stages; }

  constexpr bool has_embedded() const { return embedded != Row{}; }
  constexpr Row error_weights() const {
    Row e{};
    for (std::size_t i = 0; i < Stages; ++i) {
      e[i] = b[i] - embedded[i];
    }
    return e;
  }
  /// The last stage is evaluated at the new solution, so that it can serve as the first stage of the next step.
  constexpr bool first_same_as_last() const { return a[Stages - 1] == b && c[Stages - 1] == 1.0; }
};

constexpr double magnitude(double x) { return x < 0 ? -x : x; }

// A rooted tree of the theory of order conditions (HNW I, II.2): its order, its density gamma, and the derivative weights
// phi_i of each stage, all found from the two trees whose Butcher product it is.
template <std::size_t Stages>
struct RootedTree {
  int order = 1;
  double density = 1.0;
  std::array<double, Stages> weights{};
  double size = 0.0;  // the largest |term| seen, for the rounding that may be expected
};

/// The highest order (up to `limit`) for which sum_i b_i phi_i(tree) = theta^order / gamma(tree) holds for all rooted trees.
/// With theta = 1: the order of the method with weights b. Otherwise: of its interpolant at theta.
export template <std::size_t Stages>
constexpr int order_of(const std::array<std::array<double, Stages>, Stages>& a, const std::array<double, Stages>& b, int limit,
                       double theta = 1.0) {
  using Tree = RootedTree<Stages>;
  std::vector<std::vector<Tree>> trees(static_cast<std::size_t>(limit) + 1);
  double power = 1.0;
  for (int order = 1; order <= limit; ++order) {
    auto& of_this_order = trees[static_cast<std::size_t>(order)];
    if (order == 1) {
      Tree leaf;
      leaf.weights.fill(1.0);
      leaf.size = 1.0;
      of_this_order.push_back(leaf);
    }
    for (int left = 1; left < order; ++left) {
      for (const Tree& u : trees[static_cast<std::size_t>(left)]) {
        for (const Tree& v : trees[static_cast<std::size_t>(order - left)]) {
          Tree product{order, u.density * v.density * order / u.order, {}, 1.0};
          for (std::size_t i = 0; i < Stages; ++i) {
            double sum = 0.0;
            double size = 0.0;
            for (std::size_t j = 0; j < i; ++j) {
              sum += a[i][j] * v.weights[j];
              size += magnitude(a[i][j] * v.weights[j]);
            }
            product.weights[i] = u.weights[i] * sum;
            size = magnitude(u.weights[i]) * size;
            product.size = product.size < size ? size : product.size;
          }
          of_this_order.push_back(product);
        }
      }
    }
    power *= theta;
    for (const Tree& tree : of_this_order) {
      double sum = 0.0;
      double size = 1.0;
      for (std::size_t i = 0; i < Stages; ++i) {
        sum += b[i] * tree.weights[i];
        size += magnitude(b[i]) * tree.size;
      }
      // Coefficients are rounded to 53 bits: 1e-14 of the terms' size is some 50 roundings.
      if (magnitude(sum - power / tree.density) > 1e-14 * size) {
        return order - 1;
      }
    }
  }
  return limit;
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

// Not constexpr: naming one of these in a constant expression is the compile error that a mistyped tableau gives.
void a_row_of_a_does_not_sum_to_c();
void a_is_not_strictly_lower_triangular();
void the_weights_do_not_have_the_stated_order();
void the_embedded_weights_do_not_have_the_stated_order();

/// The tableau itself, if it is sound and its two solutions have the orders that its author says (0: no embedded one).
export template <std::size_t Stages>
consteval ExplicitTableau<Stages> checked(const ExplicitTableau<Stages>& tableau, int order, int embedded_order) {
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
  return tableau;
}

}  // namespace kobie
