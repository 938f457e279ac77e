// Waiting with or without a timeout.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace kobie {

/// Whether `condition` was met in time. A timeout that the clock cannot be set to is none.
template <class Condition>
bool wait_within(std::condition_variable& variable, std::unique_lock<std::mutex>& lock,
                 std::optional<std::chrono::nanoseconds> timeout, Condition condition) {
  using Clock = std::chrono::steady_clock;
  const auto now = Clock::now();
  if (!timeout || *timeout > Clock::time_point::max() - now) {
    variable.wait(lock, condition);
    return true;
  }
  return variable.wait_until(lock, now + *timeout, condition);
}

}  // namespace kobie
