/// Packs: W numbers in the lanes of vector registers, one run in each.
///
/// A pack is the compiler's own vector type (GCC's vector extension, which Clang shares), so that arithmetic is constexpr,
/// contracts into fused instructions, and may be wider than a register. Math functions are in :pack_math.
module;
#ifndef __clang__
#include <xsimd/xsimd.hpp>
#endif

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

export module kobie.numbers:pack;

import :scalar;
import :vector;

namespace kobie {

/// A truth value for each of W lanes of numbers of the size of Int.
export template <std::signed_integral Int, int W>
class Mask {
 public:
  using Vector = typename VectorOf<Int, W>::type;

  constexpr Mask() = default;
  constexpr Mask(bool value) : lanes_(value ? ~Vector{} : Vector{}) {}
  constexpr explicit Mask(Vector lanes) : lanes_(lanes) {}

  constexpr Vector vector() const { return lanes_; }

  friend constexpr Mask operator&(Mask a, Mask b) { return Mask(a.lanes_ & b.lanes_); }
  friend constexpr Mask operator|(Mask a, Mask b) { return Mask(a.lanes_ | b.lanes_); }
  friend constexpr Mask operator&&(Mask a, Mask b) { return a & b; }
  friend constexpr Mask operator||(Mask a, Mask b) { return a | b; }
  friend constexpr Mask operator!(Mask a) { return Mask(~a.lanes_); }

 private:
  Vector lanes_{};
};

/// W numbers of type T (float, double, or an integer). Compares lane by lane to a Mask.
export template <class T, int W>
class Pack {
  static_assert(W > 0 && (W & (W - 1)) == 0, "a pack has a power of two of lanes");

 public:
  using Vector = typename VectorOf<T, W>::type;
  using Mask = kobie::Mask<LaneInteger<T>, W>;

  constexpr Pack() = default;
  constexpr explicit Pack(Vector lanes) : lanes_(lanes) {}
  /// The same number in every lane.
  template <class Number>
    requires std::is_arithmetic_v<Number>
  constexpr Pack(Number value) : lanes_(static_cast<T>(value) - Vector{}) {}  // not a sum: 0 + -0 is 0

  constexpr Vector vector() const { return lanes_; }

  constexpr Pack operator-() const { return Pack(-lanes_); }
  constexpr Pack operator+() const { return *this; }
  constexpr Pack& operator+=(Pack b) { return *this = *this + b; }
  constexpr Pack& operator-=(Pack b) { return *this = *this - b; }
  constexpr Pack& operator*=(Pack b) { return *this = *this * b; }
  constexpr Pack& operator/=(Pack b) { return *this = *this / b; }

  friend constexpr Pack operator+(Pack a, Pack b) { return Pack(a.lanes_ + b.lanes_); }
  friend constexpr Pack operator-(Pack a, Pack b) { return Pack(a.lanes_ - b.lanes_); }
  friend constexpr Pack operator*(Pack a, Pack b) { return Pack(a.lanes_ * b.lanes_); }
  friend constexpr Pack operator/(Pack a, Pack b) { return Pack(a.lanes_ / b.lanes_); }

  friend constexpr Mask operator<(Pack a, Pack b) { return Mask(a.lanes_ < b.lanes_); }
  friend constexpr Mask operator<=(Pack a, Pack b) { return Mask(a.lanes_ <= b.lanes_); }
  friend constexpr Mask operator>(Pack a, Pack b) { return Mask(a.lanes_ > b.lanes_); }
  friend constexpr Mask operator>=(Pack a, Pack b) { return Mask(a.lanes_ >= b.lanes_); }
  friend constexpr Mask operator==(Pack a, Pack b) { return Mask(a.lanes_ == b.lanes_); }
  friend constexpr Mask operator!=(Pack a, Pack b) { return Mask(a.lanes_ != b.lanes_); }

  friend constexpr Pack operator&(Pack a, Pack b)
    requires std::integral<T>
  {
    return Pack(a.lanes_ & b.lanes_);
  }
  friend constexpr Pack operator|(Pack a, Pack b)
    requires std::integral<T>
  {
    return Pack(a.lanes_ | b.lanes_);
  }
  friend constexpr Pack operator<<(Pack a, int bits)
    requires std::integral<T>
  {
    return Pack(a.lanes_ << bits);
  }
  friend constexpr Pack operator>>(Pack a, int bits)
    requires std::integral<T>
  {
    return Pack(a.lanes_ >> bits);
  }

  constexpr void set(int i, T value) {
    if (std::is_constant_evaluated()) {
      // GCC 12 does not write to a lane at compile time.
      auto all = std::bit_cast<std::array<T, W>>(lanes_);
      all[static_cast<std::size_t>(i)] = value;
      lanes_ = std::bit_cast<Vector>(all);
    } else {
      // As memory: a lane of a variable number would take the whole vector through the stack.
      std::memcpy(reinterpret_cast<char*>(&lanes_) + static_cast<std::size_t>(i) * sizeof(T), &value, sizeof(T));
    }
  }

 private:
  Vector lanes_{};
};

template <class>
inline constexpr bool is_pack = false;
template <class T, int W>
inline constexpr bool is_pack<Pack<T, W>> = true;

template <std::floating_point T, int W>
struct NumberTraits<Pack<T, W>> {
  using Scalar = T;
  using Mask = typename Pack<T, W>::Mask;
  using Count = Pack<LaneInteger<T>, W>;
  static constexpr int lanes = W;
};

export {
  /// Whether the mask holds in any lane.
  template <class Int, int W>
  constexpr bool any(Mask<Int, W> mask) {
#ifdef __clang__
    return __builtin_reduce_or(mask.vector()) != 0;
#else
    Int some = 0;
    for (int i = 0; i < W; ++i) {
      some |= mask.vector()[i];
    }
    return some != 0;
#endif
  }
  /// Whether the mask holds in all lanes.
  template <class Int, int W>
  constexpr bool all(Mask<Int, W> mask) {
    return !any(!mask);
  }

  template <class Int, int W>
  constexpr bool lane(Mask<Int, W> mask, int i) {
    return mask.vector()[i] != 0;
  }
  template <class T, int W>
  constexpr T lane(Pack<T, W> pack, int i) {
    return pack.vector()[i];
  }
  /// All lanes, in memory: what loops over lanes read from. Of a mask: not 0 where it holds.
  template <class T, int W>
  constexpr std::array<T, W> to_array(Pack<T, W> pack) {
    return std::bit_cast<std::array<T, W>>(pack.vector());
  }
  template <class Int, int W>
  constexpr std::array<Int, W> to_array(Mask<Int, W> mask) {
    return std::bit_cast<std::array<Int, W>>(mask.vector());
  }
  template <class T, int W>
  constexpr void set_lane(Pack<T, W>& pack, int i, std::type_identity_t<T> value) {
    pack.set(i, value);
  }

  template <class T, int W>
  constexpr Pack<T, W> select(typename Pack<T, W>::Mask mask, Pack<T, W> yes, std::type_identity_t<Pack<T, W>> no) {
    if (std::is_constant_evaluated()) {
      // Clang does not evaluate a choice between vectors at compile time.
      using Integers = typename Pack<T, W>::Mask::Vector;
      const auto chosen =
          (mask.vector() & std::bit_cast<Integers>(yes.vector())) | (~mask.vector() & std::bit_cast<Integers>(no.vector()));
      return Pack<T, W>(std::bit_cast<typename Pack<T, W>::Vector>(chosen));
    }
    return Pack<T, W>(mask.vector() ? yes.vector() : no.vector());
  }

  template <std::signed_integral T, int W>
  constexpr void count_where(Pack<T, W>& count, typename Pack<T, W>::Mask mask) {
    count = Pack<T, W>(count.vector() - mask.vector());  // a lane that holds is -1
  }

  /// a * b + c with one rounding in each lane.
  template <std::floating_point T, int W>
  constexpr Pack<T, W> fma(Pack<T, W> a, std::type_identity_t<Pack<T, W>> b, std::type_identity_t<Pack<T, W>> c) {
#ifdef __clang__
    return Pack<T, W>(__builtin_elementwise_fma(a.vector(), b.vector(), c.vector()));
#else
#if defined(__FMA__) && !defined(__CUDA_ARCH__)
    // GCC fuses vectors through intrinsics alone, and makes of a loop as many instructions as there are lanes.
    using Register = xsimd::batch<T>;
    if constexpr (W >= static_cast<int>(Register::size)) {
      if (!std::is_constant_evaluated()) {
        using Registers = std::array<Register, static_cast<std::size_t>(W) / Register::size>;
        const auto x = std::bit_cast<Registers>(a);
        const auto y = std::bit_cast<Registers>(b);
        auto sum = std::bit_cast<Registers>(c);
        for (std::size_t i = 0; i < sum.size(); ++i) {
          sum[i] = xsimd::fma(x[i], y[i], sum[i]);
        }
        return std::bit_cast<Pack<T, W>>(sum);
      }
    }
#endif
    Pack<T, W> result;
    for (int i = 0; i < W; ++i) {
      set_lane(result, i, fma(lane(a, i), lane(b, i), lane(c, i)));
    }
    return result;
#endif
  }

  template <std::floating_point T, int W>
  constexpr Pack<T, W> abs(Pack<T, W> x) {
#ifdef __clang__
    if (!std::is_constant_evaluated()) {
      return Pack<T, W>(__builtin_elementwise_abs(x.vector()));
    }
#endif
    return select(x < Pack<T, W>(0), -x, x + T(0));
  }
  template <std::floating_point T, int W>
  constexpr Pack<T, W> min(Pack<T, W> a, std::type_identity_t<Pack<T, W>> b) {
    return select(b < a, b, a);
  }
  template <std::floating_point T, int W>
  constexpr Pack<T, W> max(Pack<T, W> a, std::type_identity_t<Pack<T, W>> b) {
    return select(a < b, b, a);
  }
  template <std::floating_point T, int W>
  constexpr auto is_finite(Pack<T, W> x) {
    return abs(x) <= Pack<T, W>(std::numeric_limits<T>::max());
  }

  template <std::floating_point T, int W>
  constexpr auto to_bits(Pack<T, W> x) {
    using Unsigned = std::make_unsigned_t<LaneInteger<T>>;
    return Pack<Unsigned, W>(std::bit_cast<typename VectorOf<Unsigned, W>::type>(x.vector()));
  }
  template <std::unsigned_integral U, int W>
  constexpr auto from_bits(Pack<U, W> x) {
    using Real = std::conditional_t<sizeof(U) == 8, double, float>;
    return Pack<Real, W>(std::bit_cast<typename VectorOf<Real, W>::type>(x.vector()));
  }
}

}  // namespace kobie
