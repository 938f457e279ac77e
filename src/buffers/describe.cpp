module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

module kobie.buffers;

import kobie.core;

namespace kobie {
namespace {

constexpr std::size_t columns = 7;
using Row = std::array<std::string, columns>;

std::string location_of(const Buffer& buffer) {
  return fmt::format("{}{}", buffer.persistent ? "persistent " : "", buffer.is_shared() ? "shared" : "local");
}

// Numbers to the right, words to the left.
constexpr bool is_number(std::size_t column) { return column == 2 || column == 3 || column == 5; }

std::string aligned(const std::vector<Row>& rows) {
  std::array<std::size_t, columns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < columns; ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) {
      line += is_number(i) ? fmt::format("{:>{}}  ", row[i], widths[i]) : fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string total(const AreaSizes& elements, const AreaSizes& bytes, int runs) {
  return fmt::format("shared {} elements, {} bytes; local {}, {}; persistent local {}, {}\n", elements.shared * runs,
                     bytes.shared * runs, elements.local * runs, bytes.local * runs, elements.persistent * runs,
                     bytes.persistent * runs);
}

}  // namespace

std::string describe_buffers(std::span<const PlacedBuffer> buffers, int runs_per_team) {
  if (runs_per_team < 1) {
    throw InvalidArgument("runs_per_team", fmt::format("{}", runs_per_team), "must be at least 1");
  }
  std::vector<Row> rows = {{"owner", "buffer", "size", "bytes", "location", "offset", "alias of"}};
  for (const PlacedBuffer& buffer : buffers) {
    rows.push_back(Row{std::string(buffer.owner.view()), std::string(buffer.name.view()), fmt::format("{}", buffer.size),
                       fmt::format("{}", buffer.size * bytes_of(buffer.precision)), location_of(buffer),
                       fmt::format("{}", buffer.offset), std::string(buffer.aliases.view())});
  }
  const AreaSizes elements = element_totals(buffers);
  const AreaSizes bytes = byte_totals(buffers);
  std::string text = aligned(rows) + "one run: " + total(elements, bytes, 1);
  if (runs_per_team > 1) {
    text += fmt::format("a team of {} runs: ", runs_per_team) + total(elements, bytes, runs_per_team);
  }
  return text;
}

std::string describe_buffers(const BufferRegistry& registry, int runs_per_team) {
  return describe_buffers(placed_buffers(registry), runs_per_team);
}

}  // namespace kobie
