/// Named values: how a system lists its states, parameters and observables.
module;
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

export module kobie.core:names;

namespace kobie {

/// A quantity of a system: its name, its default value, and its unit ("" when it has none or is dimensionless).
export struct Value {
  std::string_view name;
  double value = 0.0;
  std::string_view unit = {};
};

/// The named quantities of one kind that a system has, in order.
export template <std::size_t N>
struct ValueTable {
  std::array<Value, N> items{};

  static constexpr std::size_t size() { return N; }
  constexpr const Value& operator[](std::size_t i) const { return items[i]; }
  constexpr auto begin() const { return items.begin(); }
  constexpr auto end() const { return items.end(); }

  /// The position of `name`, or size() when there is none.
  constexpr std::size_t index_of(std::string_view name) const {
    std::size_t i = 0;
    while (i < N && items[i].name != name) {
      ++i;
    }
    return i;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& item : items) {
      all.emplace_back(item.name);
    }
    return all;
  }
};

/// A quantity that has no default value, such as an observable: written as "name" or {"name", "unit"}.
export struct Name {
  std::string_view name;
  std::string_view unit;
  consteval Name(const char* the_name, const char* the_unit = "") : name(the_name), unit(the_unit) {}
};

// Not constexpr: naming one of these in a constant expression is the compile error that a wrong table gives.
void a_name_is_empty();
void a_name_is_given_twice();

template <std::size_t N>
consteval ValueTable<N> checked(const ValueTable<N>& table) {
  for (std::size_t i = 0; i < N; ++i) {
    if (table[i].name.empty()) {
      a_name_is_empty();
    }
    if (table.index_of(table[i].name) != i) {
      a_name_is_given_twice();
    }
  }
  return table;
}

/// values({{"x", 1.0}, {"v", 0.0, "m/s"}}): names with default values and, where wanted, units.
/// An empty or repeated name does not compile.
export template <std::size_t N>
consteval ValueTable<N> values(const Value (&items)[N]) {
  ValueTable<N> table;
  for (std::size_t i = 0; i < N; ++i) {
    table.items[i] = items[i];
  }
  return checked(table);
}

/// names({"energy", {"speed", "m/s"}}): names without values. An empty or repeated name does not compile.
export template <std::size_t N>
consteval ValueTable<N> names(const Name (&items)[N]) {
  ValueTable<N> table;
  for (std::size_t i = 0; i < N; ++i) {
    table.items[i] = Value{items[i].name, 0.0, items[i].unit};
  }
  return checked(table);
}

/// Whether two names are the same as people type them: letters of either case are alike, and '-', '_' and blanks do not count.
/// "DormandPrince54" is "dormand-prince-54".
export constexpr bool is_same_name(std::string_view a, std::string_view b) {
  const auto skipped = [](char c) { return c == '-' || c == '_' || c == ' '; };
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::size_t i = 0;
  std::size_t j = 0;
  for (;;) {
    while (i < a.size() && skipped(a[i])) {
      ++i;
    }
    while (j < b.size() && skipped(b[j])) {
      ++j;
    }
    if (i == a.size() || j == b.size()) {
      return i == a.size() && j == b.size();
    }
    if (lower(a[i++]) != lower(b[j++])) {
      return false;
    }
  }
}

}  // namespace kobie
