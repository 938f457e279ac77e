// Memory figures that a test sets.
#pragma once

#include <atomic>
#include <cstdint>

import kobie.memory;

/// What a manager is told of a device and a host; must outlive its use.
struct Figures {
  std::atomic<std::uint64_t> device_free = 1000;
  std::atomic<std::uint64_t> host_free = 8000;

  kobie::MemoryManager manager() {
    return kobie::MemoryManager([this] { return kobie::MemoryInfo{device_free, 1000}; },
                                [this] { return kobie::MemoryInfo{host_free, 10000}; });
  }
};
