/// Queues of work that may run side by side.
export module kobie.memory:stream;

import kobie.kokkos;
import kobie.standard;

namespace kobie {

/// An execution-space instance with a queue of its own: on a GPU, what two streams are given may run at once. On a host every
/// stream is the default instance, and work is done when it is given.
export class Stream {
 public:
  /// Needs a Session. Throws Error when the backend has no more of them.
  Stream();
  /// Waits for the work it was given.
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  const Kokkos::DefaultExecutionSpace& space() const;

 private:
  struct Queue;
  std::unique_ptr<Queue> queue_;
};

}  // namespace kobie
