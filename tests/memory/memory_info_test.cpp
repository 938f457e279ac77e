#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>

#include "kernels.hpp"

import kobie.memory;

TEST_CASE("the machine says how much memory it has, and how much is free") {
  const kobie::MemoryInfo info = kobie::host_memory();
  CHECK(info.total > std::uint64_t{64} * 1024 * 1024);
  CHECK(info.free > 0);
  CHECK(info.free <= info.total);
}

TEST_CASE("the default backend says how much memory it has, and less is free once some is in use") {
  const kobie::MemoryInfo before = kobie::device_memory();
  CHECK(before.total > std::uint64_t{64} * 1024 * 1024);
  CHECK(before.free <= before.total);
  constexpr std::size_t bytes = std::size_t{256} * 1024 * 1024;
  const kernels::View view("view", bytes / sizeof(std::uint32_t));  // zeroed, so its pages are in use on a host, too
  const kobie::MemoryInfo after = kobie::device_memory();
  CHECK(after.total == before.total);
  // Other programs come and go: half of it must show.
  CHECK(after.free + bytes / 2 < before.free);
}
