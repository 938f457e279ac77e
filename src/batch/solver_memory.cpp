module;
#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

module kobie.batch;

import kobie.memory;
import :plan;
import :solver_memory;

namespace kobie {
namespace {

// In passive mode nobody is asked to give back by hold().
MemoryHold held(MemoryClient& client, MemoryPlace place, std::uint64_t bytes) {
  if (memory_manager().mode() == MemoryMode::passive) {
    const std::uint64_t available = client.available(place);
    if (bytes > available) {
      client.reclaim(place, bytes - available);
    }
  }
  return client.hold(place, bytes, "a solve");
}

}  // namespace

SolverMemory::SolverMemory(const std::string& name, MemoryShare device, MemoryShare host)
    : client_(memory_manager().join(name, device, host, [this] { take(); })) {}

std::uint64_t SolverMemory::available(MemoryPlace place) const {
  std::uint64_t own = 0;  // what is kept is used again, or makes room
  if (place == MemoryPlace::host) {
    const std::scoped_lock lock(mutex_);
    own = kept_.hold.bytes();
  }
  return client_.attainable(place) + own;
}

SolverMemory::Kept SolverMemory::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(kept_, {});
}

void SolverMemory::keep(std::unique_ptr<ChunkBufferPool> pool) noexcept {
  try {
    Kept kept{std::move(pool), {}};
    kept.hold = client_.hold(MemoryPlace::host, kept.pool->use().bytes, "buffers between solves");
    const std::scoped_lock lock(mutex_);
    std::swap(kept_, kept);
  } catch (...) {  // NOLINT(bugprone-empty-catch): others need the memory: the next solve takes its own
  }
}

SolveMemory::SolveMemory(SolverMemory& solver, const SolvePlan& plan) : solver_(solver), busy_(solver.client_.busy()) {
  pool_ = solver.take().pool;
  if (!pool_ || pool_->most_bytes() != plan.pinned_bytes) {
    pool_ = std::make_unique<ChunkBufferPool>(plan.pinned_bytes);
  }
  device_ = held(solver.client_, MemoryPlace::device, plan.device_bytes);
  host_ = held(solver.client_, MemoryPlace::host, plan.host_bytes);
}

SolveMemory::~SolveMemory() {
  device_ = {};
  host_ = {};
  if (pool_->use().buffers > 0) {
    solver_.keep(std::move(pool_));
  }
}

}  // namespace kobie
