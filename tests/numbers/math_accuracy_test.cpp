#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <vector>

#include "math_functions.hpp"
#include "tools.hpp"

import kobie.numbers;

using tools::Double16;
using tools::Double4;
using tools::Double8;
using tools::Float16;

namespace {

// The worst error of `entry` over the arguments, and where it is.
template <class Real, class Entry>
void check_accuracy(const Entry& entry, const std::vector<kobie::ScalarOf<Real>>& arguments) {
  using T = kobie::ScalarOf<Real>;
  double worst = 0.0;
  T worst_at = 0;
  for (std::size_t first = 0; first < arguments.size(); first += kobie::lanes_of<Real>) {
    const Real x = tools::lanes_from<Real>(arguments, first);
    const Real y = entry.function(x);
    for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
      const double error = tools::ulps<T>(kobie::lane(y, i), entry.truth(kobie::lane(x, i)));
      if (!(error <= worst)) {
        worst = error;
        worst_at = kobie::lane(x, i);
      }
    }
  }
  INFO(entry.name << "(" << worst_at << ")");
  CHECK(worst <= entry.promise.template ulps<T>());
}

template <class Visit>
void for_each_function(Visit visit) {
  std::apply([&](const auto&... entry) { (visit(entry), ...); }, math::unary);
}

}  // namespace

TEMPLATE_TEST_CASE("math functions are as accurate as promised", "", double, float, Double4, Double8, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  for_each_function([](const auto& entry) {
    DYNAMIC_SECTION(entry.name) {
      const auto range = entry.promise.template range<T>();
      check_accuracy<TestType>(entry, tools::spread<T>(range.least, range.most, range.negative, 30'000));
    }
  });
}

TEMPLATE_TEST_CASE("sin, cos and tan are as accurate next to multiples of pi/2", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const long double quarter_turn = std::acos(0.0L);
  for_each_function([&](const auto& entry) {
    if (entry.name == "sin" || entry.name == "cos" || entry.name == "tan") {
      DYNAMIC_SECTION(entry.name) {
        std::vector<T> arguments;
        for (int k = 1; k < 30'000; ++k) {
          arguments.push_back(static_cast<T>(k * quarter_turn));
        }
        check_accuracy<TestType>(entry, arguments);
      }
    }
  });
}

TEMPLATE_TEST_CASE("log1p is as accurate between -1 and 0", "", double, float, Double4, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  for_each_function([](const auto& entry) {
    if (entry.name == "log1p") {
      std::vector<T> arguments = tools::spread<T>(1e-10, 0.999, false, 30'000);
      for (T& x : arguments) {
        x = -x;
      }
      check_accuracy<TestType>(entry, arguments);
    }
  });
}

// xsimd computes exp(y log x), where the rounding of y log x is an absolute error of the exponent: the relative error of the
// power grows with |y log x|.
TEMPLATE_TEST_CASE("pow is accurate to two units for each unit of y log x", "", double, float, Double4, Double8, Double16,
                   Float16) {
  using T = kobie::ScalarOf<TestType>;
  const std::vector<T> bases = tools::spread<T>(1e-30, 1e30, false, 20'000);
  const std::vector<T> exponents = tools::spread<T>(1e-3, 1.2, true, 20'000);
  double worst = 0.0;
  T worst_base = 0;
  T worst_exponent = 0;
  for (std::size_t first = 0; first < bases.size(); first += kobie::lanes_of<TestType>) {
    const TestType x = tools::lanes_from<TestType>(bases, first);
    const TestType y = tools::lanes_from<TestType>(exponents, 7 * first);
    const TestType power = kobie::pow(x, y);
    for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
      const long double truth =
          std::pow(static_cast<long double>(kobie::lane(x, i)), static_cast<long double>(kobie::lane(y, i)));
      const double size = 1.0 + std::fabs(kobie::lane(y, i) * std::log(kobie::lane(x, i)));
      const double error = tools::ulps<T>(kobie::lane(power, i), truth) / size;
      if (!(error <= worst)) {
        worst = error;
        worst_base = kobie::lane(x, i);
        worst_exponent = kobie::lane(y, i);
      }
    }
  }
  INFO("pow(" << worst_base << ", " << worst_exponent << ")");
  CHECK(worst <= 2.0);
}

TEMPLATE_TEST_CASE("pow of small exponents is accurate to some ten units", "", double, float, Double8, Float16) {
  using T = kobie::ScalarOf<TestType>;
  double worst = 0.0;
  for (const double y : {-3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0}) {
    for (double x = 0.1; x < 20.0; x += 0.37) {
      const TestType power = kobie::pow(TestType(static_cast<T>(x)), TestType(static_cast<T>(y)));
      const long double truth = std::pow(static_cast<long double>(static_cast<T>(x)), static_cast<long double>(y));
      worst = std::max(worst, tools::ulps<T>(kobie::lane(power, 0), truth));
    }
  }
  // |y log x| is up to 12 here, so that its rounding costs up to 8 units, and log's own error as much again.
  CHECK(worst <= 13.0);
}

TEMPLATE_TEST_CASE("atan2 is accurate in all four quadrants", "", double, float, Double4, Double8, Double16, Float16) {
  using T = kobie::ScalarOf<TestType>;
  const std::vector<T> ys = tools::spread<T>(1e-15, 1e15, true, 20'000);
  const std::vector<T> xs = tools::spread<T>(1e-15, 1e15, true, 20'000);
  double worst = 0.0;
  for (std::size_t first = 0; first < ys.size(); first += kobie::lanes_of<TestType>) {
    const TestType y = tools::lanes_from<TestType>(ys, first);
    const TestType x = tools::lanes_from<TestType>(xs, 7 * first + first / 64 + 1);  // + first / 64 + 1: all pairs of signs
    const TestType angle = kobie::atan2(y, x);
    for (int i = 0; i < kobie::lanes_of<TestType>; ++i) {
      const long double truth =
          std::atan2(static_cast<long double>(kobie::lane(y, i)), static_cast<long double>(kobie::lane(x, i)));
      worst = std::max(worst, tools::ulps<T>(kobie::lane(angle, i), truth));
    }
  }
  // The rounding of y / x adds to the arc tangent's own.
  CHECK(worst <= 3.0);
}
