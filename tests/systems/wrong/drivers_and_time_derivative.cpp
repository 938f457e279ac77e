import kobie.core;
import kobie.systems;

struct Pushed {
  static constexpr auto states = kobie::values({{"v", 0.0}});
  static constexpr auto drivers = kobie::names({{"force", "N"}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Pushed, Real>& at, kobie::Rates<Pushed, Real>& d) {
    d.state = {at.driver[0] - at.state[0]};
  }
  template <class Real>
  static constexpr void time_derivative(const kobie::Point<Pushed, Real>&, kobie::Rates<Pushed, Real>& d) {
    d.state = {Real(0)};
  }
};

static_assert(kobie::require_system<Pushed>());
