import kobie.core;
import kobie.systems;

struct Spring {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"v", 0.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Spring, Real>& at, kobie::Rates<Spring, Real>& d) {
    d.state = {at.state[1]};
  }
};

template void Spring::rhs(const kobie::Point<Spring, double>& at, kobie::Rates<Spring, double>& d);
