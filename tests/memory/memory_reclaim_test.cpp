#include <array>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <chrono>
#include <cstdint>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "figures.hpp"

import kobie.core;
import kobie.memory;

using Catch::Matchers::Message;
using kobie::MemoryMode;
using kobie::MemoryPlace;

namespace {

// A client that keeps what it holds until it is asked.
class Hoarder {
 public:
  Hoarder(kobie::MemoryManager& manager, const std::string& name, std::uint64_t bytes)
      : client(manager.join(name, {}, {}, [this] { give_back(); })),
        hold_(client.hold(MemoryPlace::device, bytes, "buffers")) {}

  kobie::MemoryClient client;
  int asked = 0;

 private:
  void give_back() {
    ++asked;
    hold_ = {};
  }

  kobie::MemoryHold hold_;
};

// Its clients join while it is passive, so that they may hold more than their shares will be.
void enforce(kobie::MemoryManager& manager) { manager.set_mode(MemoryMode::active); }

// Long enough for another thread to come to where it waits, mostly.
void give_others_time() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

}  // namespace

TEST_CASE("idle clients are asked to give back, the largest first, and no more of them than is needed") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  Hoarder small(manager, "small", 100);
  Hoarder large(manager, "large", 500);
  Hoarder middle(manager, "middle", 300);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 900});
  enforce(manager);
  CHECK(client.available(MemoryPlace::device) == 100);
  CHECK(client.attainable(MemoryPlace::device) == 900);
  const kobie::MemoryHold first = client.hold(MemoryPlace::device, 100, "states");
  CHECK(large.asked == 0);
  const kobie::MemoryHold second = client.hold(MemoryPlace::device, 400, "states");
  CHECK(large.asked == 1);
  CHECK(middle.asked == 0);
  const kobie::MemoryHold third = client.hold(MemoryPlace::device, 400, "states");
  CHECK(middle.asked == 1);
  CHECK(small.asked == 0);
  CHECK(large.asked == 1);
}

TEST_CASE("idle clients are asked when free memory is short, too") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_budget(MemoryPlace::device, 5000);
  figures.device_free = 200;
  bool freed = true;
  kobie::MemoryHold kept;
  kobie::MemoryClient idle = manager.join("idle", {}, {}, [&] {
    kept = {};
    figures.device_free += freed ? 600 : 0;
  });
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 1000});
  enforce(manager);
  kept = idle.hold(MemoryPlace::device, 200, "buffers");
  CHECK(client.available(MemoryPlace::device) == 200);
  CHECK(client.attainable(MemoryPlace::device) == 400);
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 401, "states"), kobie::Error);
  CHECK(kept.bytes() == 200);
  CHECK(client.hold(MemoryPlace::device, 400, "states").bytes() == 400);
  CHECK(kept.bytes() == 0);

  // What was given back need not be free, where others want it too.
  freed = false;
  figures.device_free = 200;
  kept = idle.hold(MemoryPlace::device, 200, "buffers");
  CHECK_THROWS_MATCHES(
      client.hold(MemoryPlace::device, 400, "states"), kobie::Error,
      Message("lorenz cannot have 400 B of device memory for states: 200 B more than is free, whatever idle "
              "clients give back; its share is 1000 B, of which it holds 0 B; all clients hold 0 B of the budget "
              "of 4.9 KiB; 200 B are free"));
}

TEST_CASE("nobody is asked in vain") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  Hoarder idle(manager, "idle", 300);
  kobie::MemoryClient deaf = manager.join("deaf");
  const kobie::MemoryHold kept = deaf.hold(MemoryPlace::device, 400, "buffers");
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 700});
  enforce(manager);
  CHECK(client.attainable(MemoryPlace::device) == 600);
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 701, "beyond its share"), kobie::Error);
  CHECK_THROWS_MATCHES(
      client.hold(MemoryPlace::device, 601, "states"), kobie::Error,
      Message("lorenz cannot have 601 B of device memory for states: 1 B beyond the budget, whatever idle clients "
              "give back; its share is 700 B, of which it holds 0 B; all clients hold 700 B of the budget of 1000 "
              "B; 1000 B are free"));
  CHECK(client.hold(MemoryPlace::host, 1000, "results").bytes() == 1000);
  CHECK(idle.asked == 0);
  CHECK(client.hold(MemoryPlace::device, 600, "states").bytes() == 600);
  CHECK(idle.asked == 1);
}

TEST_CASE("a client that is busy is not asked") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  Hoarder hoarder(manager, "hoarder", 800);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 500});
  enforce(manager);
  std::optional<kobie::MemoryClient::Busy> first = hoarder.client.busy();
  std::optional<kobie::MemoryClient::Busy> second = hoarder.client.busy();
  CHECK(client.attainable(MemoryPlace::device) == 200);
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 300, "states"), kobie::Error);
  first.reset();
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 300, "states"), kobie::Error);
  CHECK(client.reclaim(MemoryPlace::device, 300) == 0);
  CHECK(hoarder.asked == 0);
  kobie::MemoryClient::Busy moved = std::move(*second);
  second.reset();
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 300, "states"), kobie::Error);
  moved = client.busy();
  CHECK(client.hold(MemoryPlace::device, 300, "states").bytes() == 300);
  CHECK(hoarder.asked == 1);
}

TEST_CASE("a client does not ask itself") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  Hoarder hoarder(manager, "hoarder", 800);
  enforce(manager);
  CHECK(hoarder.client.attainable(MemoryPlace::device) == 200);
  CHECK_THROWS_AS(hoarder.client.hold(MemoryPlace::device, 300, "more"), kobie::Error);
  CHECK(hoarder.asked == 0);
}

TEST_CASE("a client that gives nothing back is asked once") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  int asked = 0;
  kobie::MemoryClient miser = manager.join("miser", {}, {}, [&] { ++asked; });
  const kobie::MemoryHold kept = miser.hold(MemoryPlace::device, 700, "buffers");
  Hoarder hoarder(manager, "hoarder", 200);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 500});
  enforce(manager);
  CHECK(client.hold(MemoryPlace::device, 50, "states").bytes() == 50);
  CHECK(asked == 0);
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 400, "states"), kobie::Error);
  CHECK(asked == 1);
  CHECK(hoarder.asked == 0);  // 300 would not have been enough
  CHECK(client.hold(MemoryPlace::device, 300, "states").bytes() == 300);
  CHECK(hoarder.asked == 1);
}

TEST_CASE("where a manager is passive, clients are asked only through reclaim") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  Hoarder large(manager, "large", 600);
  Hoarder small(manager, "small", 400);
  kobie::MemoryClient client = manager.join("lorenz");
  CHECK(client.hold(MemoryPlace::device, 500, "states").bytes() == 500);
  CHECK(client.attainable(MemoryPlace::device) == 1000);
  CHECK(client.reclaim(MemoryPlace::device, 0) == 0);
  CHECK(large.asked == 0);
  CHECK(client.reclaim(MemoryPlace::device, 500) == 600);
  CHECK(large.asked == 1);
  CHECK(small.asked == 0);
  CHECK(client.reclaim(MemoryPlace::device, 5000) == 400);
  CHECK(client.reclaim(MemoryPlace::device, 5000) == 0);
  CHECK(large.asked == 1);
}

TEST_CASE("what a reclaim throws reaches the one who is short, and leaves the manager in order") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  bool fails = true;
  kobie::MemoryHold kept;
  kobie::MemoryClient client = manager.join("idle", {}, {}, [&] {
    if (std::exchange(fails, false)) {
      throw std::runtime_error("the device is gone");
    }
    kept = {};
  });
  kept = client.hold(MemoryPlace::device, 800, "buffers");
  kobie::MemoryClient other = manager.join("lorenz");
  enforce(manager);
  CHECK_THROWS_MATCHES(other.hold(MemoryPlace::device, 300, "states"), std::runtime_error, Message("the device is gone"));
  CHECK(other.use(MemoryPlace::device).held == 0);
  CHECK(other.hold(MemoryPlace::device, 300, "states").bytes() == 300);
  CHECK(kept.bytes() == 0);
}

TEST_CASE("a reclaim may look at the manager and let its client go") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  std::optional<kobie::MemoryClient> idle;
  kobie::MemoryHold kept;
  std::string seen;
  const auto asked = std::make_shared<int>(0);
  idle = manager.join("idle", {}, {}, [&, asked] {
    seen = manager.report();
    idle.reset();
    ++*asked;
  });
  kept = idle->hold(MemoryPlace::device, 800, "buffers");
  kobie::MemoryClient other = manager.join("lorenz");
  enforce(manager);
  CHECK(other.hold(MemoryPlace::device, 300, "states").bytes() == 300);
  CHECK(*asked == 1);
  CHECK(asked.use_count() == 1);
  CHECK(seen.find("idle") != std::string::npos);
  CHECK(manager.report().find("idle") == std::string::npos);
  CHECK(kept.bytes() == 800);
}

TEST_CASE("a reclaim takes no memory") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  kobie::MemoryClient third = manager.join("third");
  kobie::MemoryClient idle =
      manager.join("idle", {}, {}, [&] { static_cast<void>(third.hold(MemoryPlace::host, 10, "copies")); });
  const kobie::MemoryHold kept = idle.hold(MemoryPlace::device, 800, "buffers");
  kobie::MemoryClient other = manager.join("lorenz");
  enforce(manager);
  CHECK_THROWS_MATCHES(other.hold(MemoryPlace::device, 300, "states"), kobie::Error,
                       Message("third is to be busy, or to have memory, within the reclaim of idle, which may only give back"));
  CHECK(third.hold(MemoryPlace::host, 10, "copies").bytes() == 10);
}

TEST_CASE("what a reclaim owns goes with its client, even where that is the client's own holds") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  auto buffers = std::make_shared<std::vector<kobie::MemoryHold>>();
  const std::weak_ptr<std::vector<kobie::MemoryHold>> watched = buffers;
  {
    kobie::MemoryClient client = manager.join("lorenz", {}, {}, [buffers] { buffers->clear(); });
    buffers->push_back(client.hold(MemoryPlace::device, 10, "states"));
    buffers.reset();
    CHECK_FALSE(watched.expired());
  }
  CHECK(watched.expired());
}

TEST_CASE("a client that goes, or is to be busy, waits for a reclaim of it that is under way") {
  const bool leaves = GENERATE(false, true);
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  std::latch begun(1);
  std::latch go_on(1);
  std::atomic<bool> over = false;
  kobie::MemoryHold kept;
  std::optional<kobie::MemoryClient> idle = manager.join("idle", {}, {}, [&] {
    begun.count_down();
    go_on.wait();
    kept = {};
    over = true;
  });
  kept = idle->hold(MemoryPlace::device, 800, "buffers");
  kobie::MemoryClient other = manager.join("lorenz", {.bytes = 300});
  enforce(manager);
  bool seen = false;
  {
    const std::jthread shortage([&] { static_cast<void>(other.hold(MemoryPlace::device, 300, "states")); });
    begun.wait();
    const std::jthread ends([&] {
      if (leaves) {
        idle.reset();
      } else {
        static_cast<void>(idle->busy());
      }
      seen = over;
    });
    give_others_time();
    go_on.count_down();
  }
  CHECK(seen);
}

TEST_CASE("a thread that is short waits for what another's reclaim brings, before it asks more clients") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  std::latch begun(1);
  std::latch go_on(1);
  kobie::MemoryHold kept;
  kobie::MemoryClient large = manager.join("large", {}, {}, [&] {
    begun.count_down();
    go_on.wait();
    kept = {};
  });
  kept = large.hold(MemoryPlace::device, 600, "buffers");
  Hoarder small(manager, "small", 400);
  kobie::MemoryClient first = manager.join("first", {.bytes = 300});
  kobie::MemoryClient second = manager.join("second", {.bytes = 300});
  enforce(manager);
  kobie::MemoryHold held_by_first;
  kobie::MemoryHold held_by_second;
  {
    const std::jthread one([&] { held_by_first = first.hold(MemoryPlace::device, 300, "states"); });
    begun.wait();
    const std::jthread two([&] { held_by_second = second.hold(MemoryPlace::device, 300, "states"); });
    give_others_time();
    go_on.count_down();
  }
  CHECK(held_by_first.bytes() == 300);
  CHECK(held_by_second.bytes() == 300);
  CHECK(small.asked == 0);
}

namespace {

struct Counts {
  std::atomic<int> reclaims = 0;
  std::atomic<int> disturbances = 0;  // reclaims of one that was busy
};

// A solver as threads see it: buffers under a mutex of its own, kept while idle, dropped when asked.
class Solver {
 public:
  Solver(kobie::MemoryManager& manager, Counts& counts)
      : counts_(counts), client_(manager.join("solver", {}, {}, [this] { drop(); })) {}

  void solve(std::mt19937& random) {
    const kobie::MemoryClient::Busy busy = client_.busy();
    inside_ = true;
    const std::uint64_t bytes = 1 + random() % 200;
    try {
      kobie::MemoryHold hold = client_.hold(MemoryPlace::device, bytes, "states");
      const std::scoped_lock lock(mutex_);
      buffers_.push_back(std::move(hold));
    } catch (const kobie::Error&) {
      const std::scoped_lock lock(mutex_);
      buffers_.clear();
    }
    inside_ = false;
  }

 private:
  void drop() {
    ++counts_.reclaims;
    counts_.disturbances += inside_ ? 1 : 0;
    const std::scoped_lock lock(mutex_);
    buffers_.clear();
  }

  Counts& counts_;
  std::atomic<bool> inside_ = false;
  std::mutex mutex_;
  std::vector<kobie::MemoryHold> buffers_;
  kobie::MemoryClient client_;  // the last to be made and the first to go: its reclaim knows all the others
};

}  // namespace

TEST_CASE("solvers on many threads come, take, give back and go, and the budget is kept") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  enforce(manager);
  Counts counts;
  std::atomic<bool> stop = false;
  // Each thread has two solvers, so that one is idle while the other solves.
  const auto work = [&](unsigned seed) {
    std::mt19937 random(seed);
    std::array<std::optional<Solver>, 2> solvers;
    for (int round = 0; round < 2000; ++round) {
      std::optional<Solver>& solver = solvers[random() % 2];
      if (!solver) {
        solver.emplace(manager, counts);
      }
      figures.device_free = random() % 1000;
      solver->solve(random);
      if (random() % 16 == 0) {
        solver.reset();
      }
    }
  };
  {
    const std::jthread watch([&] {
      const kobie::MemoryClient client = manager.join("watch", {.bytes = 1});
      while (!stop) {
        static_cast<void>(manager.report());
        static_cast<void>(client.attainable(MemoryPlace::device));
        manager.set_budget(MemoryPlace::host, 100);
        std::this_thread::yield();
      }
    });
    {
      std::vector<std::jthread> threads;
      for (unsigned seed = 1; seed <= 4; ++seed) {
        threads.emplace_back(work, seed);
      }
    }
    stop = true;
  }
  CHECK(counts.reclaims > 0);
  CHECK(counts.disturbances == 0);
  std::istringstream words(manager.report());
  words.ignore(1000, '\n').ignore(1000, '\n');
  std::string word;
  std::uint64_t peak = 0;
  words >> word >> word >> word >> word >> word >> peak;  // device  1000 B  0 B  <peak> B
  CHECK(peak > 0);
  CHECK(peak <= 1000);
  figures.device_free = 1000;
  const kobie::MemoryClient last = manager.join("last");
  CHECK(last.available(MemoryPlace::device) == 1000);
  CHECK(manager.report().find("solver") == std::string::npos);
}
