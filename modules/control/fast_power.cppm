/// log2 and exp2 to five digits: all that a step size needs, in a tenth of the time, and the same in scalars and lanes.
module;
#include <concepts>
#include <cstdint>
#include <limits>

export module kobie.control:fast_power;

import kobie.numbers;

namespace kobie {

template <std::floating_point T>
inline constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;

/// log2(x) for positive, normal x; absolute error below 1.1e-5. A minimax polynomial on [1, 2) that is exact at 1.
export template <class Real>
constexpr Real fast_log2(Real x) {
  using T = ScalarOf<Real>;
  using Bits = decltype(to_bits(x));
  constexpr auto one = to_bits(T(1));
  constexpr auto mantissa = (decltype(one){1} << mantissa_bits<T>)-1;
  // The exponent's bits, set below those of 2^mantissa_bits, are that number plus the exponent.
  constexpr T shift = static_cast<T>(std::uint64_t{1} << mantissa_bits<T>);
  constexpr T bias = static_cast<T>(std::numeric_limits<T>::max_exponent - 1);
  const Bits bits = to_bits(x);
  const Real exponent = from_bits((bits >> mantissa_bits<T>) | Bits(to_bits(shift))) - Real(shift + bias);
  const Real m = from_bits((bits & Bits(mantissa)) | Bits(one));
  Real p(T(-0.03538652402359927));
  p = fma(p, m, Real(T(0.32534498189474137)));
  p = fma(p, m, Real(T(-1.252636295825971)));
  p = fma(p, m, Real(T(2.629624739675779)));
  p = fma(p, m, Real(T(-3.346307671113806)));
  p = fma(p, m, Real(T(3.122045571017956)));
  return fma(m - Real(1), p, exponent);
}

/// 2^x for |x| < 100; relative error below 4e-6 (rounding in float included). A minimax polynomial on [-1/2, 1/2].
export template <class Real>
constexpr Real fast_exp2(Real x) {
  using T = ScalarOf<Real>;
  // Adding 1.5 * 2^mantissa_bits rounds to a whole number and leaves it in the lowest bits.
  constexpr T round = static_cast<T>(std::uint64_t{3} << (mantissa_bits<T> - 1));
  const Real shifted = x + Real(round);
  const Real f = x - (shifted - Real(round));
  Real p(T(0.009685706143079433));
  p = fma(p, f, Real(T(0.05592202572691361)));
  p = fma(p, f, Real(T(0.24021865626097869)));
  p = fma(p, f, Real(T(0.6931210358515362)));
  p = fma(p, f, Real(T(1.0000001510392662)));
  return from_bits(to_bits(p) + (to_bits(shifted) << mantissa_bits<T>));
}

}  // namespace kobie
