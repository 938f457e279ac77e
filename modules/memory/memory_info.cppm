/// How much memory there is.
module;
#include <cstdint>

export module kobie.memory:memory_info;

namespace kobie {

/// In bytes.
export struct MemoryInfo {
  std::uint64_t free = 0;
  std::uint64_t total = 0;
};

/// This machine's memory; `free` is what programs can have without driving others to disk. Throws Error if it cannot be found
/// out.
export MemoryInfo host_memory();

/// The memory of the default backend: that of the GPU in use, or host_memory(). Throws Error if it cannot be found out.
export MemoryInfo device_memory();

}  // namespace kobie
