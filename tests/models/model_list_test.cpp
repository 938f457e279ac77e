#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <cstddef>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

import kobie.core;
import kobie.models;
import kobie.systems;
import kobie.tableaus;

using Catch::Matchers::ContainsSubstring;
namespace models = kobie::models;

namespace {

// y' = -y, as many models.
template <class M>
struct Decaying {
  static constexpr std::string_view about = "radioactive decay";
  static constexpr std::string_view reference = "E. Rutherford, F. Soddy (1902)";
  static constexpr bool stiff = false;
  static constexpr double duration = 3.0;
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<M, Real>& at, kobie::Rates<M, Real>& d) {
    d.state = {-at.state[0]};
  }
};
struct Decay : Decaying<Decay> {
  static constexpr std::string_view name = "decay";
};
struct SecondLorenz : Decaying<SecondLorenz> {
  static constexpr std::string_view name = "Lorenz";
};
struct Nameless : Decaying<Nameless> {
  static constexpr std::string_view name = "-";
};

std::string message(std::string_view name) {
  try {
    kobie::find_model(name);
  } catch (const kobie::UnknownName& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("models are found by name, whatever the case of letters, with or without hyphens and the like") {
  const auto [typed, name] =
      GENERATE(std::pair{"lorenz", "lorenz"}, std::pair{"VanDerPol", "van-der-pol"}, std::pair{"lorenz96", "lorenz-96"},
               std::pair{"Lotka Volterra", "lotka-volterra"}, std::pair{"hodgkin_huxley", "hodgkin-huxley"},
               std::pair{"FitzHughNagumo", "fitzhugh-nagumo"}, std::pair{"HIRES", "hires"}, std::pair{"SIR", "sir"});
  CHECK(kobie::find_model(typed).name == name);
}

TEST_CASE("every model says what it is, whence it comes, how long it runs, and with what method") {
  std::set<std::string_view> names;
  std::set<std::string_view> stiff;
  for (const kobie::ModelInfo& model : kobie::known_models()) {
    INFO(model.name);
    names.insert(model.name);
    CHECK(kobie::find_model(model.name).name == model.name);
    CHECK(model.about.size() > 10);
    CHECK(model.about.size() < 80);
    CHECK(model.about.find('\n') == std::string_view::npos);
    CHECK(model.reference.find('(') != std::string_view::npos);  // a year
    CHECK(model.duration > 0.0);
    CHECK_FALSE(model.states.empty());
    CHECK_FALSE(model.parameters.empty());
    if (model.stiff) {
      stiff.insert(model.name);
      CHECK(kobie::find_method<kobie::ImplicitMethods>(model.method()).name == model.method());
    } else {
      CHECK(kobie::find_method(model.method()).name == model.method());
    }
  }
  CHECK(names == std::set<std::string_view>{"brusselator", "duffing", "fitzhugh-nagumo", "hires", "hodgkin-huxley", "kepler",
                                            "lorenz", "lorenz-96", "lotka-volterra", "oregonator", "pleiades", "robertson",
                                            "sir", "van-der-pol"});
  CHECK(stiff == std::set<std::string_view>{"hires", "oregonator", "robertson"});
}

TEST_CASE("a model's quantities and units are known without its type") {
  const auto& axon = kobie::find_model("hodgkin-huxley");
  CHECK(axon.time_unit == "ms");
  CHECK(axon.states.size() == 4);
  CHECK(axon.states[0].name == "v");
  CHECK(axon.states[0].value == -65.0);
  CHECK(axon.states[0].unit == "mV");
  CHECK(axon.parameters[0].name == "current");
  CHECK(axon.observables[2].name == "i_leak");
  const auto& lorenz = kobie::find_model("lorenz");
  CHECK(lorenz.time_unit.empty());
  CHECK(lorenz.parameters[1].value == 28.0);
  CHECK(lorenz.observables.empty());
  CHECK(kobie::find_model("lorenz-96").states.size() == 40);
}

TEST_CASE("a model found by name reaches a generic function as a type") {
  const auto states = []<class M>() { return kobie::state_count<M>; };
  CHECK(kobie::with_model("brusselator", states) == 2);
  CHECK(kobie::with_model("Pleiades", states) == 28);
  CHECK(kobie::with_model("van_der_pol", states) == 2);
  CHECK(kobie::with_model("lorenz", []<class M>() { return M::parameters[1].name; }) == "rho");
  for (const kobie::ModelInfo& model : kobie::known_models()) {
    CHECK(kobie::with_model(model.name, []<class M>() { return std::string_view(M::name); }) == model.name);
    CHECK(kobie::with_model(model.name, []<class M>() { return kobie::system_name<M>(); }) == model.name);
  }
}

TEST_CASE("docs/models.md has every model, with its method, parameters, observables and source") {
  std::ifstream file(MODELS_PAGE);
  REQUIRE(file.good());
  // The rows of its three tables, joined by model.
  std::map<std::string, std::string, std::less<>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `")) {
      rows[line.substr(3, line.find('`', 3) - 3)] += line;
    }
  }
  CHECK(rows.size() == kobie::known_models().size());
  for (const kobie::ModelInfo& model : kobie::known_models()) {
    INFO(model.name);
    REQUIRE(rows.contains(model.name));
    const std::string& row = rows.find(model.name)->second;
    CHECK_THAT(row, ContainsSubstring("| " + std::string(model.method()) + " |"));
    CHECK_THAT(row, ContainsSubstring(std::string(model.reference.substr(0, model.reference.find(';')))));
    for (const kobie::Value& parameter : model.parameters) {
      CHECK_THAT(row, ContainsSubstring("`" + std::string(parameter.name) + "` "));
    }
    for (const kobie::Value& observable : model.observables) {
      CHECK_THAT(row, ContainsSubstring("`" + std::string(observable.name) + "`"));
    }
  }
}

TEST_CASE("an unknown model's error names the nearest and lists the known ones") {
  CHECK_THAT(message("lorentz"), ContainsSubstring("model = 'lorentz'") && ContainsSubstring("did you mean 'lorenz'?") &&
                                     ContainsSubstring("van-der-pol") && ContainsSubstring("brusselator"));
  CHECK_THAT(message("keppler"), ContainsSubstring("did you mean 'kepler'?"));
  CHECK_THAT(message(""), ContainsSubstring("no such name"));
  CHECK_THROWS_AS(kobie::with_model("three-body", []<class>() {}), kobie::UnknownName);
}

TEST_CASE("users' models are found by name in a list of their own") {
  using Mine = kobie::ModelList<Decay, models::Lorenz>;
  const auto duration = []<class M>() { return M::duration; };
  CHECK(kobie::known_models<Mine>().size() == 2);
  CHECK(kobie::find_model<Mine>("Decay").parameters.empty());
  CHECK(kobie::with_model<Mine>("decay", duration) == 3.0);
  CHECK(kobie::with_model<Mine>("lorenz", duration) == 20.0);
  CHECK_THROWS_AS(kobie::find_model<Mine>("kepler"), kobie::UnknownName);
}

TEST_CASE("a list of models in which a name is given twice, or is empty, is found out") {
  STATIC_REQUIRE(kobie::model_names_are_unique<kobie::Models>());
  STATIC_REQUIRE(kobie::model_names_are_unique<kobie::ModelList<Decay, models::Lorenz>>());
  STATIC_REQUIRE_FALSE(kobie::model_names_are_unique<kobie::ModelList<Decay, Decay>>());
  STATIC_REQUIRE_FALSE(kobie::model_names_are_unique<kobie::ModelList<models::Lorenz, SecondLorenz>>());
  STATIC_REQUIRE_FALSE(kobie::model_names_are_unique<kobie::ModelList<Nameless>>());
}
