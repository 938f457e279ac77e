#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <vector>

#include "components.hpp"

import kobie.buffers;
import kobie.core;
import kobie.numbers;
import kobie.systems;

using kobie::BufferRegistry;
using kobie::BuffersOf;
using kobie::Shared;
using kobie::Workspace;

namespace {

using Local = Workspace<BuffersOf<LoopBuffers>, double>;
using Mixed = Workspace<BuffersOf<LoopBuffers, Shared<"stages", "state">>, double>;

// Numbers that tell every element from every other.
template <class View>
constexpr void fill(const View& view, double first) {
  for (std::size_t i = 0; i < view.size(); ++i) {
    view[i] = first + static_cast<double>(i);
  }
}

template <class View>
bool holds(const View& view, double first) {
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (view[i] != first + static_cast<double>(i)) {
      return false;
    }
  }
  return true;
}

template <class View>
bool is_poison(const View& view) {
  for (std::size_t i = 0; i < view.size(); ++i) {
    if (!std::isnan(view[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a local buffer is found by name, with its size and nothing of its neighbours") {
  Local workspace;
  fill(workspace.view<"loop", "state">(), 100.0);
  fill(workspace.view<"loop", "proposed">(), 200.0);
  fill(workspace.view<"loop/algorithm", "stages">(), 300.0);
  fill(workspace.view<"loop/algorithm/newton", "residual">(), 400.0);
  fill(workspace.view<"loop/algorithm/newton", "jacobian">(), 500.0);
  CHECK(holds(workspace.view<"loop", "state">(), 100.0));
  CHECK(holds(workspace.view<"loop", "proposed">(), 200.0));
  CHECK(holds(workspace.view<"loop/algorithm", "stages">(), 300.0));
  CHECK(holds(workspace.view<"loop/algorithm/newton", "residual">(), 400.0));
  CHECK(holds(workspace.view<"loop/algorithm/newton", "jacobian">(), 500.0));
  CHECK(workspace.view<"loop", "state">().size() == 3);
  CHECK(workspace.view<"loop/algorithm", "stages">().size() == 12);
  CHECK(workspace.view<"loop", "observed">().size() == 0);
}

TEST_CASE("aliases are windows on their target, one after the other") {
  Local workspace;
  fill(workspace.view<"loop/algorithm", "stages">(), 10.0);
  const auto stages = workspace.view<"loop/algorithm", "stages">();
  const auto first = workspace.view<"loop/algorithm", "first">();
  const auto second = workspace.view<"loop/algorithm", "second">();
  CHECK(first.size() == 5);
  CHECK(second.size() == 4);
  CHECK(holds(first, 10.0));
  CHECK(holds(second, 15.0));
  second[3] = -1.0;
  CHECK(stages[8] == -1.0);
  CHECK(first.pointer() == stages.pointer());
  CHECK(second.pointer() == stages.pointer() + 5);
}

TEST_CASE("a workspace holds what is local and no more") {
  // 3 + 3 + 1 (of none) + 12 + 3 + 9, and aliases nothing.
  CHECK(sizeof(Local) == 31 * sizeof(double));
  CHECK(Local::shared_size == 0);
  // Without 12 and 3, with a pointer and a stride.
  CHECK(sizeof(Mixed) == 16 * sizeof(double) + sizeof(double*) + sizeof(std::ptrdiff_t));
  CHECK(Mixed::shared_size == 15);
  CHECK(std::is_trivially_copyable_v<Local>);
}

TEST_CASE("shared buffers lie by element and then by thread") {
  constexpr std::ptrdiff_t team = 4;
  std::vector<double> scratch(Mixed::shared_size * team, -7.0);
  std::vector<Mixed> threads;
  for (std::ptrdiff_t thread = 0; thread < team; ++thread) {
    threads.emplace_back(scratch.data() + thread, team);
  }
  for (std::size_t thread = 0; thread < team; ++thread) {
    const double hundreds = 100.0 * static_cast<double>(thread + 1);
    fill(threads[thread].view<"loop", "state">(), hundreds);
    fill(threads[thread].view<"loop/algorithm", "stages">(), hundreds + 10.0);
    fill(threads[thread].view<"loop", "proposed">(), hundreds + 50.0);
  }
  for (std::size_t thread = 0; thread < team; ++thread) {
    const double hundreds = 100.0 * static_cast<double>(thread + 1);
    CHECK(scratch[0 * team + thread] == hundreds);
    CHECK(scratch[2 * team + thread] == hundreds + 2.0);
    CHECK(scratch[3 * team + thread] == hundreds + 10.0);
    CHECK(scratch[14 * team + thread] == hundreds + 21.0);
    // Aliases in scratch: elements 3 to 7, and 8 to 11.
    const auto second = threads[thread].view<"loop/algorithm", "second">();
    CHECK(second.size() == 4);
    CHECK(second.stride() == team);
    CHECK(second.pointer() == scratch.data() + 8 * team + static_cast<std::ptrdiff_t>(thread));
    CHECK(holds(second, hundreds + 15.0));
    CHECK(holds(threads[thread].view<"loop", "proposed">(), hundreds + 50.0));
  }
}

TEST_CASE("a shared buffer without elements is an empty view") {
  struct Empty {
    static constexpr BufferRegistry buffers() {
      BufferRegistry registry;
      registry.add("loop", {.name = "none", .size = 0, .location = kobie::Location::shared});
      return registry;
    }
  };
  using Placement = Shared<"none">;
  Workspace<BuffersOf<Empty, Placement>, double> workspace;
  CHECK(workspace.view<"loop", "none">().size() == 0);
  CHECK(workspace.shared_size == 0);
}

TEST_CASE("a component finds its buffers without knowing where it is nested") {
  Local workspace;
  const auto loop = workspace.component<"loop">();
  const auto newton = loop.nested<"algorithm">().nested<"newton">();
  fill(newton.view<"residual">(), 3.0);
  fill(loop.view<"state">(), 5.0);
  CHECK(holds(workspace.view<"loop/algorithm/newton", "residual">(), 3.0));
  CHECK(holds(workspace.view<"loop", "state">(), 5.0));
  CHECK(newton.view<"residual">().pointer() == workspace.view<"loop/algorithm/newton", "residual">().pointer());
}

TEST_CASE("the views of a const workspace only read") {
  Local workspace;
  fill(workspace.view<"loop", "state">(), 1.0);
  const Local& reader = workspace;
  const auto state = reader.view<"loop", "state">();
  CHECK(holds(state, 1.0));
  CHECK(std::is_same_v<decltype(state[0]), const double&>);
  double scratch[Mixed::shared_size] = {4.0, 5.0, 6.0};
  const Mixed shared(scratch, 1);
  CHECK(holds(shared.view<"loop", "state">(), 4.0));
  CHECK(std::is_same_v<decltype(shared.view<"loop", "state">()[0]), const double&>);
}

TEST_CASE("views become the components that a right-hand side sees") {
  double scratch[2 * Mixed::shared_size] = {};
  Mixed workspace(scratch + 1, 2);
  const auto state = workspace.view<"loop", "state">();
  const kobie::Components<double, 3> components(state.pointer(), state.stride());
  components = {7.0, 8.0, 9.0};
  CHECK(holds(state, 7.0));
  CHECK(scratch[5] == 9.0);
  const auto proposed = workspace.view<"loop", "proposed">();
  const kobie::Components<double, 3> others(proposed.pointer(), proposed.stride());
  others = {1.0, 2.0, 3.0};
  CHECK(holds(proposed, 1.0));
}

TEST_CASE("poison fills what is not persistent, aliases included, and nothing else") {
  double scratch[2 * Mixed::shared_size];
  for (double& number : scratch) {
    number = 1.5;
  }
  Mixed workspace(scratch, 2);
  fill(workspace.view<"loop", "state">(), 20.0);  // persistent and shared
  fill(workspace.view<"loop", "proposed">(), 30.0);
  fill(workspace.view<"loop/algorithm", "stages">(), 40.0);  // shared
  fill(workspace.view<"loop/algorithm/newton", "residual">(), 60.0);
  fill(workspace.view<"loop/algorithm/newton", "jacobian">(), 70.0);  // persistent
  workspace.poison();
  CHECK(holds(workspace.view<"loop", "state">(), 20.0));
  CHECK(holds(workspace.view<"loop/algorithm/newton", "jacobian">(), 70.0));
  CHECK(is_poison(workspace.view<"loop", "proposed">()));
  CHECK(is_poison(workspace.view<"loop/algorithm", "stages">()));
  CHECK(is_poison(workspace.view<"loop/algorithm", "first">()));
  CHECK(is_poison(workspace.view<"loop/algorithm", "second">()));
  CHECK(is_poison(workspace.view<"loop/algorithm/newton", "residual">()));
  for (std::size_t i = 0; i < Mixed::shared_size; ++i) {
    CHECK(scratch[2 * i + 1] == 1.5);  // another thread's
  }
}

TEST_CASE("clear puts zeros into what is persistent, and into nothing else") {
  double scratch[2 * Mixed::shared_size] = {};
  Mixed workspace(scratch, 2);
  fill(workspace.view<"loop", "state">(), 20.0);  // persistent and shared
  fill(workspace.view<"loop", "proposed">(), 30.0);
  fill(workspace.view<"loop/algorithm", "stages">(), 40.0);
  fill(workspace.view<"loop/algorithm/newton", "jacobian">(), 70.0);  // persistent
  workspace.clear();
  CHECK(workspace.view<"loop", "state">()[1] == 0.0);
  CHECK(workspace.view<"loop/algorithm/newton", "jacobian">()[0] == 0.0);
  CHECK(holds(workspace.view<"loop", "proposed">(), 30.0));
  CHECK(holds(workspace.view<"loop/algorithm", "stages">(), 40.0));
}

TEST_CASE("elements may be packs, which share no lane") {
  using Real = kobie::Pack<double, 4>;
  Workspace<BuffersOf<LoopBuffers>, Real, double> workspace;
  const auto state = workspace.view<"loop", "state">();
  state[2] = Real(1.0);
  kobie::set_lane(state[2], 3, 9.0);
  workspace.poison();
  CHECK(kobie::lane(workspace.view<"loop", "state">()[2], 2) == 1.0);
  CHECK(kobie::lane(workspace.view<"loop", "state">()[2], 3) == 9.0);
  CHECK(std::isnan(kobie::lane(workspace.view<"loop", "proposed">()[1], 3)));
  CHECK(sizeof(workspace) == 31 * sizeof(Real));
}

namespace {

// A step in miniature, as a constant: what is written to views can be read back from their aliases.
template <class Placement>
constexpr double stepped() {
  using Memory = Workspace<BuffersOf<LoopBuffers, Placement>, double>;
  double scratch[2 * Memory::shared_size + 1] = {};
  Memory workspace(scratch, 2);
  workspace.poison();
  const auto loop = workspace.template component<"loop">();
  const auto algorithm = loop.template nested<"algorithm">();
  fill(loop.template view<"state">(), 1.0);
  fill(algorithm.template view<"stages">(), 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    sum += loop.template view<"state">()[i] * algorithm.template view<"second">()[i];
  }
  return sum;
}

// 1 * 5 + 2 * 6 + 3 * 7
static_assert(stepped<kobie::AllLocal>() == 38.0);
static_assert(stepped<Shared<"stages">>() == 38.0);
static_assert(stepped<Shared<"state", "loop/algorithm.stages", "jacobian">>() == 38.0);

static_assert(Local().view<"loop", "state">().stride() == 1);

}  // namespace
