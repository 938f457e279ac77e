#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>
#include <vector>

#include "program.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinAbs;

namespace {

// What the program for y' = force writes.
kobie::Result<double> pushed(const tools::TemporaryFolder& folder, const std::string& arguments) {
  const auto answer = program::run(folder.path(), "run --duration 4 --overwrite -q -o a.h5 " + arguments, DRIVEN_PROGRAM);
  CAPTURE(arguments, answer.errors);
  REQUIRE(answer.code == 0);
  return kobie::read(folder / "a.h5");
}

}  // namespace

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

TEST_CASE("samples in a file force a system, between them and beyond them as they are told") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "force.csv", "time,force\n0,0\n1,2\n3,2\n");

  // 2 t, then 2, which is held.
  const auto linear = pushed(folder, "--driver force=force.csv:linear:hold --stop-at 1");
  CHECK_THAT(linear["y"](0, 0), WithinAbs(7.0, 1e-12));
  REQUIRE(linear.provenance().request.drivers.size() == 1);
  const kobie::Driver given{
      .name = "force", .values = {0.0, 2.0, 2.0}, .times = {0.0, 1.0, 3.0}, .outside = kobie::Outside::hold};
  CHECK(linear.provenance().request.drivers[0] == given);
  CHECK_THAT(pushed(folder, "--driver force=force.csv:linear:zero --stop-at 1,3")["y"](0, 0), WithinAbs(5.0, 1e-12));

  // 0, then 2: steps end at samples.
  const auto previous = pushed(folder, "--driver force=force.csv:previous:hold");
  CHECK_THAT(previous["y"](0, 0), WithinAbs(6.0, 1e-12));
  CHECK(previous.provenance().request.drivers[0].stop_at_samples);

  // An options file says the same.
  tools::write_text(folder / "run.json", R"({"driver": "force=force.csv:previous:hold", "stop-at": [0.5, 2]})");
  const auto from_file = pushed(folder, "--config run.json");
  CHECK(from_file.provenance().request.drivers == previous.provenance().request.drivers);
  CHECK(from_file.provenance().request.stop_at == std::vector<double>{0.5, 2.0});
}

TEST_CASE("a cubic that is repeated is periodic") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "force.csv", "time,force\n0,1\n1,0\n2,1\n");
  const auto repeated = pushed(folder, "--driver force=force.csv:cubic:repeat --rtol 1e-10 --atol 1e-10");
  CHECK(repeated.provenance().request.drivers[0].ends == kobie::SplineEnds::periodic);
  // Each period has the mean of its samples.
  CHECK_THAT(repeated["y"](0, 0), WithinAbs(2.0, 1e-7));
}

TEST_CASE("columns of a driver's file are a curve for each run, or the one of its name") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "curves.csv", "time,first,second\n0,1,2\n5,1,2\n");
  const auto each = pushed(folder, "--driver force=curves.csv --sweep y=0,1");
  CHECK_THAT(each["y"](0, 0), WithinAbs(4.0, 1e-12));
  CHECK_THAT(each["y"](0, 1), WithinAbs(9.0, 1e-12));
  CHECK(each.provenance().request.drivers[0].curves == 2);

  tools::write_text(folder / "named.csv", "time,other,force\n0,7,3\n5,7,3\n");
  CHECK_THAT(pushed(folder, "--driver force=named.csv --sweep y=0,1")["y"](0, 1), WithinAbs(13.0, 1e-12));

  const std::vector<double> table = {0.0, 1.0, 5.0, 1.0};
  kobie::io::write_npy(folder / "force.npy", {"", kobie::io::ElementType::float64, table.data(), {2, 2}, {}, {}}, false);
  CHECK_THAT(pushed(folder, "--driver force=force.npy")["y"](0, 0), WithinAbs(4.0, 1e-12));
}

TEST_CASE("a driver that lacks, or does not cover a run, is an error, and models are listed with their drivers") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "force.csv", "time,force\n0,0\n3,2\n");
  const auto lacks = program::run(folder.path(), "run --duration 1", DRIVEN_PROGRAM);
  CHECK(lacks.code == 2);
  CHECK_THAT(lacks.errors, ContainsSubstring("force"));
  const auto ends = program::run(folder.path(), "run --duration 4 --driver force=force.csv", DRIVEN_PROGRAM);
  CHECK(ends.code == 2);
  CHECK_THAT(ends.errors, ContainsSubstring("force"));
  CHECK(program::run(folder.path(), "run --duration 3 -q --driver force=force.csv", DRIVEN_PROGRAM).code == 0);
  CHECK_THAT(program::run(folder.path(), "models pushed", DRIVEN_PROGRAM).out, ContainsSubstring("drivers"));
}

TEST_CASE("results with different drivers differ") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "force.csv", "time,force\n0,1\n1,1\n5,1\n");
  static_cast<void>(pushed(folder, "--driver force=force.csv -o linear.h5"));
  static_cast<void>(pushed(folder, "--driver force=force.csv:cubic -o cubic.h5"));
  CHECK(program::run(folder.path(), "compare linear.h5 linear.h5").code == 0);
  const auto answer = program::run(folder.path(), "compare linear.h5 cubic.h5 --rtol 1e-9");
  CHECK(answer.code == 1);
  CHECK_THAT(answer.out, ContainsSubstring("of different interpolation"));
}
