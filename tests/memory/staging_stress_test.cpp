// Pool and watcher under everything that can happen to them, in an order that nobody chose. Threads note, the main thread
// checks.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

import kobie.core;
import kobie.memory;

using kobie::ChunkBufferPool;
using kobie::PooledArray;
using kobie::Writeback;
using kobie::WritebackWatcher;

namespace {

struct Injected : std::runtime_error {
  Injected() : std::runtime_error("injected") {}
};

/// Random decisions of one thread.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  bool one_in(int n) { return below(n) == 0; }
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  std::chrono::microseconds delay() { return std::chrono::microseconds(one_in(2) ? 0 : below(60)); }

 private:
  std::mt19937_64 engine_;
};

constexpr int producers = 4;
constexpr int rounds = 40;
constexpr std::size_t slot = 96;  // numbers in a chunk's part of the destination, at most
constexpr std::size_t most_bytes = 3 * slot * sizeof(int);

enum class Fate : std::uint8_t { not_submitted, submitted, copied };

struct Case {
  std::uint64_t seed;
  bool errors;           // in `ready`, in `copy`, and allocations that fail
  int shutdown_after;    // submissions, or never
  bool pool_goes_first;  // while its buffers are with the watcher
};

struct Outcome {
  std::vector<int> destination = std::vector<int>(producers * rounds * slot);
  std::vector<std::atomic<Fate>> fates = std::vector<std::atomic<Fate>>(producers * rounds);
  std::atomic<int> submissions = 0;
  std::atomic<int> injected = 0;  // into ready and copy
  std::atomic<int> told = 0;      // errors that came out of a wait
  std::atomic<int> refused = 0;   // allocations
  std::atomic<int> unexpected = 0;
};

std::size_t length_of(std::size_t chunk) { return chunk % 3 == 0 ? slot : slot / 2; }

Writeback writeback_of(std::size_t chunk, PooledArray<int> staging, Dice& dice, bool errors, Outcome& outcome) {
  const int* from = staging.data();
  int* to = outcome.destination.data() + (chunk * slot);
  const bool bad_ready = errors && dice.one_in(40);
  const bool bad_copy = errors && dice.one_in(40);
  const auto maybe_throw = [&outcome](bool bad) {
    if (bad) {
      ++outcome.injected;
      throw Injected();
    }
  };
  Writeback writeback;
  writeback.ready = [delay = dice.delay(), bad_ready, maybe_throw] {
    std::this_thread::sleep_for(delay);
    maybe_throw(bad_ready);
  };
  writeback.copy = [=, &outcome, delay = dice.delay()] {
    std::this_thread::sleep_for(delay);
    maybe_throw(bad_copy);
    const std::size_t bytes = length_of(chunk) * sizeof(int);
    kobie::StridedCopy{.from = reinterpret_cast<const std::byte*>(from),
                       .to = reinterpret_cast<std::byte*>(to),
                       .rows = 2,
                       .row_bytes = bytes / 2,
                       .from_stride = bytes / 2,
                       .to_stride = bytes / 2}();
    outcome.fates[chunk] = Fate::copied;
  };
  writeback.staging.push_back(std::move(staging));
  return writeback;
}

void wait(WritebackWatcher& watcher, Dice& dice, Outcome& outcome) {
  try {
    if (dice.one_in(2)) {
      watcher.wait_all();
    } else {
      static_cast<void>(watcher.wait_all(dice.delay()));
    }
  } catch (const Injected&) {
    ++outcome.told;
  }
}

void produce(int producer, const Case& one, ChunkBufferPool& pool, WritebackWatcher& watcher, Outcome& outcome) {
  Dice dice((one.seed * 100) + static_cast<std::uint64_t>(producer));
  for (int round = 0; round < rounds; ++round) {
    const auto chunk = static_cast<std::size_t>((producer * rounds) + round);
    const char* array = dice.one_in(2) ? "state" : "observables";
    try {
      std::optional<PooledArray<int>> staging;
      while (!staging) {
        staging = dice.one_in(2) ? pool.acquire<int>(array, length_of(chunk))
                                 : pool.try_acquire_for<int>(array, length_of(chunk), dice.delay());
      }
      std::fill(staging->span().begin(), staging->span().end(), static_cast<int>(chunk) + 1);
      Writeback writeback = writeback_of(chunk, std::move(*staging), dice, one.errors, outcome);
      outcome.fates[chunk] = Fate::submitted;
      try {
        watcher.submit(std::move(writeback));
      } catch (const kobie::Error&) {
        outcome.fates[chunk] = Fate::not_submitted;
        throw;
      }
      if (++outcome.submissions == one.shutdown_after) {
        watcher.shutdown();
      }
      if (dice.one_in(15)) {
        pool.clear();
      }
      if (dice.one_in(10)) {
        wait(watcher, dice, outcome);
      }
    } catch (const std::bad_alloc&) {
      ++outcome.refused;
    } catch (const kobie::Error&) {
      outcome.unexpected += one.shutdown_after > 0 ? 0 : 1;
      return;
    } catch (const std::exception&) {
      ++outcome.unexpected;
    }
  }
}

void check_case(const Case& one) {
  Outcome outcome;
  std::atomic<int> allocations = 0;
  std::optional<ChunkBufferPool> pool(std::in_place, most_bytes, [&](std::size_t bytes) {
    if (++allocations % 4 == 0 && one.errors) {
      throw std::bad_alloc();
    }
    return ChunkBufferPool::pinned(bytes);
  });
  kobie::PoolUse use;
  {
    WritebackWatcher watcher;
    std::vector<std::thread> threads;
    for (int producer = 0; producer < producers; ++producer) {
      threads.emplace_back([&, producer] { produce(producer, one, *pool, watcher, outcome); });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    use = pool->use();
    if (one.pool_goes_first) {
      pool.reset();
    }
    try {
      watcher.wait_all();
    } catch (const Injected&) {
      ++outcome.told;
    }
    CHECK(watcher.pending() == 0);
  }
  CHECK(outcome.unexpected == 0);
  CHECK(outcome.submissions > 0);
  CHECK((outcome.told > 0) == (outcome.injected > 0));
  CHECK(outcome.refused == (one.errors ? allocations / 4 : 0));
  CHECK(use.allocations + static_cast<std::uint64_t>(outcome.refused) == static_cast<std::uint64_t>(allocations));
  CHECK(use.peak_bytes <= most_bytes);
  if (pool) {
    CHECK(pool->use().lent == 0);
    pool->clear();
    CHECK(pool->use().buffers == 0);
    CHECK(pool->use().bytes == 0);
  }
  for (std::size_t chunk = 0; chunk < outcome.fates.size(); ++chunk) {
    const Fate fate = outcome.fates[chunk];
    if (!one.errors) {
      REQUIRE(fate != Fate::submitted);
    }
    const int expected = fate == Fate::copied ? static_cast<int>(chunk) + 1 : 0;
    const auto begin = outcome.destination.begin() + static_cast<std::ptrdiff_t>(chunk * slot);
    const auto length = static_cast<std::ptrdiff_t>(length_of(chunk));
    REQUIRE(std::count(begin, begin + length, expected) == length);
    REQUIRE(std::count(begin + length, begin + slot, 0) == static_cast<std::ptrdiff_t>(slot) - length);
  }
}

}  // namespace

TEST_CASE("pool and watcher lose, repeat and mix up nothing when nothing goes wrong") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    check_case({.seed = seed, .errors = false, .shutdown_after = 0, .pool_goes_first = seed % 2 == 1});
  }
}

TEST_CASE("pool and watcher tell errors, hang on nothing and stay usable when copies, events and allocations fail") {
  for (std::uint64_t seed = 10; seed < 18; ++seed) {
    check_case({.seed = seed, .errors = true, .shutdown_after = 0, .pool_goes_first = seed % 2 == 1});
  }
}

TEST_CASE("at whatever point a watcher is shut down, all that was submitted is finished") {
  for (int after = 1; after < producers * rounds; after += 1 + (after / 4)) {
    check_case({.seed = 100 + static_cast<std::uint64_t>(after),
                .errors = after % 2 == 0,
                .shutdown_after = after,
                .pool_goes_first = after % 3 == 0});
  }
}

TEST_CASE("a failure while others wait for buffers ends with an error for each of them, and all buffers given back") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Dice dice(seed);
    ChunkBufferPool pool(2 * slot * sizeof(int));
    WritebackWatcher watcher;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int producer = 0; producer < producers; ++producer) {
      threads.emplace_back([&] {
        try {
          for (;;) {
            Writeback writeback;
            writeback.staging.push_back(pool.acquire<int>("state", slot));
            watcher.submit(std::move(writeback));
          }
        } catch (const kobie::Error&) {
          ++refused;
        }
      });
    }
    std::this_thread::sleep_for(dice.delay());
    watcher.submit({{}, [] { throw Injected(); }, {}});
    CHECK_THROWS_AS(watcher.wait_all(), Injected);
    pool.close();
    for (std::thread& thread : threads) {
      thread.join();
    }
    watcher.shutdown();
    CHECK(refused == producers);
    CHECK(pool.use().lent == 0);
  }
}
