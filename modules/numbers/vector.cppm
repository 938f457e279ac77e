/// The compiler's own vector type (GCC's vector extension, which Clang shares), by element and number of lanes.
module;
#include <cstddef>
#include <cstdint>

export module kobie.numbers:vector;

namespace kobie {

template <std::size_t Bytes>
struct IntegerOfSize;
template <>
struct IntegerOfSize<4> {
  using type = std::int32_t;
};
template <>
struct IntegerOfSize<8> {
  using type = std::int64_t;
};

/// The signed integer that a comparison of T gives in each lane: all bits set, or none.
export template <class T>
using LaneInteger = typename IntegerOfSize<sizeof(T)>::type;

#if defined(__NVCC__) && defined(__CUDA_ARCH__)
// nvcc compiles every constexpr function for the device too, and has no vector types there. No pack is ever computed with on a
// device, so this has their size and their operators, and computes nothing.
template <class T, int W>
struct alignas(sizeof(T) * W) VectorStandIn {
  using Truth = VectorStandIn<LaneInteger<T>, W>;

  T lanes[W]{};

  constexpr VectorStandIn() = default;
  constexpr VectorStandIn(T) {}
  constexpr explicit operator bool() const { return false; }
  constexpr T& operator[](int i) { return lanes[i]; }
  constexpr const T& operator[](int i) const { return lanes[i]; }
  constexpr VectorStandIn operator-() const { return {}; }
  constexpr VectorStandIn operator~() const { return {}; }
  constexpr VectorStandIn operator<<(int) const { return {}; }
  constexpr VectorStandIn operator>>(int) const { return {}; }

  friend constexpr VectorStandIn operator+(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr VectorStandIn operator-(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr VectorStandIn operator*(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr VectorStandIn operator/(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr VectorStandIn operator&(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr VectorStandIn operator|(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator<(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator<=(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator>(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator>=(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator==(VectorStandIn, VectorStandIn) { return {}; }
  friend constexpr Truth operator!=(VectorStandIn, VectorStandIn) { return {}; }
};

template <class T, int W>
struct VectorOf {
  using type = VectorStandIn<T, W>;
};
#else
template <class T, int W>
struct VectorOf {
  using type [[gnu::vector_size(sizeof(T) * W)]] = T;
};
#endif

}  // namespace kobie
