#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

import kobie.core;

namespace {

constexpr auto table = kobie::values({{"x", 1.0}, {"v", -0.5, "m/s"}, {"long name", 0.0}});
constexpr auto observed = kobie::names({"energy", {"speed", "m/s"}});

}  // namespace

TEST_CASE("a table keeps names, values and units in the order they were given") {
  REQUIRE(table.size() == 3);
  CHECK(table[0].name == "x");
  CHECK(table[0].value == 1.0);
  CHECK(table[0].unit.empty());
  CHECK(table[1].name == "v");
  CHECK(table[1].value == -0.5);
  CHECK(table[1].unit == "m/s");
  CHECK(table.names() == std::vector<std::string>{"x", "v", "long name"});
}

TEST_CASE("a name is found at its position, an unknown one past the end") {
  CHECK(table.index_of("x") == 0);
  CHECK(table.index_of("long name") == 2);
  CHECK(table.index_of("X") == table.size());
  CHECK(table.index_of("") == table.size());
}

TEST_CASE("names without values have units where they were given") {
  REQUIRE(observed.size() == 2);
  CHECK(observed[0].name == "energy");
  CHECK(observed[0].unit.empty());
  CHECK(observed[1].unit == "m/s");
}

TEST_CASE("names are the same whatever the case of letters, with or without hyphens, underscores and blanks") {
  CHECK(kobie::is_same_name("DormandPrince54", "dormand-prince-54"));
  CHECK(kobie::is_same_name("_van der_Pol-", "vanderpol"));
  CHECK(kobie::is_same_name(" -", ""));
  CHECK_FALSE(kobie::is_same_name("lorenz", "lorenz-96"));
  CHECK_FALSE(kobie::is_same_name("lorenz", "torenz"));
  CHECK_FALSE(kobie::is_same_name("a", ""));
}

TEST_CASE("a table can be walked through") {
  std::string all;
  for (const auto& item : table) {
    all += item.name;
  }
  CHECK(all == "xvlong name");
}

static_assert(table.index_of("v") == 1);
