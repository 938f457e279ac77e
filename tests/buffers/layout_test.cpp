#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <vector>

#include "components.hpp"

import kobie.buffers;
import kobie.core;

using kobie::AreaSizes;
using kobie::BufferPrecision;
using kobie::BufferRegistry;
using kobie::BufferSlice;
using kobie::Location;

namespace {

BufferRegistry two_shared() {
  BufferRegistry registry;
  registry.add("loop", {.name = "one", .size = 100, .location = Location::shared});
  registry.add("loop", {.name = "two", .size = 50, .location = Location::shared});
  return registry;
}

}  // namespace

TEST_CASE("a layout is made when it is asked for, and kept") {
  BufferRegistry registry = two_shared();
  CHECK(!registry.has_layout("loop"));
  CHECK(registry.shared_size("loop") == 150);
  CHECK(registry.has_layout("loop"));
  CHECK(registry.slice("loop", "two") == BufferSlice{100, 50});
}

TEST_CASE("whatever changes a component forgets its layout") {
  BufferRegistry registry = two_shared();
  const auto lay_out = [&] {
    (void)registry.slice("loop", "one");
    REQUIRE(registry.has_layout("loop"));
  };
  lay_out();
  registry.add("loop", {.name = "three", .size = 5, .location = Location::shared});
  CHECK(!registry.has_layout("loop"));
  lay_out();
  CHECK(registry.slice("loop", "three") == BufferSlice{150, 5});
  registry.update("loop", "one", {.size = 7});
  CHECK(!registry.has_layout("loop"));
  lay_out();
  CHECK(registry.slice("loop", "three") == BufferSlice{57, 5});
  registry.clear_layout("loop");
  CHECK(!registry.has_layout("loop"));
  lay_out();
  registry.nest("loop", NewtonBuffers::buffers());
  CHECK(!registry.has_layout("loop"));
  lay_out();
  registry.clear("loop/newton");
  CHECK(!registry.has_layout("loop"));
  CHECK(registry.local_size("loop") == 0);
}

TEST_CASE("a change in a nested component reaches its relatives and nobody else") {
  BufferRegistry registry = LoopBuffers::buffers();
  registry.add("other", {.name = "x", .size = 1});
  CHECK(registry.local_size("loop") + registry.local_size("other") == 20);
  registry.update("loop/algorithm", "stages", {.size = 13});
  for (const char* owner : {"loop", "loop/algorithm", "loop/algorithm/newton"}) {
    CHECK(!registry.has_layout(owner));
  }
  CHECK(registry.has_layout("other"));
  CHECK(registry.slice("loop/algorithm/newton", "residual") == BufferSlice{17, 3});
  CHECK(registry.has_layout("loop"));
}

TEST_CASE("what changes nothing keeps the layout") {
  BufferRegistry registry = two_shared();
  (void)registry.sizes("loop");
  registry.update("loop", "none", {.size = 1});
  registry.update("none", "one", {.size = 1});
  registry.clear_layout("none");
  registry.clear("none");
  CHECK(registry.has_layout("loop"));
}

TEST_CASE("alias slices follow each other within their target") {
  for (const bool persistent : {false, true}) {
    for (const Location location : {Location::shared, Location::local}) {
      BufferRegistry registry;
      registry.add("loop", {.name = "before", .size = 7, .location = location, .persistent = persistent});
      registry.add("loop", {.name = "parent", .size = 100, .location = location, .persistent = persistent});
      registry.add("loop", {.name = "child1", .size = 30, .location = location, .persistent = persistent, .aliases = "parent"});
      registry.add("loop", {.name = "after", .size = 2, .location = location, .persistent = persistent});
      registry.add("loop", {.name = "child2", .size = 20, .location = location, .persistent = persistent, .aliases = "parent"});
      registry.add("loop", {.name = "part", .size = 11, .location = location, .persistent = persistent, .aliases = "child2"});
      registry.add("loop", {.name = "rest", .size = 9, .location = location, .persistent = persistent, .aliases = "child2"});
      CHECK(registry.slice("loop", "parent") == BufferSlice{7, 100});
      CHECK(registry.slice("loop", "child1") == BufferSlice{7, 30});
      CHECK(registry.slice("loop", "child2") == BufferSlice{37, 20});
      CHECK(registry.slice("loop", "part") == BufferSlice{37, 11});
      CHECK(registry.slice("loop", "rest") == BufferSlice{48, 9});
      CHECK(registry.slice("loop", "rest").end() == 57);
      CHECK(registry.slice("loop", "after") == BufferSlice{107, 2});
    }
  }
}

TEST_CASE("each area has offsets of its own") {
  BufferRegistry registry;
  registry.add("loop", {.name = "s1", .size = 3, .location = Location::shared});
  registry.add("loop", {.name = "l1", .size = 5});
  registry.add("loop", {.name = "p1", .size = 7, .persistent = true});
  registry.add("loop", {.name = "l2", .size = 0});
  registry.add("loop", {.name = "s2", .size = 11, .location = Location::shared, .persistent = true});
  registry.add("loop", {.name = "p2", .size = 13, .persistent = true});
  registry.add("loop", {.name = "l3", .size = 17});
  CHECK(registry.slice("loop", "s2") == BufferSlice{3, 11});
  CHECK(registry.slice("loop", "l2") == BufferSlice{5, 0});
  CHECK(registry.slice("loop", "l3") == BufferSlice{6, 17});
  CHECK(registry.slice("loop", "p2") == BufferSlice{7, 13});
  CHECK(registry.sizes("loop") == AreaSizes{14, 23, 20});
}

TEST_CASE("nested components lie in their parent's areas, after it and one after the other") {
  BufferRegistry registry = LoopBuffers::buffers();
  CHECK(registry.slice("loop", "state") == BufferSlice{0, 3});
  CHECK(registry.slice("loop/algorithm/newton", "jacobian") == BufferSlice{3, 9});
  CHECK(registry.slice("loop", "proposed") == BufferSlice{0, 3});
  CHECK(registry.slice("loop", "observed") == BufferSlice{3, 0});
  CHECK(registry.slice("loop/algorithm", "stages") == BufferSlice{4, 12});
  CHECK(registry.slice("loop/algorithm", "second") == BufferSlice{9, 4});
  CHECK(registry.slice("loop/algorithm/newton", "residual") == BufferSlice{16, 3});
  CHECK(registry.sizes("loop") == AreaSizes{0, 19, 12});
  CHECK(registry.sizes("loop/algorithm") == AreaSizes{0, 15, 9});
  CHECK(registry.sizes("loop/algorithm/newton") == AreaSizes{0, 3, 9});
}

TEST_CASE("a placed buffer knows its storage and its start within it") {
  BufferRegistry registry;
  registry.add("first", {.name = "a", .size = 4});
  registry.add("second", {.name = "b", .size = 10});
  registry.add("second", {.name = "c", .size = 6, .aliases = "b"});
  registry.add("second", {.name = "d", .size = 3, .aliases = "b"});
  registry.add("second", {.name = "e", .size = 2, .aliases = "d"});
  const auto placed = kobie::placed_buffers(registry);
  REQUIRE(placed.size() == 5);
  const std::vector<std::ptrdiff_t> offsets = {0, 4, 4, 10, 10};
  const std::vector<std::size_t> storages = {0, 1, 1, 1, 1};
  const std::vector<std::ptrdiff_t> starts = {0, 0, 0, 6, 6};
  for (std::size_t i = 0; i < placed.size(); ++i) {
    CAPTURE(i);
    CHECK(placed[i].offset == offsets[i]);
    CHECK(placed[i].storage == storages[i]);
    CHECK(placed[i].start == starts[i]);
  }
}

TEST_CASE("bytes go by precision") {
  BufferRegistry registry;
  registry.add("loop", {.name = "a", .size = 3, .location = Location::shared, .precision = BufferPrecision::float32});
  registry.add("loop", {.name = "b", .size = 5, .location = Location::shared});
  registry.add("loop", {.name = "c", .size = 0, .precision = BufferPrecision::float32});
  registry.add("loop", {.name = "d", .size = 7, .persistent = true});
  const auto placed = kobie::placed_buffers(registry);
  CHECK(kobie::element_totals(placed) == AreaSizes{8, 1, 7});
  CHECK(kobie::byte_totals(placed) == AreaSizes{52, 4, 56});
}

// The same in constant expressions, where kernels use it.
namespace {

constexpr bool updates_and_clears() {
  BufferRegistry registry = LoopBuffers::buffers();
  (void)registry.sizes("loop");
  const bool laid_out = registry.has_layout("loop/algorithm");
  registry.update("loop/algorithm", "stages", {.size = 20, .location = Location::shared});
  const bool forgotten = !registry.has_layout("loop");
  const bool follows = registry.find("loop/algorithm", "second").is_shared();
  const bool counted = registry.sizes("loop") == AreaSizes{20, 7, 12};
  registry.clear("loop/algorithm");
  return laid_out && forgotten && follows && counted && registry.sizes("loop") == AreaSizes{0, 4, 3};
}
static_assert(updates_and_clears());

constexpr const auto& loop = kobie::BuffersOf<LoopBuffers>::layout;
static_assert(loop.size() == 8);
static_assert(loop.elements == AreaSizes{0, 19, 12});
static_assert(loop.bytes == AreaSizes{0, 152, 96});
static_assert(loop.index_of("loop/algorithm", "second") == 5);
static_assert(loop.index_of("loop", "second") == 8);
static_assert(loop[5].owner == "loop/algorithm");
static_assert(loop[5].aliases == "stages");
static_assert(loop[5].storage == 3);
static_assert(loop[5].start == 5);
static_assert(loop[5].offset == 9);
static_assert(!loop[5].is_shared());

struct Nothing {
  static constexpr BufferRegistry buffers() { return {}; }
};
static_assert(kobie::BuffersOf<Nothing>::layout.size() == 0);
static_assert(kobie::BuffersOf<Nothing>::layout.elements == AreaSizes{});

}  // namespace
