/// The chunks of a solve, one after the other: inputs come, kernels run, results are put away, all of it side by side where the
/// backend can.
export module kobie.batch:chunk_pipeline;

import kobie.kokkos;
import kobie.memory;
import kobie.standard;
import :chunk_store;
import :inputs;
import :plan;
import :result_arrays;

namespace kobie {

// The queue that a chunk's work goes to: a stream of its own where the default backend has some.
template <class Space>
class WorkQueue {
  static constexpr bool streams = std::is_same_v<Space, Kokkos::DefaultExecutionSpace>;
  struct Own {
    Space instance;
    const Space& space() const { return instance; }
  };

 public:
  const Space& space() const { return queue_.space(); }
  // Reached when everything that was put here is done.
  std::shared_ptr<Event> mark() const {
    auto event = std::make_shared<Event>();
    if constexpr (streams) {
      event->record(space());
    } else {
      space().fence("kobie::batch::chunk");
    }
    return event;
  }

 private:
  std::conditional_t<streams, Stream, Own> queue_;
};

/// Integrates the chunks of a plan with what `Launch` launches. Where `on_device`, kernels have arrays of their own; else they
/// work in the host's.
template <class Launch, bool on_device>
class ChunkPipeline {
 public:
  using T = typename Launch::Scalar;
  using Task = typename Launch::Task;
  using Progress = typename Launch::Progress;

  /// `task` has its settings, and where steps are recorded; `shared` is what all chunks read, where kernels reach it. All that
  /// is given must outlive this.
  ChunkPipeline(const SolvePlan& plan, const ResultRows& rows, const PackedInputs<T>& inputs, const T* shared, const Task& task,
                const Progress& progress, const std::stop_token& stop)
      : plan_(plan), rows_(rows), inputs_(inputs), shared_(shared), task_(task), progress_(progress), stop_(stop) {}

  /// Leaves results where they stay. On a device there must be one chunk, and `out` should be pinned. Returns how many runs,
  /// from the first on, are integrated: all, unless a stop was asked for.
  std::int64_t run(const OutputPointers<T>& out) {
    Slot slot(*this);
    for (std::int64_t number = 0; number < plan_.chunks; ++number) {
      const Chunk next = chunk_of(plan_, number);
      if constexpr (on_device) {
        slot.compute(next, slot.results.pointers(next.count));
        slot.download(out);
      } else {
        OutputPointers<T> part = out;
        for_each_result(rows_, [&](auto /*name*/, std::size_t /*rows*/, auto*& array) { array += next.first; }, part);
        slot.compute(next, part);
      }
      finish(slot);
      if (slot.integrated < next.count) {
        return next.first + slot.integrated;
      }
    }
    return plan_.runs;
  }

  /// Gives results to `store`, by way of buffers of `pool`: those of whole chunks. Throws what the store throws, after which
  /// nothing more goes there. Returns the first run that has no results because a stop was asked for.
  std::int64_t run(ChunkStore<T>& store, ChunkBufferPool& pool) {
    std::int64_t first_left = plan_.runs;
    const std::vector<std::unique_ptr<Slot>> slots = allocated(pool);
    WritebackWatcher watcher;
    std::size_t turn = 0;
    for (std::int64_t number = 0; number < plan_.chunks; ++number) {
      const Chunk next = chunk_of(plan_, number);
      if (store.holds(next)) {
        report(next.count);
        continue;
      }
      if (watcher.failed()) {
        break;  // wait_all() says why
      }
      if (stop_.stop_requested()) {
        first_left = next.first;
        break;
      }
      Slot& slot = *slots[turn++ % slots.size()];
      ResultArrays<T, PooledArray> buffers;
      OutputPointers<T> pointers;
      if constexpr (on_device) {
        finish(slot);  // what it did the last time
        slot.compute(next, slot.results.pointers(next.count));
        buffers = acquire(pool);
        pointers = buffers.pointers(next.count);
        slot.download(pointers);
      } else {
        buffers = acquire(pool);
        pointers = buffers.pointers(next.count);
        slot.compute(next, pointers);
      }
      if (slot.integrated < next.count) {
        first_left = next.first;
        slot.done->wait();
        slot.done.reset();
        break;
      }
      std::vector<PooledBytes> staging;
      for_each_result(
          rows_, [&](auto /*name*/, std::size_t /*rows*/, auto& array) { staging.emplace_back(std::move(array)); }, buffers);
      watcher.submit({.ready = [done = slot.done] { done->wait(); },
                      .copy = [&store, next, pointers] { store.store(next, pointers); },
                      .staging = std::move(staging)});
      if constexpr (!on_device) {
        finish(slot);
      }
    }
    for (std::size_t i = 0; i < slots.size(); ++i) {
      finish(*slots[turn++ % slots.size()]);
    }
    watcher.wait_all();
    return first_left;
  }

  /// Where kernels work in the host's memory, what they took; else from the first launch to the end of the last chunk.
  double kernel_seconds() const { return std::chrono::duration<double>(kernel_time_).count(); }

 private:
  using Space = typename Launch::Space;
  using Time = std::chrono::steady_clock;
  template <class U>
  using View = Kokkos::View<U*, typename Space::memory_space>;
  template <class U>
  using HostView = Kokkos::View<U*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

  // A chunk under way.
  struct Slot {
    // Without a pool there is one chunk, which stages nothing, or none is needed.
    explicit Slot(ChunkPipeline& pipeline, ChunkBufferPool* pool = nullptr) : owner(pipeline) {
      const auto staged = owner.inputs_.size().staged * static_cast<std::size_t>(owner.plan_.chunk_runs);
      inputs = view<T>(staged);
      if constexpr (on_device) {
        if (staged > 0) {
          staging = pool->acquire<T>("inputs", staged);
        }
        for_each_result(owner.rows_, [&](auto /*name*/, std::size_t rows, auto& array) { resize(array, rows); }, results);
      }
    }
    // Views go after the work that uses them.
    ~Slot() {
      try {
        queue.space().fence("kobie::batch::chunk");
      } catch (...) {  // NOLINT(bugprone-empty-catch): whoever waits for this work is told
      }
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    void compute(const Chunk& next, const OutputPointers<T>& out) {
      chunk = next;
      started = Time::now();
      T* const packed = on_device ? staging.data() : inputs.data();
      owner.inputs_.stage(chunk.first, chunk.count, packed);
      if constexpr (on_device) {
        if (staging.size() > 0) {
          copy(inputs.data(), packed, staging.size());
        }
      }
      Task task = owner.task_;
      task.out = out;
      task.chunk_start = chunk.first;
      owner.inputs_.use(owner.shared_, inputs.data(), chunk.first, chunk.count, task);
      // One chunk shows its own progress, others how many are done.
      integrated =
          Launch::launch(queue.space(), task, chunk.count, owner.plan_.chunks == 1 ? owner.progress_ : Progress(), owner.stop_);
      done = queue.mark();
    }

    void download(const OutputPointers<T>& to) {
      OutputPointers<T> from = results.pointers(chunk.count);
      for_each_result(
          owner.rows_,
          [&](auto /*name*/, std::size_t rows, auto* source, auto* target) {
            copy_back(target, source, rows * static_cast<std::size_t>(chunk.count));
          },
          from, to);
      done = queue.mark();
    }

    template <class U>
    View<U> view(std::size_t size) const {
      return View<U>(Kokkos::view_alloc(queue.space(), Kokkos::WithoutInitializing, "kobie::batch::chunk"), size);
    }
    template <class U>
    void resize(View<U>& array, std::size_t rows) const {
      array = view<U>(rows * static_cast<std::size_t>(owner.plan_.chunk_runs));
    }
    template <class U>
    void copy(U* there, const U* here, std::size_t size) const {
      Kokkos::deep_copy(queue.space(),
                        Kokkos::View<U*, typename Space::memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(there, size),
                        HostView<const U>(here, size));
    }
    template <class U>
    void copy_back(U* here, const U* there, std::size_t size) const {
      Kokkos::deep_copy(
          queue.space(), HostView<U>(here, size),
          Kokkos::View<const U*, typename Space::memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>(there, size));
    }

    ChunkPipeline& owner;
    WorkQueue<Space> queue;
    View<T> inputs;
    PooledArray<T> staging;
    ResultArrays<T, View> results;
    std::shared_ptr<Event> done;
    Chunk chunk;
    std::int64_t integrated = 0;  // of the chunk's runs, from its first on
    Time::time_point started;
  };

  // Takes all that the plan says before anything is launched; the pool's buffers are there for the first who asks.
  std::vector<std::unique_ptr<Slot>> allocated(ChunkBufferPool& pool) {
    std::vector<std::unique_ptr<Slot>> slots(static_cast<std::size_t>(on_device ? plan_.slots : 1));
    for (auto& slot : slots) {
      slot = std::make_unique<Slot>(*this, &pool);
    }
    std::vector<ResultArrays<T, PooledArray>> buffers;
    buffers.reserve(static_cast<std::size_t>(plan_.slots));
    for (std::int64_t i = 0; i < plan_.slots; ++i) {
      buffers.push_back(acquire(pool));
    }
    return slots;
  }

  ResultArrays<T, PooledArray> acquire(ChunkBufferPool& pool) const {
    ResultArrays<T, PooledArray> arrays;
    for_each_result(
        rows_,
        [&]<class U>(std::string_view name, std::size_t rows, PooledArray<U>& array) {
          array = pool.acquire<U>(name, rows * static_cast<std::size_t>(plan_.chunk_runs));
        },
        arrays);
    return arrays;
  }

  // Waits for a slot's chunk, if it has one.
  void finish(Slot& slot) {
    if (slot.done == nullptr) {
      return;
    }
    slot.done->wait();
    slot.done.reset();
    // Chunks overlap on a device, and end in their order.
    const auto now = Time::now();
    kernel_time_ += now - std::max(slot.started, last_end_);
    last_end_ = now;
    report(slot.chunk.count);
  }

  void report(std::int64_t runs) {
    done_runs_ += runs;
    if (progress_ && plan_.chunks > 1) {
      progress_(done_runs_, plan_.runs);
    }
  }

  const SolvePlan& plan_;
  ResultRows rows_;
  const PackedInputs<T>& inputs_;
  const T* shared_;
  const Task& task_;
  const Progress& progress_;
  const std::stop_token& stop_;
  std::int64_t done_runs_ = 0;
  Time::duration kernel_time_{};
  Time::time_point last_end_{};
};

}  // namespace kobie
