/// The one-lane case: float and double through the same names that packs and duals have.
module;
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

export module kobie.numbers:scalar;

export namespace kobie {

/// What a number is made of, and what goes with it. Specialised for packs and duals.
template <class Real>
struct NumberTraits;

template <std::floating_point T>
struct NumberTraits<T> {
  using Scalar = T;            ///< the type of one lane
  using Mask = bool;           ///< what a comparison gives
  using Count = std::int32_t;  ///< whole numbers, one for each lane
  static constexpr int lanes = 1;
};

template <class Real>
using ScalarOf = typename NumberTraits<Real>::Scalar;
template <class Real>
using MaskOf = typename NumberTraits<Real>::Mask;
template <class Real>
using CountOf = typename NumberTraits<Real>::Count;
template <class Real>
inline constexpr int lanes_of = NumberTraits<Real>::lanes;

constexpr bool any(bool mask) { return mask; }
constexpr bool all(bool mask) { return mask; }

/// `mask ? yes : no`, lane by lane.
template <class T>
  requires std::is_arithmetic_v<T>
constexpr T select(bool mask, T yes, T no) {
  return mask ? yes : no;
}

/// One lane of a number, a count or a mask.
template <class T>
  requires std::is_arithmetic_v<T>
constexpr T lane(T value, int) {
  return value;
}
template <class T>
  requires std::is_arithmetic_v<T>
constexpr std::array<T, 1> to_array(T value) {
  return {value};
}
template <class T>
  requires std::is_arithmetic_v<T>
constexpr void set_lane(T& value, int, T lane_value) {
  value = lane_value;
}

/// One more in each lane where the mask holds.
constexpr void count_where(std::int32_t& count, bool mask) { count += mask ? 1 : 0; }

/// a * b + c with one rounding.
template <std::floating_point T>
constexpr T fma(T a, T b, std::type_identity_t<T> c) {
  if (std::is_constant_evaluated()) {
    return a * b + c;
  }
  return std::fma(a, b, c);
}

template <std::floating_point T>
constexpr T abs(T x) {
  return x < T(0) ? -x : x + T(0);
}
template <std::floating_point T>
constexpr T min(T a, std::type_identity_t<T> b) {
  return b < a ? b : a;
}
template <std::floating_point T>
constexpr T max(T a, std::type_identity_t<T> b) {
  return a < b ? b : a;
}
/// Neither infinite nor NaN.
template <std::floating_point T>
constexpr bool is_finite(T x) {
  return abs(x) <= std::numeric_limits<T>::max();
}

// clang-format off
template <std::floating_point T> constexpr T sqrt(T x) { return std::sqrt(x); }
template <std::floating_point T> constexpr T cbrt(T x) { return std::cbrt(x); }
template <std::floating_point T> constexpr T exp(T x) { return std::exp(x); }
template <std::floating_point T> constexpr T exp2(T x) { return std::exp2(x); }
template <std::floating_point T> constexpr T expm1(T x) { return std::expm1(x); }
template <std::floating_point T> constexpr T log(T x) { return std::log(x); }
template <std::floating_point T> constexpr T log2(T x) { return std::log2(x); }
template <std::floating_point T> constexpr T log10(T x) { return std::log10(x); }
template <std::floating_point T> constexpr T log1p(T x) { return std::log1p(x); }
template <std::floating_point T> constexpr T sin(T x) { return std::sin(x); }
template <std::floating_point T> constexpr T cos(T x) { return std::cos(x); }
template <std::floating_point T> constexpr T tan(T x) { return std::tan(x); }
template <std::floating_point T> constexpr T asin(T x) { return std::asin(x); }
template <std::floating_point T> constexpr T acos(T x) { return std::acos(x); }
template <std::floating_point T> constexpr T atan(T x) { return std::atan(x); }
template <std::floating_point T> constexpr T sinh(T x) { return std::sinh(x); }
template <std::floating_point T> constexpr T cosh(T x) { return std::cosh(x); }
template <std::floating_point T> constexpr T tanh(T x) { return std::tanh(x); }
template <std::floating_point T> constexpr T floor(T x) { return std::floor(x); }
template <std::floating_point T> constexpr T pow(T x, std::type_identity_t<T> y) { return std::pow(x, y); }
template <std::floating_point T> constexpr T atan2(T y, std::type_identity_t<T> x) { return std::atan2(y, x); }
// clang-format on

/// The bit pattern, as an unsigned integer of the same size.
constexpr std::uint32_t to_bits(float x) { return std::bit_cast<std::uint32_t>(x); }
constexpr std::uint64_t to_bits(double x) { return std::bit_cast<std::uint64_t>(x); }
constexpr float from_bits(std::uint32_t x) { return std::bit_cast<float>(x); }
constexpr double from_bits(std::uint64_t x) { return std::bit_cast<double>(x); }

}  // namespace kobie
