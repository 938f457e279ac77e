// Boost.odeint as its users write it: one run after the other, scalar, states in a std::array, Dormand and Prince's 5(4).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// Runs from 0, which differ in the one parameter that a Twin<T, N> is made from. Defined in odeint.cpp, which is compiled with
// the compiler's own choice of fused instructions, as odeint's users would have it.
template <class Twin, class T, std::size_t N>
class Odeint {
 public:
  using State = std::array<T, N>;

  // `steps` steps of dt.
  static void fixed(std::span<const double> parameters, const State& start, T dt, std::size_t steps, std::span<State> ends);

  // To `duration`, the tolerance absolute and relative.
  static void adaptive(std::span<const double> parameters, const State& start, T duration, T first_step, T tolerance,
                       std::span<State> ends);

  // How many steps `adaptive` attempts, accepted or not.
  static std::int64_t attempts(std::span<const double> parameters, const State& start, T duration, T first_step, T tolerance);
};
