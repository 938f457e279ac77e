/// What every run of a solve has in common.
module;
#include <concepts>
#include <cstdint>

export module kobie.loop:settings;

import kobie.control;
import :clock;

namespace kobie {

/// The times at which to save, as pairs, counted from t0, ascending; an infinite one is the end, whenever that is. The memory
/// belongs to the caller.
export template <std::floating_point T>
struct SaveTimes {
  const T* high = nullptr;
  const T* low = nullptr;
  std::int32_t count = 0;
};

/// The times at which steps have to end because the right-hand side is not smooth there, as pairs, ascending. They are
/// absolute.
export template <std::floating_point T>
struct StopTimes {
  const T* high = nullptr;
  const T* low = nullptr;
  std::int32_t count = 0;
};

export template <std::floating_point T>
struct LoopSettings {
  Clock<T> t0{};
  Clock<T> end{};          ///< counted from t0
  bool own_spans = false;  ///< runs have these of their own: see RunInput
  SaveTimes<T> saves{};
  StopTimes<T> stops{};
  bool land_on_saves = false;  ///< shorten steps to end on save times instead of interpolating
  T rtol = 0;
  T atol = 0;
  const T* rtol_of = nullptr;  ///< of each state, instead of `rtol` and `atol`: both arrays, or neither
  const T* atol_of = nullptr;
  T dt_min = 0;
  T dt_max = 0;
  std::int32_t max_steps = 0;  ///< attempts, accepted or not
  ControlSettings<T> control{};
};

}  // namespace kobie
