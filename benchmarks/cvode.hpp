// SUNDIALS' CVODE as its users write it: BDF, dense matrices, serial vectors, the Jacobian by hand, one run after the other by
// one solver that is started anew for each.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// What all runs together took.
struct CvodeWork {
  std::int64_t steps = 0;
  std::int64_t derivatives = 0;
  std::int64_t jacobians = 0;
  std::int64_t factorisations = 0;
};

// Runs from 0 of a Twin: rhs(y, d), jacobian(y, j). Defined in cvode.cpp, which is compiled with the compiler's own choice of
// fused instructions, as CVODE's users would have it.
template <class Twin, std::size_t N>
class Cvode {
 public:
  using State = std::array<double, N>;

  // `ends[i]` is where the run of twins[i] is after `duration`. Throws std::runtime_error where CVODE gives up.
  static CvodeWork solve(std::span<const Twin> twins, const State& start, double duration, double rtol, const State& atol,
                         std::span<State> ends);
};

// "6.4.1"
const char* cvode_version();
