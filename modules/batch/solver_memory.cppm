/// What solvers hold of memory.
export module kobie.batch:solver_memory;

import kobie.memory;
import kobie.standard;
import :plan;

namespace kobie {

/// A solver's account with the memory manager, and the pinned buffers that it keeps from one solve to the next until somebody
/// else is short of memory. Any thread may use it.
class SolverMemory {
 public:
  SolverMemory(const std::string& name, MemoryShare device, MemoryShare host);
  SolverMemory(const SolverMemory&) = delete;
  SolverMemory& operator=(const SolverMemory&) = delete;

  /// Bytes that a solve may take, where others that are idle give back.
  std::uint64_t available(MemoryPlace place) const;

 private:
  friend class SolveMemory;

  struct Kept {
    std::unique_ptr<ChunkBufferPool> pool;
    MemoryHold hold;
  };
  Kept take();
  void keep(std::unique_ptr<ChunkBufferPool> pool) noexcept;

  mutable std::mutex mutex_;
  Kept kept_;
  MemoryClient client_;  // goes first: a reclaim of it needs the others
};

/// What one solve holds, as its plan says, until it ends. Throws Error where it may not have that.
class SolveMemory {
 public:
  SolveMemory(SolverMemory& solver, const SolvePlan& plan);
  /// Leaves the pool to the next solve.
  ~SolveMemory();
  SolveMemory(const SolveMemory&) = delete;
  SolveMemory& operator=(const SolveMemory&) = delete;

  /// For plan.pinned_bytes.
  ChunkBufferPool& pool() { return *pool_; }

 private:
  SolverMemory& solver_;
  MemoryClient::Busy busy_;
  std::unique_ptr<ChunkBufferPool> pool_;
  MemoryHold device_;
  MemoryHold host_;
};

}  // namespace kobie
