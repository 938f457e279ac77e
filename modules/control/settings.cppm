/// What a step controller is told.
module;
#include <concepts>

export module kobie.control:settings;

export namespace kobie {

/// The base of every step controller, by which a solver tells it from other policies.
struct ControlPolicy {};

/// Limits of step size control (HNW I, II.4).
template <std::floating_point T>
struct ControlSettings {
  T safety = T(0.9);      ///< the share of the step size that the error estimate suggests; in (0, 1]
  T min_factor = T(0.2);  ///< the most that a step shrinks at once; in (0, 1)
  T max_factor = T(10);   ///< the most that a step grows at once; above 1
};

}  // namespace kobie
