// No run may depend on which runs share its pack. A math library that takes a short cut where all lanes are small breaks this.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <iterator>
#include <limits>
#include <random>
#include <tuple>
#include <type_traits>
#include <vector>

#include "math_functions.hpp"
#include "tools.hpp"

import kobie.numbers;

using tools::Double16;
using tools::Double4;
using tools::Double8;
using tools::Float16;

namespace {

// One instance of the code for all packs: where a function is inlined twice, the compiler may fuse other products and sums.
template <class Real, class Entry>
[[gnu::noinline]] Real evaluate(const Entry& entry, Real x) {
  return entry.function(x);
}
template <class Real, class Function>
[[gnu::noinline]] Real evaluate(const Function& function, Real x, Real y) {
  return function(x, y);
}

// Small, medium, huge and special arguments in turn, so that every pack holds some of each.
template <class T>
std::vector<T> mixed_arguments() {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> unit(-1.0, 1.0);
  const T special[] = {T(0),
                       -T(0),
                       tools::infinity<T>,
                       -tools::infinity<T>,
                       tools::nan<T>,
                       std::numeric_limits<T>::max(),
                       std::numeric_limits<T>::min(),
                       std::numeric_limits<T>::denorm_min()};
  std::vector<T> all;
  for (std::size_t i = 0; i < 4'000; ++i) {
    for (const double scale : {1e-12, 1e-3, 0.7, 1.5, 30.0, 104.0, 745.0, 1e4, 5e5, 1e7, 1e14, 1e30}) {
      all.push_back(static_cast<T>(scale * unit(random)));
    }
    all.push_back(special[i % std::size(special)]);
  }
  return all;
}

// Counts the lanes whose bits differ from those of a pack that holds the lane's argument everywhere.
template <class Real, class Evaluate>
void check_lanes_alone(const std::vector<kobie::ScalarOf<Real>>& arguments, Evaluate evaluate_at) {
  using T = kobie::ScalarOf<Real>;
  int differing = 0;
  T first_argument = 0;
  for (std::size_t first = 0; first < arguments.size(); first += kobie::lanes_of<Real>) {
    const Real x = tools::lanes_from<Real>(arguments, first);
    const Real together = evaluate_at(x);
    for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
      const Real alone = evaluate_at(tools::lanes_from<Real>({kobie::lane(x, i)}, 0));
      if (tools::bits(kobie::lane(together, i)) != tools::bits(kobie::lane(alone, i)) && differing++ == 0) {
        first_argument = kobie::lane(x, i);
      }
    }
  }
  INFO("first at " << first_argument << ", of " << arguments.size() << " lanes");
  CHECK(differing == 0);
}

}  // namespace

TEMPLATE_TEST_CASE("a lane's math does not depend on its neighbours", "", Double4, Double8, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const std::vector<T> arguments = mixed_arguments<T>();
  std::apply(
      [&](const auto&... entry) {
        const auto check = [&](const auto& one) {
          DYNAMIC_SECTION(one.name) {
            check_lanes_alone<TestType>(arguments, [&](TestType x) { return evaluate(one, x); });
          }
        };
        (check(entry), ...);
      },
      math::unary);
}

TEMPLATE_TEST_CASE("a lane's pow, atan2 and fma do not depend on its neighbours", "", Double4, Double8, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const std::vector<T> arguments = mixed_arguments<T>();
  const TestType other(T(1.37));
  SECTION("pow of any base") {
    check_lanes_alone<TestType>(
        arguments, [&](TestType x) { return evaluate([](auto a, auto b) { return kobie::pow(a, b); }, x, other); });
  }
  SECTION("pow of any exponent") {
    check_lanes_alone<TestType>(
        arguments, [&](TestType x) { return evaluate([](auto a, auto b) { return kobie::pow(a, b); }, other, x); });
  }
  SECTION("atan2") {
    check_lanes_alone<TestType>(
        arguments, [&](TestType x) { return evaluate([](auto a, auto b) { return kobie::atan2(a, b); }, x, other); });
    check_lanes_alone<TestType>(
        arguments, [&](TestType x) { return evaluate([](auto a, auto b) { return kobie::atan2(a, b); }, other, x); });
  }
  SECTION("fma") {
    check_lanes_alone<TestType>(
        arguments, [&](TestType x) { return evaluate([](auto a, auto b) { return kobie::fma(a, b, a); }, x, other); });
  }
}

// Packs of a full register may take an instruction that narrower ones lack.
TEMPLATE_TEST_CASE("exponentials do not depend on the pack's width", "", double, float) {
  using Wide = kobie::Pack<TestType, 16>;
  const std::vector<TestType> arguments = mixed_arguments<TestType>();
  const auto check_width = [&]<int W>(const auto& entry, std::integral_constant<int, W>) {
    using Narrow = kobie::Pack<TestType, W>;
    int differing = 0;
    for (std::size_t start = 0; start < arguments.size(); start += 16) {
      const Wide wide = evaluate(entry, tools::lanes_from<Wide>(arguments, start));
      for (int i = 0; i < 16; i += W) {
        const Narrow narrow = evaluate(entry, tools::lanes_from<Narrow>(arguments, start + static_cast<std::size_t>(i)));
        for (int j = 0; j < W; ++j) {
          differing += tools::bits(kobie::lane(wide, i + j)) != tools::bits(kobie::lane(narrow, j)) ? 1 : 0;
        }
      }
    }
    INFO(entry.name << " of " << W << " lanes");
    CHECK(differing == 0);
  };
  const auto check = [&](const auto& entry) {
    if (entry.name == "exp" || entry.name == "exp2" || entry.name == "expm1") {
      check_width(entry, std::integral_constant<int, 1>());
      check_width(entry, std::integral_constant<int, 2>());
      check_width(entry, std::integral_constant<int, 4>());
      check_width(entry, std::integral_constant<int, 8>());
    }
  };
  std::apply([&](const auto&... entry) { (check(entry), ...); }, math::unary);
}
