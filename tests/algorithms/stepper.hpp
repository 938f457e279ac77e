// Makes steps of an implicit method one by one.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

import kobie.algorithms;
import kobie.buffers;
import kobie.core;
import kobie.numbers;
import kobie.solvers;
import kobie.systems;
import kobie.tableaus;

namespace stepper {

// Watches nothing.
struct Blind {
  static constexpr bool watches = false;
  template <std::size_t Stage, class State>
  void stage(const State&) {}
  template <std::size_t Stage, class Mask, class State>
  void newton_guess(const Mask&, const State&) {}
  template <class Iteration>
  void newton(const Iteration&) {}
  template <class Iteration>
  void linear(const Iteration&) {}
  template <class Mask>
  void linearised(const Mask&, const Mask&) {}
};

template <class Method>
inline constexpr bool is_fully_implicit = requires { Method::transformation; };
template <class Method, class System>
using TraitsOf = std::conditional_t<is_fully_implicit<Method>, kobie::FullyImplicitTraits<Method, System>,
                                    kobie::DiagonallyImplicitTraits<Method, System>>;
template <class Method, class System, class Real, class Memory>
using AlgorithmOf = std::conditional_t<is_fully_implicit<Method>, kobie::FullyImplicit<Method, System, Real, Memory>,
                                       kobie::DiagonallyImplicit<Method, System, Real, Memory>>;

template <class System, class Method, class Real>
class Stepper {
  using T = kobie::ScalarOf<Real>;
  struct Declared {
    static constexpr kobie::BufferRegistry buffers() {
      return TraitsOf<Method, System>::buffers(std::is_same_v<T, float> ? kobie::BufferPrecision::float32
                                                                        : kobie::BufferPrecision::float64);
    }
  };
  using Memory = kobie::Workspace<kobie::BuffersOf<Declared>, Real, T>;

 public:
  static constexpr std::size_t states = kobie::state_count<System>;
  static constexpr std::size_t parameters = kobie::parameter_count<System>;
  using Algorithm = AlgorithmOf<Method, System, Real, kobie::ComponentBuffers<Memory, "algorithm">>;
  using State = kobie::Components<Real, states>;
  using Tolerance = kobie::CommonTolerance<T>;

  Real t{0};
  Real y[states]{};
  Real y_new[states]{};
  Real parameter[parameters == 0 ? 1 : parameters]{};
  Tolerance tolerance{.rtol = T(1e-13), .atol = T(1e-14)};

  Stepper() {
    for (std::size_t i = 0; i < states; ++i) {
      y[i] = Real(static_cast<T>(System::states[i].value));
    }
    if constexpr (parameters > 0) {
      for (std::size_t i = 0; i < parameters; ++i) {
        parameter[i] = Real(static_cast<T>(System::parameters[i].value));
      }
    }
  }

  Algorithm algorithm() { return Algorithm(kobie::ComponentBuffers<Memory, "algorithm">(memory_)); }
  void start(kobie::MaskOf<Real> lanes = true) { algorithm().start(t, view(y), at_parameters(), lanes, view(y_new)); }

  // The lanes where a step is solved. What does not persist is NaN before it.
  template <class Instrument>
  kobie::MaskOf<Real> attempt(Real h, kobie::MaskOf<Real> lanes, Instrument& instrument) {
    memory_.poison();
    return algorithm().step(t, h, view(y), at_parameters(), view(y_new), lanes, tolerance, instrument);
  }
  kobie::MaskOf<Real> attempt(Real h, kobie::MaskOf<Real> lanes = true) {
    Blind blind;
    return attempt(h, lanes, blind);
  }
  void accept(Real h, kobie::MaskOf<Real> lanes = true) {
    algorithm().finish(t + h, view(y_new), at_parameters());
    algorithm().commit(lanes);
    for (std::size_t i = 0; i < states; ++i) {
      y[i] = kobie::select(lanes, y_new[i], y[i]);
    }
    t = kobie::select(lanes, t + h, t);
  }
  // Steps of length h until some lane is not solved; whether all were.
  bool go(int steps, Real h) {
    for (int i = 0; i < steps; ++i) {
      if (!kobie::all(attempt(h))) {
        return false;
      }
      accept(h);
    }
    return true;
  }
  Real error(Real h, std::size_t i) { return algorithm().error(h, i); }

  static State view(Real* numbers) { return State(numbers); }

 private:
  kobie::Components<const Real, parameters> at_parameters() { return kobie::Components<const Real, parameters>(parameter); }

  Memory memory_;
};

}  // namespace stepper
