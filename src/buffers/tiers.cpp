module;
#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string>

module kobie.buffers;

import kobie.core;

namespace kobie {
namespace {

void require_at_least(const char* argument, std::ptrdiff_t value, std::ptrdiff_t least) {
  if (value < least) {
    throw InvalidArgument(argument, fmt::format("{}", value), fmt::format("must be at least {}", least));
  }
}

}  // namespace

int team_size_for(std::span<const PlacedBuffer> buffers, const TeamRequest& request) {
  require_at_least("threads", request.threads, 1);
  require_at_least("lanes", request.lanes, 1);
  require_at_least("warp", request.warp, 1);
  require_at_least("fixed_bytes", request.fixed_bytes, 0);
  require_at_least("scratch_bytes", request.scratch_bytes, 0);
  const std::ptrdiff_t bytes_of_thread = byte_totals(buffers).shared * request.lanes;
  const std::ptrdiff_t room = request.scratch_bytes - request.fixed_bytes;
  if (room < bytes_of_thread) {
    std::string list;
    for (const PlacedBuffer& buffer : buffers) {
      if (buffer.is_shared() && buffer.footprint() > 0) {
        list += fmt::format("{}{}.{} {}", list.empty() ? "" : ", ", buffer.owner.view(), buffer.name.view(),
                            buffer.footprint_bytes() * request.lanes);
      }
    }
    throw Error(
        fmt::format("the shared buffers of one thread ({} run{}) need {} bytes of team scratch{}, and the limit is {}: {}",
                    request.lanes, request.lanes == 1 ? "" : "s", bytes_of_thread,
                    request.fixed_bytes == 0 ? "" : fmt::format(" beside {} of the team", request.fixed_bytes),
                    request.scratch_bytes, list));
  }
  int threads = request.threads;
  if (bytes_of_thread > 0 && room / bytes_of_thread < threads) {
    threads = static_cast<int>(room / bytes_of_thread);
  }
  return threads < request.warp ? threads : threads - threads % request.warp;
}

}  // namespace kobie
