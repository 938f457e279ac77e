/// The kernels over runs: on a GPU one thread integrates one run; on a host one thread keeps its lanes filled with runs.
export module kobie.batch:kernel;

import kobie.algorithms;
import kobie.core;
import kobie.drivers;
import kobie.loop;
import kobie.numbers;
import kobie.standard;
import kobie.systems;
import :result_arrays;
import :sinks;

namespace kobie {

/// A column of inputs in the memory of the backend: value(run) = values[((run - first) / repeat) mod count].
template <class T>
struct InputColumn {
  const T* values = nullptr;
  std::int64_t count = 0;
  std::int64_t repeat = 1;
  std::int64_t first = 0;  ///< the run that begins it: a chunk's, where chunks have their own

  constexpr T operator[](std::int64_t run) const {
    if (count == 1) {
      return values[0];
    }
    run -= first;
    if (repeat != 1) {
      run /= repeat;
    }
    return values[run < count ? run : run % count];
  }
};

/// What all runs of a launch share: settings, inputs, outputs, and which runs they are. Runs are counted from the first of
/// their chunk.
template <class S, class Method, class T>
struct Batch {
  static constexpr std::size_t counts = run_counts_of<AlgorithmTraits<Method, S>>;
  static constexpr std::size_t inputs = state_count<S> + parameter_count<S>;

  LoopSettings<T> settings;
  InputColumn<T> columns[inputs];
  // The first step, t0 and the end of each run, as pairs; the settings have those of all runs.
  InputColumn<T> dt[2];
  InputColumn<T> t0[2];
  InputColumn<T> end[2];
  DriverTable<T> drivers[driver_count<S> == 0 ? 1 : driver_count<S>];
  OutputPointers<T> out;
  SinkTask<T, state_count<S> + observable_count<S>> kept;
  StepRecordPointers<T> records;
  std::int64_t curves_start = 0;  ///< the run whose curve is the first of drivers that have several
  std::int64_t chunk_start = 0;   ///< the number in the batch of the chunk's first run
  std::int64_t first_run = 0;
  std::int64_t end_run = 0;

  template <class Real>
  constexpr void read(std::int64_t run, int lane, RunInput<S, Real>& input) const {
    const std::int64_t number = chunk_start + run;
    for (std::size_t q = 0; q < state_count<S>; ++q) {
      set_lane(input.state[q], lane, columns[q][number]);
    }
    for (std::size_t q = 0; q < parameter_count<S>; ++q) {
      set_lane(input.parameter[q], lane, columns[state_count<S> + q][number]);
    }
    set_lane(input.dt, lane, dt[0][number]);
    set_lane(input.dt_low, lane, dt[1][number]);
    if (settings.own_spans) {
      set_lane(input.t0.high, lane, t0[0][number]);
      set_lane(input.t0.low, lane, t0[1][number]);
      set_lane(input.end.high, lane, end[0][number]);
      set_lane(input.end.low, lane, end[1][number]);
    }
  }

  /// The curve of a run among those that drivers have here.
  constexpr std::int64_t curve(std::int64_t run) const { return chunk_start + run - curves_start; }

  constexpr void write(std::int64_t run, const RunOutcome<T>& outcome) const {
    out.status[run] = outcome.status;
    out.accepted[run] = outcome.accepted;
    out.rejected[run] = outcome.rejected;
    out.end_time[run] = outcome.t0 + outcome.elapsed;
    for (std::size_t i = 0; i < counts; ++i) {
      out.counts[static_cast<std::int64_t>(i) * out.runs + run] = outcome.counts[i];
    }
  }
};

/// What a kernel is compiled for, besides its numbers.
template <class S, class Method, class Control, class Buffers, class Instrument, class Summary>
struct KernelParts {
  static constexpr bool adaptive = Control::adaptive;
  template <class T>
  using Task = Batch<S, Method, T>;
  template <class Real>
  using Watch = typename Instrument::template For<S, Method, Real>;
  template <class Real>
  using Sink = SinkOf<S, Real, Summary>;
  template <class Real>
  using Loop = Integrator<S, Method, Control, Real, Sink<Real>, Buffers, Watch<Real>>;

  /// The part of a team's scratch that is this thread's: [element][thread], or [element][lane] in a team of one.
  template <class Real, class TeamMember>
  static constexpr Real* scratch(const TeamMember& team) {
    constexpr auto elements = static_cast<std::size_t>(Loop<Real>::Memory::shared_size);
    if constexpr (elements == 0) {
      return nullptr;
    } else {
      const auto bytes = static_cast<std::ptrdiff_t>(elements * sizeof(Real)) * team.team_size();
      return static_cast<Real*>(team.team_scratch(0).get_shmem_aligned(bytes, alignof(Real))) + team.team_rank();
    }
  }

  template <class Real>
  static constexpr Watch<Real> watch(const StepRecordPointers<ScalarOf<Real>>& records) {
    if constexpr (Instrument::records) {
      return Watch<Real>(records);
    } else {
      return {};
    }
  }
};

/// For a GPU: a functor for Kokkos::parallel_for over a TeamPolicy, each thread of which integrates one run.
template <class Parts, class S, class T>
struct ThreadKernel {
  typename Parts::template Task<T> batch;

  template <class TeamMember>
  constexpr void operator()(const TeamMember& team) const {
    const std::int64_t thread = static_cast<std::int64_t>(team.league_rank()) * team.team_size() + team.team_rank();
    const std::int64_t run = batch.first_run + thread;
    T* const scratch = Parts::template scratch<T>(team);
    if (run >= batch.end_run) {
      return;
    }
    RunInput<S, T> input;
    batch.read(run, 0, input);
    typename Parts::template Sink<T> sink(batch.out, batch.kept);
    sink.set_run(0, run);
    typename Parts::template Loop<T> integrator(batch.settings, sink, Parts::template watch<T>(batch.records), scratch,
                                                team.team_size(), batch.drivers);
    integrator.set_curve(0, batch.curve(run));
    integrator.instrument().set_run(0, batch.chunk_start + run);
    batch.write(run, integrator.run(input, true));
  }
};

/// The first of what a host's threads threw in a kernel, which must not leave it: a backend would end the program.
class KernelFailure {
 public:
  /// Any thread may call it.
  void keep(std::exception_ptr thrown) noexcept {
    if (!taken_.exchange(true)) {
      thrown_ = std::move(thrown);
    }
  }
  /// Once all threads are done.
  void rethrow() const {
    if (thrown_) {
      std::rethrow_exception(thrown_);
    }
  }

 private:
  std::atomic<bool> taken_ = false;
  std::exception_ptr thrown_;
};

/// What ends a queue before all of its runs are taken.
class QueueStop {
 public:
  QueueStop(std::stop_token asked, std::int64_t end_run) : asked_(std::move(asked)), first_left_(end_run) {}

  /// Empties the queue where a stop was asked for. Any thread may call it.
  void look(std::atomic<std::int64_t>& next_run, std::int64_t end_run) {
    if (asked_.stop_requested() && !stopped_.exchange(true)) {
      first_left_ = std::min(next_run.exchange(end_run), end_run);
    }
  }
  /// Once all threads are done: the first run that was not taken.
  std::int64_t first_left() const { return first_left_; }

 private:
  std::stop_token asked_;
  std::atomic<bool> stopped_ = false;
  std::int64_t first_left_;
};

/// For a host: a functor for Kokkos::parallel_for over a TeamPolicy of teams of one thread. Each takes runs from one queue
/// until none is left, and gives a lane whose run has ended the next one, so that runs of different lengths share registers and
/// threads. What a right-hand side throws empties the queue, and so does a stop; what was taken until then is finished.
template <class Parts, class S, class Real>
struct LaneKernel {
  using Sink = typename Parts::template Sink<Real>;
  static constexpr int lanes = lanes_of<Real>;

  typename Parts::template Task<ScalarOf<Real>> batch;
  std::atomic<std::int64_t>* next_run;  // of the queue; begins at batch.first_run
  KernelFailure* failure;
  QueueStop* stop;

  template <class TeamMember>
  void operator()(const TeamMember& team) const {
    try {
      integrate(team);
    } catch (...) {
      next_run->store(batch.end_run, std::memory_order_relaxed);
      failure->keep(std::current_exception());
    }
  }

 private:
  template <class TeamMember>
  void integrate(const TeamMember& team) const {
    Sink sink(batch.out, batch.kept);
    typename Parts::template Loop<Real> integrator(batch.settings, sink, Parts::template watch<Real>(batch.records),
                                                   Parts::template scratch<Real>(team), 1, batch.drivers);
    RunInput<S, Real> input{};
    MaskOf<Real> taken(false);
    Block block;
    for (;;) {
      const MaskOf<Real> idle = !integrator.active();
      write_ended(taken && idle, sink, integrator.outcome());
      taken = fill(idle, block, sink, integrator, input);
      if (any(taken)) {
        integrator.start(input, taken);
      }
      taken = taken || !idle;
      if (!any(integrator.active())) {
        return;
      }
      advance(integrator, block);
    }
  }

  // Runs that this thread has taken from the queue and not yet started.
  struct Block {
    std::int64_t next = 0;
    std::int64_t end = 0;
    bool last = false;  // the queue is empty
  };

  // In steps of one lane, what a start costs, and that runs of like lengths fall out of step by it: measured (kobie-benchmark,
  // balance/ and adaptive/). With fixed steps it is hardly more than a right-hand side.
  static constexpr std::int32_t start_cost = Parts::adaptive ? 4 * lanes : lanes / 4 + 1;

  // Steps until it pays to start new runs: until idle lanes have cost as much as a start does.
  static void advance(auto& integrator, const Block& block) {
    constexpr std::int32_t for_ever = std::numeric_limits<std::int32_t>::max();
    std::int32_t wasted = 0;
    do {
      const std::int32_t idle = count(!integrator.active());
      const bool wait = idle == 0 || (block.last && block.next == block.end);
      const std::int32_t steps = integrator.advance(wait ? for_ever : (start_cost - wasted + idle - 1) / idle);
      wasted = wait ? wasted : wasted + steps * idle;
    } while (wasted < start_cost && any(integrator.active()));
  }

  static std::int32_t count(MaskOf<Real> mask) {
    std::int32_t held = 0;
    for (const auto lane_holds : to_array(mask)) {
      held += lane_holds ? 1 : 0;
    }
    return held;
  }

  // Gives each of `idle` lanes a run while there are any; returns those that got one.
  MaskOf<Real> fill(MaskOf<Real> idle, Block& block, Sink& sink, auto& integrator, RunInput<S, Real>& input) const {
    CountOf<Real> got{};
    for (int i = 0; i < lanes; ++i) {
      if (!lane(idle, i)) {
        continue;
      }
      if (block.next == block.end && !block.last) {
        stop->look(*next_run, batch.end_run);
        const std::int64_t first = next_run->fetch_add(lanes, std::memory_order_relaxed);
        block.last = first + lanes >= batch.end_run;
        block.next = first < batch.end_run ? first : batch.end_run;
        block.end = block.last ? batch.end_run : first + lanes;
      }
      if (block.next < block.end) {
        sink.set_run(i, block.next);
        integrator.instrument().set_run(i, batch.chunk_start + block.next);
        integrator.set_curve(i, batch.curve(block.next));
        batch.read(block.next++, i, input);
        set_lane(got, i, 1);
      }
    }
    return got == CountOf<Real>(1);
  }

  void write_ended(MaskOf<Real> ended, const Sink& sink, const RunOutcome<Real>& outcome) const {
    const auto has_ended = to_array(ended);
    const auto status = to_array(outcome.status);
    const auto accepted = to_array(outcome.accepted);
    const auto rejected = to_array(outcome.rejected);
    const auto t0 = to_array(outcome.t0);
    const auto elapsed = to_array(outcome.elapsed);
    for (std::size_t i = 0; i < has_ended.size(); ++i) {
      if (has_ended[i]) {
        RunOutcome<ScalarOf<Real>> own{static_cast<std::int32_t>(status[i]),
                                       static_cast<std::int32_t>(accepted[i]),
                                       static_cast<std::int32_t>(rejected[i]),
                                       t0[i],
                                       elapsed[i],
                                       {}};
        for (std::size_t k = 0; k < batch.counts; ++k) {
          own.counts[k] = static_cast<std::int32_t>(lane(outcome.counts[k], static_cast<int>(i)));
        }
        batch.write(sink.run(static_cast<int>(i)), own);
      }
    }
  }
};

}  // namespace kobie
