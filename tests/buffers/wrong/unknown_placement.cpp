import kobie.buffers;

struct Loop {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3});
    return registry;
  }
};

static_assert(kobie::BuffersOf<Loop, kobie::Shared<"loop.stats">>::layout.size() == 1);
