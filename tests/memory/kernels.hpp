// Kernels that take a while, and leave a number that says that they ran.
#pragma once

#include <Kokkos_Core.hpp>
#include <cstdint>

namespace kernels {

/// What a linear congruential generator gives after `rounds` from i. No compiler skips to the end.
constexpr std::uint32_t spun(std::uint32_t i, std::int64_t rounds) {
  for (std::int64_t round = 0; round < rounds; ++round) {
    i = i * 1'664'525U + 1'013'904'223U;
    i ^= i >> 16U;
  }
  return i;
}

/// memory[i] becomes spun(i, rounds).
struct Spin {
  std::uint32_t* memory;
  std::int64_t rounds;

  constexpr void operator()(std::int64_t i) const { memory[i] = spun(static_cast<std::uint32_t>(i), rounds); }
};

using Memory = Kokkos::DefaultExecutionSpace::memory_space;
using View = Kokkos::View<std::uint32_t*, Memory>;

inline void spin(const Kokkos::DefaultExecutionSpace& space, const View& view, std::int64_t rounds) {
  Kokkos::parallel_for("kobie::test::spin",
                       Kokkos::RangePolicy<Kokkos::DefaultExecutionSpace>(space, 0, static_cast<std::int64_t>(view.extent(0))),
                       Spin{view.data(), rounds});
}

}  // namespace kernels
