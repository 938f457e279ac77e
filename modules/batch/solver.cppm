/// The solver: a system, a method, and what is decided when they are compiled together.
module;
#include <Kokkos_Core.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

export module kobie.batch:solver;

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.memory;
import kobie.numbers;
import kobie.outputs;
import kobie.systems;
import kobie.tableaus;
import :kernel;
import :options;
import :result;
import :runs;
import :session;
import :step_records;

namespace kobie {

/// Integrates batches of `S` with `Method`. Policies, in any order: a step controller (PiControl, the default where the method
/// has an error estimate; IControl, PidControl, GustafssonControl; FixedStep), Precision<T>, Lanes<W>, OnHost, a placement of
/// its buffers (AllLocal, the default; Shared<"stages", ...>; Automatic), an instrument (StepRecorder).
///
///   kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
///   auto result = solver.solve(kobie::grid<Lorenz>({{"rho", kobie::linspace(0, 21, 1000)}}), {.duration = 10.0});
export template <class S, class Method, class... Policies>
  requires(require_system<S>())
class Solver {
  static_assert((Policy<Policies> && ...),
                "kobie: a solver's policies are step controllers, Precision<T>, Lanes<W>, OnHost, placements and instruments");

 public:
  using Scalar = typename Pick<PrecisionPolicy, Precision<double>, Policies...>::type::type;
  using Control =
      typename Pick<ControlPolicy, std::conditional_t<Method::tableau.has_embedded(), PiControl, FixedStep>, Policies...>::type;

 private:
  using Backend = typename Pick<BackendPolicy, OnDefaultBackend, Policies...>::type;
  using Space =
      std::conditional_t<std::is_same_v<Backend, OnHost>, Kokkos::DefaultHostExecutionSpace, Kokkos::DefaultExecutionSpace>;
  using Memory = typename Space::memory_space;
  static constexpr bool on_host = static_cast<bool>(Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible);
  using Declared = LoopBuffers<S, Method, Scalar>;
  using Placement = typename Pick<PlacementPolicy, AllLocal, Policies...>::type;
  using Instrument = typename Pick<InstrumentPolicy, NoInstrument, Policies...>::type;
  // Two registers hide each other's latencies, in double where what runs need stays in the first cache.
  static constexpr std::ptrdiff_t first_cache = 16'384;  // bytes
  static constexpr bool two_registers =
      std::is_same_v<Scalar, double> &&
      placement_tiers<Declared, AllLocal>[0].local_bytes * 2 * native_lanes<Scalar> <= first_cache;
  using DefaultLanes = Lanes<on_host && allows_lanes<S> ? (two_registers ? 2 : 1) * native_lanes<Scalar> : 1>;

 public:
  /// How many runs one thread integrates at once.
  static constexpr int lanes = Pick<LanesPolicy, DefaultLanes, Policies...>::type::count;

  static_assert(!Control::adaptive || Method::tableau.has_embedded(),
                "kobie: this method has no error estimate, so its steps cannot be adapted; use kobie::FixedStep");
  static_assert(lanes == 1 || allows_lanes<S>, "kobie: this system says 'lanes = false' and runs with Lanes<1> only");
  static_assert(lanes == 1 || on_host, "kobie: a GPU integrates one run in each thread; Lanes<W> needs kobie::OnHost there");

  /// Options are checked by solve().
  explicit Solver(SolverOptions options = {}) : options_(std::move(options)) {}

  const SolverOptions& options() const { return options_; }

  /// A table of the working memory of one run and of a team of `runs_per_team`, as it is placed when no scratch is asked for by
  /// an automatic placement.
  static std::string describe_buffers(int runs_per_team = 1) {
    return kobie::describe_buffers(placed<Placement>(Declared::buffers()), runs_per_team);
  }

  /// Integrates all runs. A run that fails is marked in the result and costs the others nothing.
  /// Throws InvalidArgument, FileError or Error before anything is launched.
  Result<Scalar> solve(const Runs<S>& runs, const SolveRequest& request) const {
    require_session();
    std::vector<double> times;
    ToleranceTable tolerances;
    LoopSettings<Scalar> settings =
        checked_settings<Scalar>(options_, request, runs, control_choice<Control, Method>(), times, tolerances);
    const std::vector<std::int64_t> chosen = checked_records(request, runs, Instrument::records);

    const auto run_count = static_cast<std::size_t>(runs.size());
    const auto start = std::chrono::steady_clock::now();
    require_memory(runs, times.size(), static_cast<double>(chosen.size()) * static_cast<double>(request.record_attempts));
    HostArray<Scalar> values(quantities * times.size() * run_count);
    RunRecords<Scalar> records{HostArray<std::int32_t>(run_count), HostArray<std::int32_t>(run_count),
                               HostArray<std::int32_t>(run_count), HostArray<Scalar>(run_count)};

    const Space space;
    const Inputs inputs(space, runs, times, options_.dt, tolerances);
    inputs.use(settings);
    const Mirror<Scalar> values_there(space, values);
    const Mirror<std::int32_t> status_there(space, records.status);
    const Mirror<std::int32_t> accepted_there(space, records.accepted);
    const Mirror<std::int32_t> rejected_there(space, records.rejected);
    const Mirror<Scalar> end_time_there(space, records.end_time);

    Batch<S, Scalar> batch;
    batch.settings = settings;
    batch.out = {values_there.data(),   status_there.data(),   accepted_there.data(),
                 rejected_there.data(), end_time_there.data(), runs.size()};
    inputs.use(batch);
    Recording recording(space, chosen, request.record_attempts);
    batch.records = recording.pointers();
    space.fence("kobie::batch::inputs");
    const auto kernel_start = std::chrono::steady_clock::now();
    launch(space, batch, runs.size(), request.progress);
    space.fence("kobie::batch::integrate");
    const double kernel_seconds = seconds_since(kernel_start);

    values_there.copy_back(space, values);
    status_there.copy_back(space, records.status);
    accepted_there.copy_back(space, records.accepted);
    rejected_there.copy_back(space, records.rejected);
    end_time_there.copy_back(space, records.end_time);
    space.fence("kobie::batch::solve");
    const double wall_seconds = seconds_since(start);

    for (double& time : times) {
      time += request.t0;
    }
    Result<Scalar> result(runs, observables(), std::move(times), std::move(values), std::move(records),
                          provenance(request, wall_seconds, kernel_seconds));
    if constexpr (Instrument::records) {
      result.set_recorded(recording.runs(space));
    }
    if (!request.write_to.empty()) {
      result.write(request.write_to, request.overwrite);
    }
    return result;
  }

 private:
  using Real = std::conditional_t<lanes == 1, Scalar, Pack<Scalar, lanes>>;
  static constexpr std::size_t quantities = state_count<S> + observable_count<S>;

  // An array where the backend can reach it: the host's own, or a copy on the device.
  template <class T>
  class Mirror {
   public:
    Mirror(const Space& space, HostArray<T>& host) {
      if constexpr (on_host) {
        view_ = View(host.data(), host.size());
      } else {
        view_ = View(Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::results"), host.size());
      }
    }
    T* data() const { return view_.data(); }
    void copy_back(const Space& space, HostArray<T>& host) const {
      if constexpr (!on_host) {
        Kokkos::deep_copy(space, Kokkos::View<T*, Kokkos::HostSpace>(host.data(), host.size()), view_);
      }
    }

   private:
    using View = Kokkos::View<T*, Memory>;
    View view_;
  };

  // All inputs in one array: save times (high and low parts), first steps (likewise), the columns, tolerances of states.
  class Inputs {
   public:
    Inputs(const Space& space, const RunTable& runs, const std::vector<double>& times, double dt,
           const ToleranceTable& tolerances)
        : saves_(times.size()) {
      std::vector<Scalar> packed;
      append_split(packed, times);
      const std::vector<double> steps = runs.initial_step() ? runs.initial_step()->values : std::vector<double>{dt};
      steps_ = steps.size();
      append_split(packed, steps);
      for (const auto& column : runs.columns()) {
        columns_.push_back({packed.size(), column.values.size(), column.repeat});
        append(packed, column.values);
      }
      tolerances_ = {packed.size(), tolerances.rtol.size(), 1};
      append(packed, tolerances.rtol);
      append(packed, tolerances.atol);
      view_ = View(Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::inputs"), packed.size());
      Kokkos::deep_copy(space, view_, Kokkos::View<const Scalar*, Kokkos::HostSpace>(packed.data(), packed.size()));
      space.fence("kobie::batch::inputs");  // `packed` goes
    }

    void use(LoopSettings<Scalar>& settings) const {
      settings.saves = {view_.data(), view_.data() + saves_, static_cast<std::int32_t>(saves_)};
      if (tolerances_.count > 0) {
        settings.rtol_of = view_.data() + tolerances_.offset;
        settings.atol_of = settings.rtol_of + tolerances_.count;
      }
    }
    void use(Batch<S, Scalar>& batch) const {
      const Scalar* steps = view_.data() + 2 * saves_;
      const auto count = static_cast<std::int64_t>(steps_);
      batch.dt = {steps, count, 1};
      batch.dt_low = {steps + steps_, count, 1};
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        batch.columns[i] = {view_.data() + columns_[i].offset, static_cast<std::int64_t>(columns_[i].count),
                            columns_[i].repeat};
      }
    }

   private:
    using View = Kokkos::View<Scalar*, Memory>;
    struct Place {
      std::size_t offset;
      std::size_t count;
      std::int64_t repeat;
    };

    static void append(std::vector<Scalar>& packed, const std::vector<double>& numbers) {
      for (const double number : numbers) {
        packed.push_back(static_cast<Scalar>(number));
      }
    }
    static void append_split(std::vector<Scalar>& packed, const std::vector<double>& numbers) {
      for (const double number : numbers) {
        packed.push_back(split<Scalar>(number).high);
      }
      for (const double number : numbers) {
        packed.push_back(split<Scalar>(number).low);
      }
    }

    std::size_t saves_;
    std::size_t steps_ = 0;
    std::vector<Place> columns_;
    Place tolerances_{};
    View view_;
  };

  // Where a recorder keeps attempts; nothing where there is none.
  class Recording {
   public:
    Recording(const Space& space, const std::vector<std::int64_t>& chosen, std::int64_t attempts)
        : chosen_(chosen), shape_{Numbers::stages, Numbers::states, static_cast<std::size_t>(attempts)} {
      if constexpr (Instrument::records) {
        runs_ = Kokkos::View<std::int64_t*, Memory>(
            Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::recorded_runs"), chosen.size());
        counts_ = Kokkos::View<std::int64_t*, Memory>(Kokkos::view_alloc(space, "kobie::batch::attempts"), chosen.size());
        numbers_ =
            Kokkos::View<Scalar*, Memory>(Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::step_records"),
                                          chosen.size() * shape_.capacity * Numbers::count);
        Kokkos::deep_copy(space, runs_, Kokkos::View<const std::int64_t*, Kokkos::HostSpace>(chosen_.data(), chosen_.size()));
      }
    }

    StepRecordPointers<Scalar> pointers() const {
      return {runs_.data(), static_cast<std::int64_t>(chosen_.size()), static_cast<std::int64_t>(shape_.capacity),
              numbers_.data(), counts_.data()};
    }

    std::vector<RecordedRun<Scalar>> runs(const Space& space) const {
      std::vector<std::int64_t> counts(counts_.size());
      std::vector<Scalar> numbers(numbers_.size());
      Kokkos::deep_copy(space, Kokkos::View<std::int64_t*, Kokkos::HostSpace>(counts.data(), counts.size()), counts_);
      Kokkos::deep_copy(space, Kokkos::View<Scalar*, Kokkos::HostSpace>(numbers.data(), numbers.size()), numbers_);
      space.fence("kobie::batch::step_records");
      return recorded_runs(chosen_, shape_, numbers.data(), counts.data());
    }

   private:
    using Numbers = AttemptNumbers<S, Method>;
    std::vector<std::int64_t> chosen_;
    RecordShape shape_;
    Kokkos::View<std::int64_t*, Memory> runs_;
    Kokkos::View<std::int64_t*, Memory> counts_;
    Kokkos::View<Scalar*, Memory> numbers_;
  };

  // All that is allocated, on the host and, where that is another place, on the device.
  static void require_memory(const RunTable& runs, std::size_t saves, double attempts) {
    const std::size_t bytes_of_run = quantities * saves * sizeof(Scalar) + 3 * sizeof(std::int32_t) + sizeof(Scalar);
    const auto recorded = static_cast<std::uint64_t>(
        std::min(1e18, attempts * static_cast<double>(AttemptNumbers<S, Method>::count * sizeof(Scalar))));
    const std::uint64_t results = std::uint64_t{bytes_of_run} * static_cast<std::uint64_t>(runs.size()) + recorded;
    require_room("this machine", results, host_memory().total);
    if constexpr (!on_host) {
      std::uint64_t inputs = 2 * saves + 2 + 2 * state_count<S>;
      for (const auto& column : runs.columns()) {
        inputs += column.values.size();
      }
      require_room("the device", results + inputs * sizeof(Scalar), device_memory().free);
    }
  }

  // Teams with `scratch_bytes` each. By its arguments rather than through constant memory, which launches from several streams
  // would have to share.
  static auto policy(const Space& space, int teams, int team_size, std::ptrdiff_t scratch_bytes = 0) {
    using TeamPolicy = Kokkos::TeamPolicy<Space, Kokkos::Schedule<Kokkos::Dynamic>>;
    TeamPolicy teams_of(space, teams, team_size);
    if (scratch_bytes > 0) {
      teams_of.set_scratch_size(0, Kokkos::PerTeam(static_cast<std::size_t>(scratch_bytes)));
    }
    return Kokkos::Experimental::require(teams_of, Kokkos::Experimental::WorkItemProperty::HintLightWeight);
  }

  // One launch, or with progress to show one for each slice of the runs.
  static void launch(const Space& space, Batch<S, Scalar>& batch, std::int64_t run_count,
                     const std::function<void(std::int64_t, std::int64_t)>& progress) {
    constexpr std::int64_t slices = 50;
    constexpr std::int64_t most = std::int64_t{1} << 30;  // Kokkos counts teams in an int
    // Runs in a slice, so that launching one costs little and every thread of a GPU has work.
    const std::int64_t least = std::max<std::int64_t>(4096, std::int64_t{2} * lanes * space.concurrency());
    const std::int64_t slice = progress ? std::clamp(run_count / slices + 1, least, most) : most;
    for (std::int64_t first = 0; first < run_count; first += slice) {
      batch.first_run = first;
      batch.end_run = std::min(first + slice, run_count);
      if constexpr (on_host) {
        launch_on_host<BuffersOf<Declared, Placement>>(space, batch);
      } else {
        launch_on_device<0>(space, batch, tier(space));
      }
      if (progress) {
        space.fence("kobie::batch::progress");
        progress(batch.end_run, run_count);
      }
    }
  }

  template <class Buffers>
  using Parts = KernelParts<S, Method, Control, Buffers, Instrument>;

  static std::ptrdiff_t scratch_limit(const Space& space) {
    return static_cast<std::ptrdiff_t>(policy(space, 1, 1).scratch_size_max(0));
  }

  // A host's caches hold what is local as well as what is shared: there an automatic placement shares nothing.
  static std::size_t tier(const Space& space) {
    return choose_tier(placement_tiers<Declared, Placement>, {.scratch_bytes = scratch_limit(space)});
  }

  template <class Buffers>
  static void launch_on_host(const Space& space, const Batch<S, Scalar>& batch) {
    constexpr auto shared = static_cast<std::ptrdiff_t>(Buffers::layout.bytes.shared) * lanes;
    // Scratch begins where the backend has it, and a pack where its alignment allows.
    constexpr std::ptrdiff_t bytes = shared == 0 ? 0 : shared + static_cast<std::ptrdiff_t>(alignof(Real));
    if constexpr (shared > 0) {
      team_size_for(Buffers::layout.buffers, {.threads = 1,
                                              .lanes = lanes,
                                              .fixed_bytes = static_cast<std::ptrdiff_t>(alignof(Real)),
                                              .scratch_bytes = scratch_limit(space)});
    }
    std::atomic<std::int64_t> next_run(batch.first_run);
    const std::int64_t packs = (batch.end_run - batch.first_run + lanes - 1) / lanes;
    const auto threads = static_cast<int>(std::min<std::int64_t>(packs, space.concurrency()));
    Kokkos::parallel_for("kobie::batch::integrate", policy(space, threads, 1, bytes),
                         LaneKernel<Parts<Buffers>, S, Real>{batch, &next_run});
    space.fence("kobie::batch::integrate");  // `next_run` goes
  }

  // The kernel of the chosen tier; each tier is a type of its own.
  template <std::size_t number>
  static void launch_on_device(const Space& space, const Batch<S, Scalar>& batch, std::size_t chosen) {
    if constexpr (number + 1 < placement_tiers<Declared, Placement>.size()) {
      if (number != chosen) {
        launch_on_device<number + 1>(space, batch, chosen);
        return;
      }
    }
    using Buffers = BuffersOf<Declared, Placement, number>;
    constexpr auto bytes = static_cast<std::ptrdiff_t>(Buffers::layout.bytes.shared);
    const ThreadKernel<Parts<Buffers>, S, Scalar> kernel{batch};
    int team_size = policy(space, 1, 1).team_size_recommended(kernel, Kokkos::ParallelForTag());
    if constexpr (bytes > 0) {
      team_size = team_size_for(Buffers::layout.buffers,
                                {.threads = team_size, .lanes = 1, .warp = 32, .scratch_bytes = scratch_limit(space)});
    }
    const std::int64_t teams = (batch.end_run - batch.first_run + team_size - 1) / team_size;
    Kokkos::parallel_for("kobie::batch::integrate", policy(space, static_cast<int>(teams), team_size, bytes * team_size),
                         kernel);
  }

  static std::vector<Column> observables() {
    std::vector<Column> columns;
    if constexpr (observable_count<S> > 0) {
      for (const auto& item : S::observables) {
        columns.push_back(Column{std::string(item.name), std::string(item.unit), {}});
      }
    }
    return columns;
  }

  static double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  Provenance provenance(const SolveRequest& request, double wall_seconds, double kernel_seconds) const {
    return {.system = std::string(system_name<S>()),
            .method = std::string(Method::name),
            .controller = std::string(Control::name),
            .precision = std::is_same_v<Scalar, float> ? "float" : "double",
            .backend = Space::name(),
            .threads = Space().concurrency(),
            .lanes = lanes,
            .rtol = options_.rtol,
            .atol = options_.atol,
            .dt = options_.dt,
            .span = {request.t0, request.settling_time, request.duration},
            .wall_seconds = wall_seconds,
            .kernel_seconds = kernel_seconds,
            .version = version(),
            .kokkos_version = kokkos_version()};
  }

  SolverOptions options_;
};

}  // namespace kobie
