/// Where the results of finished chunks go.
export module kobie.batch:chunk_store;

import kobie.memory;
import kobie.standard;
import :plan;
import :result_arrays;

namespace kobie {

/// Some runs of a batch, one after the other.
struct Chunk {
  std::int64_t number = 0;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// A chunk of a plan.
inline Chunk chunk_of(const SolvePlan& plan, std::int64_t number) {
  const std::int64_t first = number * plan.chunk_runs;
  return {number, first, std::min(plan.chunk_runs, plan.runs - first)};
}

/// Takes results of chunks, each once, in their order, on a thread of its own.
template <class T>
class ChunkStore {
 public:
  ChunkStore() = default;
  virtual ~ChunkStore() = default;
  ChunkStore(const ChunkStore&) = delete;
  ChunkStore& operator=(const ChunkStore&) = delete;

  /// Whether this chunk need not be computed.
  virtual bool holds(const Chunk& chunk) const = 0;
  /// What the chunk's runs have left, chunk.count in a row.
  virtual void store(const Chunk& chunk, const OutputPointers<T>& from) = 0;
};

/// How many runs are in the chunks of a plan that a store holds.
template <class T>
std::int64_t held_runs(const ChunkStore<T>& store, const SolvePlan& plan) {
  std::int64_t held = 0;
  for (std::int64_t number = 0; number < plan.chunks; ++number) {
    const Chunk chunk = chunk_of(plan, number);
    held += store.holds(chunk) ? chunk.count : 0;
  }
  return held;
}

/// Puts them into the arrays of a whole batch.
template <class T>
class MemoryStore final : public ChunkStore<T> {
 public:
  MemoryStore(const ResultRows& rows, const OutputPointers<T>& batch) : rows_(rows), batch_(batch) {}

  bool holds(const Chunk& /*chunk*/) const override { return false; }
  void store(const Chunk& chunk, const OutputPointers<T>& from) override {
    for_each_result(
        rows_,
        [&](auto /*name*/, std::size_t rows, const auto* source, auto* target) {
          const auto size = static_cast<std::ptrdiff_t>(sizeof(*source));
          StridedCopy{.from = reinterpret_cast<const std::byte*>(source),
                      .to = reinterpret_cast<std::byte*>(target + chunk.first),
                      .rows = rows,
                      .row_bytes = static_cast<std::size_t>(chunk.count * size),
                      .from_stride = static_cast<std::size_t>(from.runs * size),
                      .to_stride = static_cast<std::size_t>(batch_.runs * size)}();
        },
        from, batch_);
  }

 private:
  ResultRows rows_;
  OutputPointers<T> batch_;
};

}  // namespace kobie
