/// How a run ended.
module;
#include <cstdint>
#include <string_view>

export module kobie.core:status;

namespace kobie {

/// The status of one run; anything but `success` leaves what was not reached as NaN. All but `stopped` are failures.
export enum class Status : std::int32_t {
  success = 0,
  step_too_small = 1,      ///< the error test asked for a step below dt_min
  too_many_steps = 2,      ///< max_steps were taken before the end was reached
  non_finite = 3,          ///< the state became infinite or NaN
  solver_failed = 4,       ///< an implicit method's equations could not be solved, at the smallest step or with steps fixed
  inconsistent_start = 5,  ///< the initial state does not satisfy the algebraic equations of a singular mass matrix
  stopped = 6,             ///< not integrated: the solve was asked to stop
};

/// "success", "step too small", ...
export std::string_view to_string(Status status);

}  // namespace kobie
