/// Which algorithm makes the steps of a method: its tableau's type says so.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:algorithm_of;

import kobie.tableaus;
import :diagonally_implicit;
import :diagonally_implicit_traits;
import :explicit_runge_kutta;
import :fully_implicit;
import :fully_implicit_traits;
import :rosenbrock;
import :switching;

namespace kobie {

template <class Tableau>
struct Family;

template <std::size_t Stages>
struct Family<ExplicitTableau<Stages>> {
  template <class Method, class System>
  using Traits = ExplicitRungeKuttaTraits<Method, System>;
  template <class Method, class System, class Real, class Memory>
  using Algorithm = ExplicitRungeKutta<Method, System, Real, Memory>;
};

template <std::size_t Stages>
struct Family<RosenbrockTableau<Stages>> {
  template <class Method, class System>
  using Traits = RosenbrockTraits<Method, System>;
  template <class Method, class System, class Real, class Memory>
  using Algorithm = Rosenbrock<Method, System, Real, Memory>;
};

template <std::size_t Stages>
struct Family<DiagonallyImplicitTableau<Stages>> {
  template <class Method, class System>
  using Traits = DiagonallyImplicitTraits<Method, System>;
  template <class Method, class System, class Real, class Memory>
  using Algorithm = DiagonallyImplicit<Method, System, Real, Memory>;
};

template <std::size_t Stages>
struct Family<ImplicitTableau<Stages>> {
  template <class Method, class System>
  using Traits = FullyImplicitTraits<Method, System>;
  template <class Method, class System, class Real, class Memory>
  using Algorithm = FullyImplicit<Method, System, Real, Memory>;
};

template <class NonStiff, class Stiff>
struct Family<SwitchingTableau<NonStiff, Stiff>> {
  template <class Method, class System>
  using Traits = SwitchingTraits<NonStiff, Stiff, System>;
  template <class Method, class System, class Real, class Memory>
  using Algorithm = Switching<NonStiff, Stiff, System, Real, Memory>;
};

template <class Method>
using FamilyOf = Family<std::remove_cvref_t<decltype(Method::tableau)>>;

/// What is known of `Method` for `System` before anything is computed, and the buffers it asks for.
export template <class Method, class System>
using AlgorithmTraits = typename FamilyOf<Method>::template Traits<Method, System>;

/// Whether no stage lies beyond the end of the step, where a right-hand side may be another one (see LoopSettings::stops).
export template <class Method>
inline constexpr bool stages_end_with_step = [] {
  // Rosenbrock methods have other coefficients there, and no such stages.
  if constexpr (requires { double{Method::tableau.c[0]}; }) {
    for (const double node : Method::tableau.c) {
      if (node > 1.0 + 1e-14) {
        return false;
      }
    }
  }
  return true;
}();

/// What makes the steps of `Method`, with the buffers of `Memory`.
export template <class Method, class System, class Real, class Memory>
using AlgorithmOf = typename FamilyOf<Method>::template Algorithm<Method, System, Real, Memory>;

}  // namespace kobie
