/// The collocation polynomial of a step: through its start and all its stages (Hairer, Norsett, Wanner I, II.7).
module;
#include <cstddef>

export module kobie.algorithms:collocation;

import kobie.numbers;

namespace kobie {

// 1 / (c_J prod_{k != J} (c_J - c_k))
template <class Method, std::size_t J>
constexpr double lagrange_factor() {
  constexpr auto c = Method::tableau.c;
  double product = c[J];
  for (std::size_t k = 0; k < c.size(); ++k) {
    product *= k == J ? 1.0 : c[J] - c[k];
  }
  return 1.0 / product;
}

/// The number that increment z_J is multiplied by in the polynomial at t + s h, less what it is multiplied by in the solution.
export template <class Method, std::size_t J, class Real>
constexpr Real collocation_beyond_end(Real s) {
  using T = ScalarOf<Real>;
  constexpr auto factor = static_cast<T>(lagrange_factor<Method, J>());
  constexpr auto at_end = static_cast<T>(Method::tableau.increment_weights()[J]);
  Real product = Real(factor) * s;
  for (std::size_t k = 0; k < Method::tableau.stages(); ++k) {
    if (k != J) {
      product = product * (s - Real(static_cast<T>(Method::tableau.c[k])));
    }
  }
  return product - Real(at_end);
}

// p(c_J) in collocation_bend
template <class Method, std::size_t J, class Real>
constexpr Real bend_at(Real rise, Real z) {
  using T = ScalarOf<Real>;
  constexpr auto per_node = static_cast<T>(1.0 / Method::tableau.c[J]);
  constexpr auto per_rest = static_cast<T>(1.0 / (Method::tableau.c[J] - 1.0));
  return Real(per_rest) * fma(Real(per_node), z, -rise);
}

/// p(theta), where y + theta (rise + (theta - 1) p(theta)) is the polynomial of the increments z of one component, and `rise`
/// is that of the step: so that it ends at the step whatever is rounded.
export template <class Method, class Real>
constexpr Real collocation_bend(Real theta, Real rise, const Real* z) {
  using T = ScalarOf<Real>;
  const Real first = bend_at<Method, 0>(rise, z[0]);
  if constexpr (Method::tableau.stages() == 2) {
    return first;
  } else {
    constexpr auto node = static_cast<T>(Method::tableau.c[0]);
    constexpr auto per_distance = static_cast<T>(1.0 / (Method::tableau.c[1] - Method::tableau.c[0]));
    return fma((theta - Real(node)) * Real(per_distance), bend_at<Method, 1>(rise, z[1]) - first, first);
  }
}

}  // namespace kobie
