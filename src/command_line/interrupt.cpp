module;
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stop_token>
#include <thread>

module kobie.command_line;

import :interrupt;

namespace kobie {
namespace {

sigset_t interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t signals = interrupts();
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
  waiting_ = std::jthread([this, signals](const std::stop_token& over) {
    const timespec moment{0, 50'000'000};
    while (!over.stop_requested()) {
      const int signal = sigtimedwait(&signals, nullptr, &moment);
      if (signal < 0) {
        continue;
      }
      if (asked_.stop_requested()) {
        std::_Exit(128 + signal);
      }
      asked_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  waiting_.request_stop();
  waiting_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace kobie
