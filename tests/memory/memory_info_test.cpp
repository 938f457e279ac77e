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

// A host's memory is everyone's: what is free there changes under a test's hands.
TEST_CASE("the default backend says how much memory it has, and a GPU that less is free once some is in use") {
  const kobie::MemoryInfo before = kobie::device_memory();
  CHECK(before.total > std::uint64_t{64} * 1024 * 1024);
  CHECK(before.free <= before.total);
  if constexpr (Kokkos::SpaceAccessibility<Kokkos::HostSpace, kernels::Memory>::accessible) {
    CHECK(before.total == kobie::host_memory().total);
  } else {
    constexpr std::size_t bytes = std::size_t{256} * 1024 * 1024;
    const kernels::View view("view", bytes / sizeof(std::uint32_t));
    CHECK(kobie::device_memory().free + bytes <= before.free);
  }
}

TEST_CASE("bytes are written in the largest unit of which there is one") {
  CHECK(kobie::bytes_text(0) == "0 B");
  CHECK(kobie::bytes_text(1023) == "1023 B");
  CHECK(kobie::bytes_text(1024) == "1.0 KiB");
  CHECK(kobie::bytes_text(1536) == "1.5 KiB");
  CHECK(kobie::bytes_text(std::uint64_t{1024} * 1024 - 1) == "1.0 MiB");
  CHECK(kobie::bytes_text(std::uint64_t{80} << 30U) == "80.0 GiB");
  CHECK(kobie::bytes_text(~std::uint64_t{0}) == "16.0 EiB");
}
