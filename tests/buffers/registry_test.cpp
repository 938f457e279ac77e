#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "components.hpp"

import kobie.buffers;
import kobie.core;

using kobie::Buffer;
using kobie::BufferPrecision;
using kobie::BufferRegistry;
using kobie::BufferSlice;
using kobie::Location;

namespace {

std::vector<std::string> owners_of(const BufferRegistry& registry) {
  std::vector<std::string> owners;
  for (const auto& owner : registry.owners()) {
    owners.emplace_back(owner.view());
  }
  return owners;
}

}  // namespace

TEST_CASE("a buffer is what it was declared to be") {
  BufferRegistry registry;
  registry.add("loop", {.name = "a", .size = 100, .location = Location::shared, .precision = BufferPrecision::float32});
  registry.add("loop", {.name = "b", .size = 50});
  registry.add("loop", {.name = "c", .size = 25, .persistent = true});
  registry.add("loop", {.name = "d", .size = 7, .location = Location::shared, .persistent = true});

  const Buffer& shared = registry.find("loop", "a");
  CHECK(shared.is_shared());
  CHECK(!shared.is_local());
  CHECK(!shared.is_persistent_local());
  CHECK(!shared.is_alias());
  CHECK(shared.size == 100);
  CHECK(shared.owner == "loop");
  CHECK(shared.precision == BufferPrecision::float32);

  const Buffer& local = registry.find("loop", "b");
  CHECK(!local.is_shared());
  CHECK(local.is_local());
  CHECK(!local.is_persistent_local());
  CHECK(local.precision == BufferPrecision::float64);

  const Buffer& persistent = registry.find("loop", "c");
  CHECK(!persistent.is_shared());
  CHECK(!persistent.is_local());
  CHECK(persistent.is_persistent_local());

  const Buffer& both = registry.find("loop", "d");
  CHECK(both.is_shared());
  CHECK(!both.is_local());
  CHECK(!both.is_persistent_local());
}

TEST_CASE("a declaration makes a component known") {
  BufferRegistry registry;
  CHECK(!registry.has("loop"));
  registry.add("loop", {.name = "state", .size = 1});
  CHECK(registry.has("loop"));
  CHECK(registry.has("loop", "state"));
  CHECK(!registry.has("loop", "stat"));
  CHECK(!registry.has("other", "state"));
}

TEST_CASE("two components may use the same name") {
  BufferRegistry registry;
  registry.add("one", {.name = "state", .size = 3, .location = Location::shared});
  registry.add("two", {.name = "state", .size = 5, .location = Location::shared});
  CHECK(registry.shared_size("one") == 3);
  CHECK(registry.shared_size("two") == 5);
  CHECK(registry.slice("two", "state") == BufferSlice{0, 5});
}

TEST_CASE("aliased buffers are not counted") {
  for (const auto& [location, persistent] :
       {std::pair{Location::shared, false}, std::pair{Location::local, false}, std::pair{Location::local, true}}) {
    BufferRegistry registry;
    registry.add("loop", {.name = "parent", .size = 100, .location = location, .persistent = persistent});
    registry.add("loop", {.name = "child", .size = 30, .location = location, .persistent = persistent, .aliases = "parent"});
    CHECK(registry.find("loop", "child").is_alias());
    CHECK(registry.find("loop", "child").aliases == "parent");
    const auto sizes = registry.sizes("loop");
    CHECK(sizes.shared + sizes.local + sizes.persistent == 100);
    CHECK(registry.shared_size("loop") == (location == Location::shared ? 100 : 0));
    CHECK(registry.local_size("loop") == (location == Location::local && !persistent ? 100 : 0));
    CHECK(registry.persistent_size("loop") == (location == Location::local && persistent ? 100 : 0));
  }
}

TEST_CASE("a local buffer without elements counts one, others none") {
  BufferRegistry registry;
  registry.add("a", {.name = "empty", .size = 0});
  CHECK(registry.local_size("a") == 1);
  registry.add("b", {.name = "empty", .size = 0, .location = Location::shared});
  CHECK(registry.shared_size("b") == 0);
  registry.add("c", {.name = "empty", .size = 0, .persistent = true});
  CHECK(registry.persistent_size("c") == 0);
  registry.add("d", {.name = "full", .size = 2});
  registry.add("d", {.name = "empty", .size = 0, .aliases = "full"});
  CHECK(registry.local_size("d") == 2);
}

TEST_CASE("an unregistered component needs nothing") {
  BufferRegistry registry;
  CHECK(registry.shared_size("loop") == 0);
  CHECK(registry.local_size("loop") == 0);
  CHECK(registry.persistent_size("loop") == 0);
  CHECK(registry.buffers("loop").empty());
  CHECK(!registry.has_layout("loop"));
}

TEST_CASE("an update changes what it names and nothing else") {
  BufferRegistry registry;
  registry.add("loop", {.name = "a", .size = 4});
  registry.add("loop", {.name = "b", .size = 5});
  registry.update("loop", "a", {.size = 40});
  CHECK(registry.find("loop", "a").size == 40);
  CHECK(registry.find("loop", "a").is_local());
  CHECK(registry.find("loop", "b").size == 5);
  registry.update("loop", "a", {.location = Location::shared, .precision = BufferPrecision::float32});
  CHECK(registry.find("loop", "a").is_shared());
  CHECK(registry.find("loop", "a").precision == BufferPrecision::float32);
  CHECK(registry.find("loop", "a").size == 40);
  CHECK(registry.shared_size("loop") == 40);
  CHECK(registry.local_size("loop") == 5);
  registry.update("loop", "b", {.persistent = true});
  CHECK(registry.persistent_size("loop") == 5);
}

TEST_CASE("an update may give an alias a target, and storage of its own") {
  BufferRegistry registry;
  registry.add("loop", {.name = "a", .size = 4});
  registry.add("loop", {.name = "b", .size = 3});
  registry.update("loop", "b", {.aliases = "a"});
  CHECK(registry.local_size("loop") == 4);
  registry.update("loop", "b", {.aliases = ""});
  CHECK(registry.local_size("loop") == 7);
}

TEST_CASE("an update of what is not there is ignored") {
  BufferRegistry registry;
  registry.update("loop", "state", {.size = 200});
  CHECK(!registry.has("loop"));
  registry.add("loop", {.name = "state", .size = 2});
  registry.update("loop", "other", {.size = 200});
  CHECK(!registry.has("loop", "other"));
  CHECK(registry.local_size("loop") == 2);
}

TEST_CASE("aliases follow their target, aliases of aliases too, and others stay") {
  BufferRegistry registry;
  registry.add("loop", {.name = "target", .size = 9});
  registry.add("loop", {.name = "other", .size = 2});
  registry.add("loop", {.name = "alias", .size = 6, .aliases = "target"});
  registry.add("loop", {.name = "part", .size = 3, .aliases = "alias"});
  registry.update("loop", "target", {.location = Location::shared, .persistent = true, .precision = BufferPrecision::float32});
  for (const char* name : {"target", "alias", "part"}) {
    CAPTURE(name);
    CHECK(registry.find("loop", name).is_shared());
    CHECK(registry.find("loop", name).persistent);
    CHECK(registry.find("loop", name).precision == BufferPrecision::float32);
  }
  CHECK(registry.find("loop", "other").is_local());
  CHECK(registry.find("loop", "other").precision == BufferPrecision::float64);
}

TEST_CASE("a cleared component is gone with what is nested in it, and only that") {
  BufferRegistry registry = LoopBuffers::buffers();
  registry.add("loops", {.name = "state", .size = 1});
  registry.clear("loop/algorithm");
  CHECK(owners_of(registry) == std::vector<std::string>{"loop", "loops"});
  CHECK(registry.local_size("loop") == 4);
  registry.clear("nothing");
  registry.clear("loop");
  CHECK(owners_of(registry) == std::vector<std::string>{"loops"});
  CHECK(!registry.has("loop"));
}

TEST_CASE("a child's declarations become its parent's") {
  const BufferRegistry registry = LoopBuffers::buffers();
  CHECK(owners_of(registry) == std::vector<std::string>{"loop", "loop/algorithm", "loop/algorithm/newton"});
  CHECK(registry.find("loop/algorithm/newton", "jacobian").size == 9);
  CHECK(registry.find("loop/algorithm/newton", "jacobian").owner == "loop/algorithm/newton");
}

TEST_CASE("a path nests as a child registry does") {
  BufferRegistry registry;
  registry.add("loop/algorithm/newton", {.name = "residual", .size = 3});
  registry.add("other", {.name = "x", .size = 1});
  registry.add("loop/output", {.name = "save", .size = 2});
  registry.add("loop/algorithm", {.name = "stages", .size = 12});
  CHECK(owners_of(registry) ==
        std::vector<std::string>{"loop", "loop/algorithm", "loop/algorithm/newton", "loop/output", "other"});
  CHECK(registry.local_size("loop") == 17);
  CHECK(registry.local_size("loop/algorithm") == 15);
  CHECK(registry.local_size("other") == 1);
}

TEST_CASE("names that outlive nothing are kept") {
  BufferRegistry registry;
  {
    std::string owner = "a component";
    std::string name = "a buffer";
    registry.add(owner, {.name = name, .size = 1});
    owner.assign(owner.size(), '?');
    name.assign(name.size(), '?');
  }
  CHECK(registry.has("a component", "a buffer"));
}
