module;
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

module kobie.memory;

import kobie.core;

namespace kobie {

MemoryInfo host_memory() {
  std::ifstream file("/proc/meminfo");
  MemoryInfo info;
  std::string name;
  for (std::uint64_t kibibytes = 0; file >> name >> kibibytes; file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    if (name == "MemTotal:") {
      info.total = kibibytes * 1024;
    } else if (name == "MemAvailable:") {
      info.free = kibibytes * 1024;
    }
  }
  if (info.total == 0) {
    throw Error("/proc/meminfo does not say how much memory this machine has");
  }
  return info;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  constexpr std::array<std::string_view, 6> units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  double value = static_cast<double>(bytes) / 1024.0;
  while (value >= 1023.95) {  // or it would print as 1024.0
    value /= 1024.0;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace kobie
