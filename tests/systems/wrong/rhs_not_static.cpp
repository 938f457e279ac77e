import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) const {
    d.state = {-at.state[0]};
  }
};

static_assert(kobie::require_system<Decay>());
