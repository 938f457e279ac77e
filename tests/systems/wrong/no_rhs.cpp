import kobie.core;
import kobie.systems;

struct Decay {
  static constexpr auto states = kobie::values({{"y", 1.0}});
};

static_assert(kobie::require_system<Decay>());
