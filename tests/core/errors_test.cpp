#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

import kobie.core;

using Catch::Matchers::ContainsSubstring;
using kobie::nearest_name;

TEST_CASE("an invalid argument's message is its name, its value and what is allowed") {
  const kobie::InvalidArgument by_number("rtol", -1.5, "must be above 0");
  CHECK(std::string(by_number.what()) == "rtol = -1.5: must be above 0");
  CHECK(by_number.argument() == "rtol");
  const kobie::InvalidArgument by_text("method", "euler", "must be known");
  CHECK(std::string(by_text.what()) == "method = euler: must be known");
}

TEST_CASE("a number is shown with the digits that tell it from others") {
  CHECK_THAT(kobie::InvalidArgument("dt", 0.1, "").what(), ContainsSubstring("dt = 0.1:"));
  CHECK_THAT(kobie::InvalidArgument("dt", 1e-300, "").what(), ContainsSubstring("1e-300"));
}

TEST_CASE("an unknown name's message offers the nearest and lists the known") {
  const kobie::UnknownName error("state", "volocity", {"position", "velocity"});
  CHECK(error.argument() == "state");
  CHECK_THAT(error.what(), ContainsSubstring("'volocity'"));
  CHECK_THAT(error.what(), ContainsSubstring("did you mean 'velocity'?"));
  CHECK_THAT(error.what(), ContainsSubstring("known: position, velocity"));
}

TEST_CASE("an unknown name far from all known ones is not guessed") {
  const kobie::UnknownName error("state", "abcdef", {"position", "velocity"});
  CHECK_THAT(error.what(), !ContainsSubstring("did you mean"));
  CHECK_THAT(error.what(), ContainsSubstring("known: position, velocity"));
}

TEST_CASE("where nothing is known the message says so") {
  CHECK_THAT(kobie::UnknownName("parameter", "k", {}).what(), ContainsSubstring("there are none"));
}

TEST_CASE("a file error names the file and the reason") {
  CHECK(std::string(kobie::FileError("runs.h5", "exists already").what()) == "runs.h5: exists already");
}

TEST_CASE("the nearest name takes the fewest edits") {
  const std::vector<std::string> known = {"sigma", "rho", "beta", "theta"};
  CHECK(nearest_name("sgima", known) == "sigma");
  CHECK(nearest_name("rhoo", known) == "rho");
  CHECK(nearest_name("ro", known) == "rho");
  CHECK(nearest_name("beta", known) == "beta");
  CHECK(nearest_name("thet", known) == "theta");
}

TEST_CASE("a name with most letters wrong is near nothing") {
  CHECK(nearest_name("omega_zero", {"rho", "beta"}).empty());
  CHECK(nearest_name("x", {}).empty());
  CHECK(nearest_name("", {"rho"}).empty());
}

TEST_CASE("one letter is near another one-letter name") { CHECK(nearest_name("y", {"position", "x"}) == "x"); }

static_assert(std::is_base_of_v<std::runtime_error, kobie::Error>);
static_assert(std::is_base_of_v<kobie::Error, kobie::InvalidArgument>);
static_assert(std::is_base_of_v<kobie::InvalidArgument, kobie::UnknownName>);
static_assert(std::is_base_of_v<kobie::Error, kobie::FileError>);
