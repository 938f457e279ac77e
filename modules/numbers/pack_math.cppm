/// Math functions over packs, by xsimd: one call for each register that a pack fills.
module;
#include <xsimd/xsimd.hpp>

#include <bit>
#include <concepts>
#include <type_traits>

export module kobie.numbers:pack_math;

import :pack;
import :scalar;

namespace kobie {

/// How many lanes of T one vector register of the target holds.
export template <std::floating_point T>
inline constexpr int native_lanes = static_cast<int>(xsimd::batch<T>::size);

// The widest xsimd type that holds W lanes or fewer.
template <class T, int W>
struct BatchOf {
  using type = std::conditional_t<std::is_void_v<xsimd::make_sized_batch_t<T, W>>, typename BatchOf<T, W / 2>::type,
                                  xsimd::make_sized_batch_t<T, W>>;
};
template <class T>
struct BatchOf<T, 1> {
  using type = T;
};

template <class Batch, class T>
constexpr int batch_lanes = static_cast<int>(sizeof(Batch) / sizeof(T));

// Applies `function` to the registers of the packs, in turn.
template <class Function, class T, int W, class... Packs>
Pack<T, W> by_register(Function function, Pack<T, W> first, Packs... rest) {
  using Batch = typename BatchOf<T, W>::type;
  constexpr int parts = W / batch_lanes<Batch, T>;
  struct Registers {
    Batch part[parts];
  };
  Registers result;
  const auto apply = [&](auto... inputs) {
    for (int i = 0; i < parts; ++i) {
      result.part[i] = function(inputs.part[i]...);
    }
  };
  apply(std::bit_cast<Registers>(first), std::bit_cast<Registers>(rest)...);
  return std::bit_cast<Pack<T, W>>(result);
}

export {
  /// a * b + c with one rounding in each lane.
  template <std::floating_point T, int W>
  constexpr Pack<T, W> fma(Pack<T, W> a, std::type_identity_t<Pack<T, W>> b, std::type_identity_t<Pack<T, W>> c) {
    if (std::is_constant_evaluated()) {
      return a * b + c;
    }
    return by_register([](auto x, auto y, auto z) { return xsimd::fma(x, y, z); }, a, b, c);
  }

  // clang-format off
  template <std::floating_point T, int W> Pack<T, W> sqrt(Pack<T, W> x) { return by_register([](auto v) { return xsimd::sqrt(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> cbrt(Pack<T, W> x) { return by_register([](auto v) { return xsimd::cbrt(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> exp(Pack<T, W> x) { return by_register([](auto v) { return xsimd::exp(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> exp2(Pack<T, W> x) { return by_register([](auto v) { return xsimd::exp2(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> expm1(Pack<T, W> x) { return by_register([](auto v) { return xsimd::expm1(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> log(Pack<T, W> x) { return by_register([](auto v) { return xsimd::log(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> log2(Pack<T, W> x) { return by_register([](auto v) { return xsimd::log2(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> log10(Pack<T, W> x) { return by_register([](auto v) { return xsimd::log10(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> log1p(Pack<T, W> x) { return by_register([](auto v) { return xsimd::log1p(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> sin(Pack<T, W> x) { return by_register([](auto v) { return xsimd::sin(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> cos(Pack<T, W> x) { return by_register([](auto v) { return xsimd::cos(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> tan(Pack<T, W> x) { return by_register([](auto v) { return xsimd::tan(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> asin(Pack<T, W> x) { return by_register([](auto v) { return xsimd::asin(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> acos(Pack<T, W> x) { return by_register([](auto v) { return xsimd::acos(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> atan(Pack<T, W> x) { return by_register([](auto v) { return xsimd::atan(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> sinh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::sinh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> cosh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::cosh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> tanh(Pack<T, W> x) { return by_register([](auto v) { return xsimd::tanh(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> floor(Pack<T, W> x) { return by_register([](auto v) { return xsimd::floor(v); }, x); }
  template <std::floating_point T, int W> Pack<T, W> pow(Pack<T, W> x, std::type_identity_t<Pack<T, W>> y) { return by_register([](auto v, auto w) { return xsimd::pow(v, w); }, x, y); }
  template <std::floating_point T, int W> Pack<T, W> atan2(Pack<T, W> y, std::type_identity_t<Pack<T, W>> x) { return by_register([](auto v, auto w) { return xsimd::atan2(v, w); }, y, x); }
  // clang-format on
}

}  // namespace kobie
