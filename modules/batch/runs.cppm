/// The runs of a batch: which initial states and parameters each one has.
export module kobie.batch:runs;

import kobie.core;
import kobie.standard;
import kobie.systems;
import :sweep;

namespace kobie {

/// How the sweeps of several quantities are combined.
export enum class Combine {
  cartesian,  ///< every value with every other; the last quantity varies fastest
  zip,        ///< run by run: all sweeps have the same length, or one value for all runs
};

/// One quantity over all runs, without a copy for each run: value(run) = values[(run / repeat) mod values.size()].
export struct Column {
  std::string name;
  std::string unit;
  std::vector<double> values;
  std::int64_t repeat = 1;
  std::optional<std::uint64_t> seed = {};  ///< where the values were drawn

  bool varies() const { return values.size() > 1; }
  double operator[](std::int64_t run) const {
    return values[static_cast<std::size_t>((run / repeat) % static_cast<std::int64_t>(values.size()))];
  }
  /// Calls take(value) for `count` runs from `first` on, in order: without the divisions of single ones.
  template <class Take>
  void for_each_run(std::int64_t first, std::int64_t count, const Take& take) const {
    const auto size = static_cast<std::int64_t>(values.size());
    std::int64_t at = (first / repeat) % size;
    std::int64_t left = repeat - first % repeat;
    for (std::int64_t run = 0; run < count; ++run) {
      take(values[static_cast<std::size_t>(at)]);
      if (--left == 0) {
        left = repeat;
        at = at + 1 == size ? 0 : at + 1;
      }
    }
  }
};

/// The names of columns, in order.
std::vector<std::string> names_of(const std::vector<Column>& columns);

/// A named sweep, as the braced lists of `grid` hold them.
export struct NamedSweep {
  std::string name;
  Sweep sweep;
};

/// What runs may have of their own, instead of what a solve says for all.
struct OwnColumns {
  std::optional<Column> initial_step = {};
  std::optional<Column> t0 = {};
  std::optional<Column> duration = {};
};

/// The inputs of a batch, in the order of the system's tables: first the states, then the parameters.
export class RunTable {
 public:
  RunTable(std::vector<Column> defaults, std::size_t states, const std::vector<NamedSweep>& sweeps, Combine combine);
  /// As they are read from a file: every column has one value, or one for each of `size` runs; NaN where it is not known.
  RunTable(std::vector<Column> columns, std::size_t states, std::int64_t size, OwnColumns own);

  std::int64_t size() const { return size_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::size_t state_count() const { return states_; }
  /// A state's initial value or a parameter, by name. Throws UnknownName.
  const Column& operator[](std::string_view name) const;

  /// The first step of each run (every step, where steps are fixed): one value for each run, or one for all.
  void set_initial_step(Sweep steps);
  const std::optional<Column>& initial_step() const { return own_.initial_step; }
  /// When each run starts, instead of the request's t0: one value for each run, or one for all.
  void set_t0(Sweep times);
  const std::optional<Column>& t0() const { return own_.t0; }
  /// How long each run is, instead of the request's duration: one value for each run, or one for all.
  void set_duration(Sweep durations);
  const std::optional<Column>& duration() const { return own_.duration; }

  /// "rho = 3.5, x = 1": the quantities that vary, for messages about one run.
  std::string describe(std::int64_t run) const;

 private:
  std::vector<Column> columns_;
  std::size_t states_;
  std::int64_t size_ = 1;
  OwnColumns own_;
};

/// Names and units of states and, after them, of observables: all that a system has, or some.
struct Quantities {
  std::vector<Column> columns;
  std::size_t states = 0;  ///< how many of them are states
};

/// All that a system has.
Quantities quantities_of(const RunTable& runs, const std::vector<Column>& observables);
/// Those where `chosen` is true.
Quantities chosen_quantities(const Quantities& all, const std::vector<bool>& chosen);

/// The runs of a batch of `S`.
export template <System S>
class Runs : public RunTable {
 public:
  Runs(const std::vector<NamedSweep>& sweeps, Combine combine) : RunTable(defaults(), kobie::state_count<S>, sweeps, combine) {}

  /// These runs with a first step of their own (every step, where steps are fixed).
  Runs with_initial_step(Sweep steps) && {
    set_initial_step(std::move(steps));
    return std::move(*this);
  }
  /// These runs with a start of their own.
  Runs with_t0(Sweep times) && {
    set_t0(std::move(times));
    return std::move(*this);
  }
  /// These runs with a duration of their own.
  Runs with_duration(Sweep durations) && {
    set_duration(std::move(durations));
    return std::move(*this);
  }

 private:
  static std::vector<Column> defaults() {
    std::vector<Column> columns;
    const auto append = [&](const auto& table) {
      for (const auto& item : table) {
        columns.push_back(Column{std::string(item.name), std::string(item.unit), {item.value}});
      }
    };
    append(S::states);
    if constexpr (parameter_count<S> > 0) {
      append(S::parameters);
    }
    return columns;
  }
};

/// grid<Lorenz>({{"rho", linspace(0.0, 21.0, 100'000)}, {"x", {1.0, 2.0}}}): quantities by name, the others at their defaults.
/// Throws UnknownName for a name that the system does not have, and InvalidArgument for one given twice, for an empty sweep,
/// for a value that is not finite, and for lengths that do not fit `zip`.
export template <class S>
Runs<S> grid(const std::vector<NamedSweep>& sweeps, Combine combine = Combine::cartesian) {
  static_assert(require_system<S>());
  return Runs<S>(sweeps, combine);
}

}  // namespace kobie
