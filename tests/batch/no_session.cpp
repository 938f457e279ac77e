#include <cstdio>

import kobie;

namespace {

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.state[0]};
  }
};

}  // namespace

int main() {
  try {
    kobie::Solver<Decay, kobie::Tsit5>().solve(kobie::grid<Decay>({}), {.duration = 1.0});
  } catch (const kobie::Error& error) {
    std::puts(error.what());
  }
  return 0;
}
