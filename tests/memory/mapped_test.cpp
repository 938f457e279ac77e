#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <numeric>
#include <utility>

#include "../temporary_folder.hpp"

import kobie.core;
import kobie.memory;

using Catch::Matchers::ContainsSubstring;
using kobie::HostArray;

TEST_CASE("a mapped array is zeros at first, keeps what is written, and leaves no file in sight") {
  const tools::TemporaryFolder folder;
  constexpr std::size_t size = 300'000;
  auto array = HostArray<std::int64_t>::mapped(size, folder.path());
  CHECK(array.size() == size);
  CHECK(array.memory() == kobie::HostMemory::mapped);
  CHECK(std::all_of(array.begin(), array.end(), [](std::int64_t number) { return number == 0; }));
  CHECK(std::filesystem::is_empty(folder.path()));
  std::iota(array.data(), array.data() + size, std::int64_t{7});

  const HostArray<std::int64_t> moved = std::move(array);
  const auto* data = moved.data();
  CHECK(std::adjacent_find(data, data + size, [](std::int64_t a, std::int64_t b) { return b != a + 1; }) == data + size);
  CHECK(moved[0] == 7);
}

TEST_CASE("a mapped array of nothing needs no file") { CHECK(HostArray<double>::mapped(0, "/nowhere/at/all").size() == 0); }

TEST_CASE("room for a mapped array is there when it is made, or it is not made") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_WITH(HostArray<std::byte>::mapped(std::size_t{1} << 60U, folder.path()),
                    ContainsSubstring(folder.path().string()) && ContainsSubstring("no room for 1.0 EiB"));
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(HostArray<std::byte>::mapped(1, folder.path() / "missing"), kobie::FileError);
}
