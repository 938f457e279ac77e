#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels.hpp"

import kobie.memory;

using kernels::View;

TEST_CASE("work given to several streams is all done") {
  std::vector<kobie::Stream> streams(4);
  std::vector<View> views;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    views.emplace_back("view", 100);
    kernels::spin(streams[i].space(), views[i], 1000 + static_cast<std::int64_t>(i));
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    streams[i].space().fence("kobie::test::streams");
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), views[i]);
    CHECK(host(99) == kernels::spun(99, 1000 + static_cast<std::int64_t>(i)));
  }
}

TEST_CASE("a stream that goes has done its work") {
  const View view("view", 100);
  {
    const kobie::Stream stream;
    kernels::spin(stream.space(), view, 100'000);
  }
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  CHECK(host(7) == kernels::spun(7, 100'000));
}

TEST_CASE("a stream keeps its work when it is moved") {
  const View view("view", 100);
  kobie::Stream first;
  kernels::spin(first.space(), view, 100'000);
  const kobie::Stream second(std::move(first));
  second.space().fence("kobie::test::streams");
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  CHECK(host(7) == kernels::spun(7, 100'000));
}
