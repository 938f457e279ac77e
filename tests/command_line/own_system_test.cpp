#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "program.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a program of a user's has a command line for its one system, which need not be named") {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(
      folder.path(), "run --sweep length=0.5:2:10 --duration 3 --save-every 0.1 --plot fan:angle -o a.h5", OWN_PROGRAM);
  CAPTURE(answer.errors);
  REQUIRE(answer.code == 0);
  CHECK(kobie::read(folder / "a.h5").inputs()["length"].unit == "m");
  const auto lacks = program::run(folder.path(), "run", OWN_PROGRAM);
  CHECK(lacks.code == 2);
  CHECK_THAT(lacks.errors, ContainsSubstring("--duration"));
  CHECK_THAT(program::run(folder.path(), "models", OWN_PROGRAM).out, ContainsSubstring("Pendulum"));
}
