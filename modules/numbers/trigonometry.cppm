/// sin, cos and tan of packs. xsimd's take another path where all lanes are small, so that a lane's last bits depend on its
/// neighbours, and lose digits next to multiples of pi/2; these treat each lane alone.
module;
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

export module kobie.numbers:trigonometry;

import :pack;
import :scalar;

namespace kobie {

// pi/2 as an unevaluated sum of three T (Cody and Waite), and polynomials for sin and cos on [-pi/4, pi/4]: for double those of
// fdlibm (k_sin.c, k_cos.c), for float those of Cephes (sinf.c); errors below 1 unit in the last place.
template <class T>
struct Trigonometry;

template <>
struct Trigonometry<double> {
  static constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
  static constexpr double sine[] = {-1.66666666666666324348e-01, 8.33333333332248946124e-03,  -1.98412698298579493134e-04,
                                    2.75573137070700676789e-06,  -2.50507602534068634195e-08, 1.58969099521155010221e-10};
  static constexpr double cosine[] = {4.16666666666666019037e-02,  -1.38888888888741095749e-03, 2.48015872894767294178e-05,
                                      -2.75573143513906633035e-07, 2.08757232129817482790e-09,  -1.13596475577881948265e-11};
};
template <>
struct Trigonometry<float> {
  static constexpr float half_pi[] = {0x1.921fb6p+0F, -0x1.777a5cp-25F, -0x1.ee59dap-50F};
  static constexpr float sine[] = {-1.6666654611e-1F, 8.3321608736e-3F, -1.9515295891e-4F};
  static constexpr float cosine[] = {4.166664568298827e-2F, -1.388731625493765e-3F, 2.443315711809948e-5F};
};

// x = quadrant * pi/2 + rest, |rest| at most about pi/4.
template <class T, int W>
struct Reduced {
  Pack<T, W> rest;
  Pack<std::make_unsigned_t<LaneInteger<T>>, W> quadrant;  ///< in its two lowest bits
};

// Above this the sum of three parts is too coarse; the C library takes over, lane by lane.
template <class T>
inline constexpr T largest_reduced = static_cast<T>(sizeof(T) == 8 ? 1e6 : 1e4);

template <class T, int W>
Reduced<T, W> reduce(Pack<T, W> x) {
  using Table = Trigonometry<T>;
  // Adding this rounds to a whole number and leaves it in the lowest bits.
  constexpr T round = static_cast<T>(std::uint64_t{3} << (std::numeric_limits<T>::digits - 2));
  const Pack<T, W> shifted = fma(x, Pack<T, W>(T(0.636619772367581343075535)), Pack<T, W>(round));
  const Pack<T, W> k = shifted - Pack<T, W>(round);
  Pack<T, W> rest = x;
  for (const T part : Table::half_pi) {
    rest = fma(-k, Pack<T, W>(part), rest);
  }
  // Where k is 0 nothing is subtracted, and the sign of a zero stays.
  return {select(k == Pack<T, W>(0), x, rest), to_bits(shifted)};
}

template <class T, int W, std::size_t N>
Pack<T, W> polynomial(const T (&coefficients)[N], Pack<T, W> square) {
  Pack<T, W> sum(coefficients[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) {
    sum = fma(sum, square, Pack<T, W>(coefficients[i]));
  }
  return sum;
}

template <class T, int W>
Pack<T, W> sine_of_rest(Pack<T, W> r) {
  const Pack<T, W> square = r * r;
  const Pack<T, W> sum = fma(r * square, polynomial(Trigonometry<T>::sine, square), r);
  return select(r == Pack<T, W>(0), r, sum);  // the sum loses the sign of a zero
}

template <class T, int W>
Pack<T, W> cosine_of_rest(Pack<T, W> r) {
  const Pack<T, W> square = r * r;
  const Pack<T, W> half = Pack<T, W>(T(0.5)) * square;
  const Pack<T, W> one(1);
  const Pack<T, W> leading = one - half;
  // What rounding took from 1 - r^2/2 is given back (fdlibm).
  return leading + fma(square * square, polynomial(Trigonometry<T>::cosine, square), (one - leading) - half);
}

// Whether bit `bit` of each lane's quadrant is set.
template <class T, int W, class Bits>
auto has_bit(Bits quadrant, unsigned bit) {
  return typename Pack<T, W>::Mask(((quadrant & Bits(bit)).vector() != Bits(0).vector()));
}

// The result of `fast` where arguments are small enough, and of the C library's function elsewhere.
template <class T, int W, class Library>
Pack<T, W> with_large_arguments(Pack<T, W> x, Pack<T, W> fast, Library library) {
  const auto large = !(abs(x) <= Pack<T, W>(largest_reduced<T>));
  if (any(large)) {
    for (int i = 0; i < W; ++i) {
      if (lane(large, i)) {
        set_lane(fast, i, library(lane(x, i)));
      }
    }
  }
  return fast;
}

export {
  template <std::floating_point T, int W>
  Pack<T, W> sin(Pack<T, W> x) {
    const auto [r, quadrant] = reduce(x);
    const Pack<T, W> size = select(has_bit<T, W>(quadrant, 1), cosine_of_rest(r), sine_of_rest(r));
    return with_large_arguments(x, select(has_bit<T, W>(quadrant, 2), -size, size), [](T v) { return std::sin(v); });
  }

  template <std::floating_point T, int W>
  Pack<T, W> cos(Pack<T, W> x) {
    const auto [r, quadrant] = reduce(x);
    const Pack<T, W> size = select(has_bit<T, W>(quadrant, 1), sine_of_rest(r), cosine_of_rest(r));
    // Quadrants 1 and 2 are negative: where adding 1 sets the second bit.
    using Bits = std::remove_const_t<decltype(quadrant)>;
    return with_large_arguments(x, select(has_bit<T, W>(quadrant + Bits(1), 2), -size, size), [](T v) { return std::cos(v); });
  }

  template <std::floating_point T, int W>
  Pack<T, W> tan(Pack<T, W> x) {
    const auto [r, quadrant] = reduce(x);
    const Pack<T, W> sine = sine_of_rest(r);
    const Pack<T, W> cosine = cosine_of_rest(r);
    const auto swapped = has_bit<T, W>(quadrant, 1);
    const Pack<T, W> ratio = select(swapped, -cosine, sine) / select(swapped, sine, cosine);
    return with_large_arguments(x, ratio, [](T v) { return std::tan(v); });
  }
}

}  // namespace kobie
