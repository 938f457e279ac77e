/// A thread that takes data from staging buffers to where they belong, while others compute.
export module kobie.memory:writeback_watcher;

import kobie.standard;
import :chunk_buffer_pool;
import :event;

namespace kobie {

/// What a WritebackWatcher does once data are there.
export struct Writeback {
  std::function<void()> ready;       ///< returns once the data are in staging; empty: they are
  std::function<void()> copy;        ///< takes them to their destination; empty: they are needed nowhere
  std::vector<PooledBytes> staging;  ///< given back after that, or if it is not to happen
};

/// A Writeback's `ready`: returns once the event, already recorded, is reached.
export std::function<void()> ready_at(Event event);

/// A Writeback's usual `copy`: rows of bytes between places that do not overlap, each with a distance from row to row.
export struct StridedCopy {
  const std::byte* from = nullptr;
  std::byte* to = nullptr;
  std::size_t rows = 0;
  std::size_t row_bytes = 0;
  std::size_t from_stride = 0;  ///< bytes
  std::size_t to_stride = 0;    ///< bytes

  void operator()() const;
};

/// Carries out writebacks on a thread of its own, one after the other in the order of submission. The thread starts with the
/// first one, sleeps while there is nothing to do, and calls nothing of Kokkos. All functions may be called by any thread, but
/// from within a writeback nothing may wait.
///
/// What a writeback throws reaches who waits. From then until what was submitted before such a wait is done, nothing is copied,
/// but still each writeback's `ready` is waited for (its buffers may be written until then), and its buffers are given back.
export class WritebackWatcher {
 public:
  WritebackWatcher();
  /// As shutdown(). Errors that nobody waited for are lost.
  ~WritebackWatcher();
  WritebackWatcher(const WritebackWatcher&) = delete;
  WritebackWatcher& operator=(const WritebackWatcher&) = delete;

  /// Throws Error after shutdown(), std::bad_alloc and std::system_error; the buffers are then given back.
  void submit(Writeback writeback);

  /// Returns once all that was submitted before this call is done and gone, buffers given back. Throws the first error that
  /// there was since an error was last thrown, or while it waited.
  void wait_all();
  /// The same, but returns false if that takes longer than `timeout`; errors then wait for the next call.
  bool wait_all(std::chrono::nanoseconds timeout);

  /// Whether an error waits for wait_all(). Nothing that follows is copied then: what uses the watcher may as well stop.
  bool failed() const;
  /// How many writebacks were submitted and are not done.
  std::size_t pending() const;

  /// Finishes what was submitted, and ends the thread. Errors wait for wait_all().
  void shutdown();

 private:
  struct Watch;

  std::unique_ptr<Watch> watch_;
};

}  // namespace kobie
