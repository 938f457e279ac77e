/// Methods by name: for command lines and files, where a method is not a type yet.
module;
#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

export module kobie.tableaus:method_list;

import kobie.core;
import :bogacki_shampine_32;
import :butcher;
import :cash_karp_54;
import :classical_rk4;
import :dormand_prince_54;
import :dormand_prince_853;
import :explicit_euler;
import :fehlberg_45;
import :heun_21;
import :orders;
import :ralston_3;
import :tsit5;
import :verner_65;
import :verner_76;
import :verner_87;
import :verner_98;

namespace kobie {

/// What is known of a method before it is a type.
export struct MethodInfo {
  std::string_view name;
  std::span<const std::string_view> aliases;  ///< what others call it
  int order = 0;
  int embedded_order = 0;  ///< 0: no error estimate, so fixed steps only
  int dense_order = 0;     ///< of the solution between steps: the method's interpolant, or the cubic Hermite one
  std::size_t stages = 0;

  constexpr bool adaptive() const { return embedded_order > 0; }
};

/// Methods to choose from. A user's own go in by MethodList<Mine, Tsit5, ...>.
export template <class... Ms>
struct MethodList {
  static constexpr std::size_t size() { return sizeof...(Ms); }
};

/// All that kobie has, by order.
export using Methods = MethodList<ExplicitEuler, Heun21, Ralston3, BogackiShampine32, ClassicalRk4, Fehlberg45, CashKarp54,
                                  DormandPrince54, Tsit5, Verner65, Verner76, DormandPrince853, Verner87, Verner98>;

/// What a method is called, and nothing else: the orders take longer to find.
export template <class Method>
constexpr MethodInfo names_of() {
  MethodInfo info;
  info.name = Method::name;
  if constexpr (requires { Method::aliases; }) {
    info.aliases = Method::aliases;
  }
  return info;
}

/// The info of one method. `aliases` is optional there.
export template <class Method>
constexpr MethodInfo info_of() {
  MethodInfo info = names_of<Method>();
  info.order = solution_order<Method>;
  info.embedded_order = embedded_order<Method>;
  info.dense_order = dense_order<Method>;
  info.stages = Method::tableau.stages();
  return info;
}

template <class... Ms>
constexpr std::array<MethodInfo, sizeof...(Ms)> table_of(MethodList<Ms...>) {
  return {info_of<Ms>()...};
}
template <class List>
inline constexpr auto method_table = table_of(List{});

template <class... Ms>
constexpr std::array<MethodInfo, sizeof...(Ms)> names_in(MethodList<Ms...>) {
  return {names_of<Ms>()...};
}

/// Whether a method has this name or alias, as people type them.
export constexpr bool answers_to(const MethodInfo& method, std::string_view name) {
  bool known = is_same_name(method.name, name);
  for (const std::string_view alias : method.aliases) {
    known = known || is_same_name(alias, name);
  }
  return known;
}

/// No name or alias is empty, and none belongs to two methods or twice to one.
export template <class List>
constexpr bool names_are_unique() {
  const auto named = names_in(List{});
  const auto holders = [&named](std::string_view name) {
    int count = 0;
    for (const MethodInfo& method : named) {
      count += is_same_name(method.name, name) ? 1 : 0;
      for (const std::string_view alias : method.aliases) {
        count += is_same_name(alias, name) ? 1 : 0;
      }
    }
    return count;
  };
  for (const MethodInfo& method : named) {
    if (is_same_name(method.name, "") || holders(method.name) != 1) {
      return false;
    }
    for (const std::string_view alias : method.aliases) {
      if (is_same_name(alias, "") || holders(alias) != 1) {
        return false;
      }
    }
  }
  return true;
}
static_assert(names_are_unique<Methods>());

/// The methods of a list.
export template <class List = Methods>
std::span<const MethodInfo> methods() {
  return method_table<List>;
}

template <class List>
std::size_t index_of_method(std::string_view name) {
  static_assert(names_are_unique<List>(), "two methods of this list share a name or an alias, or one has an empty name");
  std::vector<std::string> known;
  for (std::size_t i = 0; i < List::size(); ++i) {
    const MethodInfo& method = method_table<List>[i];
    if (answers_to(method, name)) {
      return i;
    }
    known.emplace_back(method.name);
    known.insert(known.end(), method.aliases.begin(), method.aliases.end());
  }
  throw UnknownName("method", name, known);
}

/// The method that a name or an alias means, whatever the case of its letters and with or without '-', '_' and blanks.
/// Throws UnknownName, with the nearest and all known ones.
export template <class List = Methods>
const MethodInfo& find_method(std::string_view name) {
  return method_table<List>[index_of_method<List>(name)];
}

template <class F, class First, class... Rest>
constexpr decltype(auto) call_with(std::size_t index, F&& f, MethodList<First, Rest...>) {
  if constexpr (sizeof...(Rest) > 0) {
    if (index > 0) {
      return call_with(index - 1, std::forward<F>(f), MethodList<Rest...>{});
    }
  }
  return std::forward<F>(f)(First{});
}

/// f(Method{}) with the method of that name: what f makes of every method of the list has the same type. Throws as find_method.
export template <class List = Methods, class F>
decltype(auto) with_method(std::string_view name, F&& f) {
  return call_with(index_of_method<List>(name), std::forward<F>(f), List{});
}

}  // namespace kobie
