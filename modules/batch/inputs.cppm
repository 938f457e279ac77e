/// What kernels read, as numbers of type T: save and stop times, tolerances of states, drivers, first steps, spans, states and
/// parameters.
export module kobie.batch:inputs;

import kobie.drivers;
import kobie.loop;
import kobie.standard;
import :kernel;
import :options;
import :runs;

namespace kobie {

/// How many numbers they are.
struct InputSize {
  std::size_t shared = 0;  ///< what all chunks read
  std::size_t staged = 0;  ///< for each run, of what chunks have their own part of
};

/// Packs inputs into one array that all chunks share and, of columns with more than `longest_shared` values and of drivers with
/// a curve for each run, one for each chunk.
template <class T>
class PackedInputs {
 public:
  static constexpr std::size_t share_all = std::numeric_limits<std::size_t>::max();

  /// `times` are the events. All that is given must outlive this.
  PackedInputs(const RunTable& runs, const std::vector<double>& times, const LoopInputs& given, std::size_t longest_shared)
      : events_(times.size()), stops_(given.stops.size()), tolerance_count_(given.tolerances.rtol.size()) {
    const auto& [rtol, atol] = given.tolerances;
    share(times, false);
    share(times, true);
    share(given.stops, false);
    share(given.stops, true);
    share(rtol, false);
    share(atol, false);
    for (const auto& driver : given.drivers) {
      const bool staged = driver.curves > 1 && longest_shared != share_all;
      const std::size_t numbers = numbers_in_curve(driver);
      curves_.push_back({&driver, staged, size_.shared, numbers});
      size_.shared += driver.times.size();
      if (staged) {
        size_.staged += numbers;
      } else {
        size_.shared += numbers * static_cast<std::size_t>(driver.curves);
      }
    }
    own_spans_ = given.spans.own;
    add_pair(runs.initial_step() ? *runs.initial_step() : given.dt, 0.0, longest_shared);
    if (own_spans_) {
      add_pair(runs.t0() ? *runs.t0() : given.t0, 0.0, longest_shared);
      add_pair(runs.duration() ? *runs.duration() : given.duration, given.spans.events.settling_time, longest_shared);
    }
    for (const auto& column : runs.columns()) {
      add(column, {}, longest_shared);
    }
  }
  PackedInputs(const PackedInputs&) = delete;
  PackedInputs& operator=(const PackedInputs&) = delete;

  const InputSize& size() const { return size_; }

  /// What all chunks share, size().shared numbers.
  std::vector<T> shared() const {
    std::vector<T> packed;
    packed.reserve(size_.shared);
    const auto append = [&](const std::vector<double>& values, const Part& which) {
      for (const double number : values) {
        packed.push_back(part(number, which));
      }
    };
    for (const auto& [values, which] : lists_) {
      append(*values, which);
    }
    for (const auto& [driver, staged, offset, numbers] : curves_) {
      append(driver->times, {});
      if (!staged) {
        append(curve_numbers(*driver, 0, driver->curves), {});
      }
    }
    for (const auto& place : places_) {
      if (!place.staged) {
        append(place.column->values, place.which);
      }
    }
    return packed;
  }

  /// What the chunk of `count` runs from `first` on has of its own, [column][run], and then [driver][run][number].
  void stage(std::int64_t first, std::int64_t count, T* to) const {
    for (const auto& place : places_) {
      if (place.staged) {
        place.column->for_each_run(first, count, [&](double value) { *to++ = part(value, place.which); });
      }
    }
    for (const auto& curve : curves_) {
      if (curve.staged) {
        to = std::ranges::transform(curve_numbers(*curve.driver, first, count), to, [](double number) {
               return static_cast<T>(number);
             }).out;
      }
    }
  }

  /// Points settings to what is shared.
  void use(const T* shared, LoopSettings<T>& settings) const {
    settings.saves = {shared, shared + events_, static_cast<std::int32_t>(events_)};
    shared += 2 * events_;
    settings.stops = {shared, shared + stops_, static_cast<std::int32_t>(stops_)};
    shared += 2 * stops_;
    if (tolerance_count_ > 0) {
      settings.rtol_of = shared;
      settings.atol_of = shared + tolerance_count_;
    }
  }

  /// Points a kernel's columns and drivers to what is shared and to what the chunk of `count` runs from `first` on has staged.
  template <class Task>
  void use(const T* shared, const T* staged, std::int64_t first, std::int64_t count, Task& task) const {
    auto place = places_.begin();
    const auto next = [&](InputColumn<T>& column) {
      if (place->staged) {
        column = {staged, count, 1, first};
        staged += count;
      } else {
        column = {shared + place->offset, static_cast<std::int64_t>(place->column->values.size()), place->column->repeat, 0};
      }
      ++place;
    };
    std::ranges::for_each(task.dt, next);
    if (own_spans_) {
      std::ranges::for_each(task.t0, next);
      std::ranges::for_each(task.end, next);
    }
    std::ranges::for_each(task.columns, next);
    task.curves_start = 0;
    DriverTable<T>* table = task.drivers;
    for (const auto& curve : curves_) {
      const std::size_t times = curve.driver->times.size();
      *table = table_of<T>(*curve.driver);
      table->times = times > 0 ? shared + curve.offset : nullptr;
      table->numbers = shared + curve.offset + times;
      if (curve.staged) {
        table->numbers = staged;
        task.curves_start = first;
        staged += count * static_cast<std::int64_t>(curve.numbers);
      }
      ++table;
    }
  }

 private:
  // What of a number is packed: it plus `added`, rounded to T, or what the rounding leaves.
  struct Part {
    bool low = false;
    double added = 0.0;
  };
  struct List {
    const std::vector<double>* values;
    Part which;
  };
  struct Place {
    const Column* column;
    Part which;
    bool staged;
    std::size_t offset;  // where it is shared
  };
  struct Curve {
    const Driver* driver;
    bool staged;
    std::size_t offset;  // of its times and, where they are shared, its numbers
    std::size_t numbers;
  };

  static T part(double number, const Part& which) {
    const auto parts = split<T>(number + which.added);
    return which.low ? parts.low : parts.high;
  }

  void share(const std::vector<double>& values, bool low) {
    lists_.push_back({&values, {.low = low}});
    size_.shared += values.size();
  }
  void add_pair(const Column& column, double added, std::size_t longest_shared) {
    add(column, {.low = false, .added = added}, longest_shared);
    add(column, {.low = true, .added = added}, longest_shared);
  }
  void add(const Column& column, const Part& which, std::size_t longest_shared) {
    const bool staged = column.values.size() > longest_shared;
    places_.push_back({&column, which, staged, size_.shared});
    if (staged) {
      ++size_.staged;
    } else {
      size_.shared += column.values.size();
    }
  }

  std::size_t events_;
  std::size_t stops_;
  std::size_t tolerance_count_;
  bool own_spans_ = false;
  std::vector<List> lists_;
  std::vector<Curve> curves_;
  std::vector<Place> places_;  // of the first step, t0 and the end, and the columns
  InputSize size_;
};

}  // namespace kobie
