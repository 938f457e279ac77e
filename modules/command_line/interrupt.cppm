/// Ctrl-C as a request to stop.
module;
#include <csignal>

export module kobie.command_line:interrupt;

import kobie.standard;

namespace kobie {

/// While one lives, SIGINT and SIGTERM ask to stop instead of ending the program; a second one ends it. To be made before any
/// other thread is: they take over which signals are blocked.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return asked_.get_token(); }

 private:
  sigset_t before_{};
  std::stop_source asked_;
  std::jthread waiting_;
};

}  // namespace kobie
