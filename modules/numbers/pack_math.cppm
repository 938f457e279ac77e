/// Math functions over packs, by xsimd: one call for each register that a pack fills.
module;
#include <xsimd/xsimd.hpp>

#include <bit>
#include <concepts>
#include <limits>
#include <numbers>
#include <type_traits>

export module kobie.numbers:pack_math;

import :pack;
import :scalar;

namespace kobie {

/// How many lanes of T one vector register of the target holds.
export template <std::floating_point T>
inline constexpr int native_lanes = static_cast<int>(xsimd::batch<T>::size);

// The registers that a pack fills, or one that it fills in part, the rest being copies of its lanes. Always the target's
// full registers: xsimd's narrower ones may do without fused instructions, and results would depend on the width.
template <class T, int W>
struct Registers {
  using Batch = xsimd::batch<T>;
  static constexpr int width = native_lanes<T>;
  static constexpr int count = W < width ? 1 : W / width;

  Batch part[count];

  static Registers of(Pack<T, W> pack) {
    if constexpr (W >= width) {
      return std::bit_cast<Registers>(pack);
    } else {
      Pack<T, width> wide;
      for (int i = 0; i < width; ++i) {
        set_lane(wide, i, lane(pack, i % W));
      }
      return std::bit_cast<Registers>(wide);
    }
  }

  Pack<T, W> pack() const {
    if constexpr (W >= width) {
      return std::bit_cast<Pack<T, W>>(*this);
    } else {
      const auto wide = std::bit_cast<Pack<T, width>>(*this);
      Pack<T, W> narrow;
      for (int i = 0; i < W; ++i) {
        set_lane(narrow, i, lane(wide, i));
      }
      return narrow;
    }
  }
};

// Applies `function` to the registers of the packs, in turn.
template <class Function, class T, int W, class... Packs>
Pack<T, W> by_register(Function function, Pack<T, W> first, Packs... rest) {
  using All = Registers<T, W>;
  All result;
  const auto apply = [&](const auto&... inputs) {
    for (int i = 0; i < All::count; ++i) {
      result.part[i] = function(inputs.part[i]...);
    }
  };
  apply(All::of(first), All::of(rest)...);
  return result.pack();
}

// A logarithm, given that of 2: subnormal arguments are brought into the normal range first.
template <class Function, class T, int W>
Pack<T, W> log_by(Function function, Pack<T, W> x, T of_two) {
  const auto subnormal = x < Pack<T, W>(std::numeric_limits<T>::min());
  const Pack<T, W> logarithm = by_register(function, select(subnormal, x * T(0x1p54), x));
  return select(subnormal, logarithm - T(54) * of_two, logarithm);
}

export {
  // clang-format off
  template <std::floating_point T, int W> Pack<T, W> sqrt(Pack<T, W> x) { return by_register([](auto v) { return xsimd::sqrt(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> asin(Pack<T, W> x) { return by_register([](auto v) { return xsimd::asin(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> acos(Pack<T, W> x) { return by_register([](auto v) { return xsimd::acos(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> atan(Pack<T, W> x) { return by_register([](auto v) { return xsimd::atan(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> sinh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::sinh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> cosh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::cosh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> tanh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::tanh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> floor(Pack<T, W> x) { return by_register([](auto v) { return xsimd::floor(v); }, x); }
  // clang-format on

  // Below, what xsimd 13 gets wrong at the edges is mended: subnormal arguments in double, the sign of zero, pow where the
  // exponent is 0, atan2 where both arguments are 0 or infinite. Each lane's own argument decides.

  template <std::floating_point T, int W>
  Pack<T, W> cbrt(Pack<T, W> x) {
    const auto subnormal = abs(x) < Pack<T, W>(std::numeric_limits<T>::min());
    const Pack<T, W> scaled = select(subnormal, x * T(0x1p54), x);
    const Pack<T, W> root = by_register([](auto v) { return xsimd::cbrt(v); }, scaled);
    return select(subnormal, root * T(0x1p-18), root);
  }
  template <std::floating_point T, int W>
  Pack<T, W> log(Pack<T, W> x) {
    return log_by([](auto v) { return xsimd::log(v); }, x, T(std::numbers::ln2));
  }
  template <std::floating_point T, int W>
  Pack<T, W> log2(Pack<T, W> x) {
    return log_by([](auto v) { return xsimd::log2(v); }, x, T(1));
  }
  template <std::floating_point T, int W>
  Pack<T, W> log10(Pack<T, W> x) {
    return log_by([](auto v) { return xsimd::log10(v); }, x, T(std::numbers::ln2 / std::numbers::ln10));
  }
  template <std::floating_point T, int W>
  Pack<T, W> log1p(Pack<T, W> x) {
    return select(x == Pack<T, W>(0), x, by_register([](auto v) { return xsimd::log1p(v); }, x));
  }
  template <std::floating_point T, int W>
  Pack<T, W> pow(Pack<T, W> x, std::type_identity_t<Pack<T, W>> y) {
    const Pack<T, W> power = by_register([](auto v, auto w) { return xsimd::pow(v, w); }, x, y);
    return select(y == Pack<T, W>(0) || x == Pack<T, W>(1), Pack<T, W>(1), power);
  }
  template <std::floating_point T, int W>
  Pack<T, W> atan2(Pack<T, W> y, std::type_identity_t<Pack<T, W>> x) {
    using Real = Pack<T, W>;
    const Real infinity(std::numeric_limits<T>::infinity());
    const auto both_zero = x == Real(0) && y == Real(0);
    const auto both_infinite = abs(x) == infinity && abs(y) == infinity;
    const Real unit = select(x < Real(0) || Real(1) / x < Real(0), Real(-1), Real(1));  // 1 / x tells -0 from 0
    const Real x_finite = select(both_zero || both_infinite, unit, x);
    const Real y_finite = select(both_infinite, select(y < Real(0), Real(-1), Real(1)), y);
    return by_register([](auto v, auto w) { return xsimd::atan2(v, w); }, y_finite, x_finite);
  }
}

}  // namespace kobie
