/// The orders of a method, each found once however often it is asked for.
module;
#include <cstddef>

export module kobie.tableaus:orders;

import :butcher;
import :diagonally_implicit;
import :fully_implicit;
import :interpolant;
import :rosenbrock;
import :rosenbrock_interpolant;
import :rosenbrock_order;

namespace kobie {

/// The order of the method's solution.
export template <class Method>
inline constexpr int solution_order = order_of(Method::tableau);

/// That of its embedded solution, 0 where it has none.
export template <class Method>
inline constexpr int embedded_order = Method::tableau.has_embedded() ? embedded_order_of(Method::tableau) : 0;

template <class Method>
constexpr int order_of_coarse() {
  if constexpr (requires { Method::tableau.has_coarse(); }) {
    return Method::tableau.has_coarse() ? coarse_order_of(Method::tableau) : 0;
  } else {
    return 0;
  }
}

/// That of its coarse solution, 0 where it has none.
export template <class Method>
inline constexpr int coarse_order = order_of_coarse<Method>();

template <class Method>
constexpr int control_order_by() {
  constexpr int order = solution_order<Method>;
  constexpr int embedded = embedded_order<Method>;
  if constexpr (coarse_order<Method> > 0) {
    // A square of the finer estimate over the coarser one.
    return 2 * (embedded + 1) - (coarse_order<Method> + 1);
  } else {
    return (embedded > 0 && embedded < order ? embedded : order) + 1;
  }
}

/// The order of the local error that the estimate sees, plus one: the k of step size control (HNW I, II.4). Without an estimate
/// that of the solution's.
export template <class Method>
inline constexpr int control_order_of = control_order_by<Method>();

template <class Method>
constexpr int order_inside() {
  constexpr int order = solution_order<Method>;
  if constexpr (requires { Method::interpolant; }) {
    return inner_order_of(Method::interpolant, Method::tableau, 0.25, order);
  } else {
    return order < 3 ? order : 3;
  }
}

/// That of the solution between steps: the method's own interpolant or, where it has none, the cubic Hermite one.
export template <class Method>
inline constexpr int dense_order = order_inside<Method>();

}  // namespace kobie
