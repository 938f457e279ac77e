import kobie.buffers;

struct Loop {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3});
    return registry;
  }
};

static_assert(kobie::buffer_layout<Loop, kobie::Shared<"loop.stats">>.size() == 1);
