#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <numeric>
#include <vector>

import kobie.memory;

using kobie::StridedCopy;

namespace {

std::vector<std::byte> bytes(std::size_t count) {
  std::vector<std::byte> all(count);
  for (std::size_t i = 0; i < count; ++i) {
    all[i] = static_cast<std::byte>(i + 1);
  }
  return all;
}

}  // namespace

TEST_CASE("rows go to a slice of a wider array, and what is beside it stays") {
  const std::vector<std::byte> from = bytes(6);  // two rows of three
  std::vector<std::byte> to(10);                 // two rows of five
  StridedCopy{.from = from.data(), .to = to.data() + 1, .rows = 2, .row_bytes = 3, .from_stride = 3, .to_stride = 5}();
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 5; ++column) {
      const bool inside = column >= 1 && column < 4;
      CHECK(to[(row * 5) + column] == (inside ? from[(row * 3) + column - 1] : std::byte{0}));
    }
  }
}

TEST_CASE("rows come from a slice of a wider array") {
  const std::vector<std::byte> from = bytes(10);
  std::vector<std::byte> to(4);
  StridedCopy{.from = from.data() + 3, .to = to.data(), .rows = 2, .row_bytes = 2, .from_stride = 5, .to_stride = 2}();
  CHECK(to == std::vector<std::byte>{from[3], from[4], from[8], from[9]});
}

TEST_CASE("rows without gaps are copied whole") {
  const std::vector<std::byte> from = bytes(12);
  std::vector<std::byte> to(13);
  StridedCopy{.from = from.data(), .to = to.data(), .rows = 4, .row_bytes = 3, .from_stride = 3, .to_stride = 3}();
  CHECK(std::vector<std::byte>(to.begin(), to.end() - 1) == from);
  CHECK(to.back() == std::byte{0});
}

TEST_CASE("no rows, or rows of nothing, need no memory") {
  StridedCopy{}();
  StridedCopy{.rows = 5}();
  StridedCopy{.row_bytes = 5, .from_stride = 5, .to_stride = 5}();
  SUCCEED();
}
