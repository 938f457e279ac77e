#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

#include "kernels.hpp"

import kobie.memory;

using kobie::HostArray;
using kobie::HostMemory;

TEST_CASE("an array holds what is written, and hands it on when it moves") {
  const HostMemory memory = GENERATE(HostMemory::pageable, HostMemory::pinned);
  HostArray<double> array(1000, memory);
  CHECK(array.memory() == memory);
  REQUIRE(array.size() == 1000);
  CHECK(reinterpret_cast<std::uintptr_t>(array.data()) % 64 == 0);
  for (std::size_t i = 0; i < array.size(); ++i) {
    array[i] = static_cast<double>(i);
  }
  HostArray<double> other(std::move(array));
  CHECK(other.memory() == memory);
  CHECK(array.size() == 0);  // NOLINT(bugprone-use-after-move): that a moved-from array is empty is what is tested
  CHECK(std::is_sorted(other.begin(), other.end()));
  CHECK(other[999] == 999.0);
  array = std::move(other);
  CHECK(array[999] == 999.0);
}

TEST_CASE("memory is pageable unless it is asked to be pinned, and one array may take over the other kind's") {
  HostArray<double> array(10);
  CHECK(array.memory() == HostMemory::pageable);
  CHECK(HostArray<double>().memory() == HostMemory::pageable);
  array = HostArray<double>(20, HostMemory::pinned);
  CHECK(array.memory() == HostMemory::pinned);
  CHECK(array.size() == 20);
}

TEST_CASE("an array of nothing is allowed") {
  const HostMemory memory = GENERATE(HostMemory::pageable, HostMemory::pinned);
  const HostArray<double> array(0, memory);
  CHECK(array.begin() == array.end());
}

TEST_CASE("memory that nobody has is refused") {
  const HostMemory memory = GENERATE(HostMemory::pageable, HostMemory::pinned);
  CHECK_THROWS_AS(HostArray<char>(std::numeric_limits<std::size_t>::max() / 4, memory), std::bad_alloc);
  CHECK_THROWS_AS(HostArray<double>(std::numeric_limits<std::size_t>::max() / 4, memory), std::bad_alloc);
  // And the next one is none the worse for it.
  HostArray<char> array(16, memory);
  array[15] = 'a';
  CHECK(array[15] == 'a');
}

TEST_CASE("pinned memory takes what a kernel computed") {
  const kernels::View view("view", 100);
  HostArray<std::uint32_t> host(view.extent(0), HostMemory::pinned);
  kernels::spin(Kokkos::DefaultExecutionSpace(), view, 1000);
  Kokkos::deep_copy(Kokkos::View<std::uint32_t*, Kokkos::HostSpace>(host.data(), host.size()), view);
  CHECK(host[99] == kernels::spun(99, 1000));
}
