import kobie.core;
import kobie.systems;

struct Pushed {
  static constexpr auto states = kobie::values({{"v", 0.0}});
  static constexpr const char* drivers[] = {"force"};

  template <class Real>
  static constexpr void rhs(const kobie::Point<Pushed, Real>& at, kobie::Rates<Pushed, Real>& d) {
    d.state = {-at.state[0]};
  }
};

static_assert(kobie::require_system<Pushed>());
