/// Marks in the queue of a backend's work.
export module kobie.memory:event;

import kobie.kokkos;
import kobie.standard;

namespace kobie {

/// A mark in the queue of an execution-space instance, done once everything that was launched there before it is done.
/// Recorded by the thread that drives Kokkos; any thread may ask and wait, and neither holds up later work.
/// All but moving throws Error when the backend reports one, such as a kernel that failed.
export class Event {
 public:
  Event();
  ~Event();
  Event(Event&&) noexcept;
  Event& operator=(Event&&) noexcept;

  /// Puts the mark behind what `space` has been given until now. Recorded again, it forgets its former place.
  void record(const Kokkos::DefaultExecutionSpace& space);
  /// Whether the mark was reached; true for one that was never recorded.
  bool done() const;
  /// Returns once the mark is reached.
  void wait() const;

 private:
  struct Mark;
  std::unique_ptr<Mark> mark_;
};

}  // namespace kobie
