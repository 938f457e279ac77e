#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "kernels.hpp"

import kobie.core;
import kobie.memory;

using Catch::Matchers::Message;
using kobie::ChunkBufferPool;
using kobie::PooledArray;
using kobie::PooledBytes;
using kobie::Writeback;
using kobie::WritebackWatcher;
using namespace std::chrono_literals;

namespace {

/// What waits here waits until it is opened.
class Gate {
 public:
  void open() { opening_.set_value(); }
  auto wait() {
    return [opened = opened_] { opened.wait(); };
  }

 private:
  std::promise<void> opening_;
  std::shared_future<void> opened_ = opening_.get_future().share();
};

Writeback copying(std::function<void()> copy) { return Writeback{{}, std::move(copy), {}}; }

auto throwing(const char* what) {
  return [what] { throw std::runtime_error(what); };
}

/// Copies `from`, filled with `value`, to `to`.
Writeback filling(PooledArray<int> from, int value, int* to) {
  std::fill(from.span().begin(), from.span().end(), value);
  const std::size_t bytes = from.size() * sizeof(int);
  const kobie::StridedCopy copy{.from = reinterpret_cast<const std::byte*>(from.data()),
                                .to = reinterpret_cast<std::byte*>(to),
                                .rows = 1,
                                .row_bytes = bytes,
                                .from_stride = bytes,
                                .to_stride = bytes};
  Writeback writeback{{}, copy, {}};
  writeback.staging.push_back(std::move(from));
  return writeback;
}

/// Of this process.
std::ptrdiff_t threads() {
  using Threads = std::filesystem::directory_iterator;
  return std::distance(Threads("/proc/self/task"), Threads());
}

/// A thread that was joined may be seen a little longer.
bool threads_become(std::ptrdiff_t count) {
  for (int tries = 0; tries < 1000 && threads() != count; ++tries) {
    std::this_thread::sleep_for(1ms);
  }
  return threads() == count;
}

}  // namespace

TEST_CASE("the watcher's thread starts with the first writeback and ends at shutdown") {
  // Sanitizers add a thread of their own to a program's first one.
  Gate gate;
  const std::jthread first(gate.wait());
  const std::ptrdiff_t before = threads();
  WritebackWatcher watcher;
  CHECK(threads() == before);
  watcher.submit({});
  CHECK(threads() == before + 1);
  watcher.submit({});
  CHECK(threads() == before + 1);
  watcher.shutdown();
  CHECK(threads_become(before));
  gate.open();
}

TEST_CASE("what is submitted is at its destination after waiting, and its buffers are given back") {
  ChunkBufferPool pool(1 << 20);
  WritebackWatcher watcher;
  std::vector<int> destination(100);
  watcher.submit(filling(pool.acquire<int>("state", 100), 7, destination.data()));
  watcher.wait_all();
  CHECK(std::count(destination.begin(), destination.end(), 7) == 100);
  CHECK(pool.use().lent == 0);
  CHECK(watcher.pending() == 0);
}

TEST_CASE("writebacks run on another thread, in the order of their submission") {
  WritebackWatcher watcher;
  std::vector<int> order;
  std::thread::id thread;
  for (int i = 0; i < 50; ++i) {
    watcher.submit({[&, i] { order.push_back(2 * i); },
                    [&, i] {
                      order.push_back((2 * i) + 1);
                      thread = std::this_thread::get_id();
                    },
                    {}});
  }
  watcher.wait_all();
  CHECK(order.size() == 100);
  CHECK(std::is_sorted(order.begin(), order.end()));
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("nothing is copied before it is ready, and who waits waits") {
  WritebackWatcher watcher;
  Gate gate;
  std::atomic<bool> copied = false;
  watcher.submit({gate.wait(), [&] { copied = true; }, {}});
  CHECK(watcher.pending() == 1);
  std::future<void> waiting = std::async(std::launch::async, [&] { watcher.wait_all(); });
  CHECK(waiting.wait_for(20ms) == std::future_status::timeout);
  CHECK_FALSE(copied);
  gate.open();
  waiting.get();
  CHECK(copied);
  CHECK(watcher.pending() == 0);
}

TEST_CASE("a writeback that has nothing to wait for or nothing to copy is done at once") {
  ChunkBufferPool pool(1000);
  WritebackWatcher watcher;
  bool copied = false;
  bool ready = false;
  watcher.submit({{}, [&] { copied = true; }, {}});
  watcher.submit({[&] { ready = true; }, {}, {}});
  Writeback only_staging;
  only_staging.staging.push_back(pool.acquire<int>("state", 10));
  watcher.submit(std::move(only_staging));
  watcher.wait_all();
  CHECK(copied);
  CHECK(ready);
  CHECK(pool.use().lent == 0);
}

TEST_CASE("with nothing submitted there is nothing to wait for") {
  WritebackWatcher watcher;
  watcher.wait_all();
  CHECK(watcher.wait_all(0ns));
  CHECK(watcher.pending() == 0);
}

TEST_CASE("waiting with a timeout says whether all was done in time") {
  WritebackWatcher watcher;
  Gate gate;
  watcher.submit({gate.wait(), {}, {}});
  CHECK_FALSE(watcher.wait_all(0ns));
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(watcher.wait_all(15ms));
  CHECK(std::chrono::steady_clock::now() - start >= 15ms);
  CHECK(watcher.pending() == 1);
  gate.open();
  CHECK(watcher.wait_all(std::chrono::nanoseconds::max()));
  CHECK(watcher.pending() == 0);
}

TEST_CASE("who waits does not wait for what is submitted later") {
  WritebackWatcher watcher;
  Gate first;
  Gate second;
  watcher.submit({first.wait(), {}, {}});
  std::future<void> waiting = std::async(std::launch::async, [&] { watcher.wait_all(); });
  CHECK(waiting.wait_for(20ms) == std::future_status::timeout);
  watcher.submit({second.wait(), {}, {}});
  first.open();
  waiting.get();
  CHECK(watcher.pending() == 1);
  second.open();
}

TEST_CASE("many chunks pass through few buffers") {
  constexpr std::size_t chunks = 100;
  constexpr std::size_t length = 32;
  ChunkBufferPool pool(2 * length * sizeof(int));
  std::vector<int> destination(chunks * length);
  WritebackWatcher watcher;
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    watcher.submit(
        filling(pool.acquire<int>("state", length), static_cast<int>(chunk) + 1, destination.data() + (chunk * length)));
  }
  watcher.wait_all();
  for (std::size_t i = 0; i < destination.size(); ++i) {
    REQUIRE(destination[i] == static_cast<int>(i / length) + 1);
  }
  CHECK(pool.use().peak_bytes <= pool.most_bytes());
  CHECK(pool.use().allocations <= 2);
  CHECK(pool.use().allocations + pool.use().reuses == chunks);
}

TEST_CASE("a kernel's data are copied once its event is reached, though the event's first owner is gone") {
  const kobie::Stream stream;
  const kernels::View view("view", 1000);
  ChunkBufferPool pool(1 << 20);
  WritebackWatcher watcher;
  std::vector<std::uint32_t> destination(4000);
  for (std::size_t chunk = 0; chunk < 4; ++chunk) {
    PooledArray<std::uint32_t> staging = pool.acquire<std::uint32_t>("state", 1000);
    const auto rounds = static_cast<std::int64_t>(5'000 * (chunk + 1));
    kernels::spin(stream.space(), view, rounds);
    Kokkos::deep_copy(stream.space(), Kokkos::View<std::uint32_t*, Kokkos::HostSpace>(staging.data(), staging.size()), view);
    kobie::Event event;
    event.record(stream.space());
    Writeback writeback{kobie::ready_at(std::move(event)),
                        kobie::StridedCopy{.from = reinterpret_cast<const std::byte*>(staging.data()),
                                           .to = reinterpret_cast<std::byte*>(destination.data() + (chunk * 1000)),
                                           .rows = 1,
                                           .row_bytes = 4000,
                                           .from_stride = 4000,
                                           .to_stride = 4000},
                        {}};
    writeback.staging.push_back(std::move(staging));
    watcher.submit(std::move(writeback));
  }
  watcher.wait_all();
  for (std::size_t chunk = 0; chunk < 4; ++chunk) {
    CHECK(destination[(chunk * 1000) + 999] == kernels::spun(999, static_cast<std::int64_t>(5'000 * (chunk + 1))));
  }
}

TEST_CASE("what goes wrong in a copy, or before it, reaches who waits, and only once") {
  WritebackWatcher watcher;
  watcher.submit(copying(throwing("disk full")));
  CHECK_THROWS_MATCHES(watcher.wait_all(), std::runtime_error, Message("disk full"));
  watcher.wait_all();
  watcher.submit({throwing("kernel failed"), {}, {}});
  CHECK_THROWS_MATCHES(watcher.wait_all(1h), std::runtime_error, Message("kernel failed"));
  CHECK(watcher.wait_all(0ns));
}

TEST_CASE(
    "after an error nothing is copied, all buffers are given back, the first error is told, and the watcher serves again") {
  ChunkBufferPool pool(1 << 20);
  WritebackWatcher watcher;
  std::vector<int> destination(50);
  Gate gate;
  watcher.submit(filling(pool.acquire<int>("state", 10), 1, destination.data()));
  Writeback bad{gate.wait(), throwing("first"), {}};
  bad.staging.push_back(pool.acquire<int>("state", 10));
  watcher.submit(std::move(bad));
  watcher.submit(filling(pool.acquire<int>("state", 10), 3, destination.data() + 20));
  watcher.submit({throwing("second"), {}, {}});
  watcher.submit(filling(pool.acquire<int>("state", 10), 4, destination.data() + 30));
  gate.open();
  CHECK_THROWS_MATCHES(watcher.wait_all(), std::runtime_error, Message("first"));
  CHECK(destination[9] == 1);
  CHECK(std::count(destination.begin() + 10, destination.end(), 0) == 40);
  CHECK(pool.use().lent == 0);

  watcher.submit(filling(pool.acquire<int>("state", 10), 5, destination.data() + 40));
  watcher.wait_all();
  CHECK(destination[49] == 5);
}

TEST_CASE("after an error, a buffer that is still being written is not given back") {
  ChunkBufferPool pool(1 << 20);
  WritebackWatcher watcher;
  Gate gate;
  watcher.submit(copying(throwing("disk full")));
  Writeback under_way{gate.wait(), {}, {}};
  under_way.staging.push_back(pool.acquire<int>("state", 10));
  watcher.submit(std::move(under_way));
  CHECK_FALSE(watcher.wait_all(20ms));
  CHECK(pool.use().lent == 1);
  gate.open();
  CHECK_THROWS_MATCHES(watcher.wait_all(), std::runtime_error, Message("disk full"));
  CHECK(pool.use().lent == 0);
}

TEST_CASE("an error is told to all who wait, and what is submitted once they do is copied") {
  WritebackWatcher watcher;
  Gate gate;
  bool skipped = true;
  bool copied = false;
  watcher.submit({gate.wait(), throwing("disk full"), {}});
  watcher.submit(copying([&] { skipped = false; }));
  const auto wait = [&] { watcher.wait_all(); };
  std::future<void> one = std::async(std::launch::async, wait);
  std::future<void> two = std::async(std::launch::async, wait);
  CHECK(one.wait_for(20ms) == std::future_status::timeout);
  CHECK(two.wait_for(20ms) == std::future_status::timeout);
  watcher.submit(copying([&] { copied = true; }));
  gate.open();
  CHECK_THROWS_MATCHES(one.get(), std::runtime_error, Message("disk full"));
  CHECK_THROWS_MATCHES(two.get(), std::runtime_error, Message("disk full"));
  watcher.wait_all();
  CHECK(skipped);
  CHECK(copied);
}

TEST_CASE("who has longer to wait keeps an error that others were told before") {
  WritebackWatcher watcher;
  Gate first;
  Gate second;
  const auto wait = [&] { watcher.wait_all(); };
  watcher.submit({first.wait(), throwing("disk full"), {}});
  std::future<void> shorter = std::async(std::launch::async, wait);
  CHECK(shorter.wait_for(20ms) == std::future_status::timeout);
  watcher.submit({second.wait(), {}, {}});
  std::future<void> longer = std::async(std::launch::async, wait);
  CHECK(longer.wait_for(20ms) == std::future_status::timeout);
  first.open();
  CHECK_THROWS_MATCHES(shorter.get(), std::runtime_error, Message("disk full"));
  second.open();
  CHECK_THROWS_MATCHES(longer.get(), std::runtime_error, Message("disk full"));
  watcher.wait_all();
}

TEST_CASE("an error that comes after a timeout is told at the next wait") {
  WritebackWatcher watcher;
  Gate gate;
  watcher.submit({gate.wait(), throwing("disk full"), {}});
  CHECK_FALSE(watcher.wait_all(1ms));
  gate.open();
  CHECK_THROWS_MATCHES(watcher.wait_all(), std::runtime_error, Message("disk full"));
}

TEST_CASE("a writeback may submit another one") {
  WritebackWatcher watcher;
  std::promise<void> done;
  watcher.submit(copying([&] { watcher.submit(copying([&] { done.set_value(); })); }));
  done.get_future().wait();
  watcher.wait_all();
  CHECK(watcher.pending() == 0);
}

TEST_CASE("shutdown finishes what was submitted, whatever was, and nothing is submitted after it") {
  for (int count = 0; count < 8; ++count) {
    ChunkBufferPool pool(1 << 20);
    WritebackWatcher watcher;
    std::vector<int> destination(80);
    for (int i = 0; i < count; ++i) {
      watcher.submit(filling(pool.acquire<int>("state", 10), i + 1, destination.data() + (i * std::ptrdiff_t{10})));
    }
    watcher.shutdown();
    CHECK(watcher.pending() == 0);
    for (int i = 0; i < 8; ++i) {
      CHECK(destination[(static_cast<std::size_t>(i) * 10) + 9] == (i < count ? i + 1 : 0));
    }
    CHECK_THROWS_AS(watcher.submit(filling(pool.acquire<int>("state", 10), 1, destination.data())), kobie::Error);
    CHECK(pool.use().lent == 0);
    watcher.wait_all();
    watcher.shutdown();
  }
}

TEST_CASE("several threads may shut a watcher down, and others may wait meanwhile") {
  WritebackWatcher watcher;
  Gate gate;
  bool copied = false;
  watcher.submit({gate.wait(), [&] { copied = true; }, {}});
  std::vector<std::future<void>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(std::async(std::launch::async, [&] { watcher.shutdown(); }));
    others.push_back(std::async(std::launch::async, [&] { watcher.wait_all(); }));
  }
  CHECK(others.front().wait_for(20ms) == std::future_status::timeout);
  gate.open();
  for (std::future<void>& other : others) {
    other.get();
  }
  CHECK(copied);
}

TEST_CASE("an error that was not told before shutdown is told after it") {
  WritebackWatcher watcher;
  watcher.submit(copying(throwing("disk full")));
  watcher.shutdown();
  CHECK_THROWS_MATCHES(watcher.wait_all(), std::runtime_error, Message("disk full"));
}

TEST_CASE("a watcher that goes has finished what was submitted, errors or not") {
  ChunkBufferPool pool(1 << 20);
  std::vector<int> destination(20);
  {
    WritebackWatcher watcher;
    watcher.submit(filling(pool.acquire<int>("state", 10), 1, destination.data()));
    watcher.submit(copying(throwing("disk full")));
    watcher.submit(filling(pool.acquire<int>("state", 10), 1, destination.data() + 10));
  }
  CHECK(destination[9] == 1);
  CHECK(destination[19] == 0);
  CHECK(pool.use().lent == 0);
}

TEST_CASE("what a writeback held is gone when waiting is over") {
  WritebackWatcher watcher;
  const auto held = std::make_shared<int>(1);
  watcher.submit({[held] {}, [held] {}, {}});
  watcher.wait_all();
  CHECK(held.use_count() == 1);
}
