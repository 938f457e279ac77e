import kobie.buffers;

struct Loop {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3});
    return registry;
  }
};

kobie::Workspace<kobie::BuffersOf<Loop>, float> workspace;
