/// exp, exp2 and expm1 of packs. xsimd's divide in double, so that a right-hand side of exponentials waits for the divider, and
/// they give 0 for subnormal results and infinity from half the largest number on. These are products and sums alone, and right
/// over the whole range.
module;
#include <xsimd/xsimd.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

export module kobie.numbers:exponential;

import :pack;
import :pack_math;
import :scalar;

namespace kobie {

// ln 2 as a sum of two T, the first of so few bits that its product with an exponent is exact (Cody and Waite), and c in
// exp(r) = 1 + r + r^2 (c[0] + c[1] r + ...): minimax in relative error on [-ln(2)/2, ln(2)/2], by Remez' algorithm in 50
// digits, then rounded to T one by one, the others each time fitted anew. The error is 2^-57.9 for double (degree 11) and
// 2^-28.2 for float (degree 6).
template <class T>
struct Exponential;

template <>
struct Exponential<double> {
  static constexpr double ln2_high = 0x1.62e42fefa38p-1;
  static constexpr double ln2_low = 0x1.ef35793c7673p-45;
  static constexpr double coefficients[] = {
      0x1.000000000000ap-1,  0x1.5555555555508p-3,  0x1.555555555074ep-5, 0x1.11111111253d4p-7, 0x1.6c16c18453296p-10,
      0x1.a01a013498f2cp-13, 0x1.a01999b834ef5p-16, 0x1.71df130b02ddp-19, 0x1.28adb63c600bp-22, 0x1.ad9788ef52ef3p-26};
  // Past these the result is 0 or infinity.
  static constexpr double least = -746;
  static constexpr double most = 710;
};
template <>
struct Exponential<float> {
  static constexpr float ln2_high = 0x1.62e4p-1F;
  static constexpr float ln2_low = 0x1.7f7d1cp-20F;
  static constexpr float coefficients[] = {0x1.fffffcp-2F, 0x1.555492p-3F, 0x1.5558b4p-5F, 0x1.123998p-7F, 0x1.6a48bcp-10F};
  static constexpr float least = -104;
  static constexpr float most = 89;
};

// Adding this rounds to a whole number k and leaves k, with twice the exponent's bias, in the lowest bits.
template <class T>
inline constexpr T exponent_round = static_cast<T>((std::uint64_t{3} << (std::numeric_limits<T>::digits - 2)) +
                                                   2 * static_cast<std::uint64_t>(std::numeric_limits<T>::max_exponent - 1));

// size * 2^k with one rounding, where `shifted` is k + exponent_round.
template <class T, int W>
Pack<T, W> scaled(Pack<T, W> size, Pack<T, W> shifted) {
#ifdef __AVX512F__
  if constexpr (W >= native_lanes<T>) {
    // One instruction, of which generic code knows nothing; the same bits as below.
    const auto scale = [](auto v, auto k) {
      if constexpr (sizeof(T) == 8) {
        return xsimd::batch<T>(_mm512_scalef_pd(v, k));
      } else {
        return xsimd::batch<T>(_mm512_scalef_ps(v, k));
      }
    };
    return by_register(scale, size, shifted - Pack<T, W>(exponent_round<T>));
  }
#endif
  // 2^k in two factors: k may be past the exponents of T at either end, and only the last product rounds.
  constexpr int mantissa_bits = std::numeric_limits<T>::digits - 1;
  const auto biased = to_bits(shifted);
  const auto half = biased >> 1;
  return size * from_bits(half << mantissa_bits) * from_bits((biased - half) << mantissa_bits);
}

// The sum in exp(r) = 1 + r + r^2 (c[0] + c[1] r + ...), |r| at most about ln(2)/2.
template <class T, int W>
Pack<T, W> exp_series(Pack<T, W> r, Pack<T, W> square) {
  using Real = Pack<T, W>;
  constexpr auto& c = Exponential<T>::coefficients;
  constexpr std::size_t terms = sizeof(c) / sizeof(T);
  // Neighbouring terms are paired: Horner's rule in r^2 waits half as long as in r.
  Real sum = terms % 2 == 0 ? fma(Real(c[terms - 1]), r, Real(c[terms - 2])) : Real(c[terms - 1]);
  for (std::size_t i = (terms - 1) / 2 * 2; i > 0; i -= 2) {
    sum = fma(sum, square, fma(Real(c[i - 1]), r, Real(c[i - 2])));
  }
  return sum;
}

template <class T, int W>
Pack<T, W> exp_of_rest(Pack<T, W> r) {
  const Pack<T, W> one(1);
  return fma(fma(exp_series(r, r * r), r, one), r, one);
}

// NaN stays.
template <class T, int W>
Pack<T, W> clamped(Pack<T, W> x, T least, T most) {
  return max(min(x, Pack<T, W>(most)), Pack<T, W>(least));
}

export {
  /// Within one unit in the last place, of subnormal numbers too.
  template <std::floating_point T, int W>
  Pack<T, W> exp(Pack<T, W> x) {
    using Table = Exponential<T>;
    using Real = Pack<T, W>;
    x = clamped(x, Table::least, Table::most);
    const Real shifted = fma(x, Real(std::numbers::log2e_v<T>), Real(exponent_round<T>));
    const Real k = shifted - Real(exponent_round<T>);
    const Real rest = fma(-k, Real(Table::ln2_low), fma(-k, Real(Table::ln2_high), x));
    return scaled(exp_of_rest(rest), shifted);
  }

  /// Within one unit in the last place, of subnormal numbers too.
  template <std::floating_point T, int W>
  Pack<T, W> exp2(Pack<T, W> x) {
    using Real = Pack<T, W>;
    constexpr T least = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits - 2;
    x = clamped(x, least, T(std::numeric_limits<T>::max_exponent + 1));
    const Real shifted = x + Real(exponent_round<T>);
    const Real rest = x - (shifted - Real(exponent_round<T>));  // exact
    return scaled(exp_of_rest(rest * Real(std::numbers::ln2_v<T>)), shifted);
  }

  /// Within 1.5 units in the last place.
  template <std::floating_point T, int W>
  Pack<T, W> expm1(Pack<T, W> x) {
    using Table = Exponential<T>;
    using Real = Pack<T, W>;
    // Below -digits + 1 it is -1. Adding `round` leaves k with the bias of 2^(k - 1) in the lowest bits: 2^k may overflow.
    constexpr int bias = std::numeric_limits<T>::max_exponent - 1;
    constexpr T round = exponent_round<T> - T(bias + 1);
    const Real inside = clamped(x, T(1 - std::numeric_limits<T>::digits), Table::most);
    const Real shifted = fma(inside, Real(std::numbers::log2e_v<T>), Real(round));
    const Real k = shifted - Real(round);
    const Real half_power = from_bits(to_bits(shifted) << (std::numeric_limits<T>::digits - 1));
    // r = high + low. Half of 2^k (1 + r + r^2 sum) - 1, by size.
    const Real high = fma(-k, Real(Table::ln2_high), inside);
    const Real low = -k * Real(Table::ln2_low);
    const Real r = high + low;
    const Real square = r * r;
    const Real leading = fma(half_power, high, half_power - Real(T(0.5)));
    const Real half = fma(half_power, fma(square, exp_series(r, square), low), leading);
    // Half of a subnormal number, and the sign of a zero, would be lost.
    return select(abs(x) < Real(std::numeric_limits<T>::epsilon() / 4), x, half + half);
  }
}

}  // namespace kobie
