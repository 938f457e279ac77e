// The math functions of kobie.numbers, each beside its truth in long double (11 bits more than double has), with the
// arguments between which its accuracy is promised, and within how many units in the last place. The promises are what
// 200,000 arguments for each function and kind of number showed, rounded up; xsimd 13.2 and glibc document none.
#pragma once

#include <cmath>
#include <string_view>
#include <tuple>

import kobie.numbers;

namespace math {

// |x| from `least` to `most`; x below 0 too where `negative`.
struct Range {
  double least;
  double most;
  bool negative;
};

struct Promise {
  Range of_double;
  double double_ulps;
  Range of_float;
  double float_ulps;

  template <class T>
  constexpr Range range() const {
    return sizeof(T) == 8 ? of_double : of_float;
  }
  template <class T>
  constexpr double ulps() const {
    return sizeof(T) == 8 ? double_ulps : float_ulps;
  }
};

template <class Function, class Truth>
struct Entry {
  std::string_view name;
  Function function;
  Truth truth;
  Promise promise;
};

// clang-format off
inline constexpr auto unary = std::tuple{
  Entry{"sqrt",  [](auto x) { return kobie::sqrt(x); },  [](long double x) { return std::sqrt(x); },  {{1e-307, 1e308, false}, 0.501, {1e-37, 3e38, false}, 0.501}},
  Entry{"cbrt",  [](auto x) { return kobie::cbrt(x); },  [](long double x) { return std::cbrt(x); },  {{1e-307, 1e308, true}, 3.5, {1e-37, 3e38, true}, 1}},
  Entry{"exp",   [](auto x) { return kobie::exp(x); },   [](long double x) { return std::exp(x); },   {{1e-20, 746.0, true}, 1, {1e-10, 104.0, true}, 1}},
  Entry{"exp2",  [](auto x) { return kobie::exp2(x); },  [](long double x) { return std::exp2(x); },  {{1e-20, 1076.0, true}, 1, {1e-10, 151.0, true}, 1}},
  Entry{"expm1", [](auto x) { return kobie::expm1(x); }, [](long double x) { return std::expm1(x); }, {{1e-20, 746.0, true}, 1.5, {1e-10, 104.0, true}, 1.5}},
  Entry{"log",   [](auto x) { return kobie::log(x); },   [](long double x) { return std::log(x); },   {{1e-307, 1e308, false}, 1, {1e-37, 3e38, false}, 1}},
  Entry{"log2",  [](auto x) { return kobie::log2(x); },  [](long double x) { return std::log2(x); },  {{1e-307, 1e308, false}, 1, {1e-37, 3e38, false}, 1.5}},
  Entry{"log10", [](auto x) { return kobie::log10(x); }, [](long double x) { return std::log10(x); }, {{1e-307, 1e308, false}, 1.5, {1e-37, 3e38, false}, 1}},
  Entry{"log1p", [](auto x) { return kobie::log1p(x); }, [](long double x) { return std::log1p(x); }, {{1e-20, 1e308, false}, 1, {1e-10, 3e38, false}, 1}},
  Entry{"sin",   [](auto x) { return kobie::sin(x); },   [](long double x) { return std::sin(x); },   {{1e-20, 1e15, true}, 2.5, {1e-10, 1e15, true}, 2}},
  Entry{"cos",   [](auto x) { return kobie::cos(x); },   [](long double x) { return std::cos(x); },   {{1e-20, 1e15, true}, 2.5, {1e-10, 1e15, true}, 2}},
  Entry{"tan",   [](auto x) { return kobie::tan(x); },   [](long double x) { return std::tan(x); },   {{1e-20, 1e15, true}, 3.5, {1e-10, 1e15, true}, 3}},
  Entry{"asin",  [](auto x) { return kobie::asin(x); },  [](long double x) { return std::asin(x); },  {{1e-20, 1.0, true}, 1.5, {1e-10, 1.0, true}, 2.5}},
  Entry{"acos",  [](auto x) { return kobie::acos(x); },  [](long double x) { return std::acos(x); },  {{1e-20, 1.0, true}, 1.5, {1e-10, 1.0, true}, 1.5}},
  Entry{"atan",  [](auto x) { return kobie::atan(x); },  [](long double x) { return std::atan(x); },  {{1e-20, 1e308, true}, 2.5, {1e-10, 3e38, true}, 2.5}},
  Entry{"sinh",  [](auto x) { return kobie::sinh(x); },  [](long double x) { return std::sinh(x); },  {{1e-20, 709.0, true}, 2, {1e-10, 88.0, true}, 2.5}},
  Entry{"cosh",  [](auto x) { return kobie::cosh(x); },  [](long double x) { return std::cosh(x); },  {{1e-20, 709.0, true}, 1.5, {1e-10, 88.0, true}, 2.5}},
  Entry{"tanh",  [](auto x) { return kobie::tanh(x); },  [](long double x) { return std::tanh(x); },  {{1e-20, 1e3, true}, 2.5, {1e-10, 1e3, true}, 1.5}},
  Entry{"floor", [](auto x) { return kobie::floor(x); }, [](long double x) { return std::floor(x); }, {{1e-3, 1e308, true}, 0, {1e-3, 3e38, true}, 0}},
};
// clang-format on

}  // namespace math
