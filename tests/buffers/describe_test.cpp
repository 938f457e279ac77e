#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "components.hpp"

import kobie.buffers;
import kobie.core;

TEST_CASE("a description is a table with totals for a run and a team") {
  const auto& layout = kobie::BuffersOf<LoopBuffers, kobie::Shared<"stages", "state">>::layout;
  CHECK(kobie::describe_buffers(layout.buffers, 32) ==
        R"(owner                  buffer    size  bytes  location           offset  alias of
loop                   state        3     24  persistent shared       0
loop                   proposed     3     24  local                   0
loop                   observed     0      0  local                   3
loop/algorithm         stages      12     96  shared                  3
loop/algorithm         first        5     40  shared                  3  stages
loop/algorithm         second       4     32  shared                  8  stages
loop/algorithm/newton  residual     3     24  local                   4
loop/algorithm/newton  jacobian     9     72  persistent local        0
one run: shared 15 elements, 120 bytes; local 7, 56; persistent local 9, 72
a team of 32 runs: shared 480 elements, 3840 bytes; local 224, 1792; persistent local 288, 2304
)");
}

TEST_CASE("a description of one run has no team, and of nothing no rows") {
  CHECK(kobie::describe_buffers(kobie::BufferRegistry()) ==
        "owner  buffer  size  bytes  location  offset  alias of\n"
        "one run: shared 0 elements, 0 bytes; local 0, 0; persistent local 0, 0\n");
}

TEST_CASE("a registry is described as its layout is") {
  const auto& layout = kobie::BuffersOf<LoopBuffers>::layout;
  CHECK(kobie::describe_buffers(LoopBuffers::buffers(), 4) == kobie::describe_buffers(layout.buffers, 4));
}

TEST_CASE("a team without runs cannot be described") {
  CHECK_THROWS_MATCHES(kobie::describe_buffers(LoopBuffers::buffers(), 0), kobie::InvalidArgument,
                       Catch::Matchers::Message("runs_per_team = 0: must be at least 1"));
}
