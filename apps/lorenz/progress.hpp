#pragma once

#include <chrono>
#include <cstdint>

/// Shows how far a solve is, on standard error: a bar that redraws itself on a terminal, a line at each quarter elsewhere.
class Progress {
 public:
  void operator()(std::int64_t done, std::int64_t total);

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::int64_t quarters_shown_ = 0;
};
