import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});

  static void rhs(double, const double* y, double* rate) { rate[0] = -y[0]; }
};

static_assert(kobie::require_system<Decay>());
