module;
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>

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

}  // namespace kobie
