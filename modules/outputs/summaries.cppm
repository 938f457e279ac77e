/// Summaries: metrics of all quantities of a run, gathered sample by sample in each lane.
module;
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

export module kobie.outputs:summaries;

import kobie.buffers;
import kobie.numbers;
import kobie.systems;
import :metric;
import :piece;

namespace kobie {

/// What a solver knows of a metric when it runs.
export struct MetricInfo {
  std::string name;
  std::size_t results = 0;  ///< for each window
  bool keeps_unit = false;
  std::size_t lists = 1;  ///< of equal length, that the results are

  friend bool operator==(const MetricInfo&, const MetricInfo&) = default;
};

/// How many metrics a solver can have.
export inline constexpr std::size_t most_metrics = 16;

template <class... Metrics>
inline constexpr std::size_t most_history = [] {
  std::size_t most = 0;
  ((most = metric_history<Metrics>() > most ? metric_history<Metrics>() : most), ...);
  return most;
}();

/// What the metrics of one run keep, in numbers of type T: "summaries.recent", the samples before, and a buffer for each
/// metric, [quantity][number]. They are a thread's own, whatever the placement of other buffers.
export template <class T, std::size_t Quantities, class... Metrics>
struct SummaryBuffers {
  static constexpr BufferRegistry buffers() {
    BufferRegistry registry;
    declare(registry);
    return registry;
  }
  static constexpr void declare(BufferRegistry& registry) {
    constexpr auto precision = std::is_same_v<T, float> ? BufferPrecision::float32 : BufferPrecision::float64;
    registry.add("summaries", {.name = "recent",
                               .size = static_cast<std::ptrdiff_t>(most_history<Metrics...> * Quantities),
                               .persistent = true,
                               .precision = precision});
    (registry.add("summaries", {.name = Metrics::name,
                                .size = static_cast<std::ptrdiff_t>(Metrics::numbers * Quantities),
                                .persistent = true,
                                .precision = precision}),
     ...);
  }
};

/// Which lanes a sample is due in, and what it is there.
export template <class Real>
struct SampleLanes {
  MaskOf<Real> due;
  MaskOf<Real> begins_run;          ///< of `due`: its first sample
  MaskOf<Real> ends_window;         ///< of `due`: the last sample of a window, and the first of the next
  MaskOf<Real> sound;               ///< where the run has not failed; windows with an unsound sample have NaN for results
  MaskOf<Real> last_window{false};  ///< of `ends_window`: no other follows
};

/// Which results of a metric are stored. A metric of which none is, is not computed.
export struct KeptResults {
  std::int32_t of_each_list = 0;
  std::int32_t first = 0;  ///< how many are stored of the metrics before it
};

/// Which number a stored result is.
export struct SummaryPlace {
  std::size_t first = 0;     ///< how many results of the metrics before its own are stored
  std::size_t results = 1;   ///< how many of its metric are
  std::size_t quantity = 0;  ///< among those that are chosen
  std::size_t result = 0;    ///< of its metric
};

/// The metrics of `Quantities` quantities of a run, or of one in each lane. No lane's results depend on its neighbours.
export template <class Real, std::size_t Quantities, Metric... Metrics>
class Accumulators {
 public:
  using T = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  static constexpr std::size_t history = most_history<Metrics...>;

  constexpr Accumulators() { memory_.clear(); }

  /// Takes values[q] of each quantity q that is chosen. Where a window ends, store(lanes, place, result) gets every result that
  /// is `kept`, which is said of each metric.
  template <class Values, class Store>
  constexpr void take(const SampleLanes<Real>& lanes, const Values& values, const bool (&chosen)[Quantities],
                      const KeptResults* kept, const Sampling<T>& sampling, const Store& store) {
    const Mask begins = lanes.begins_run;
    number_ = select(begins, Real(0), number_);
    complete_ = (complete_ || begins) && (lanes.sound || !lanes.due);
    const Mask adds = lanes.due && complete_ && !begins;
    const bool some_begin = any(begins);
    const bool some_end = any(lanes.ends_window);
    const Mask next = lanes.ends_window && !lanes.last_window;
    const bool some_next = any(next);
    if (some_begin || some_end || any(adds)) {
      Sample<Real> sample{Real(0), Real(0), Real(0), number_, select(lanes.ends_window, Real(T(0.5)), Real(1))};
      for (std::size_t q = 0, place = 0; q < Quantities; ++q) {
        if (!chosen[q]) {
          continue;
        }
        sample.value = values[q];
        recall(q, sample);
        if (some_begin) {
          begin(q, sample, kept, begins, sampling);
        }
        if (!sampling.continuous) {
          add(q, sample, kept, adds);
        }
        if (some_end) {
          finish(q, place, kept, lanes.ends_window, sampling, store);
        }
        if (some_next) {
          begin(q, sample, kept, next, sampling);
        }
        remember(q, sample, lanes.due);
        ++place;
      }
    }
    complete_ = complete_ || (lanes.ends_window && lanes.sound);
    number_ = select(lanes.due, number_ + Real(1), number_);
  }

  /// Where there are no samples: goes on by pieces[q] of each quantity q that is chosen, in those of `lanes` that are in a
  /// window. It is called in every step, whose numbers stay in registers only where this is inlined.
  template <class Pieces>
  [[gnu::always_inline]] constexpr void follow(Mask lanes, const Pieces& pieces, const bool (&chosen)[Quantities],
                                               const KeptResults* kept) {
    const Mask goes_on = lanes && complete_;
    // A loop would keep the step in memory, where that of a larger system is anyway.
    if constexpr (Quantities <= 4) {
      follow_each(goes_on, pieces, chosen, kept, std::make_index_sequence<Quantities>());
    } else {
      for (std::size_t q = 0; q < Quantities; ++q) {
        follow_chosen(q, goes_on, pieces, chosen, kept);
      }
    }
  }

 private:
  using Memory = Workspace<BuffersOf<SummaryBuffers<T, Quantities, Metrics...>, AllLocal>, Real, T>;

  template <class M>
  constexpr Components<Real, M::numbers> state(std::size_t q) {
    return Components<Real, M::numbers>(memory_.template view<"summaries", NameArgument{BufferName{M::name}}>().pointer() +
                                        q * M::numbers);
  }

  constexpr void begin(std::size_t q, Sample<Real> sample, const KeptResults* kept, Mask lanes, const Sampling<T>& sampling) {
    sample.weight = Real(sampling.continuous ? T(0) : T(0.5));
    ((kept++->of_each_list > 0 ? Metrics::begin(state<Metrics>(q), sample, lanes) : void()), ...);
  }

  constexpr void add(std::size_t q, const Sample<Real>& sample, const KeptResults* kept, Mask lanes) {
    ((kept++->of_each_list > 0 ? Metrics::add(state<Metrics>(q), sample, lanes) : void()), ...);
  }

  template <class Pieces, std::size_t... Q>
  [[gnu::always_inline]] constexpr void follow_each(Mask lanes, const Pieces& pieces, const bool (&chosen)[Quantities],
                                                    const KeptResults* kept, std::index_sequence<Q...> /*quantities*/) {
    (follow_chosen(Q, lanes, pieces, chosen, kept), ...);
  }
  template <class Pieces>
  [[gnu::always_inline]] constexpr void follow_chosen(std::size_t q, Mask lanes, const Pieces& pieces,
                                                      const bool (&chosen)[Quantities], const KeptResults* kept) {
    if (chosen[q]) {
      follow_one(q, pieces[q], kept, lanes);
    }
  }
  [[gnu::always_inline]] constexpr void follow_one(std::size_t q, const Piece<Real>& piece, const KeptResults* kept,
                                                   Mask lanes) {
    ((kept++->of_each_list > 0 ? follow_by<Metrics>(q, piece, lanes) : void()), ...);
  }
  template <class M>
  constexpr void follow_by([[maybe_unused]] std::size_t q, [[maybe_unused]] const Piece<Real>& piece,
                           [[maybe_unused]] Mask lanes) {
    if constexpr (metric_follows<M>()) {
      M::follow(state<M>(q), piece, lanes);
    }
  }

  // Samples that are not there yet are the present one, so that lanes compute with numbers.
  constexpr void recall(std::size_t q, Sample<Real>& sample) {
    if constexpr (history > 0) {
      Real* const recent = memory_.template view<"summaries", "recent">().pointer() + q * history;
      sample.previous = select(number_ >= Real(1), recent[0], sample.value);
      if constexpr (history > 1) {
        sample.before_previous = select(number_ >= Real(2), recent[1], sample.previous);
      }
    }
  }
  constexpr void remember(std::size_t q, const Sample<Real>& sample, Mask due) {
    if constexpr (history > 0) {
      Real* const recent = memory_.template view<"summaries", "recent">().pointer() + q * history;
      recent[0] = select(due, sample.value, recent[0]);
      if constexpr (history > 1) {
        recent[1] = select(due, sample.previous, recent[1]);
      }
    }
  }

  template <class Store>
  constexpr void finish(std::size_t q, std::size_t place, const KeptResults* kept, Mask lanes, const Sampling<T>& sampling,
                        const Store& store) {
    ((kept->of_each_list > 0 ? finish_one<Metrics>(q, place, *kept, lanes, sampling, store) : void(), ++kept), ...);
  }
  template <class M, class Store>
  constexpr void finish_one(std::size_t q, std::size_t place, const KeptResults& kept, Mask lanes, const Sampling<T>& sampling,
                            const Store& store) {
    constexpr std::size_t length = M::results / metric_lists<M>();
    const auto first = static_cast<std::size_t>(kept.first);
    const auto most = static_cast<std::size_t>(kept.of_each_list);
    Real results[M::results];
    M::finish(state<M>(q), sampling, Components<Real, M::results>(results));
    std::size_t stored = 0;
    for (std::size_t i = 0; i < M::results; ++i) {
      if (i % length < most) {
        store(lanes, SummaryPlace{first, most * metric_lists<M>(), place, stored},
              select(complete_, results[i], Real(std::numeric_limits<T>::quiet_NaN())));
        ++stored;
      }
    }
  }

  Memory memory_;
  Real number_{0};
  Mask complete_{false};
};

/// The base of what a solver summarises, by which it tells this policy from others.
export struct SummaryPolicy {};

/// Nothing, at no cost; the default.
export struct NoSummaries : SummaryPolicy {
  static constexpr std::size_t metrics = 0;
  template <class T, std::size_t Quantities>
  static constexpr void declare_buffers(BufferRegistry& /*registry*/) {}
  static std::vector<MetricInfo> infos() { return {}; }
  static std::vector<std::string> need_samples() { return {}; }
};

/// Computes these metrics of states and observables while runs are integrated:
/// kobie::Solver<Lorenz, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max, kobie::Peaks<5>>>. The request says how often
/// to sample, over which windows, and of which quantities.
export template <Metric... Metrics>
struct Summaries : SummaryPolicy {
  static_assert(sizeof...(Metrics) > 0, "kobie: Summaries<...> needs at least one metric");
  static_assert(sizeof...(Metrics) <= most_metrics, "kobie: Summaries<...> takes at most 16 metrics");
  static constexpr std::size_t metrics = sizeof...(Metrics);
  template <class Real, std::size_t Quantities>
  using For = Accumulators<Real, Quantities, Metrics...>;

  template <class T, std::size_t Quantities>
  static constexpr void declare_buffers(BufferRegistry& registry) {
    SummaryBuffers<T, Quantities, Metrics...>::declare(registry);
  }
  static std::vector<MetricInfo> infos() {
    return {MetricInfo{std::string(std::string_view(Metrics::name)), Metrics::results, metric_keeps_unit<Metrics>(),
                       metric_lists<Metrics>()}...};
  }
  /// The names of those that cannot do without.
  static std::vector<std::string> need_samples() {
    std::vector<std::string> names;
    names.reserve(metrics);
    ((metric_follows<Metrics>() ? void() : names.push_back(std::string(std::string_view(Metrics::name)))), ...);
    return names;
  }
};

}  // namespace kobie
