#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

import kobie.core;
import kobie.tableaus;

using Catch::Matchers::ContainsSubstring;

namespace {

struct Midpoint {
  static constexpr std::string_view name = "midpoint";
  static constexpr auto tableau =
      checked(kobie::ExplicitTableau<2>{.a = {{{}, {0.5}}}, .b = {0.0, 1.0}, .c = {0.0, 0.5}}, 2, 0);
};
struct SecondTsit5 {
  static constexpr std::string_view name = "second";
  static constexpr std::array<std::string_view, 1> aliases = {"TSIT-5"};
};
struct Nameless {
  static constexpr std::string_view name = " ";
};

std::string message(std::string_view name) {
  try {
    kobie::find_method(name);
  } catch (const kobie::UnknownName& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("people's names for methods are known") {
  const auto [alias, name] = GENERATE(
      std::pair{"rk45", "dormand-prince-54"}, std::pair{"ode45", "dormand-prince-54"}, std::pair{"dopri5", "dormand-prince-54"},
      std::pair{"dp5", "dormand-prince-54"}, std::pair{"ode23", "bogacki-shampine-32"}, std::pair{"bs3", "bogacki-shampine-32"},
      std::pair{"bs32", "bogacki-shampine-32"}, std::pair{"rk23", "bogacki-shampine-32"},
      std::pair{"dop853", "dormand-prince-853"}, std::pair{"dp8", "dormand-prince-853"}, std::pair{"rk4", "classical-rk4"},
      std::pair{"rkf45", "fehlberg-45"}, std::pair{"rkck", "cash-karp-54"}, std::pair{"cash-karp", "cash-karp-54"},
      std::pair{"euler", "explicit-euler"}, std::pair{"heun", "heun-21"}, std::pair{"tsit5", "tsit5"},
      std::pair{"vern6", "verner-65"}, std::pair{"vern7", "verner-76"}, std::pair{"vern8", "verner-87"},
      std::pair{"vern9", "verner-98"}, std::pair{"ralston3", "ralston-3"});
  CHECK(kobie::find_method(alias).name == name);
}

TEST_CASE("case, hyphens, underscores and blanks do not matter in a method's name") {
  CHECK(kobie::find_method("DormandPrince54").name == "dormand-prince-54");
  CHECK(kobie::find_method("dormand_prince_54").name == "dormand-prince-54");
  CHECK(kobie::find_method("Tsit 5").name == "tsit5");
  CHECK(kobie::find_method("RK-45").name == "dormand-prince-54");
}

TEST_CASE("a method's orders and stages are known without its type") {
  const auto& dop853 = kobie::find_method("DOP853");
  CHECK(dop853.order == 8);
  CHECK(dop853.embedded_order == 5);
  CHECK(dop853.dense_order == 7);
  CHECK(dop853.stages == 12);
  CHECK(dop853.adaptive());
  const auto& rk4 = kobie::find_method("rk4");
  CHECK(rk4.order == 4);
  CHECK(rk4.embedded_order == 0);
  CHECK(rk4.dense_order == 3);
  CHECK_FALSE(rk4.adaptive());
  CHECK(kobie::find_method("euler").dense_order == 1);
  CHECK(kobie::find_method("bs32").dense_order == 3);
  CHECK(kobie::find_method("tsit5").dense_order == 4);
  CHECK(kobie::find_method("vern9").dense_order == 9);
}

TEST_CASE("the list of methods holds all fourteen, each under one name") {
  std::set<std::string_view> names;
  for (const auto& method : kobie::methods()) {
    names.insert(method.name);
    CHECK(kobie::find_method(method.name).name == method.name);
  }
  CHECK(names.size() == 14);
  CHECK(kobie::methods().size() == 14);
}

TEST_CASE("an unknown method's error names the nearest and lists the known ones") {
  CHECK_THAT(message("tsti5"), ContainsSubstring("method = 'tsti5'") && ContainsSubstring("did you mean 'tsit5'?") &&
                                   ContainsSubstring("dop853") && ContainsSubstring("verner-98"));
  CHECK_THAT(message("rk46"), ContainsSubstring("did you mean 'rk4"));
  CHECK_THAT(message(""), ContainsSubstring("no such name"));
  CHECK_THROWS_AS(kobie::with_method("rosenbrock", [](auto) {}), kobie::UnknownName);
}

TEST_CASE("a method found by name reaches a generic function as a type") {
  const auto order = [](auto method) { return kobie::order_of(decltype(method)::tableau); };
  CHECK(kobie::with_method("dopri5", order) == 5);
  CHECK(kobie::with_method("euler", order) == 1);
  CHECK(kobie::with_method("Vern9", order) == 9);
}

TEST_CASE("users' methods are found by name in a list of their own") {
  using Mine = kobie::MethodList<Midpoint, kobie::Tsit5>;
  const auto stages = [](auto method) { return method.tableau.stages(); };
  CHECK(kobie::find_method<Mine>("Midpoint").order == 2);
  CHECK(kobie::with_method<Mine>("midpoint", stages) == 2);
  CHECK(kobie::with_method<Mine>("tsit5", stages) == 7);
  CHECK(kobie::methods<Mine>().size() == 2);
  CHECK_THROWS_AS(kobie::find_method<Mine>("rk4"), kobie::UnknownName);
}

TEST_CASE("people's names for methods for stiff systems are known") {
  const auto [alias, name] =
      GENERATE(std::pair{"Rodas4", "rodas4"}, std::pair{"Rodas5P", "rodas5p"}, std::pair{"ode23s", "rosenbrock-23"},
               std::pair{"ROS3P", "ros3p"}, std::pair{"implicit_euler", "backward-euler"},
               std::pair{"CrankNicolson", "crank-nicolson"}, std::pair{"ode23tb", "tr-bdf2"}, std::pair{"TRBDF2", "tr-bdf2"},
               std::pair{"Kvaerno5", "kvaerno-5"}, std::pair{"KenCarp4", "kencarp-4"}, std::pair{"SDIRK4", "sdirk-43"},
               std::pair{"l-stable dirk 3", "dirk-3"}, std::pair{"Radau5", "radau-iia-5"});
  CHECK(kobie::find_method<kobie::ImplicitMethods>(alias).name == name);
}

TEST_CASE("methods for stiff systems are known by name in a list of their own") {
  CHECK(kobie::methods<kobie::ImplicitMethods>().size() == 21);
  CHECK(kobie::methods<kobie::RosenbrockMethods>().size() == 6);
  CHECK(kobie::methods<kobie::DiagonallyImplicitMethods>().size() == 13);
  CHECK(kobie::methods<kobie::FullyImplicitMethods>().size() == 2);
  const auto& rodas4 = kobie::find_method<kobie::ImplicitMethods>("rodas4");
  CHECK(rodas4.order == 4);
  CHECK(rodas4.embedded_order == 3);
  CHECK(rodas4.dense_order == 3);
  CHECK(rodas4.stages == 6);
  CHECK_FALSE(kobie::find_method<kobie::ImplicitMethods>("implicit midpoint").adaptive());
  CHECK_THROWS_AS(kobie::find_method("rodas4"), kobie::UnknownName);
  const auto gamma = [](auto method) { return method.tableau.gamma; };
  CHECK(kobie::with_method<kobie::RosenbrockMethods>("rodas4", gamma) == 0.25);
}

TEST_CASE("a list in which a name is given twice, or is empty, is found out") {
  STATIC_REQUIRE(kobie::names_are_unique<kobie::Methods>());
  STATIC_REQUIRE(kobie::names_are_unique<kobie::MethodList<Midpoint, kobie::Tsit5>>());
  STATIC_REQUIRE_FALSE(kobie::names_are_unique<kobie::MethodList<kobie::Tsit5, SecondTsit5>>());
  STATIC_REQUIRE_FALSE(kobie::names_are_unique<kobie::MethodList<Midpoint, Midpoint>>());
  STATIC_REQUIRE_FALSE(kobie::names_are_unique<kobie::MethodList<Nameless>>());
}
