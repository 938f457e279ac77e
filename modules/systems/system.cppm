/// The system concept, and compile errors that name the piece that is missing.
module;
#include <array>
#include <concepts>
#include <cstddef>
#include <source_location>
#include <string_view>
#include <type_traits>

export module kobie.systems:system;

import kobie.core;
import :components;
import :matrix;
import :point;

namespace kobie {

template <class>
inline constexpr bool is_value_table = false;
template <std::size_t N>
inline constexpr bool is_value_table<ValueTable<N>> = true;

template <class S>
concept DeclaresStates = requires { requires is_value_table<std::remove_cvref_t<decltype(S::states)>>; };
template <class S>
concept MisnamesStates =
    !DeclaresStates<S> && (requires { S::state; } || requires { S::variables; } || requires { S::species; });
template <class S>
concept ParametersAreATable =
    !requires { S::parameters; } || requires { requires is_value_table<std::remove_cvref_t<decltype(S::parameters)>>; };
template <class S>
concept MisnamesParameters =
    !requires { S::parameters; } && (requires { S::parameter; } || requires { S::params; } || requires { S::constants; });
template <class S>
concept ObservablesAreATable =
    !requires { S::observables; } || requires { requires is_value_table<std::remove_cvref_t<decltype(S::observables)>>; };
template <class S>
concept MisnamesObservables = !requires { S::observables; } && (requires { S::observable; } || requires { S::outputs; });
template <class S>
concept DriversAreATable =
    !requires { S::drivers; } || requires { requires is_value_table<std::remove_cvref_t<decltype(S::drivers)>>; };
template <class S>
concept MisnamesDrivers =
    !requires { S::drivers; } && (requires { S::driver; } || requires { S::forcing; } || requires { S::inputs; });
template <class S>
concept HasRhs = requires(const Point<S, double>& at, Rates<S, double>& d) { S::rhs(at, d); };
template <class S>
concept ObservesWhatItNames =
    observable_count<S> == 0 || requires(const Point<S, double>& at, Observed<S, double>& o) { S::observe(at, o); };

// Whether S has a member of a name, be it data, a function or a template: then the name of a class derived from S and from one
// that has it is ambiguous. A final class is not asked.
struct NamesJacobian {
  int jacobian;
};
struct NamesJac {
  int jac;
};
struct NamesJvp {
  int jvp;
};
struct NamesJacobianVectorProduct {
  int jacobian_vector_product;
};
struct NamesTimeDerivative {
  int time_derivative;
};
template <class S, class Names>
struct BesidesNames : S, Names {};
template <class S>
concept CanBeAsked = std::is_class_v<S> && !std::is_final_v<S>;
template <class S>
concept NamesAJacobian = CanBeAsked<S> && !requires { &BesidesNames<S, NamesJacobian>::jacobian; };
template <class S>
concept MisnamesJacobian = CanBeAsked<S> && !requires { &BesidesNames<S, NamesJac>::jac; };
template <class S>
concept NamesAJvp = CanBeAsked<S> && !requires { &BesidesNames<S, NamesJvp>::jvp; };
template <class S>
concept MisnamesJvp = CanBeAsked<S> && !requires { &BesidesNames<S, NamesJacobianVectorProduct>::jacobian_vector_product; };
template <class S>
concept NamesATimeDerivative = CanBeAsked<S> && !requires { &BesidesNames<S, NamesTimeDerivative>::time_derivative; };

/// Whether a system gives its own Jacobian, product of Jacobian and vector, derivative in time; see kobie.solvers for what
/// kobie does where it does not.
export template <class S>
concept HasJacobian = requires(const Point<S, double>& at, SquareMatrix<double, state_count<S>> j) { S::jacobian(at, j); };
export template <class S>
concept HasJvp =
    requires(const Point<S, double>& at, Components<const double, state_count<S>> v, Rates<S, double>& d) { S::jvp(at, v, d); };
export template <class S>
concept HasTimeDerivative = requires(const Point<S, double>& at, Rates<S, double>& d) { S::time_derivative(at, d); };
template <class S>
concept AutonomousIsBool = !requires { S::autonomous; } || std::same_as<decltype(S::autonomous), const bool>;
template <class S>
concept MassIsAMatrix = !requires { S::mass; } ||
                        std::same_as<decltype(S::mass), const std::array<std::array<double, state_count<S>>, state_count<S>>>;
template <class S>
concept MisnamesMass = !requires { S::mass; } && requires { S::mass_matrix; };
template <class S>
concept GivesWhatStiffMethodsTake =
    (HasJacobian<S> || !NamesAJacobian<S>) && !MisnamesJacobian<S> && (HasJvp<S> || !NamesAJvp<S>) && !MisnamesJvp<S> &&
    (HasTimeDerivative<S> || !NamesATimeDerivative<S>) && AutonomousIsBool<S> && MassIsAMatrix<S> && !MisnamesMass<S>;

template <class S>
concept DriverIsAutonomous = driver_count<S> > 0 && requires { requires S::autonomous; };
template <class S>
concept DerivesDrivers = driver_count<S> > 0 && NamesATimeDerivative<S>;
template <class S>
concept UsesDriversAsItMay = DriversAreATable<S> && !MisnamesDrivers<S> && !DriverIsAutonomous<S> && !DerivesDrivers<S>;

/// A system of ordinary differential equations, as kobie integrates it.
export template <class S>
concept System =
    DeclaresStates<S> && ParametersAreATable<S> && !MisnamesParameters<S> && UsesDriversAsItMay<S> && ObservablesAreATable<S> &&
    !MisnamesObservables<S> && HasRhs<S> && ObservesWhatItNames<S> && GivesWhatStiffMethodsTake<S>;

// The same for drivers.
template <class S>
consteval void require_drivers() {
  if constexpr (MisnamesDrivers<S>) {
    static_assert(!MisnamesDrivers<S>, "kobie: this system's table of drivers must be called 'drivers'");
  } else if constexpr (!DriversAreATable<S>) {
    static_assert(DriversAreATable<S>, "kobie: this system's 'drivers' must be made by kobie::names({\"force\", ...})");
  } else if constexpr (DriverIsAutonomous<S>) {
    static_assert(!DriverIsAutonomous<S>, "kobie: a system with drivers is not autonomous");
  } else if constexpr (DerivesDrivers<S>) {
    static_assert(!DerivesDrivers<S>,
                  "kobie: the derivative in time of a system with drivers is kobie's to compute; leave 'time_derivative' out");
  }
}

// The same for what only implicit methods take.
template <class S>
consteval void require_stiff_parts() {
  if constexpr (MisnamesJacobian<S>) {
    static_assert(!MisnamesJacobian<S>, "kobie: this system's Jacobian must be called 'jacobian'");
  } else if constexpr (NamesAJacobian<S> && !HasJacobian<S>) {
    static_assert(HasJacobian<S>,
                  "kobie: this system's 'jacobian' must be 'template <class Real> static constexpr void jacobian(const "
                  "kobie::Point<ThisSystem, Real>& at, kobie::SquareMatrix<Real, number of states>& j)'");
  } else if constexpr (MisnamesJvp<S>) {
    static_assert(!MisnamesJvp<S>, "kobie: this system's product of Jacobian and vector must be called 'jvp'");
  } else if constexpr (NamesAJvp<S> && !HasJvp<S>) {
    static_assert(HasJvp<S>,
                  "kobie: this system's 'jvp' must be 'template <class Real> static constexpr void jvp(const "
                  "kobie::Point<ThisSystem, Real>& at, kobie::Components<const Real, number of states> v, "
                  "kobie::Rates<ThisSystem, Real>& d)'");
  } else if constexpr (NamesATimeDerivative<S> && !HasTimeDerivative<S>) {
    static_assert(HasTimeDerivative<S>,
                  "kobie: this system's 'time_derivative' must be 'template <class Real> static constexpr void "
                  "time_derivative(const kobie::Point<ThisSystem, Real>& at, kobie::Rates<ThisSystem, Real>& d)'");
  } else if constexpr (!AutonomousIsBool<S>) {
    static_assert(AutonomousIsBool<S>, "kobie: this system's 'autonomous' must be a 'static constexpr bool'");
  } else if constexpr (MisnamesMass<S>) {
    static_assert(!MisnamesMass<S>, "kobie: this system's mass matrix must be called 'mass'");
  } else if constexpr (!MassIsAMatrix<S>) {
    static_assert(MassIsAMatrix<S>,
                  "kobie: this system's 'mass', the matrix M of M y' = f, must be a 'static constexpr "
                  "std::array<std::array<double, n>, n>' for its n "
                  "states");
  }
}

/// The same, with a compile error in plain words for the first piece that is wrong.
export template <class S>
consteval bool require_system() {
  if constexpr (System<S>) {
    return true;
  } else if constexpr (MisnamesStates<S>) {
    static_assert(DeclaresStates<S>, "kobie: this system's table of states must be called 'states'");
  } else if constexpr (!DeclaresStates<S>) {
    static_assert(DeclaresStates<S>,
                  "kobie: this system lacks 'static constexpr auto states = kobie::values({{\"x\", 1.0}, ...})'");
  } else if constexpr (MisnamesParameters<S>) {
    static_assert(!MisnamesParameters<S>, "kobie: this system's table of parameters must be called 'parameters'");
  } else if constexpr (!ParametersAreATable<S>) {
    static_assert(ParametersAreATable<S>,
                  "kobie: this system's 'parameters' must be made by kobie::values({{\"a\", 1.0}, ...})");
  } else if constexpr (!UsesDriversAsItMay<S>) {
    require_drivers<S>();
  } else if constexpr (MisnamesObservables<S>) {
    static_assert(!MisnamesObservables<S>, "kobie: this system's table of observables must be called 'observables'");
  } else if constexpr (!ObservablesAreATable<S>) {
    static_assert(ObservablesAreATable<S>,
                  "kobie: this system's 'observables' must be made by kobie::names({\"energy\", ...})");
  } else if constexpr (!HasRhs<S>) {
    static_assert(HasRhs<S>,
                  "kobie: this system lacks 'template <class Real> static constexpr void rhs(const kobie::Point<ThisSystem, "
                  "Real>& at, kobie::Rates<ThisSystem, Real>& d)'");
  } else if constexpr (!ObservesWhatItNames<S>) {
    static_assert(ObservesWhatItNames<S>,
                  "kobie: this system names observables but lacks 'template <class Real> static constexpr void observe(const "
                  "kobie::Point<ThisSystem, Real>& at, kobie::Observed<ThisSystem, Real>& o)'");
  } else {
    require_stiff_parts<S>();
  }
  return false;
}

/// A system may say `static constexpr bool lanes = false`: its right-hand side branches on values and runs scalar.
export template <class S>
inline constexpr bool allows_lanes = [] {
  if constexpr (requires { S::lanes; }) {
    return static_cast<bool>(S::lanes);
  } else {
    return true;
  }
}();

/// A system's own `name`, or the name of its type.
export template <class S>
constexpr std::string_view system_name() {
  if constexpr (requires { std::string_view(S::name); }) {
    return S::name;
  } else {
    // "... [S = Lorenz]" with Clang, "... [with S = Lorenz; ...]" with GCC.
    std::string_view text = std::source_location::current().function_name();
    text.remove_prefix(text.find("S = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    const auto scope = text.rfind("::", text.find('<'));
    return scope == std::string_view::npos ? text : text.substr(scope + 2);
  }
}

}  // namespace kobie
