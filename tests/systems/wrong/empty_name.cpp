import kobie.core;

struct Spring {
  static constexpr auto states = kobie::values({{"", 1.0}});
};
