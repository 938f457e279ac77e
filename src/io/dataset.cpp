module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::float32:
    case ElementType::int32:
      return 4;
    case ElementType::float64:
    case ElementType::int64:
      return 8;
  }
  throw InvalidArgument("type", static_cast<double>(type), "must be float32, float64, int32 or int64");
}

std::size_t element_count(const std::vector<std::size_t>& shape) {
  if (std::ranges::find(shape, std::size_t{0}) != shape.end()) {
    return 0;
  }
  constexpr std::size_t most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(double);
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent > most / count) {
      throw InvalidArgument("shape", fmt::format("{}", fmt::join(shape, " x ")), "more elements than memory can hold");
    }
    count *= extent;
  }
  return count;
}

void require_data(const Dataset& dataset) {
  if (element_count(dataset.shape) > 0 && dataset.data == nullptr) {
    throw InvalidArgument("data", "null", fmt::format("dataset '{}' has elements, so it must point to them", dataset.name));
  }
}

}  // namespace kobie::io
