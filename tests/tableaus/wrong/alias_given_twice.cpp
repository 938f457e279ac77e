#include <array>
#include <string_view>

import kobie.tableaus;

struct Mine {
  static constexpr std::string_view name = "mine";
  static constexpr std::array<std::string_view, 1> aliases = {"Euler"};
  static constexpr auto tableau = kobie::ExplicitEuler::tableau;
};

int order() { return kobie::find_method<kobie::MethodList<kobie::ExplicitEuler, Mine>>("mine").order; }
