#include <catch2/catch_test_macros.hpp>

import kobie.core;

using kobie::Status;
using kobie::to_string;

TEST_CASE("every status has a name") {
  CHECK(to_string(Status::success) == "success");
  CHECK(to_string(Status::step_too_small) == "step too small");
  CHECK(to_string(Status::too_many_steps) == "too many steps");
  CHECK(to_string(Status::non_finite) == "non-finite state");
  CHECK(to_string(Status::solver_failed) == "solver failed");
  CHECK(to_string(Status::inconsistent_start) == "inconsistent start");
  CHECK(to_string(Status::stopped) == "stopped");
  CHECK(to_string(static_cast<Status>(99)) == "unknown status");
}

TEST_CASE("success is zero, as files and kernels rely on") { CHECK(static_cast<int>(Status::success) == 0); }
