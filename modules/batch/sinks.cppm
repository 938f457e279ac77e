/// Where what the loop reaches goes: saves to the series of their run, samples to the metrics of their lane.
export module kobie.batch:sinks;

import kobie.loop;
import kobie.numbers;
import kobie.outputs;
import kobie.standard;
import kobie.systems;
import :output_choice;
import :result_arrays;

namespace kobie {

/// What sinks of all runs read. Quantities are states and, after them, observables.
template <class T, std::size_t Quantities>
struct SinkTask {
  std::int64_t saves = 0;
  std::int64_t windows = 0;
  std::int64_t summarised_count = 0;
  bool saved[Quantities]{};
  bool summarised[Quantities]{};
  KeptResults kept[most_metrics]{};  ///< of each metric of the solver
  Sampling<T> sampling{};
  const std::int32_t* marks = nullptr;  ///< see Events; only where something is summarised
  std::int32_t mark_count = 0;
};

/// All of it but the marks.
template <class T, std::size_t Quantities>
SinkTask<T, Quantities> sink_task(const OutputChoice& outputs, const TimeSpan& span) {
  const SampleSchedule& samples = outputs.samples;
  SinkTask<T, Quantities> task{
      .saves = static_cast<std::int64_t>(outputs.saves.size()),
      .windows = samples.windows,
      .summarised_count = static_cast<std::int64_t>(outputs.summaries.quantities.size()),
      .sampling = {.begin = static_cast<T>(samples.continuous ? span.t0 : span.first_save()),
                   .interval = samples.continuous ? T(1) : static_cast<T>(samples.every),
                   .intervals = samples.continuous ? static_cast<T>(samples.every) : static_cast<T>(samples.intervals),
                   .continuous = samples.continuous}};
  for (std::size_t q = 0; q < Quantities; ++q) {
    task.saved[q] = outputs.saved[q];
    task.summarised[q] = outputs.summarised[q];
  }
  std::ranges::copy(outputs.kept, task.kept);
  return task;
}

// Stores what the loop saves of the chosen quantities, each lane's at its own run.
template <class S, class Real>
class SaveSink {
  using T = ScalarOf<Real>;
  static constexpr std::size_t lanes = static_cast<std::size_t>(lanes_of<Real>);

 public:
  using Task = SinkTask<T, state_count<S> + observable_count<S>>;
  constexpr SaveSink(const OutputPointers<T>& out, const Task& task) : out_(out), task_(task) {}

  constexpr std::int64_t run(int lane) const { return run_[lane]; }
  constexpr void set_run(int lane, std::int64_t run) { run_[lane] = run; }

  constexpr void operator()(MaskOf<Real> due, CountOf<Real> index, Components<const Real, state_count<S>> y,
                            Components<const Real, observable_count<S>> observed) const {
    if constexpr (lanes == 1) {
      if (due) {
        store_one(index, y, observed);
      }
    } else {
      store_due(to_array(due), to_array(index), y, observed);
    }
  }

 private:
  constexpr void store_one(std::int64_t index, Components<const Real, state_count<S>> y,
                           Components<const Real, observable_count<S>> observed) const {
    T* at = out_.values + index * out_.runs + run_[0];
    for (std::size_t q = 0; q < state_count<S>; ++q) {
      if (task_.saved[q]) {
        *at = y[q];
        at += task_.saves * out_.runs;
      }
    }
    for (std::size_t q = 0; q < observable_count<S>; ++q) {
      if (task_.saved[state_count<S> + q]) {
        *at = observed[q];
        at += task_.saves * out_.runs;
      }
    }
  }

  constexpr void store_due(const auto& due, const auto& index, Components<const Real, state_count<S>> y,
                           Components<const Real, observable_count<S>> observed) const {
    std::int64_t place[lanes];
    int lane_of[lanes];
    int count = 0;
    for (std::size_t i = 0; i < lanes; ++i) {
      if (due[i]) {
        place[count] = static_cast<std::int64_t>(index[i]) * out_.runs + run_[i];
        lane_of[count++] = static_cast<int>(i);
      }
    }
    T* at = out_.values;
    for (std::size_t q = 0; q < state_count<S>; ++q) {
      if (task_.saved[q]) {
        store(y[q], at, place, lane_of, count);
        at += task_.saves * out_.runs;
      }
    }
    for (std::size_t q = 0; q < observable_count<S>; ++q) {
      if (task_.saved[state_count<S> + q]) {
        store(observed[q], at, place, lane_of, count);
        at += task_.saves * out_.runs;
      }
    }
  }

  static constexpr void store(Real number, T* at, const std::int64_t* place, const int* lane_of, int count) {
    const auto numbers = to_array(number);
    for (int i = 0; i < count; ++i) {
      at[place[i]] = numbers[static_cast<std::size_t>(lane_of[i])];
    }
  }

  const OutputPointers<T>& out_;
  const Task& task_;
  std::int64_t run_[lanes]{};
};

// All quantities at one time.
template <class S, class Real>
struct QuantityValues {
  Components<const Real, state_count<S>> y;
  Components<const Real, observable_count<S>> observed;

  constexpr Real operator[](std::size_t q) const {
    if constexpr (observable_count<S> == 0) {
      return y[q];
    } else {
      return q < state_count<S> ? y[q] : observed[q - state_count<S>];
    }
  }
};

// Takes saves and samples in the order of their times; a run begins with the first event.
template <class S, class Real, class Summary>
class SummarySink {
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  using Count = CountOf<Real>;
  static constexpr std::size_t quantities = state_count<S> + observable_count<S>;
  static constexpr auto lane_count = static_cast<std::size_t>(lanes_of<Real>);

 public:
  using Task = SinkTask<T, quantities>;
  constexpr SummarySink(const OutputPointers<T>& out, const Task& task) : save_(out, task), out_(out), task_(task) {}

  constexpr std::int64_t run(int lane) const { return save_.run(lane); }
  constexpr void set_run(int lane, std::int64_t run) { save_.set_run(lane, run); }

  constexpr void operator()(Mask due, Count index, Components<const Real, state_count<S>> y,
                            Components<const Real, observable_count<S>> observed) {
    const Mask begins = due && index == Count(0);
    if (any(begins)) {
      saved_ = select(begins, Count(0), saved_);
      window_ = select(begins, Count(0), window_);
      next_mark_ = select(begins, Count(mark(0) >> 3), next_mark_);
      marks_passed_ = select(begins, Count(0), marks_passed_);
    }
    Mask samples = due;
    Mask ends(false);
    const Mask marked = due && index == next_mark_;
    if (any(marked)) {
      const Count kinds = pass_marks(marked);
      const Mask saves = has(kinds, Events::save);
      save_(saves, saved_, y, observed);
      count_where(saved_, saves);
      samples = due && (!marked || has(kinds, Events::sample));
      ends = has(kinds, Events::window_end);
    }
    const Mask last = ends && window_ + Count(1) >= Count(static_cast<std::int32_t>(task_.windows));
    metrics_.take(SampleLanes<Real>{samples, begins, ends, is_finite(y[0]), last}, QuantityValues<S, Real>{y, observed},
                  task_.summarised, task_.kept, task_.sampling, Store(*this, ends));
    count_where(window_, ends);
  }

  /// Whether it has to be shown every step that stands, between the events.
  constexpr bool follows() const { return task_.sampling.continuous; }
  /// The events of `due` at which what is summarised begins or ends.
  constexpr Mask cuts(Mask due, Count index) const {
    const Mask begins = due && index == Count(0);
    const Mask marked = due && index == next_mark_;
    return any(marked) ? begins || has(marked_kinds(marked), Events::window_end) : begins;
  }
  /// A whole step. It is called in every one, whose numbers stay in registers only where this is inlined.
  [[gnu::always_inline]] constexpr void follow(const FollowedStep<S, Real>& step, Mask lanes) {
    metrics_.follow(lanes, StepPieces{step}, task_.summarised, task_.kept);
  }
  /// From theta `from` to theta `to` of it.
  constexpr void follow_part(const FollowedStep<S, Real>& step, Mask lanes, Real from, Real to) {
    metrics_.follow(lanes, StepParts{{step}, from, to}, task_.summarised, task_.kept);
  }

 private:
  struct StepPieces {
    FollowedStep<S, Real> step;

    constexpr Piece<Real> operator[](std::size_t q) const {
      if (q >= state_count<S>) {
        return {};  // observables are known at samples alone
      }
      if (step.leaps) {
        return Piece<Real>::leap(step.begin, step.h, step.y[q], step.y_new[q], step.slope[q]);
      }
      return Piece<Real>::between(step.begin, step.h, step.y[q], step.y_new[q], step.slope[q], step.slope_new[q]);
    }
  };
  struct StepParts {
    StepPieces whole;
    Real from;
    Real to;

    constexpr Piece<Real> operator[](std::size_t q) const { return whole[q].part(from, to); }
  };

  // Puts results of the windows that have ended to their rows: which lanes these are is found out once for all.
  class Store {
   public:
    constexpr Store(const SummarySink& sink, Mask ends) : sink_(sink) {
      if constexpr (lane_count > 1) {
        if (any(ends)) {
          const auto ended = to_array(ends);
          windows_ = to_array(sink.window_);
          for (std::size_t i = 0; i < lane_count; ++i) {
            ended_ |= static_cast<std::uint64_t>(ended[i] != 0) << i;
          }
        }
      }
    }

    constexpr void operator()(Mask /*ends*/, const SummaryPlace& place, Real value) const {
      const auto results = static_cast<std::int64_t>(place.results);
      const std::int64_t first = (static_cast<std::int64_t>(place.first) * sink_.task_.summarised_count +
                                  static_cast<std::int64_t>(place.quantity) * results) *
                                     sink_.task_.windows +
                                 static_cast<std::int64_t>(place.result);
      const auto put = [&](std::int64_t window, int lane, T number) {
        sink_.out_.summaries[(first + window * results) * sink_.out_.runs + sink_.run(lane)] = number;
      };
      if constexpr (lane_count == 1) {
        put(sink_.window_, 0, value);
      } else {
        const auto values = to_array(value);
        // Mostly one: a loop over numbers of lanes would be made one of vectors, which is slower.
        for (std::uint64_t left = ended_; left != 0; left &= left - 1) {
          const auto i = static_cast<std::size_t>(std::countr_zero(left));
          put(static_cast<std::int64_t>(windows_[i]), static_cast<int>(i), values[i]);
        }
      }
    }

   private:
    static_assert(lane_count <= 64);
    const SummarySink& sink_;
    decltype(to_array(Count())) windows_{};
    std::uint64_t ended_ = 0;
  };

  static constexpr Mask has(Count kinds, std::uint8_t kind) { return (kinds & Count(kind)) != Count(0); }

  // After the last one comes one that is never reached.
  constexpr std::int32_t mark(std::int64_t number) const {
    return number < task_.mark_count ? task_.marks[number] : std::numeric_limits<std::int32_t>::max();
  }

  // The kinds of the next events that are marked, 0 in other lanes.
  constexpr Count marked_kinds(Mask marked) const {
    const auto is_marked = to_array(marked);
    const auto passed = to_array(marks_passed_);
    Count kinds(0);
    for (std::size_t i = 0; i < is_marked.size(); ++i) {
      if (is_marked[i]) {
        set_lane(kinds, static_cast<int>(i), mark(passed[i]) & 7);
      }
    }
    return kinds;
  }
  // The same, and goes on to the marks after them.
  constexpr Count pass_marks(Mask marked) {
    const Count kinds = marked_kinds(marked);
    count_where(marks_passed_, marked);
    const auto is_marked = to_array(marked);
    const auto passed = to_array(marks_passed_);
    for (std::size_t i = 0; i < is_marked.size(); ++i) {
      if (is_marked[i]) {
        set_lane(next_mark_, static_cast<int>(i), mark(passed[i]) >> 3);
      }
    }
    return kinds;
  }

  SaveSink<S, Real> save_;
  const OutputPointers<T>& out_;
  const Task& task_;
  typename Summary::template For<Real, quantities> metrics_;
  Count saved_{};
  Count window_{};
  Count next_mark_{};  // the number of the next event that is not just a sample
  Count marks_passed_{};
};

template <class S, class Real, class Summary>
struct SinkFor {
  using type = SummarySink<S, Real, Summary>;
};
template <class S, class Real>
struct SinkFor<S, Real, NoSummaries> {
  using type = SaveSink<S, Real>;
};
/// The sink of one run, or of one in each lane.
template <class S, class Real, class Summary>
using SinkOf = typename SinkFor<S, Real, Summary>::type;

}  // namespace kobie
