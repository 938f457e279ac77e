#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <limits>
#include <new>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

import kobie.core;
import kobie.memory;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kobie::ChunkBufferPool;
using kobie::PooledArray;
using kobie::PooledBytes;
using namespace std::chrono_literals;

namespace {

bool still_waits(const std::future<void>& thread) { return thread.wait_for(20ms) == std::future_status::timeout; }

}  // namespace

TEST_CASE("a buffer has the size that was asked for, and holds what is written") {
  ChunkBufferPool pool(1 << 20);
  PooledArray<double> state = pool.acquire<double>("state", 300);
  REQUIRE(state.size() == 300);
  CHECK(state.span().size() == 300);
  CHECK(reinterpret_cast<std::uintptr_t>(state.data()) % 64 == 0);
  std::fill(state.span().begin(), state.span().end(), 2.5);
  const PooledArray<std::int32_t> status = pool.acquire<std::int32_t>("status", 7);
  CHECK(status.size() == 7);
  CHECK(std::as_const(state).span()[299] == 2.5);
  CHECK(pool.use().bytes == (300 * 8) + (7 * 4));
  CHECK(pool.use().buffers == 2);
  CHECK(pool.use().lent == 2);
}

TEST_CASE("an empty buffer is lent like any other") {
  ChunkBufferPool pool(0);
  const PooledArray<double> none = pool.acquire<double>("none", 0);
  CHECK(none.size() == 0);
  CHECK(pool.use().lent == 1);
  CHECK(pool.use().bytes == 0);
}

TEST_CASE("a buffer that was given back is lent again") {
  ChunkBufferPool pool(1 << 20);
  PooledArray<double> first = pool.acquire<double>("state", 100);
  const double* place = first.data();
  first.release();
  CHECK(first.size() == 0);
  CHECK(first.data() == nullptr);
  CHECK(pool.use().lent == 0);
  CHECK(pool.use().buffers == 1);
  const PooledArray<double> second = pool.acquire<double>("state", 100);
  CHECK(second.data() == place);
  CHECK(pool.use().allocations == 1);
  CHECK(pool.use().reuses == 1);
}

TEST_CASE("while a buffer is lent, the same array gets another one") {
  ChunkBufferPool pool(1 << 20);
  const PooledArray<double> first = pool.acquire<double>("state", 100);
  const PooledArray<double> second = pool.acquire<double>("state", 100);
  CHECK(first.data() != second.data());
  CHECK(pool.use().allocations == 2);
  CHECK(pool.use().reuses == 0);
}

TEST_CASE("a buffer goes first to the array that it served, then to others of its size") {
  ChunkBufferPool pool(1 << 20);
  PooledArray<float> state = pool.acquire<float>("state", 100);
  PooledArray<float> observables = pool.acquire<float>("observables", 100);
  const float* state_place = state.data();
  const float* observables_place = observables.data();
  state.release();
  observables.release();
  state = pool.acquire<float>("state", 100);
  CHECK(state.data() == state_place);
  // Fifty numbers of eight bytes are as many bytes.
  const PooledArray<double> other = pool.acquire<double>("time", 50);
  CHECK(static_cast<const void*>(other.data()) == static_cast<const void*>(observables_place));
  CHECK(pool.use().allocations == 2);
  CHECK(pool.use().reuses == 2);
}

TEST_CASE("a buffer of another size does not serve") {
  ChunkBufferPool pool(1 << 20);
  pool.acquire<double>("state", 100).release();
  pool.acquire<double>("state", 99).release();
  pool.acquire<float>("state", 100).release();
  CHECK(pool.use().allocations == 3);
  CHECK(pool.use().buffers == 3);
  CHECK(pool.use().bytes == 800 + 792 + 400);
}

TEST_CASE("a buffer is given back when its handle goes, is released or is assigned to, and once only") {
  ChunkBufferPool pool(1 << 20);
  {
    const PooledArray<double> gone = pool.acquire<double>("state", 100);
    CHECK(pool.use().lent == 1);
  }
  CHECK(pool.use().lent == 0);
  PooledArray<double> array = pool.acquire<double>("state", 100);
  array = pool.acquire<double>("state", 100);
  CHECK(pool.use().lent == 1);
  array.release();
  array.release();
  CHECK(pool.use().lent == 0);
}

TEST_CASE("a buffer stays lent, and where it is, while its handle moves, also to a handle of bytes") {
  ChunkBufferPool pool(1 << 20);
  PooledArray<double> array = pool.acquire<double>("state", 100);
  const double* place = array.data();
  PooledArray<double> moved(std::move(array));
  CHECK(array.size() == 0);  // NOLINT(bugprone-use-after-move): that a moved-from handle is empty is what is tested
  std::vector<PooledBytes> staging;
  staging.push_back(std::move(moved));
  CHECK(moved.size() == 0);  // NOLINT(bugprone-use-after-move)
  moved.release();
  CHECK(pool.use().lent == 1);
  CHECK(staging[0].size() == 800);
  CHECK(static_cast<const void*>(staging[0].data()) == static_cast<const void*>(place));
  staging.clear();
  CHECK(pool.use().lent == 0);
}

TEST_CASE("another thread may give a buffer back") {
  ChunkBufferPool pool(1 << 20);
  std::thread([array = pool.acquire<double>("state", 100)]() mutable { array.release(); }).join();
  CHECK(pool.use().lent == 0);
  CHECK(pool.acquire<double>("state", 100).size() == 100);
  CHECK(pool.use().reuses == 1);
}

TEST_CASE("before a new buffer would pass the bound, those that were given back longest ago are freed, and no more") {
  ChunkBufferPool pool(1000);
  PooledArray<std::byte> a = pool.acquire<std::byte>("a", 300);
  PooledArray<std::byte> b = pool.acquire<std::byte>("b", 310);
  PooledArray<std::byte> c = pool.acquire<std::byte>("c", 320);
  b.release();
  a.release();
  c.release();
  CHECK(pool.use().bytes == 930);
  PooledArray<std::byte> d = pool.acquire<std::byte>("d", 330);
  CHECK(pool.use().bytes == 300 + 320 + 330);
  PooledArray<std::byte> all = pool.acquire<std::byte>("e", 670);
  CHECK(pool.use().bytes == 1000);
  CHECK(pool.use().peak_bytes == 1000);
  CHECK(pool.use().buffers == 2);
  CHECK(pool.use().allocations == 5);
}

TEST_CASE("a request that no pool of this size can meet is refused with both figures") {
  ChunkBufferPool pool(4096);
  CHECK(pool.most_bytes() == 4096);
  CHECK_THROWS_MATCHES(pool.acquire<double>("state", 513), kobie::InvalidArgument,
                       MessageMatches(ContainsSubstring("'state'") && ContainsSubstring("4104 bytes") &&
                                      ContainsSubstring("4096 bytes at most")));
  CHECK_THROWS_AS(pool.acquire<double>("state", std::numeric_limits<std::size_t>::max() / 4), kobie::InvalidArgument);
  CHECK_THROWS_AS(pool.try_acquire_for<double>("state", 513, 1h), kobie::InvalidArgument);
  CHECK(pool.acquire<double>("state", 512).size() == 512);
}

TEST_CASE("when all is lent, a request waits until enough was given back") {
  ChunkBufferPool pool(1000);
  PooledArray<std::byte> a = pool.acquire<std::byte>("a", 500);
  PooledArray<std::byte> b = pool.acquire<std::byte>("b", 400);
  std::future<void> waiting = std::async(std::launch::async, [&] { pool.acquire<std::byte>("c", 600).release(); });
  CHECK(still_waits(waiting));
  b.release();
  CHECK(still_waits(waiting));
  a.release();
  waiting.get();
  CHECK(pool.use().peak_bytes <= 1000);
  CHECK(pool.use().lent == 0);
}

TEST_CASE("a request with a timeout gives up in time, and does not wait when it need not") {
  ChunkBufferPool pool(1000);
  std::optional<PooledArray<std::byte>> a = pool.try_acquire_for<std::byte>("a", 900, 0ns);
  REQUIRE(a);
  CHECK(a->size() == 900);
  CHECK_FALSE(pool.try_acquire_for<std::byte>("b", 200, 0ns));
  CHECK_FALSE(pool.try_acquire_for<std::byte>("b", 200, -5ns));
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(pool.try_acquire_for<std::byte>("b", 200, 15ms));
  CHECK(std::chrono::steady_clock::now() - start >= 15ms);
  CHECK(pool.use().lent == 1);
  CHECK(pool.try_acquire_for<std::byte>("b", 100, 0ns).has_value());
  std::future<void> later = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(10ms);
    a.reset();
  });
  CHECK(pool.try_acquire_for<std::byte>("b", 200, std::chrono::nanoseconds::max()).has_value());
  later.get();
}

TEST_CASE("clearing frees what is not lent at once, and what is lent when it comes back") {
  ChunkBufferPool pool(1 << 20);
  PooledArray<double> lent = pool.acquire<double>("state", 100);
  pool.acquire<double>("observables", 50).release();
  pool.clear();
  CHECK(pool.use().buffers == 1);
  CHECK(pool.use().bytes == 800);
  lent.data()[99] = 1.0;
  lent.release();
  CHECK(pool.use().buffers == 0);
  CHECK(pool.use().bytes == 0);
  CHECK(pool.use().lent == 0);
  pool.acquire<double>("state", 100).release();
  CHECK(pool.use().allocations == 3);
  CHECK(pool.use().buffers == 1);
  CHECK(pool.use().peak_bytes == 1200);
}

TEST_CASE("a closed pool lends nothing, not even to those who wait already") {
  ChunkBufferPool pool(1000);
  PooledArray<std::byte> all = pool.acquire<std::byte>("a", 1000);
  std::future<void> waiting = std::async(std::launch::async, [&] { pool.acquire<std::byte>("b", 1); });
  std::future<void> waiting_within =
      std::async(std::launch::async, [&] { pool.try_acquire_for<std::byte>("c", 1, std::chrono::hours(1)); });
  CHECK(still_waits(waiting));
  pool.close();
  CHECK_THROWS_MATCHES(waiting.get(), kobie::Error, MessageMatches(ContainsSubstring("'b'") && ContainsSubstring("closed")));
  CHECK_THROWS_AS(waiting_within.get(), kobie::Error);
  all.release();
  CHECK_THROWS_AS(pool.acquire<std::byte>("a", 1000), kobie::Error);
  CHECK(pool.use().lent == 0);
}

TEST_CASE("a buffer may outlive its pool") {
  std::optional<ChunkBufferPool> pool(std::in_place, 1 << 20);
  PooledArray<double> array = pool->acquire<double>("state", 100);
  pool->acquire<double>("state", 50).release();
  pool.reset();
  std::fill(array.span().begin(), array.span().end(), 1.0);
  CHECK(array.data()[99] == 1.0);
  array.release();
  CHECK(array.size() == 0);
}

TEST_CASE("an allocation that fails leaves the pool as it was, and usable") {
  bool refuse = false;
  ChunkBufferPool pool(2000, [&](std::size_t bytes) {
    if (refuse) {
      throw std::bad_alloc();
    }
    return ChunkBufferPool::pinned(bytes);
  });
  const PooledArray<double> array = pool.acquire<double>("state", 100);
  pool.acquire<double>("observables", 50).release();
  refuse = true;
  CHECK_THROWS_AS(pool.acquire<double>("state", 60), std::bad_alloc);
  const kobie::PoolUse use = pool.use();
  CHECK(use.bytes == 1200);
  CHECK(use.peak_bytes == 1200);
  CHECK(use.buffers == 2);
  CHECK(use.lent == 1);
  CHECK(use.allocations == 2);
  CHECK(pool.acquire<double>("observables", 50).size() == 50);
  refuse = false;
  CHECK(pool.acquire<double>("state", 150).size() == 150);
}

TEST_CASE("who waits for a buffer gets the room of one whose allocation failed") {
  std::promise<void> asked;
  std::promise<void> answer;
  ChunkBufferPool pool(1000, [&](std::size_t bytes) {
    if (bytes == 900) {
      asked.set_value();
      answer.get_future().wait();
      throw std::bad_alloc();
    }
    return ChunkBufferPool::pinned(bytes);
  });
  std::future<void> fails = std::async(std::launch::async, [&] { pool.acquire<std::byte>("a", 900); });
  asked.get_future().wait();
  CHECK(pool.use().bytes == 0);
  std::future<void> waiting = std::async(std::launch::async, [&] { pool.acquire<std::byte>("b", 200); });
  CHECK(still_waits(waiting));
  CHECK(pool.acquire<std::byte>("c", 100).size() == 100);
  answer.set_value();
  waiting.get();
  CHECK_THROWS_AS(fails.get(), std::bad_alloc);
}

TEST_CASE("memory that nobody has is refused by the pool as it is by an array") {
  ChunkBufferPool pool(std::numeric_limits<std::uint64_t>::max());
  CHECK_THROWS_AS(pool.acquire<double>("state", std::numeric_limits<std::size_t>::max() / 16), std::bad_alloc);
  CHECK(pool.use().bytes == 0);
}

TEST_CASE("threads that borrow and give back at once never get the same buffer, nor more than the bound") {
  constexpr std::size_t size = 64;
  ChunkBufferPool pool(3 * size * sizeof(int));
  constexpr int threads = 6;
  constexpr int rounds = 200;
  std::vector<std::future<bool>> all;
  for (int id = 0; id < threads; ++id) {
    all.push_back(std::async(std::launch::async, [&pool, id] {
      bool mine = true;
      for (int round = 0; round < rounds; ++round) {
        PooledArray<int> array = pool.acquire<int>("state", size);
        std::fill(array.span().begin(), array.span().end(), id);
        std::this_thread::yield();
        mine = mine && std::count(array.span().begin(), array.span().end(), id) == size;
      }
      return mine;
    }));
  }
  for (std::future<bool>& thread : all) {
    CHECK(thread.get());
  }
  const kobie::PoolUse use = pool.use();
  CHECK(use.lent == 0);
  CHECK(use.peak_bytes <= pool.most_bytes());
  CHECK(use.buffers <= 3);
  CHECK(use.allocations + use.reuses == threads * rounds);
}
