// What the tests of numbers share: the kinds of numbers, lanes filled from a list, and the bits of a lane.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

import kobie.numbers;

namespace tools {

using Double4 = kobie::Pack<double, 4>;
using Double8 = kobie::Pack<double, 8>;
using Double16 = kobie::Pack<double, 16>;
using Float16 = kobie::Pack<float, 16>;

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T nan = std::numeric_limits<T>::quiet_NaN();

// The lanes take the arguments in turn, starting at `first` and again from the start where they run out.
template <class Real>
Real lanes_from(const std::vector<kobie::ScalarOf<Real>>& arguments, std::size_t first) {
  Real x(0);
  for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
    kobie::set_lane(x, i, arguments[(first + static_cast<std::size_t>(i)) % arguments.size()]);
  }
  return x;
}

// The bits that tell two numbers apart; all NaNs are one.
template <class T>
auto bits(T x) {
  return kobie::to_bits(std::isnan(x) ? nan<T> : x);
}

// How many units in the last place of the true value lie between `got` and it. Below the smallest normal number: units there.
template <class T>
double ulps(T got, long double truth) {
  using Limits = std::numeric_limits<T>;
  if (std::isnan(truth) || std::isnan(got)) {
    return std::isnan(truth) && std::isnan(got) ? 0.0 : infinity<double>;
  }
  // Past the largest number by half a unit or more, the rounded truth is infinity.
  const T rounded = static_cast<T>(truth);
  if (std::isinf(rounded) || std::isinf(got)) {
    return got == rounded ? 0.0 : infinity<double>;
  }
  const int exponent = truth == 0.0L ? Limits::min_exponent - 1 : std::max(std::ilogb(truth), Limits::min_exponent - 1);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - truth) /
                             std::ldexp(1.0L, exponent - Limits::digits + 1));
}

// Magnitudes from `least` to `most` spread evenly over their logarithms, of both signs where `negative`.
template <class T>
std::vector<T> spread(double least, double most, bool negative, int count) {
  std::mt19937_64 random(20240229);
  std::uniform_real_distribution<double> exponent(std::log(least), std::log(most));
  std::vector<T> all;
  for (int i = 0; i < count; ++i) {
    const double magnitude = std::exp(exponent(random));
    all.push_back(static_cast<T>(negative && i % 2 == 1 ? -magnitude : magnitude));
  }
  return all;
}

}  // namespace tools
