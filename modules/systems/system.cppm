/// The system concept, and compile errors that name the piece that is missing.
module;
#include <cstddef>
#include <source_location>
#include <string_view>
#include <type_traits>

export module kobie.systems:system;

import kobie.core;
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
concept HasRhs = requires(const Point<S, double>& at, Rates<S, double>& d) { S::rhs(at, d); };
template <class S>
concept ObservesWhatItNames =
    observable_count<S> == 0 || requires(const Point<S, double>& at, Observed<S, double>& o) { S::observe(at, o); };

/// A system of ordinary differential equations, as kobie integrates it.
export template <class S>
concept System = DeclaresStates<S> && ParametersAreATable<S> && !MisnamesParameters<S> && ObservablesAreATable<S> &&
                 !MisnamesObservables<S> && HasRhs<S> && ObservesWhatItNames<S>;

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
  } else if constexpr (MisnamesObservables<S>) {
    static_assert(!MisnamesObservables<S>, "kobie: this system's table of observables must be called 'observables'");
  } else if constexpr (!ObservablesAreATable<S>) {
    static_assert(ObservablesAreATable<S>,
                  "kobie: this system's 'observables' must be made by kobie::names({\"energy\", ...})");
  } else if constexpr (!HasRhs<S>) {
    static_assert(HasRhs<S>,
                  "kobie: this system lacks 'template <class Real> static constexpr void rhs(const kobie::Point<ThisSystem, "
                  "Real>& at, kobie::Rates<ThisSystem, Real>& d)'");
  } else {
    static_assert(ObservesWhatItNames<S>,
                  "kobie: this system names observables but lacks 'template <class Real> static constexpr void observe(const "
                  "kobie::Point<ThisSystem, Real>& at, kobie::Observed<ThisSystem, Real>& o)'");
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
