#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "components.hpp"

import kobie.buffers;
import kobie.core;

using kobie::AllLocal;
using kobie::Automatic;
using kobie::AutomaticUpTo;
using kobie::BufferPrecision;
using kobie::BufferRegistry;
using kobie::InvalidArgument;
using kobie::Location;
using kobie::PlacementTier;
using kobie::Shared;
using kobie::TeamRequest;
using kobie::TierBudget;

namespace {

std::vector<std::string> shared_in(const BufferRegistry& registry) {
  std::vector<std::string> names;
  for (const auto& buffer : registry.buffers()) {
    if (buffer.is_shared()) {
      names.push_back(std::string(buffer.owner.view()) + '.' + std::string(buffer.name.view()));
    }
  }
  return names;
}

using Names = std::vector<std::string>;

BufferRegistry with_shared_declared() {
  BufferRegistry registry;
  registry.add("loop", {.name = "a", .size = 4, .location = Location::shared});
  registry.add("loop", {.name = "b", .size = 3, .location = Location::shared, .aliases = "a"});
  registry.add("loop", {.name = "c", .size = 2});
  return registry;
}

}  // namespace

TEST_CASE("all local leaves nothing shared") {
  CHECK(shared_in(kobie::placed<AllLocal>(with_shared_declared())).empty());
  CHECK(kobie::placed<AllLocal>(with_shared_declared()).local_size("loop") == 6);
  CHECK(AllLocal::tier_count(with_shared_declared()) == 1);
}

TEST_CASE("a path names one buffer, whose aliases follow it") {
  CHECK(shared_in(kobie::placed<Shared<"loop/algorithm.stages">>(LoopBuffers::buffers())) ==
        Names{"loop/algorithm.stages", "loop/algorithm.first", "loop/algorithm.second"});
  CHECK(shared_in(kobie::placed<Shared<"loop.state", "loop/algorithm/newton.jacobian">>(LoopBuffers::buffers())) ==
        Names{"loop.state", "loop/algorithm/newton.jacobian"});
}

TEST_CASE("a bare name names the buffers of that name in every component") {
  BufferRegistry registry = LoopBuffers::buffers();
  registry.add("loop/output", {.name = "state", .size = 2});
  CHECK(shared_in(kobie::placed<Shared<"state">>(registry)) == Names{"loop.state", "loop/output.state"});
  CHECK(shared_in(kobie::placed<Shared<"loop.state">>(registry)) == Names{"loop.state"});
}

TEST_CASE("what a placement does not name stays as declared") {
  CHECK(shared_in(kobie::placed<Shared<"c">>(with_shared_declared())) == Names{"loop.a", "loop.b", "loop.c"});
}

TEST_CASE("a placement of what nothing declares, or of an alias, is an error") {
  CHECK_THROWS_MATCHES(
      kobie::placed<Shared<"loop.d">>(with_shared_declared()), kobie::UnknownName,
      Catch::Matchers::Message(
          "buffer to be shared = 'loop.d': no such name; did you mean 'loop.a'? known: loop.a, loop.b, loop.c"));
  CHECK_THROWS_AS(kobie::placed<Shared<"other.c">>(with_shared_declared()), kobie::UnknownName);
  CHECK_THROWS_MATCHES(
      kobie::placed<Shared<"b">>(with_shared_declared()), InvalidArgument,
      Catch::Matchers::Message("buffer to be shared = 'loop.b': is an alias and lives where its target does; name 'a'"));
}

TEST_CASE("placements are policies") {
  CHECK(std::is_base_of_v<kobie::PlacementPolicy, AllLocal>);
  CHECK(std::is_base_of_v<kobie::PlacementPolicy, Shared<"state">>);
  CHECK(std::is_base_of_v<kobie::PlacementPolicy, Automatic>);
}

TEST_CASE("automatic sharing takes large before small, and what is persistent last") {
  Names order;
  for (const auto& buffer : kobie::sharing_order(LoopBuffers::buffers())) {
    order.emplace_back(buffer.name.view());
  }
  CHECK(order == Names{"stages", "proposed", "residual", "jacobian", "state"});
}

TEST_CASE("large means bytes") {
  BufferRegistry registry;
  registry.add("loop", {.name = "floats", .size = 5, .precision = BufferPrecision::float32});
  registry.add("loop", {.name = "doubles", .size = 3});
  CHECK(kobie::sharing_order(registry)[0].name == "doubles");
}

TEST_CASE("each tier shares one buffer more, up to the most allowed") {
  const BufferRegistry registry = LoopBuffers::buffers();
  CHECK(AutomaticUpTo<9>::tier_count(registry) == 6);
  CHECK(Automatic::tier_count(registry) == 4);
  CHECK(AutomaticUpTo<0>::tier_count(registry) == 1);
  CHECK(shared_in(kobie::placed<Automatic>(registry, 0)).empty());
  CHECK(shared_in(kobie::placed<Automatic>(registry, 2)) ==
        Names{"loop.proposed", "loop/algorithm.stages", "loop/algorithm.first", "loop/algorithm.second"});
  CHECK(shared_in(kobie::placed<AutomaticUpTo<9>>(registry, 5)).size() == 7);
  CHECK(shared_in(kobie::placed<Automatic>(with_shared_declared(), 0)).empty());
  CHECK_THROWS_MATCHES(kobie::placed<Automatic>(registry, 4), InvalidArgument,
                       Catch::Matchers::Message("tier = 4: must be below 4"));
}

// In constant expressions, as a solver has them. Of 31 local elements, 8 bytes each, 12, 3, 3, 9 and 3 go in turn.
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[0] == PlacementTier{0, 248});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[1] == PlacementTier{96, 152});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[2] == PlacementTier{120, 128});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[3] == PlacementTier{144, 104});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[4] == PlacementTier{216, 32});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>[5] == PlacementTier{240, 8});
static_assert(kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>.size() == 6);
static_assert(kobie::placement_tiers<LoopBuffers, AllLocal>.size() == 1);
static_assert(kobie::placement_tiers<LoopBuffers, Shared<"stages">>[0] == PlacementTier{96, 152});
static_assert(kobie::BuffersOf<LoopBuffers, Shared<"stages">>::layout.elements == kobie::AreaSizes{12, 7, 12});
static_assert(kobie::BuffersOf<LoopBuffers, Automatic, 2>::layout.elements == kobie::AreaSizes{15, 4, 12});

TEST_CASE("the first tier that leaves registers enough is chosen, else the last that fits") {
  constexpr auto& tiers = kobie::placement_tiers<LoopBuffers, AutomaticUpTo<9>>;
  constexpr std::ptrdiff_t plenty = std::ptrdiff_t{1} << 40;
  struct Case {
    TierBudget budget;
    std::size_t tier;
  };
  for (const auto& [budget, tier] : {
           Case{{.scratch_bytes = plenty, .register_bytes = 248}, 0},
           Case{{.scratch_bytes = plenty, .register_bytes = 247}, 1},
           Case{{.scratch_bytes = plenty, .register_bytes = 104}, 3},
           Case{{.scratch_bytes = plenty, .register_bytes = 0}, 5},
           Case{{.scratch_bytes = 96 * 32, .register_bytes = 0}, 1},
           Case{{.scratch_bytes = 96 * 32 - 1, .register_bytes = 0}, 0},
           Case{{.scratch_bytes = 0, .register_bytes = 0}, 0},
           Case{{.scratch_bytes = 216 * 64 + 10, .fixed_bytes = 10, .runs_per_team = 64, .register_bytes = 0}, 4},
           Case{{.scratch_bytes = 216 * 64 + 10, .fixed_bytes = 11, .runs_per_team = 64, .register_bytes = 0}, 3},
       }) {
    CAPTURE(budget.scratch_bytes, budget.register_bytes, budget.fixed_bytes);
    CHECK(kobie::choose_tier(tiers, budget) == tier);
  }
}

TEST_CASE("a team shrinks until its shared buffers fit") {
  const auto buffers = kobie::placed_buffers(kobie::placed<Shared<"stages", "residual">>(LoopBuffers::buffers()));
  const auto size = [&](const TeamRequest& request) { return kobie::team_size_for(buffers, request); };
  // 15 doubles: 120 bytes a run.
  CHECK(size({.threads = 64, .scratch_bytes = 64 * 120}) == 64);
  CHECK(size({.threads = 64, .scratch_bytes = 64 * 120 - 1}) == 63);
  CHECK(size({.threads = 64, .fixed_bytes = 1, .scratch_bytes = 64 * 120}) == 63);
  CHECK(size({.threads = 64, .lanes = 8, .scratch_bytes = 64 * 120}) == 8);
  CHECK(size({.threads = 64, .scratch_bytes = 120}) == 1);
  CHECK(size({.threads = 256, .warp = 32, .scratch_bytes = 255 * 120}) == 224);
  CHECK(size({.threads = 256, .warp = 32, .scratch_bytes = 33 * 120}) == 32);
  CHECK(size({.threads = 256, .warp = 32, .scratch_bytes = 31 * 120}) == 31);
}

TEST_CASE("a team that shares nothing is as large as wanted") {
  const auto buffers = kobie::placed_buffers(LoopBuffers::buffers());
  CHECK(kobie::team_size_for(buffers, {.threads = 100}) == 100);
  CHECK(kobie::team_size_for({}, {.threads = 7, .fixed_bytes = 8, .scratch_bytes = 8}) == 7);
}

TEST_CASE("when not one run fits, the error names buffers, bytes and limit") {
  const auto& layout = kobie::BuffersOf<LoopBuffers, Shared<"stages", "residual">>::layout;
  CHECK_THROWS_MATCHES(
      kobie::team_size_for(layout.buffers, {.threads = 8, .scratch_bytes = 119}), kobie::Error,
      Catch::Matchers::Message("the shared buffers of one thread (1 run) need 120 bytes of team scratch, and the limit is 119: "
                               "loop/algorithm.stages 96, loop/algorithm/newton.residual 24"));
  CHECK_THROWS_MATCHES(
      kobie::team_size_for(layout.buffers, {.threads = 8, .lanes = 4, .fixed_bytes = 16, .scratch_bytes = 480}), kobie::Error,
      Catch::Matchers::Message("the shared buffers of one thread (4 runs) need 480 bytes of team scratch beside 16 of the "
                               "team, and the limit is 480: loop/algorithm.stages 384, loop/algorithm/newton.residual 96"));
}

TEST_CASE("a team request that makes no sense is rejected by name") {
  const auto rejected = [](const TeamRequest& request) -> std::string {
    try {
      kobie::team_size_for({}, request);
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(rejected({.threads = 0}) == "threads = 0: must be at least 1");
  CHECK(rejected({.lanes = 0}) == "lanes = 0: must be at least 1");
  CHECK(rejected({.warp = -1}) == "warp = -1: must be at least 1");
  CHECK(rejected({.fixed_bytes = -1}) == "fixed_bytes = -1: must be at least 0");
  CHECK(rejected({.scratch_bytes = -2}) == "scratch_bytes = -2: must be at least 0");
}
