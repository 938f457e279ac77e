#pragma once

import kobie.buffers;

// Three components as a solver has them: a loop, with an algorithm in it, with Newton's method in that.
struct NewtonBuffers {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("newton", {.name = "residual", .size = 3});
    registry.add("newton", {.name = "jacobian", .size = 9, .persistent = true});
    return registry;
  }
};

struct AlgorithmBuffers {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("algorithm", {.name = "stages", .size = 12});
    registry.add("algorithm", {.name = "first", .size = 5, .aliases = "stages"});
    registry.add("algorithm", {.name = "second", .size = 4, .aliases = "stages"});
    registry.nest("algorithm", NewtonBuffers::buffers());
    return registry;
  }
};

struct LoopBuffers {
  static constexpr kobie::BufferRegistry buffers() {
    kobie::BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = 3, .persistent = true});
    registry.add("loop", {.name = "proposed", .size = 3});
    registry.add("loop", {.name = "observed", .size = 0});
    registry.nest("loop", AlgorithmBuffers::buffers());
    return registry;
  }
};
