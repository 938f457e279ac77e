#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figures.hpp"

import kobie.core;
import kobie.memory;

using Catch::Matchers::Message;
using kobie::MemoryMode;
using kobie::MemoryPlace;

namespace {

std::uint64_t share_of(const kobie::MemoryClient& client) { return client.use(MemoryPlace::device).share; }

std::uint64_t held_by(const kobie::MemoryClient& client) { return client.use(MemoryPlace::device).held; }

}  // namespace

TEST_CASE("a budget is all that there is until it is set") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  CHECK(manager.budget(MemoryPlace::device) == 1000);
  CHECK(manager.budget(MemoryPlace::host) == 10000);
  manager.set_budget(MemoryPlace::device, 300);
  CHECK(manager.budget(MemoryPlace::device) == 300);
  CHECK(manager.budget(MemoryPlace::host) == 10000);
  manager.set_budget(MemoryPlace::device, 0);
  CHECK(manager.budget(MemoryPlace::device) == 1000);
}

TEST_CASE("a manager that is passive keeps account and refuses nothing") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  CHECK(manager.mode() == MemoryMode::passive);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 100});
  const kobie::MemoryHold first = client.hold(MemoryPlace::device, 5000, "states");
  CHECK(first.bytes() == 5000);
  CHECK(held_by(client) == 5000);
  CHECK(client.available(MemoryPlace::device) == 0);
  {
    const kobie::MemoryHold second = client.hold(MemoryPlace::device, 1, "status");
    CHECK(held_by(client) == 5001);
  }
  const kobie::MemoryUse use = client.use(MemoryPlace::device);
  CHECK(use.share == 100);
  CHECK(use.held == 5000);
  CHECK(use.peak == 5001);
  CHECK(client.use(MemoryPlace::host).peak == 0);
}

TEST_CASE("where a manager is passive, what is available is what is left of the budget and free, whatever the shares are") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  kobie::MemoryClient first = manager.join("first", {.proportion = 0.25});
  const kobie::MemoryClient second = manager.join("second", {.bytes = 10});
  const kobie::MemoryHold hold = first.hold(MemoryPlace::device, 400, "states");
  CHECK(first.available(MemoryPlace::device) == 600);
  CHECK(second.available(MemoryPlace::device) == 600);
  figures.device_free = 250;
  CHECK(first.available(MemoryPlace::device) == 250);
  manager.set_budget(MemoryPlace::device, 500);
  CHECK(second.available(MemoryPlace::device) == 100);
  CHECK(second.available(MemoryPlace::host) == 8000);
}

TEST_CASE("a manager that is active gives a client its share and no more, and says what is missing") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_mode(MemoryMode::active);
  CHECK(manager.mode() == MemoryMode::active);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 300});
  const kobie::MemoryHold first = client.hold(MemoryPlace::device, 200, "states");
  CHECK(client.available(MemoryPlace::device) == 100);
  CHECK_THROWS_MATCHES(
      client.hold(MemoryPlace::device, 101, "observables"), kobie::Error,
      Message("lorenz cannot have 101 B of device memory for observables: 1 B beyond its share; its share is "
              "300 B, of which it holds 200 B; all clients hold 200 B of the budget of 1000 B; 1000 B are free"));
  CHECK(held_by(client) == 200);
  const kobie::MemoryHold second = client.hold(MemoryPlace::device, 100, "observables");
  CHECK(client.available(MemoryPlace::device) == 0);
  CHECK(client.hold(MemoryPlace::device, 0, "nothing").bytes() == 0);
}

TEST_CASE("device and host have accounts of their own") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_mode(MemoryMode::active);
  kobie::MemoryClient client = manager.join("lorenz", {.bytes = 300}, {.proportion = 0.5});
  const kobie::MemoryHold device = client.hold(MemoryPlace::device, 300, "states");
  const kobie::MemoryHold host = client.hold(MemoryPlace::host, 1000, "results");
  CHECK(client.available(MemoryPlace::device) == 0);
  CHECK(client.available(MemoryPlace::host) == 4000);
  CHECK_THROWS_MATCHES(
      client.hold(MemoryPlace::host, 4001, "more"), kobie::Error,
      Message("lorenz cannot have 3.9 KiB of host memory for more: 1 B beyond its share; its share is 4.9 KiB, of "
              "which it holds 1000 B; all clients hold 1000 B of the budget of 9.8 KiB; 7.8 KiB are free"));
}

TEST_CASE("what is free limits what a share and a budget promise") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_mode(MemoryMode::active);
  manager.set_budget(MemoryPlace::device, 5000);
  kobie::MemoryClient client = manager.join("lorenz", {.proportion = 1.0});
  CHECK(share_of(client) == 5000);
  figures.device_free = 900;
  CHECK(client.available(MemoryPlace::device) == 900);
  CHECK_THROWS_MATCHES(
      client.hold(MemoryPlace::device, 1000, "states"), kobie::Error,
      Message("lorenz cannot have 1000 B of device memory for states: 100 B more than is free, whatever idle clients "
              "give back; its share is 4.9 KiB, of which it holds 0 B; all clients hold 0 B of the budget of 4.9 "
              "KiB; 900 B are free"));
  CHECK(client.hold(MemoryPlace::device, 900, "states").bytes() == 900);
}

TEST_CASE("clients without a fixed share divide what is left equally, as they come and go") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  const kobie::MemoryClient first = manager.join("first");
  CHECK(share_of(first) == 1000);
  std::optional<kobie::MemoryClient> second = manager.join("second");
  CHECK(share_of(first) == 500);
  std::optional<kobie::MemoryClient> fixed = manager.join("fixed", {.proportion = 0.25});
  const kobie::MemoryClient bytes = manager.join("bytes", {.bytes = 50});
  CHECK(share_of(*fixed) == 250);
  CHECK(share_of(bytes) == 50);
  CHECK(share_of(first) == 350);
  CHECK(share_of(*second) == 350);
  manager.set_budget(MemoryPlace::device, 600);
  CHECK(share_of(*fixed) == 150);
  CHECK(share_of(first) == 200);
  second.reset();
  CHECK(share_of(first) == 400);
  fixed.reset();
  CHECK(share_of(first) == 550);
  CHECK(first.use(MemoryPlace::host).share == 5000);
}

TEST_CASE("a fixed share is at most what the others leave") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  const kobie::MemoryClient most = manager.join("most", {.proportion = 0.75});
  CHECK_THROWS_MATCHES(manager.join("lorenz", {.proportion = 0.5}), kobie::InvalidArgument,
                       Message("device.proportion = 0.5: must be at most 0.25, what other clients' shares leave"));
  CHECK_THROWS_MATCHES(
      manager.join("lorenz", {.bytes = 251}), kobie::InvalidArgument,
      Message("device.bytes = 251: must be at most 250, what other clients' shares leave of the budget of 1000"));
  CHECK_THROWS_MATCHES(
      manager.join("lorenz", {}, {.bytes = 10001}), kobie::InvalidArgument,
      Message("host.bytes = 10001: must be at most 10000, what other clients' shares leave of the budget of 10000"));
  std::optional<kobie::MemoryClient> rest = manager.join("rest", {.bytes = 250});
  const kobie::MemoryClient poor = manager.join("poor");
  CHECK(share_of(poor) == 0);
  rest.reset();
  CHECK(share_of(manager.join("rest", {.proportion = 0.25})) == 250);
}

TEST_CASE("proportions that sum to one in decimals are all of the budget") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  std::vector<kobie::MemoryClient> clients;
  for (const double proportion : {0.1, 0.2, 0.3, 0.3, 0.1}) {
    clients.push_back(manager.join("lorenz", {.proportion = proportion}));
  }
  CHECK_THROWS_AS(manager.join("lorenz", {.proportion = 0.001}), kobie::InvalidArgument);
}

TEST_CASE("shares and names that mean nothing are refused") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  CHECK_THROWS_MATCHES(manager.join(""), kobie::InvalidArgument, Message("name = '': must not be empty"));
  CHECK_THROWS_MATCHES(manager.join("lorenz", {.proportion = -0.5}), kobie::InvalidArgument,
                       Message("device.proportion = -0.5: must be between 0 and 1"));
  CHECK_THROWS_MATCHES(manager.join("lorenz", {}, {.proportion = 1.5}), kobie::InvalidArgument,
                       Message("host.proportion = 1.5: must be between 0 and 1"));
  CHECK_THROWS_AS(manager.join("lorenz", {.proportion = std::numeric_limits<double>::quiet_NaN()}), kobie::InvalidArgument);
  CHECK_THROWS_MATCHES(manager.join("lorenz", {.proportion = 0.5, .bytes = 10}), kobie::InvalidArgument,
                       Message("device.proportion = 0.5: must be 0 where bytes are given"));
  CHECK(share_of(manager.join("lorenz")) == 1000);
}

TEST_CASE("a budget may fall below what is held, but not below fixed shares") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_mode(MemoryMode::active);
  const kobie::MemoryClient fixed = manager.join("fixed", {.bytes = 100});
  kobie::MemoryClient client = manager.join("lorenz", {.proportion = 0.5});
  const kobie::MemoryHold hold = client.hold(MemoryPlace::device, 400, "states");
  CHECK_THROWS_MATCHES(
      manager.set_budget(MemoryPlace::device, 150), kobie::InvalidArgument,
      Message("device budget = 150: must be 0, for all that there is, or enough for fixed shares, which would be 175"));
  CHECK(manager.budget(MemoryPlace::device) == 1000);
  manager.set_budget(MemoryPlace::device, 200);
  CHECK(client.available(MemoryPlace::device) == 0);
  CHECK(held_by(client) == 400);
  CHECK_THROWS_AS(client.hold(MemoryPlace::device, 1, "status"), kobie::Error);
}

TEST_CASE("a client that goes returns all that it holds") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  manager.set_mode(MemoryMode::active);
  const kobie::MemoryClient other = manager.join("other", {.bytes = 500});
  kobie::MemoryHold hold;
  {
    kobie::MemoryClient client = manager.join("lorenz");
    hold = client.hold(MemoryPlace::device, 500, "states");
  }
  CHECK(hold.bytes() == 500);
  kobie::MemoryClient next = manager.join("next");
  CHECK(next.available(MemoryPlace::device) == 500);
  const kobie::MemoryHold again = next.hold(MemoryPlace::device, 500, "states");
  hold = {};
  CHECK(held_by(next) == 500);
}

TEST_CASE("holds, marks and clients may outlive what they come from") {
  Figures figures;
  std::optional<kobie::MemoryManager> manager(std::in_place, [&] { return kobie::MemoryInfo{figures.device_free, 1000}; });
  std::optional<kobie::MemoryClient> client = manager->join("lorenz");
  const kobie::MemoryHold hold = client->hold(MemoryPlace::device, 300, "states");
  const kobie::MemoryClient::Busy busy = client->busy();
  manager.reset();
  CHECK(client->available(MemoryPlace::device) == 700);
  client.reset();
  CHECK(hold.bytes() == 300);
}

TEST_CASE("holds and clients keep their account when they move") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  kobie::MemoryClient client = manager.join("lorenz");
  kobie::MemoryHold first = client.hold(MemoryPlace::device, 300, "states");
  kobie::MemoryHold second(std::move(first));
  CHECK(first.bytes() == 0);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): it is empty then
  CHECK(held_by(client) == 300);
  first = client.hold(MemoryPlace::device, 50, "status");
  CHECK(held_by(client) == 350);
  first = std::move(second);
  CHECK(first.bytes() == 300);
  CHECK(held_by(client) == 300);
  kobie::MemoryClient moved(std::move(client));
  CHECK(held_by(moved) == 300);
  moved = manager.join("other");
  CHECK(held_by(moved) == 0);
  CHECK(moved.available(MemoryPlace::device) == 1000);
  first = {};
  CHECK(held_by(moved) == 0);
}

TEST_CASE("a report lists budgets and clients") {
  Figures figures;
  kobie::MemoryManager manager = figures.manager();
  CHECK(manager.report() ==
        "memory, accounted for only\n"
        "place       budget        held        peak        free       total\n"
        "device      1000 B         0 B         0 B      1000 B      1000 B\n"
        "host       9.8 KiB         0 B         0 B     7.8 KiB     9.8 KiB\n");
  manager.set_mode(MemoryMode::active);
  kobie::MemoryClient lorenz = manager.join("lorenz");
  kobie::MemoryClient rober = manager.join("rober", {.bytes = 600});
  const kobie::MemoryHold hold = lorenz.hold(MemoryPlace::device, 300, "states");
  static_cast<void>(rober.hold(MemoryPlace::device, 200, "scratch"));
  const kobie::MemoryClient::Busy busy = lorenz.busy();
  CHECK(manager.report() ==
        "memory, shares enforced\n"
        "place       budget        held        peak        free       total\n"
        "device      1000 B       300 B       500 B      1000 B      1000 B\n"
        "host       9.8 KiB         0 B         0 B     7.8 KiB     9.8 KiB\n"
        "place        share        held        peak  client\n"
        "device       400 B       300 B       300 B  lorenz, busy\n"
        "host       4.9 KiB         0 B         0 B  lorenz, busy\n"
        "device       600 B         0 B       200 B  rober\n"
        "host       4.9 KiB         0 B         0 B  rober\n");
}

TEST_CASE("a device is asked for its figures only when they matter, and what it throws comes through") {
  const auto absent = []() -> kobie::MemoryInfo { throw kobie::Error("no device"); };
  kobie::MemoryManager manager(absent);
  kobie::MemoryClient client = manager.join("lorenz");
  const kobie::MemoryHold hold = client.hold(MemoryPlace::device, 10, "states");
  manager.set_budget(MemoryPlace::device, 100);
  CHECK(manager.budget(MemoryPlace::device) == 100);
  CHECK_THROWS_MATCHES(client.available(MemoryPlace::device), kobie::Error, Message("no device"));
  manager.set_mode(MemoryMode::active);
  CHECK_THROWS_MATCHES(client.hold(MemoryPlace::device, 1, "states"), kobie::Error, Message("no device"));
  CHECK_THROWS_MATCHES(manager.join("other", {.bytes = 10}), kobie::Error, Message("no device"));
}

TEST_CASE("the program has one manager, which knows the machine's memory") {
  kobie::MemoryManager& manager = kobie::memory_manager();
  CHECK(&manager == &kobie::memory_manager());
  CHECK(manager.budget(MemoryPlace::host) == kobie::host_memory().total);
  CHECK(manager.budget(MemoryPlace::device) == kobie::device_memory().total);
}
