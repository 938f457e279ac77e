#include <Kokkos_Core.hpp>
#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "math_functions.hpp"
#include "tools.hpp"

import kobie.numbers;

namespace {

using Space = Kokkos::DefaultExecutionSpace;

constexpr bool on_host = static_cast<bool>(Kokkos::SpaceAccessibility<Kokkos::HostSpace, Space::memory_space>::accessible);

// By number: a lambda's type cannot name a kernel.
template <std::size_t I, class T>
struct Evaluate {
  const T* x;
  T* y;

  constexpr void operator()(std::size_t i) const {
    using Function = decltype(std::get<I>(math::unary).function);
    y[i] = Function{}(x[i]);
  }
};

template <class T>
std::vector<T> computed(const std::vector<T>& arguments, auto kernel_of) {
  const std::size_t count = arguments.size();
  const Kokkos::View<T*, Space> x("x", count);
  const Kokkos::View<T*, Space> y("y", count);
  Kokkos::deep_copy(x, Kokkos::View<const T*, Kokkos::HostSpace>(arguments.data(), count));
  Kokkos::parallel_for("kobie::test::math", Kokkos::RangePolicy<Space>(0, count), kernel_of(x.data(), y.data()));
  std::vector<T> values(count);
  Kokkos::deep_copy(Kokkos::View<T*, Kokkos::HostSpace>(values.data(), count), y);
  return values;
}

template <std::size_t I, class T>
void check_function() {
  const auto& entry = std::get<I>(math::unary);
  const auto range = entry.promise.template range<T>();
  const std::vector<T> arguments = tools::spread<T>(range.least, range.most, range.negative, 30'000);
  const auto values = computed(arguments, [](const T* x, T* y) { return Evaluate<I, T>{x, y}; });
  double worst = 0.0;
  T worst_at = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const double error = tools::ulps<T>(values[i], entry.truth(arguments[i]));
    if (!(error <= worst)) {
      worst = error;
      worst_at = arguments[i];
    }
  }
  // A GPU has its own: NVIDIA documents at most 4 units for any of these (CUDA C++ Programming Guide, mathematical functions).
  const double allowed = entry.promise.template ulps<T>();
  INFO(entry.name << "(" << worst_at << ")");
  CHECK(worst <= (on_host ? allowed : std::max(allowed, 4.0)));
}

template <class T>
struct Power {
  const T* x;
  T* y;
  constexpr void operator()(std::size_t i) const { y[i] = kobie::pow(x[i], T(2.5)) + kobie::atan2(x[i], T(-2)); }
};

template <class T>
struct Fused {
  const T* x;
  T* y;
  constexpr void operator()(std::size_t i) const { y[i] = kobie::fma(x[i], x[i], T(-1)); }
};

}  // namespace

TEMPLATE_TEST_CASE("math functions in a kernel of the default backend are accurate", "", double, float) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (check_function<I, TestType>(), ...);
  }(std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<decltype(math::unary)>>>());
}

TEMPLATE_TEST_CASE("pow and atan2 in a kernel of the default backend are accurate", "", double, float) {
  std::vector<TestType> arguments;
  for (int i = 1; i <= 1000; ++i) {
    arguments.push_back(static_cast<TestType>(i) / 64);
  }
  const auto values = computed(arguments, [](const TestType* x, TestType* y) { return Power<TestType>{x, y}; });
  double worst = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const long double x = arguments[i];
    worst = std::max(worst, tools::ulps<TestType>(values[i], std::pow(x, 2.5L) + std::atan2(x, -2.0L)));
  }
  // pow: 4 units on a GPU, with libm less; atan2: 3; half a unit for the sum.
  CHECK(worst <= 7.5);
}

TEMPLATE_TEST_CASE("fma in a kernel of the default backend rounds once", "", double, float) {
  std::vector<TestType> arguments;
  for (int i = 1; i <= 1000; ++i) {
    arguments.push_back(1 + static_cast<TestType>(i) * std::numeric_limits<TestType>::epsilon());
  }
  const auto values = computed(arguments, [](const TestType* x, TestType* y) { return Fused<TestType>{x, y}; });
  bool right = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    right = right && values[i] == std::fma(arguments[i], arguments[i], TestType(-1));
  }
  CHECK(right);
}
