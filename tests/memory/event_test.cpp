#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <thread>
#include <utility>

#include "kernels.hpp"

import kobie.memory;

using kernels::spin;
using kernels::spun;
using kernels::View;

TEST_CASE("an event that was never recorded is done, and waiting for it returns") {
  const kobie::Event event;
  CHECK(event.done());
  event.wait();
}

TEST_CASE("once an event is waited for, the kernels and copies before it are done") {
  const kobie::Stream stream;
  const View view("view", 1000);
  kobie::HostArray<std::uint32_t> host(view.extent(0), kobie::HostMemory::pinned);
  kobie::Event event;
  for (const std::int64_t rounds : {100'000, 200'000}) {
    spin(stream.space(), view, rounds);
    Kokkos::deep_copy(stream.space(), Kokkos::View<std::uint32_t*, Kokkos::HostSpace>(host.data(), host.size()), view);
    event.record(stream.space());
    event.wait();
    CHECK(event.done());
    CHECK(host[0] == spun(0, rounds));
    CHECK(host[999] == spun(999, rounds));
  }
}

TEST_CASE("another thread may wait for an event") {
  const kobie::Stream stream;
  const View view("view", 1000);
  kobie::HostArray<std::uint32_t> host(view.extent(0), kobie::HostMemory::pinned);
  kobie::Event event;
  spin(stream.space(), view, 100'000);
  Kokkos::deep_copy(stream.space(), Kokkos::View<std::uint32_t*, Kokkos::HostSpace>(host.data(), host.size()), view);
  event.record(stream.space());
  std::uint32_t seen = 0;
  std::thread watcher([&] {
    event.wait();
    seen = host[999];
  });
  watcher.join();
  CHECK(seen == spun(999, 100'000));
}

TEST_CASE("an event keeps its place when it is moved") {
  const kobie::Stream stream;
  const View view("view", 1000);
  kobie::Event first;
  spin(stream.space(), view, 100'000);
  first.record(stream.space());
  kobie::Event second(std::move(first));
  second.wait();
  CHECK(second.done());
  first = std::move(second);
  CHECK(first.done());
}
