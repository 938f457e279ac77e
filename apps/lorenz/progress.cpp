#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <string>

void Progress::operator()(std::int64_t done, std::int64_t total) {
  const double share = static_cast<double>(done) / static_cast<double>(total);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double rate = static_cast<double>(done) / elapsed.count();
  const double left = static_cast<double>(total - done) / rate;
  if (isatty(STDERR_FILENO) != 0) {
    constexpr std::size_t width = 40;
    const auto filled = static_cast<std::size_t>(share * width);
    fmt::print(stderr, "\r[{}{}] {:3.0f} %  {:.0f} runs/s  {:.1f} s left ", std::string(filled, '#'),
               std::string(width - filled, '.'), 100.0 * share, rate, left);
    if (done == total) {
      fmt::print(stderr, "\n");
    }
    static_cast<void>(std::fflush(stderr));
    return;
  }
  const std::int64_t quarters = 4 * done / total;
  if (quarters > quarters_shown_) {
    quarters_shown_ = quarters;
    fmt::print(stderr, "{:3} %  {} of {} runs, {:.0f} runs/s\n", 25 * quarters, done, total, rate);
  }
}
