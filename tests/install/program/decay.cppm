/// A user's own module: a system, what another unit of it computes, and a solve inside the module.
export module decay;

export import :half_life;
import kobie;

/// y' = -rate exp(-rate t), y(0) = 1: as y' = -rate y, but with a math function in it.
export struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Decay, Real>& at, kobie::Rates<Decay, Real>& d) {
    const Real rate = at.parameter[0];
    d.state = {-rate * kobie::exp(-rate * at.t)};
  }
};

/// What is left at `time`, integrated.
export double remaining(double rate, double time);
