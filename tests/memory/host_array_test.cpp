#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

#include "kernels.hpp"

import kobie.memory;

TEMPLATE_TEST_CASE("an array holds what is written, and hands it on when it moves", "", kobie::Pageable, kobie::Pinned) {
  kobie::HostArray<double, TestType> array(1000);
  REQUIRE(array.size() == 1000);
  CHECK(reinterpret_cast<std::uintptr_t>(array.data()) % 64 == 0);
  for (std::size_t i = 0; i < array.size(); ++i) {
    array[i] = static_cast<double>(i);
  }
  kobie::HostArray<double, TestType> other(std::move(array));
  CHECK(array.size() == 0);  // NOLINT(bugprone-use-after-move): that a moved-from array is empty is what is tested
  CHECK(std::is_sorted(other.begin(), other.end()));
  CHECK(other[999] == 999.0);
  array = std::move(other);
  CHECK(array[999] == 999.0);
}

TEMPLATE_TEST_CASE("an array of nothing is allowed", "", kobie::Pageable, kobie::Pinned) {
  const kobie::HostArray<double, TestType> array(0);
  CHECK(array.begin() == array.end());
}

TEMPLATE_TEST_CASE("memory that nobody has is refused", "", kobie::Pageable, kobie::Pinned) {
  using Array = kobie::HostArray<char, TestType>;
  CHECK_THROWS_AS(Array(std::numeric_limits<std::size_t>::max() / 4), std::bad_alloc);
  CHECK_THROWS_AS((kobie::HostArray<double, TestType>(std::numeric_limits<std::size_t>::max() / 4)), std::bad_alloc);
  // And the next one is none the worse for it.
  Array array(16);
  array[15] = 'a';
  CHECK(array[15] == 'a');
}

TEST_CASE("pinned memory takes what a kernel computed") {
  const kernels::View view("view", 100);
  kobie::HostArray<std::uint32_t, kobie::Pinned> host(view.extent(0));
  kernels::spin(Kokkos::DefaultExecutionSpace(), view, 1000);
  Kokkos::deep_copy(Kokkos::View<std::uint32_t*, Kokkos::HostSpace>(host.data(), host.size()), view);
  CHECK(host[99] == kernels::spun(99, 1000));
}
