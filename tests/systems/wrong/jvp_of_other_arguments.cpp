import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.state[0]};
  }
  template <class Real>
  static constexpr void jvp(const kobie::Point<Decay, Real>&, Real v, kobie::Rates<Decay, Real>& d) {
    d.state = {-v};
  }
};

static_assert(kobie::require_system<Decay>());
