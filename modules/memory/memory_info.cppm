/// How much memory there is.
export module kobie.memory:memory_info;

import kobie.standard;

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

/// "512 B", "1.5 KiB", "80.0 GiB".
export std::string bytes_text(std::uint64_t bytes);

}  // namespace kobie
