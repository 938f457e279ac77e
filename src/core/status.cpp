module;
#include <string_view>

module kobie.core;

namespace kobie {

std::string_view to_string(Status status) {
  switch (status) {
    case Status::success:
      return "success";
    case Status::step_too_small:
      return "step too small";
    case Status::too_many_steps:
      return "too many steps";
    case Status::non_finite:
      return "non-finite state";
    case Status::solver_failed:
      return "solver failed";
    case Status::inconsistent_start:
      return "inconsistent start";
    case Status::stopped:
      return "stopped";
  }
  return "unknown status";
}

}  // namespace kobie
