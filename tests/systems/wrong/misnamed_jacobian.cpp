import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    d.state = {-at.state[0]};
  }
  template <class Real>
  static constexpr void jac(const kobie::Point<Decay, Real>&, kobie::SquareMatrix<Real, 1>& j) {
    j(0, 0) = Real(-1);
  }
};

static_assert(kobie::require_system<Decay>());
