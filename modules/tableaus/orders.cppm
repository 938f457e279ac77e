/// The orders of a method, each found once however often it is asked for.
module;
#include <cstddef>

export module kobie.tableaus:orders;

import :butcher;
import :interpolant;

namespace kobie {

/// The order of the method's solution.
export template <class Method>
inline constexpr int solution_order = order_of(Method::tableau);

/// That of its embedded solution, 0 where it has none.
export template <class Method>
inline constexpr int embedded_order = Method::tableau.has_embedded() ? embedded_order_of(Method::tableau) : 0;

/// That of its coarse solution, 0 where it has none.
export template <class Method>
inline constexpr int coarse_order = Method::tableau.has_coarse() ? coarse_order_of(Method::tableau) : 0;

template <class Method>
constexpr int order_inside() {
  constexpr int order = solution_order<Method>;
  if constexpr (requires { Method::interpolant; }) {
    return order_of(Method::interpolant.matrix(Method::tableau), Method::interpolant.at(Method::tableau, 0.25), order, 0.25);
  } else {
    return order < 3 ? order : 3;
  }
}

/// That of the solution between steps: the method's own interpolant or, where it has none, the cubic Hermite one.
export template <class Method>
inline constexpr int dense_order = order_inside<Method>();

}  // namespace kobie
