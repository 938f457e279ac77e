module;
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

module kobie.command_line;

import :progress;

namespace kobie {

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  return whole < 3600 ? fmt::format("{} min {} s", whole / 60, whole % 60)
                      : fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

void Progress::operator()(std::int64_t done, std::int64_t total) {
  const auto now = Clock::now();
  const bool last = done == total;
  if (isatty(STDERR_FILENO) == 0 || (!last && now - shown_ < std::chrono::milliseconds(100))) {
    return;
  }
  shown_ = now;
  const double seconds = std::max(std::chrono::duration<double>(now - start_).count(), 1e-9);
  const double rate = static_cast<double>(done) / seconds;
  constexpr std::size_t width = 30;
  const auto filled = static_cast<std::size_t>(width * static_cast<double>(done) / static_cast<double>(total));
  // The line's rest is cleared: texts differ in length.
  fmt::print(stderr, "\r[{}{}] {:3} %  {:.3g} runs/s  {}\x1b[K{}", std::string(filled, '#'), std::string(width - filled, '.'),
             100 * done / total, rate,
             last ? "in " + duration_text(seconds) : duration_text(static_cast<double>(total - done) / rate) + " left",
             last ? "\n" : "");
  static_cast<void>(std::fflush(stderr));
}

}  // namespace kobie
