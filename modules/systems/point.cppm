/// What a right-hand side is given and what it fills in.
module;
#include <cstddef>
#include <cstdint>
#include <type_traits>

export module kobie.systems:point;

import kobie.core;
import kobie.drivers;
import kobie.numbers;
import :components;

namespace kobie {

/// How many states, parameters, drivers and observables a system has.
export template <class System>
inline constexpr std::size_t state_count = System::states.size();

export template <class System>
inline constexpr std::size_t parameter_count = [] {
  if constexpr (requires { System::parameters; }) {
    return System::parameters.size();
  } else {
    return std::size_t{0};
  }
}();

export template <class System>
inline constexpr std::size_t driver_count = [] {
  if constexpr (requires { System::drivers; }) {
    return System::drivers.size();
  } else {
    return std::size_t{0};
  }
}();

export template <class System>
inline constexpr std::size_t observable_count = [] {
  if constexpr (requires { System::observables; }) {
    return System::observables.size();
  } else {
    return std::size_t{0};
  }
}();

/// One point of one run (or of as many runs as Real has lanes): time, states, parameters, and drivers at that time.
export template <class System, class Real>
struct Point {
  Real t;
  Components<const Real, state_count<System>> state;
  Components<const Real, parameter_count<System>> parameter;
  Components<const Real, driver_count<System>> driver{nullptr};
};

/// The time derivatives that a right-hand side writes.
export template <class System, class Real>
struct Rates {
  Components<Real, state_count<System>> state;
};

/// Parameters, and where drivers are found: their tables, and which curve each lane reads.
export template <class System, class Real>
struct DrivenConstants : Components<const Real, parameter_count<System>> {
  const DriverTable<ScalarOf<Real>>* tables;  ///< in the order of the system's drivers
  const std::int64_t* curves;                 ///< of each lane

  constexpr DrivenConstants(Components<const Real, parameter_count<System>> parameters,
                            const DriverTable<ScalarOf<Real>>* the_tables, const std::int64_t* the_curves)
      : Components<const Real, parameter_count<System>>(parameters), tables(the_tables), curves(the_curves) {}
};

/// What a run has that steps do not change: its parameters and, where the system has some, its drivers.
export template <class System, class Real>
using RunConstants = std::conditional_t<driver_count<System> == 0, Components<const Real, parameter_count<System>>,
                                        DrivenConstants<System, Real>>;

/// The drivers of a run at time t.
export template <class System, class Real>
class DriversAt {
 public:
  constexpr DriversAt(Real t, const DrivenConstants<System, Real>& constants) {
    for (std::size_t i = 0; i < driver_count<System>; ++i) {
      const DriverValue<Real> found = evaluate(constants.tables[i], t, constants.curves);
      values_[i] = found.value;
      slopes_[i] = found.slope;
    }
  }

  constexpr Components<const Real, driver_count<System>> values() const {
    return Components<const Real, driver_count<System>>(values_);
  }
  /// Their derivatives in time.
  constexpr Components<const Real, driver_count<System>> slopes() const {
    return Components<const Real, driver_count<System>>(slopes_);
  }

 private:
  Real values_[driver_count<System>];
  Real slopes_[driver_count<System>];
};

/// Calls visit(at), `at` being the point (t, y) of a run.
export template <class System, class Real, class Visit>
constexpr void visit_point(Real t, Components<const Real, state_count<System>> y, const RunConstants<System, Real>& constants,
                           const Visit& visit) {
  if constexpr (driver_count<System> == 0) {
    const Point<System, Real> at{t, y, constants};
    visit(at);
  } else {
    const DriversAt<System, Real> drivers(t, constants);
    const Point<System, Real> at{t, y, constants, drivers.values()};
    visit(at);
  }
}

/// The right-hand side: `rate` becomes f(t, y).
export template <class System, class Real>
constexpr void evaluate_rhs(Real t, Components<const Real, state_count<System>> y, const RunConstants<System, Real>& constants,
                            Components<Real, state_count<System>> rate) {
  visit_point<System, Real>(t, y, constants, [&](const Point<System, Real>& at) {
    Rates<System, Real> rates{rate};
    System::rhs(at, rates);
  });
}

/// The observables that `observe` writes.
export template <class System, class Real>
struct Observed {
  Components<Real, observable_count<System>> observable;
};

}  // namespace kobie
