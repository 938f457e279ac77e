/// How far a solve is, for people who look on.
export module kobie.command_line:progress;

import kobie.standard;

namespace kobie {

/// A bar with rate and time left on the terminal that is standard error; nothing where it is none.
class Progress {
 public:
  void operator()(std::int64_t done, std::int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_ - std::chrono::seconds(1);
};

/// "42 s", "3 min 20 s", "5 h 12 min".
std::string duration_text(double seconds);

}  // namespace kobie
