/// The working memory of the loop and, nested in it, of its method.
module;
#include <cstddef>
#include <type_traits>

export module kobie.loop:buffers;

import kobie.algorithms;
import kobie.buffers;
import kobie.systems;

namespace kobie {

/// What one run of `System` by `Method` needs, in numbers of type T. Placements name these: "loop.state",
/// "loop.proposed_state", "loop.parameters", "loop.saved_state", "loop.observed", and "loop/algorithm.derivative", "stages",
/// "end_derivative", "dense_stages" of the method.
export template <class System, class Method, class T>
struct LoopBuffers {
  static constexpr BufferRegistry buffers() {
    constexpr auto precision = std::is_same_v<T, float> ? BufferPrecision::float32 : BufferPrecision::float64;
    constexpr auto states = static_cast<std::ptrdiff_t>(state_count<System>);
    constexpr auto parameters = static_cast<std::ptrdiff_t>(parameter_count<System>);
    constexpr auto observables = static_cast<std::ptrdiff_t>(observable_count<System>);
    BufferRegistry registry;
    registry.add("loop", {.name = "state", .size = states, .persistent = true, .precision = precision});
    registry.add("loop", {.name = "parameters", .size = parameters, .persistent = true, .precision = precision});
    registry.add("loop", {.name = "proposed_state", .size = states, .precision = precision});
    registry.add("loop", {.name = "saved_state", .size = states, .precision = precision});
    registry.add("loop", {.name = "observed", .size = observables, .precision = precision});
    registry.nest("loop", AlgorithmTraits<Method, System>::buffers(precision));
    return registry;
  }
};

}  // namespace kobie
