import kobie.buffers;

struct Loop {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3});
    return registry;
  }
};

double first(kobie::Workspace<kobie::BuffersOf<Loop>, double>& workspace) { return workspace.view<"loop", "stats">()[0]; }
