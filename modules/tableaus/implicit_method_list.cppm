/// The methods for stiff systems, for choosing them by name.
export module kobie.tableaus:implicit_method_list;

import :backward_euler;
import :backward_euler_predict_correct;
import :crank_nicolson;
import :dirk3;
import :gauss_legendre_4;
import :implicit_midpoint;
import :kencarp3;
import :kencarp4;
import :kvaerno3;
import :kvaerno5;
import :method_list;
import :radau_iia_5;
import :rodas3p;
import :rodas4;
import :rodas5p;
import :ros2s;
import :ros3p;
import :rosenbrock23;
import :sdirk2;
import :sdirk43;
import :tr_bdf2;
import :trapezoid;

namespace kobie {

/// Rosenbrock methods, by order.
export using RosenbrockMethods = MethodList<Ros2S, Rosenbrock23, Ros3P, Rodas3P, Rodas4, Rodas5P>;

/// Diagonally implicit Runge-Kutta methods, by order.
export using DiagonallyImplicitMethods =
    MethodList<BackwardEuler, BackwardEulerPredictCorrect, ImplicitMidpoint, Trapezoid, CrankNicolson, Sdirk2, TrBdf2, Dirk3,
               Kvaerno3, KenCarp3, Sdirk43, KenCarp4, Kvaerno5>;

/// Fully implicit Runge-Kutta methods, by order.
export using FullyImplicitMethods = MethodList<GaussLegendre4, RadauIIA5>;

template <class... As, class... Bs>
constexpr MethodList<As..., Bs...> joined(MethodList<As...>, MethodList<Bs...>) {
  return {};
}

/// All methods for stiff systems: find_method<ImplicitMethods>("rodas4").
export using ImplicitMethods =
    decltype(joined(joined(RosenbrockMethods{}, DiagonallyImplicitMethods{}), FullyImplicitMethods{}));

static_assert(names_are_unique<decltype(joined(Methods{}, ImplicitMethods{}))>());

}  // namespace kobie
