module;
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "wait_within.hpp"

module kobie.memory;

import kobie.core;

namespace kobie {

std::function<void()> ready_at(Event event) {
  return [shared = std::make_shared<const Event>(std::move(event))] { shared->wait(); };
}

void StridedCopy::operator()() const {
  if (rows == 0 || row_bytes == 0) {
    return;
  }
  if (from_stride == row_bytes && to_stride == row_bytes) {
    std::memcpy(to, from, rows * row_bytes);
    return;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    std::memcpy(to + (row * to_stride), from + (row * from_stride), row_bytes);
  }
}

struct WritebackWatcher::Watch {
  /// A thread in wait_all().
  struct Waiter {
    std::uint64_t target;  // how many writebacks have to be done
    bool over = false;
    std::exception_ptr error = nullptr;
  };

  mutable std::mutex mutex;  // of all that follows
  std::condition_variable_any submission;
  std::condition_variable progress;
  std::deque<Writeback> queue;
  std::uint64_t submitted = 0;
  std::uint64_t done = 0;
  std::list<Waiter> waiters;
  std::exception_ptr error;  // the first one that no waiter has taken; nothing is copied meanwhile
  bool shut_down = false;

  std::mutex join_mutex;  // one thread joins; submit() leaves `thread` alone after shut_down
  std::jthread thread;

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (submission.wait(lock, stop, [&] { return !queue.empty(); })) {
      Writeback next = std::move(queue.front());
      queue.pop_front();
      const bool copy = error == nullptr;
      lock.unlock();
      std::exception_ptr failure = carry_out(std::move(next), copy);
      lock.lock();
      ++done;
      if (copy && failure) {
        error = std::move(failure);
      }
      tell_waiters();
    }
  }

  /// What it throws. The writeback is gone before this returns.
  static std::exception_ptr carry_out(Writeback&& writeback, bool copy) noexcept {
    const Writeback last = std::move(writeback);
    try {
      if (last.ready) {
        last.ready();
      }
      if (copy && last.copy) {
        last.copy();
      }
    } catch (...) {
      return std::current_exception();
    }
    return nullptr;
  }

  void tell_waiters() {
    bool told = false;
    for (Waiter& waiter : waiters) {
      if (!waiter.over) {
        waiter.error = waiter.error ? waiter.error : error;
        waiter.over = waiter.target <= done;
        told = told || (waiter.over && waiter.error);
      }
    }
    if (told) {
      error = nullptr;
    }
    progress.notify_all();
  }

  bool wait_all(std::optional<std::chrono::nanoseconds> timeout) {
    std::unique_lock lock(mutex);
    const auto me = waiters.insert(waiters.end(), Waiter{submitted});
    if (done == submitted) {
      tell_waiters();
    }
    const bool over = wait_within(progress, lock, timeout, [&] { return me->over; });
    const std::exception_ptr mine = std::move(me->error);
    waiters.erase(me);
    lock.unlock();
    if (over && mine) {
      std::rethrow_exception(mine);
    }
    return over;
  }
};

WritebackWatcher::WritebackWatcher() : watch_(std::make_unique<Watch>()) {}

WritebackWatcher::~WritebackWatcher() { shutdown(); }

void WritebackWatcher::submit(Writeback writeback) {
  Watch& watch = *watch_;
  const std::scoped_lock lock(watch.mutex);
  if (watch.shut_down) {
    throw Error("a writeback was submitted to a watcher that is shut down");
  }
  if (!watch.thread.joinable()) {
    watch.thread = std::jthread([&watch](const std::stop_token& stop) { watch.run(stop); });
  }
  watch.queue.push_back(std::move(writeback));
  ++watch.submitted;
  watch.submission.notify_one();
}

void WritebackWatcher::wait_all() { watch_->wait_all(std::nullopt); }

bool WritebackWatcher::wait_all(std::chrono::nanoseconds timeout) { return watch_->wait_all(timeout); }

bool WritebackWatcher::failed() const {
  const std::scoped_lock lock(watch_->mutex);
  return watch_->error != nullptr;
}

std::size_t WritebackWatcher::pending() const {
  const std::scoped_lock lock(watch_->mutex);
  return watch_->submitted - watch_->done;
}

void WritebackWatcher::shutdown() {
  {
    const std::scoped_lock lock(watch_->mutex);
    watch_->shut_down = true;
  }
  const std::scoped_lock join_lock(watch_->join_mutex);
  if (watch_->thread.joinable()) {
    watch_->thread.request_stop();
    watch_->thread.join();
  }
}

}  // namespace kobie
