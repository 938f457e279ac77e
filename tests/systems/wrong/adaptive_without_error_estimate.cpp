import kobie.batch;
import kobie.control;
import kobie.core;
import kobie.systems;
import kobie.tableaus;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.state[0]};
  }
};

using Wrong = kobie::Solver<Decay, kobie::ClassicalRk4, kobie::PiControl>;
static_assert(sizeof(Wrong) > 0);
