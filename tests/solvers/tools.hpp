// What the tests of solvers share: random numbers, and lanes put together and taken apart.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

import kobie.numbers;
import kobie.systems;

namespace tools {

using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  double operator()(double least = -1.0, double most = 1.0) {
    return std::uniform_real_distribution<double>(least, most)(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

// What lane i of a pack holds, for each of its numbers.
template <class Real>
std::vector<kobie::ScalarOf<Real>> lane_of(const std::vector<Real>& all, int i) {
  std::vector<kobie::ScalarOf<Real>> numbers;
  for (const Real& x : all) {
    numbers.push_back(kobie::lane(x, i));
  }
  return numbers;
}

template <std::size_t N, class Real>
kobie::Components<const Real, N> read(const std::vector<Real>& all) {
  return kobie::Components<const Real, N>(all.data());
}
template <std::size_t N, class Real>
kobie::Components<Real, N> write(std::vector<Real>& all) {
  return kobie::Components<Real, N>(all.data());
}

}  // namespace tools
