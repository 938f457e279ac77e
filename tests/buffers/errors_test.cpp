#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstddef>
#include <string>

#include "components.hpp"

import kobie.buffers;
import kobie.core;

using kobie::BufferChange;
using kobie::BufferDeclaration;
using kobie::BufferPrecision;
using kobie::BufferRegistry;
using kobie::InvalidArgument;
using kobie::Location;
using kobie::UnknownName;

namespace {

// What an attempt to add to "loop" is told, and whether it left the registry alone.
std::string rejected(BufferRegistry registry, const BufferDeclaration& declared, const std::string& owner = "loop") {
  const std::size_t before = registry.buffers().size();
  try {
    registry.add(owner, declared);
  } catch (const InvalidArgument& error) {
    CHECK(registry.buffers().size() == before);
    return error.what();
  }
  return "accepted";
}

std::string update_rejected(BufferRegistry registry, const char* name, const BufferChange& change) {
  const auto before = registry.buffers();
  try {
    registry.update("loop", name, change);
  } catch (const InvalidArgument& error) {
    const auto after = registry.buffers();
    for (std::size_t i = 0; i < before.size(); ++i) {
      CHECK(after[i].size == before[i].size);
      CHECK(after[i].location == before[i].location);
      CHECK(after[i].aliases == before[i].aliases);
    }
    return error.what();
  }
  return "accepted";
}

BufferRegistry with_targets() {
  BufferRegistry registry;
  registry.add("loop", {.name = "local", .size = 10});
  registry.add("loop", {.name = "persistent", .size = 10, .persistent = true});
  registry.add("loop", {.name = "shared", .size = 10, .location = Location::shared});
  registry.add("loop", {.name = "kept", .size = 10, .location = Location::shared, .persistent = true});
  return registry;
}

}  // namespace

TEST_CASE("an empty name is rejected") {
  CHECK(rejected({}, {.name = "", .size = 1}) == "name of a buffer of 'loop' = '': must not be empty");
}

TEST_CASE("a name given twice is rejected, in one component") {
  CHECK(rejected(with_targets(), {.name = "shared", .size = 50}) ==
        "name of a buffer of 'loop' = 'shared': is declared already");
  CHECK(rejected(with_targets(), {.name = "shared", .size = 50}, "loop/algorithm") == "accepted");
}

TEST_CASE("a name with a separator is rejected") {
  CHECK(rejected({}, {.name = "a.b", .size = 1}) == "name of a buffer of 'loop' = 'a.b': must not contain '.' or '/'");
  CHECK(rejected({}, {.name = "a/b", .size = 1}) == "name of a buffer of 'loop' = 'a/b': must not contain '.' or '/'");
}

TEST_CASE("an owner with an empty part or a dot is rejected") {
  for (const char* owner : {"", "/loop", "loop/", "loop//algorithm", "loop.algorithm"}) {
    CAPTURE(owner);
    CHECK(rejected({}, {.name = "state", .size = 1}, owner) ==
          "owner of buffer 'state' = '" + std::string(owner) +
              "': must be names with '/' between them, none of them empty or with a '.'");
  }
  BufferRegistry registry;
  CHECK_THROWS_AS(registry.nest("", NewtonBuffers::buffers()), InvalidArgument);
  CHECK(registry.owners().empty());
}

TEST_CASE("a name of 63 letters is kept, one of 64 rejected") {
  CHECK(rejected({}, {.name = std::string(63, 'x'), .size = 1}) == "accepted");
  const std::string name(64, 'x');
  CHECK(rejected({}, {.name = name, .size = 1}) ==
        "name of a buffer or its owner = '" + name + "': must have at most 63 letters");
  BufferRegistry child;
  child.add(std::string(60, 'c'), {.name = "x", .size = 1});
  BufferRegistry parent;
  CHECK_THROWS_AS(parent.nest("loop", child), InvalidArgument);
  CHECK(parent.owners().empty());
  parent.nest("ab", child);
  CHECK(parent.owners().size() == 2);
}

TEST_CASE("a size is 0 at least, and not absurd") {
  CHECK(rejected({}, {.name = "state", .size = 0}) == "accepted");
  CHECK(rejected({}, {.name = "state", .size = -1}) == "size of loop.state = -1: must be 0 or more");
  CHECK(rejected({}, {.name = "state", .size = 1 << 30}) == "accepted");
  CHECK(rejected({}, {.name = "state", .size = (1 << 30) + 1}) ==
        "size of loop.state = 1073741825: must be at most 1073741824");
}

TEST_CASE("an unknown location or precision is rejected") {
  CHECK(rejected({}, {.name = "state", .size = 1, .location = static_cast<Location>(2)}) ==
        "location of loop.state = 2: must be Location::local or Location::shared");
  CHECK(rejected({}, {.name = "state", .size = 1, .precision = static_cast<BufferPrecision>(7)}) ==
        "precision of loop.state = 7: must be BufferPrecision::float32 or BufferPrecision::float64");
}

TEST_CASE("an alias of itself is rejected") {
  CHECK(rejected({}, {.name = "state", .size = 1, .aliases = "state"}) ==
        "alias target of loop.state = 'state': a buffer cannot alias itself");
}

TEST_CASE("an alias of what its component has not declared is rejected") {
  CHECK(rejected(with_targets(), {.name = "x", .size = 1, .aliases = "parent"}) ==
        "alias target of loop.x = 'parent': 'loop' must declare it before its alias");
  CHECK(rejected(with_targets(), {.name = "x", .size = 1, .aliases = "local"}, "other") ==
        "alias target of other.x = 'local': 'other' must declare it before its alias");
}

TEST_CASE("an alias across locations is rejected, in every direction") {
  struct Place {
    const char* target;
    Location location;
    bool persistent;
  };
  const Place places[] = {{"local", Location::local, false},
                          {"persistent", Location::local, true},
                          {"shared", Location::shared, false},
                          {"kept", Location::shared, true}};
  for (const Place& alias : places) {
    for (const Place& target : places) {
      CAPTURE(alias.target, target.target);
      const std::string said = rejected(
          with_targets(),
          {.name = "x", .size = 1, .location = alias.location, .persistent = alias.persistent, .aliases = target.target});
      CHECK(said == (&alias == &target ? "accepted"
                                       : "alias target of loop.x = '" + std::string(target.target) +
                                             "': an alias must have its target's location and be persistent where it is"));
    }
  }
}

TEST_CASE("an alias of another precision is rejected") {
  CHECK(rejected(with_targets(), {.name = "x", .size = 1, .aliases = "local", .precision = BufferPrecision::float32}) ==
        "alias target of loop.x = 'local': an alias must have its target's precision");
}

TEST_CASE("aliases may fill their target and not exceed it") {
  BufferRegistry registry = with_targets();
  registry.add("loop", {.name = "x", .size = 6, .aliases = "local"});
  CHECK(rejected(registry, {.name = "y", .size = 4, .aliases = "local"}) == "accepted");
  CHECK(rejected(registry, {.name = "y", .size = 5, .aliases = "local"}) ==
        "size of loop.y = 5: with it the aliases of 'local' have 11 elements, and it has 10");
}

TEST_CASE("an update that would break a declaration is rejected and changes nothing") {
  BufferRegistry registry = with_targets();
  registry.add("loop", {.name = "x", .size = 6, .aliases = "local"});
  CHECK(update_rejected(registry, "local", {.size = 5}) ==
        "size of loop.x = 6: with it the aliases of 'local' have 6 elements, and it has 5");
  CHECK(update_rejected(registry, "local", {.size = 6}) == "accepted");
  CHECK(update_rejected(registry, "local", {.size = -1}) == "size of loop.local = -1: must be 0 or more");
  CHECK(update_rejected(registry, "x", {.location = Location::shared}) ==
        "alias target of loop.x = 'local': an alias must have its target's location and be persistent where it is");
  CHECK(update_rejected(registry, "x", {.aliases = "x"}) == "alias target of loop.x = 'x': a buffer cannot alias itself");
  // What is declared later would make a ring possible.
  CHECK(update_rejected(registry, "local", {.aliases = "x"}) ==
        "alias target of loop.local = 'x': 'loop' must declare it before its alias");
}

TEST_CASE("a component nested twice is rejected") {
  BufferRegistry registry = LoopBuffers::buffers();
  CHECK_THROWS_MATCHES(registry.nest("loop", AlgorithmBuffers::buffers()), InvalidArgument,
                       Catch::Matchers::Message("owner of buffers = 'loop/algorithm': declares buffers already"));
  CHECK(registry.buffers().size() == 8);
}

TEST_CASE("what is sought and not there is an error that lists what is") {
  BufferRegistry registry;
  registry.add("loop", {.name = "state", .size = 3});
  registry.add("loop/algorithm", {.name = "stages", .size = 3});
  CHECK_THROWS_MATCHES(registry.find("loops", "state"), UnknownName,
                       Catch::Matchers::Message("owner of buffers = 'loops': no such name; did you mean 'loop'? known: "
                                                "loop, loop/algorithm"));
  CHECK_THROWS_MATCHES(registry.slice("loop", "stage"), UnknownName,
                       Catch::Matchers::Message("buffer = 'loop.stage': no such name; did you mean 'loop.state'? known: "
                                                "loop.state, loop/algorithm.stages"));
  CHECK_THROWS_AS(BufferRegistry().find("loop", "state"), UnknownName);
}

TEST_CASE("a layout of another number of buffers is an error") {
  CHECK_THROWS_MATCHES(kobie::layout_of<7>(LoopBuffers::buffers()), InvalidArgument,
                       Catch::Matchers::Message("layout_of = 7: the registry has 8 buffers"));
  CHECK(kobie::layout_of<8>(LoopBuffers::buffers()).elements.local == 19);
}
