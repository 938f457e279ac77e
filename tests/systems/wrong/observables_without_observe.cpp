import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto observables = kobie::names({"activity"});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.state[0]};
  }
};

static_assert(kobie::require_system<Decay>());
