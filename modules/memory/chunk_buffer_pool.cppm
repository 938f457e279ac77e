/// Pinned buffers that are lent, given back and lent again, so that pinned memory stays within a bound however much passes
/// through it.
export module kobie.memory:chunk_buffer_pool;

import kobie.standard;
import :host_array;

namespace kobie {

struct PoolState;  // of a pool and of all that it has lent: it goes with the last of them

struct PoolBuffer {
  std::string array;
  std::uint64_t generation = 0;  // how often its pool had been cleared when it was made
  HostArray<std::byte> memory;
};

/// Bytes on loan from a ChunkBufferPool, which need not outlive them. Given back when destroyed or released, by any thread.
export class PooledBytes {
 public:
  PooledBytes() = default;
  ~PooledBytes() { release(); }
  PooledBytes(PooledBytes&& other) noexcept = default;
  PooledBytes& operator=(PooledBytes&& other) noexcept;

  std::byte* data() { return buffer_.memory.data(); }
  const std::byte* data() const { return buffer_.memory.data(); }
  std::size_t size() const { return buffer_.memory.size(); }

  /// Gives them back now; nothing is left here.
  void release() noexcept;

 private:
  friend class ChunkBufferPool;

  PooledBytes(std::shared_ptr<PoolState> pool, PoolBuffer buffer) noexcept
      : pool_(std::move(pool)), buffer_(std::move(buffer)) {}

  std::shared_ptr<PoolState> pool_;
  PoolBuffer buffer_;
};

/// Numbers on loan from a ChunkBufferPool, uninitialised: whatever was there last. Moves, does not copy; moved into a
/// PooledBytes, the numbers stay where they are.
export template <class T>
class PooledArray {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= host_alignment);

 public:
  PooledArray() = default;

  T* data() { return reinterpret_cast<T*>(bytes_.data()); }
  const T* data() const { return reinterpret_cast<const T*>(bytes_.data()); }
  std::size_t size() const { return bytes_.size() / sizeof(T); }
  std::span<T> span() { return {data(), size()}; }
  std::span<const T> span() const { return {data(), size()}; }

  /// Gives them back now; nothing is left here.
  void release() noexcept { bytes_.release(); }

  operator PooledBytes() && { return std::move(bytes_); }

 private:
  friend class ChunkBufferPool;

  explicit PooledArray(PooledBytes bytes) noexcept : bytes_(std::move(bytes)) {}

  PooledBytes bytes_;
};

/// What a pool holds and has done.
export struct PoolUse {
  std::uint64_t bytes = 0;        ///< in all its buffers, lent or not
  std::uint64_t peak_bytes = 0;   ///< the most that there ever were
  std::size_t buffers = 0;        ///< lent or not
  std::size_t lent = 0;           ///< of these buffers
  std::uint64_t allocations = 0;  ///< requests that took new memory
  std::uint64_t reuses = 0;       ///< requests that did not
};

/// Lends pinned buffers, at most `most_bytes` of them at any time. For a request there is
///  - a buffer of the same size that was given back, if possible one that served the same array;
///  - else a new one; where that would pass the bound, buffers of other sizes that were given back go first;
///  - else, when too much is lent, a wait until something is given back. Waiters come in no particular order. Who waits holding
///    buffers that nobody else will give back may wait for ever.
/// So requests never wait if they fit in the bound together. A chunk that is shorter than the others does well to ask for the
/// others' size. All functions may be called by any thread.
export class ChunkBufferPool {
 public:
  /// Makes the memory of a buffer of so many bytes, or throws; may be called by several threads at once.
  using Allocate = std::function<HostArray<std::byte>(std::size_t bytes)>;

  explicit ChunkBufferPool(std::uint64_t most_bytes, Allocate allocate = pinned);
  /// Closes and clears it.
  ~ChunkBufferPool();
  ChunkBufferPool(const ChunkBufferPool&) = delete;
  ChunkBufferPool& operator=(const ChunkBufferPool&) = delete;

  /// `size` numbers for the array of that name. Throws InvalidArgument if they alone are larger than the pool may be, Error if
  /// it is closed, std::bad_alloc when there is no such memory; the pool is none the worse for it.
  template <class T>
  PooledArray<T> acquire(std::string_view array, std::size_t size) {
    PooledBytes bytes;
    lend(array, size, sizeof(T), std::nullopt, bytes);
    return PooledArray<T>(std::move(bytes));
  }

  /// The same, but nothing if it would have to wait longer than `timeout`.
  template <class T>
  std::optional<PooledArray<T>> try_acquire_for(std::string_view array, std::size_t size, std::chrono::nanoseconds timeout) {
    PooledBytes bytes;
    return lend(array, size, sizeof(T), timeout, bytes) ? std::optional(PooledArray<T>(std::move(bytes))) : std::nullopt;
  }

  /// Frees what is not lent, and what is lent when it is given back.
  void clear();
  /// From now on nothing is lent: who waits for a buffer, or asks for one, gets an Error.
  void close();

  /// Ordinary pinned memory.
  static HostArray<std::byte> pinned(std::size_t bytes);

  PoolUse use() const;
  std::uint64_t most_bytes() const;

 private:
  // Whether there was a buffer in time; it is in `loan` then.
  bool lend(std::string_view array, std::size_t size, std::size_t element_bytes,
            std::optional<std::chrono::nanoseconds> timeout, PooledBytes& loan);

  std::shared_ptr<PoolState> state_;
};

}  // namespace kobie
