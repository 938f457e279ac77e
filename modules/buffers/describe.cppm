/// A layout as text.
module;
#include <span>
#include <string>

export module kobie.buffers:describe;

import :layout;
import :registry;

namespace kobie {

/// A table of all buffers: owner, name, size, bytes, location, offset, alias; then what a run and a team of so many runs need.
/// Throws InvalidArgument when `runs_per_team` is below 1.
export std::string describe_buffers(std::span<const PlacedBuffer> buffers, int runs_per_team = 1);
export std::string describe_buffers(const BufferRegistry& registry, int runs_per_team = 1);

}  // namespace kobie
