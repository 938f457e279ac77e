import kobie.buffers;

struct Loop {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3});
    registry.add("loop", {.name = "work", .size = -1});
    return registry;
  }
};

static_assert(kobie::BuffersOf<Loop>::layout.size() == 2);
