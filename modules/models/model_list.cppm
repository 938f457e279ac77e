/// Models by name: for command lines and files, where a model is not a type yet.
module;
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

export module kobie.models:model_list;

import kobie.core;
import kobie.systems;
import :brusselator;
import :duffing;
import :fitzhugh_nagumo;
import :hires;
import :hodgkin_huxley;
import :kepler;
import :lorenz;
import :lorenz_96;
import :lotka_volterra;
import :oregonator;
import :pleiades;
import :robertson;
import :sir;
import :van_der_pol;

namespace kobie {

/// A system that can be found by name: it says what it is called, what it is, where it comes from, whether it is stiff with its
/// default parameters, and how long it is usually integrated. A `time_unit` is optional.
export template <class M>
concept Model = System<M> && requires {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::about } -> std::convertible_to<std::string_view>;
  { M::reference } -> std::convertible_to<std::string_view>;
  { M::stiff } -> std::convertible_to<bool>;
  { M::duration } -> std::convertible_to<double>;
};

/// What is known of a model before it is a type.
export struct ModelInfo {
  std::string_view name;
  std::string_view about;      ///< one line
  std::string_view reference;  ///< paper or book
  bool stiff = false;          ///< with the default parameters
  double duration = 0.0;       ///< usual
  std::string_view time_unit;  ///< "" where time has none
  std::span<const Value> states;
  std::span<const Value> parameters;
  std::span<const Value> drivers;      ///< their values mean nothing
  std::span<const Value> observables;  ///< their values mean nothing

  /// The name of the method to start with.
  constexpr std::string_view method() const { return stiff ? "rodas5p" : "tsit5"; }
};

/// Models to choose from. A user's own go in by ModelList<Mine, models::Lorenz, ...>.
export template <Model... Ms>
struct ModelList {
  static constexpr std::size_t size() { return sizeof...(Ms); }
};

/// All that kobie has, by name.
export using Models =
    ModelList<models::Brusselator, models::Duffing, models::FitzHughNagumo, models::Hires, models::HodgkinHuxley,
              models::Kepler, models::Lorenz, models::Lorenz96<>, models::LotkaVolterra, models::Oregonator, models::Pleiades,
              models::Robertson, models::Sir, models::VanDerPol>;

/// What is known of any system: its quantities.
export template <System S>
constexpr ModelInfo quantities_info() {
  ModelInfo info;
  info.states = S::states.items;
  if constexpr (parameter_count<S> > 0) {
    info.parameters = S::parameters.items;
  }
  if constexpr (driver_count<S> > 0) {
    info.drivers = S::drivers.items;
  }
  if constexpr (observable_count<S> > 0) {
    info.observables = S::observables.items;
  }
  return info;
}

/// The info of one model.
export template <Model M>
constexpr ModelInfo info_of_model() {
  ModelInfo info = quantities_info<M>();
  info.name = M::name;
  info.about = M::about;
  info.reference = M::reference;
  info.stiff = M::stiff;
  info.duration = M::duration;
  if constexpr (requires { M::time_unit; }) {
    info.time_unit = M::time_unit;
  }
  return info;
}

template <class... Ms>
constexpr std::array<ModelInfo, sizeof...(Ms)> table_of_models(ModelList<Ms...>) {
  return {info_of_model<Ms>()...};
}
template <class List>
inline constexpr auto model_table = table_of_models(List{});

/// No name is empty, and none belongs to two models.
export template <class List>
constexpr bool model_names_are_unique() {
  for (std::size_t i = 0; i < List::size(); ++i) {
    const std::string_view name = model_table<List>[i].name;
    if (is_same_name(name, "")) {
      return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (is_same_name(name, model_table<List>[j].name)) {
        return false;
      }
    }
  }
  return true;
}
static_assert(model_names_are_unique<Models>());

/// The models of a list.
export template <class List = Models>
std::span<const ModelInfo> known_models() {
  return model_table<List>;
}

template <class List>
std::size_t index_of_model(std::string_view name) {
  static_assert(model_names_are_unique<List>(), "two models of this list share a name, or one has an empty name");
  std::vector<std::string> known;
  for (std::size_t i = 0; i < List::size(); ++i) {
    const ModelInfo& model = model_table<List>[i];
    if (is_same_name(model.name, name)) {
      return i;
    }
    known.emplace_back(model.name);
  }
  throw UnknownName("model", name, known);
}

/// The model of that name, whatever the case of its letters and with or without '-', '_' and blanks. Throws UnknownName, with
/// the nearest and all known ones.
export template <class List = Models>
const ModelInfo& find_model(std::string_view name) {
  return model_table<List>[index_of_model<List>(name)];
}

template <class F, class First, class... Rest>
constexpr decltype(auto) call_with_model(std::size_t index, F&& f, ModelList<First, Rest...>) {
  if constexpr (sizeof...(Rest) > 0) {
    if (index > 0) {
      return call_with_model(index - 1, std::forward<F>(f), ModelList<Rest...>{});
    }
  }
  return std::forward<F>(f).template operator()<First>();
}

/// f.template operator()<Model>() with the model of that name, as for f = []<class Model>() { ... }: what f makes of every
/// model of the list has the same type. Throws as find_model.
export template <class List = Models, class F>
decltype(auto) with_model(std::string_view name, F&& f) {
  return call_with_model(index_of_model<List>(name), std::forward<F>(f), List{});
}

}  // namespace kobie
