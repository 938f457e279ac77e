module;
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wait_within.hpp"

module kobie.memory;

import kobie.core;

namespace kobie {

struct PoolState {
  PoolState(std::uint64_t most, ChunkBufferPool::Allocate memory) : most_bytes(most), allocate(std::move(memory)) {}

  const std::uint64_t most_bytes;
  const ChunkBufferPool::Allocate allocate;
  std::mutex mutex;  // of all that follows
  std::condition_variable changed;
  std::vector<PoolBuffer> free;  // in the order in which they were given back; has room for all buffers
  PoolUse use;
  std::uint64_t lent_bytes = 0;
  std::size_t coming = 0;  // buffers that are being allocated
  std::uint64_t coming_bytes = 0;
  std::uint64_t generation = 0;
  bool closed = false;

  /// The buffer that suits best, or end().
  std::vector<PoolBuffer>::iterator find(std::string_view array, std::uint64_t bytes) {
    auto best = free.end();
    for (auto buffer = free.begin(); buffer != free.end(); ++buffer) {
      if (buffer->memory.size() == bytes && (best == free.end() || buffer->array == array || best->array != array)) {
        best = buffer;
      }
    }
    return best;
  }

  bool has_room(std::uint64_t bytes) const { return bytes <= most_bytes - lent_bytes - coming_bytes; }

  /// Frees its memory. With the mutex held: other memory may not be taken until this has gone.
  void forget(PoolBuffer& buffer) {
    use.bytes -= buffer.memory.size();
    --use.buffers;
    buffer.memory = HostArray<std::byte>();
  }

  /// Frees the first of `free`.
  void drop(std::size_t count) {
    const auto end = free.begin() + static_cast<std::ptrdiff_t>(count);
    std::for_each(free.begin(), end, [&](PoolBuffer& buffer) { forget(buffer); });
    free.erase(free.begin(), end);
  }

  void count_lent(const PoolBuffer& buffer) {
    ++use.lent;
    lent_bytes += buffer.memory.size();
  }

  PoolBuffer reuse(std::vector<PoolBuffer>::iterator found, std::string array) {
    PoolBuffer buffer = std::move(*found);
    free.erase(found);
    buffer.array = std::move(array);
    count_lent(buffer);
    ++use.reuses;
    return buffer;
  }

  /// With room for it. Others may use the pool while memory is allocated, which takes a driver long.
  PoolBuffer make(std::unique_lock<std::mutex>& lock, std::string array, std::uint64_t bytes) {
    free.reserve(use.buffers + coming + 1);
    std::size_t needless = 0;
    for (std::uint64_t held = use.bytes; bytes > most_bytes - coming_bytes - held; ++needless) {
      held -= free[needless].memory.size();
    }
    drop(needless);
    ++coming;
    coming_bytes += bytes;
    lock.unlock();
    HostArray<std::byte> memory;
    const auto settle = [&] {
      lock.lock();
      --coming;
      coming_bytes -= bytes;
    };
    try {
      memory = allocate(bytes);
    } catch (...) {
      settle();
      changed.notify_all();
      throw;
    }
    settle();
    PoolBuffer buffer{std::move(array), generation, std::move(memory)};
    count_lent(buffer);
    ++use.buffers;
    ++use.allocations;
    use.bytes += bytes;
    use.peak_bytes = std::max(use.peak_bytes, use.bytes);
    return buffer;
  }

  void give_back(PoolBuffer buffer) {
    const std::scoped_lock lock(mutex);
    --use.lent;
    lent_bytes -= buffer.memory.size();
    if (buffer.generation == generation) {
      free.push_back(std::move(buffer));
    } else {
      forget(buffer);
    }
    changed.notify_all();
  }
};

PooledBytes& PooledBytes::operator=(PooledBytes&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = std::move(other.pool_);
    buffer_ = std::move(other.buffer_);
  }
  return *this;
}

void PooledBytes::release() noexcept {
  if (const std::shared_ptr<PoolState> pool = std::move(pool_)) {
    pool->give_back(std::move(buffer_));
  }
}

ChunkBufferPool::ChunkBufferPool(std::uint64_t most_bytes, Allocate allocate)
    : state_(std::make_shared<PoolState>(most_bytes, std::move(allocate))) {}

HostArray<std::byte> ChunkBufferPool::pinned(std::size_t bytes) { return HostArray<std::byte>(bytes, HostMemory::pinned); }

ChunkBufferPool::~ChunkBufferPool() {
  close();
  clear();
}

bool ChunkBufferPool::lend(std::string_view array, std::size_t size, std::size_t element_bytes,
                           std::optional<std::chrono::nanoseconds> timeout, PooledBytes& loan) {
  const std::shared_ptr<PoolState> state = state_;
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  const std::size_t bytes = size > most / element_bytes ? most : size * element_bytes;
  if (bytes > state->most_bytes) {
    throw InvalidArgument(fmt::format("size of array '{}'", array),
                          fmt::format("{} of {} bytes each, {} bytes", size, element_bytes, bytes),
                          fmt::format("the pool of pinned buffers may hold {} bytes at most", state->most_bytes));
  }
  std::string name(array);
  std::unique_lock lock(state->mutex);
  const bool answered = wait_within(state->changed, lock, timeout, [&] {
    return state->closed || state->has_room(bytes) || state->find(array, bytes) != state->free.end();
  });
  if (!answered) {
    return false;
  }
  if (state->closed) {
    throw Error(fmt::format("no pinned buffer for array '{}': their pool is closed", array));
  }
  const auto found = state->find(array, bytes);
  PoolBuffer buffer =
      found != state->free.end() ? state->reuse(found, std::move(name)) : state->make(lock, std::move(name), bytes);
  lock.unlock();
  loan = PooledBytes(state, std::move(buffer));
  return true;
}

void ChunkBufferPool::clear() {
  const std::scoped_lock lock(state_->mutex);
  ++state_->generation;
  state_->drop(state_->free.size());
}

void ChunkBufferPool::close() {
  const std::scoped_lock lock(state_->mutex);
  state_->closed = true;
  state_->changed.notify_all();
}

PoolUse ChunkBufferPool::use() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->use;
}

std::uint64_t ChunkBufferPool::most_bytes() const { return state_->most_bytes; }

}  // namespace kobie
