import kobie.core;

struct Spring {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"x", 0.0}});
};
