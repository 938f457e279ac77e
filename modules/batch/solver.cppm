/// The solver: a system, a method, and what is decided when they are compiled together.
module;
#include <cmath>

export module kobie.batch:solver;

import kobie.algorithms;
import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.kokkos;
import kobie.loop;
import kobie.memory;
import kobie.numbers;
import kobie.outputs;
import kobie.solvers;
import kobie.standard;
import kobie.systems;
import kobie.tableaus;
import :chunk_pipeline;
import :chunk_store;
import :file_solve;
import :inputs;
import :launcher;
import :options;
import :output_choice;
import :plan;
import :recording;
import :result;
import :result_arrays;
import :runs;
import :session;
import :sinks;
import :solver_memory;

namespace kobie {

/// Integrates batches of `S` with `Method`. Policies, in any order: a step controller (where the method has an error estimate
/// PiControl is the default, or GustafssonControl for an implicit one; IControl, PidControl; FixedStep), Precision<T>,
/// Lanes<W>, OnHost, a placement of its buffers (AllLocal, the default; Shared<"stages", ...>; Automatic), an instrument
/// (StepRecorder), for diagonally implicit methods a linear solver (DenseFactors, the default; MatrixFree<BiCgStab>, ...),
/// Summaries<...>.
///
///   kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
///   auto result = solver.solve(kobie::grid<Lorenz>({{"rho", kobie::linspace(0, 21, 1000)}}), {.duration = 10.0});
export template <class S, class Method, class... Policies>
  requires(require_system<S>())
class Solver {
  static_assert((Policy<Policies> && ...),
                "kobie: a solver's policies are step controllers, Precision<T>, Lanes<W>, OnHost, placements, instruments, "
                "linear solvers and Summaries<...>");

 public:
  using Scalar = typename Pick<PrecisionPolicy, Precision<double>, Policies...>::type::type;

 private:
  using Stepping = MethodWith<Method, typename Pick<LinearSolverPolicy, DenseFactors, Policies...>::type>;
  using Traits = AlgorithmTraits<Stepping, S>;
  // Gustafsson's predictive control follows the rapid changes of step size that stiff problems need (HW II, IV.8).
  using AdaptiveControl = std::conditional_t<Traits::implicit, GustafssonControl, PiControl>;

 public:
  using Control = typename Pick<ControlPolicy, std::conditional_t<Traits::has_error_estimate, AdaptiveControl, FixedStep>,
                                Policies...>::type;

 private:
  using Backend = typename Pick<BackendPolicy, OnDefaultBackend, Policies...>::type;
  using Space = std::conditional_t<std::is_same_v<Backend, OnDefaultBackend>, Kokkos::DefaultExecutionSpace,
                                   Kokkos::DefaultHostExecutionSpace>;
  using Memory = typename Space::memory_space;
  static constexpr bool on_host = static_cast<bool>(Kokkos::SpaceAccessibility<Kokkos::HostSpace, Memory>::accessible);
  using Declared = LoopBuffers<S, Stepping, Scalar>;
  using Placement = typename Pick<PlacementPolicy, AllLocal, Policies...>::type;
  using Instrument = typename Pick<InstrumentPolicy, NoInstrument, Policies...>::type;
  using Summary = typename Pick<SummaryPolicy, NoSummaries, Policies...>::type;
  // Two registers hide each other's latencies, in double where what runs need stays in the first cache.
  static constexpr std::ptrdiff_t first_cache = 16'384;  // bytes
  static constexpr bool two_registers =
      std::is_same_v<Scalar, double> &&
      placement_tiers<Declared, AllLocal>[0].local_bytes * 2 * native_lanes<Scalar> <= first_cache;
  using DefaultLanes = Lanes<on_host && allows_lanes<S> ? (two_registers ? 2 : 1) * native_lanes<Scalar> : 1>;

 public:
  /// How many runs one thread integrates at once.
  static constexpr int lanes = Pick<LanesPolicy, DefaultLanes, Policies...>::type::count;
  /// Whether states can be summarised without samples.
  static constexpr bool follows_steps = !Traits::implicit;

  static_assert(!Control::adaptive || Traits::has_error_estimate,
                "kobie: this method has no error estimate, so its steps cannot be adapted; use kobie::FixedStep");
  static_assert(lanes == 1 || allows_lanes<S>, "kobie: this system says 'lanes = false' and runs with Lanes<1> only");
  static_assert(lanes == 1 || on_host, "kobie: a GPU integrates one run in each thread; Lanes<W> needs kobie::OnHost there");

  /// Joins the program's memory_manager(). Throws InvalidArgument for a share of memory that is not to be had; other options
  /// are checked by solve().
  explicit Solver(SolverOptions options = {})
      : options_(std::move(options)),
        memory_(std::make_shared<SolverMemory>(std::string(system_name<S>()) + ", " + std::string(Stepping::name),
                                               options_.device_share, options_.host_share)) {}

  const SolverOptions& options() const { return options_; }

  /// A table of the working memory of one run and of a team of `runs_per_team`, as it is placed when no scratch is asked for by
  /// an automatic placement.
  static std::string describe_buffers(int runs_per_team = 1) {
    BufferRegistry registry = placed<Placement>(Declared::buffers());
    Summary::template declare_buffers<Scalar, quantities>(registry);
    return kobie::describe_buffers(registry, runs_per_team);
  }

  /// What solve(), or solve_to_file() where `destination` is a file, would take and how it would go about it; nothing is
  /// allocated. Throws what these throw before anything is launched.
  SolvePlan plan(const Runs<S>& runs, const SolveRequest& request, Destination destination = Destination::memory) const {
    require_session();
    return planned(prepared(runs, request), runs, request, destination);
  }

  /// Integrates all runs. A run that fails is marked in the result and costs the others nothing.
  /// Throws InvalidArgument, FileError or Error before anything is launched; on a host, what a right-hand side throws.
  Result<Scalar> solve(const Runs<S>& runs, const SolveRequest& request) const {
    require_session();
    const auto start = std::chrono::steady_clock::now();
    Prepared now = prepared(runs, request);
    const SolvePlan plan = planned(now, runs, request, Destination::memory);
    SolveMemory memory(*memory_, plan);
    const bool mapped = plan.destination == Destination::mapped;
    const bool staged = on_device && (mapped || plan.chunks > 1);
    const auto kind = on_device && !staged ? HostMemory::pinned : HostMemory::pageable;
    const ResultRows rows = rows_of(now);
    ResultArrays<Scalar, HostArray> arrays;
    for_each_result(
        rows,
        [&]<class T>(auto /*name*/, std::size_t row_count, HostArray<T>& array) {
          const std::size_t size = row_count * static_cast<std::size_t>(runs.size());
          array = mapped ? HostArray<T>::mapped(size, options_.results_folder) : HostArray<T>(size, kind);
        },
        arrays);

    Work work(plan, rows, runs, request, now);
    const OutputPointers<Scalar> out = arrays.pointers(runs.size());
    std::int64_t integrated = 0;
    if (!staged) {
      integrated = work.pipeline.run(out);
    } else {
      MemoryStore<Scalar> store(rows, out);
      integrated = work.pipeline.run(store, memory.pool());
    }
    mark_stopped(rows, out, integrated, runs.size() - integrated, runs, request.t0);
    const double wall_seconds = seconds_since(start);

    Result<Scalar> result(runs, now.outputs.quantities, times_of(now, request), std::move(arrays),
                          provenance(request, wall_seconds, work.pipeline.kernel_seconds()), now.outputs.summaries);
    if constexpr (Instrument::records) {
      result.set_recorded(work.recording.runs(work.space));
    }
    if (!request.write_to.empty()) {
      result.write(request.write_to, request.overwrite);
    }
    return result;
  }

  /// Integrates all runs and writes results to request.write_to while it goes, an HDF5 file as Result::write makes it, which is
  /// never whole in memory. Until it is finished it is called <name>.partial: a solve that was ended, or killed, goes on there
  /// when it is asked for again; so does one that request.stop has stopped, whose chunks that were not whole are not kept.
  /// Records no steps.
  /// Throws InvalidArgument, FileError or Error before anything is launched, and FileError when the disk is full; on a host,
  /// what a right-hand side throws.
  FileSolve solve_to_file(const Runs<S>& runs, const SolveRequest& request) const {
    require_session();
    const auto start = std::chrono::steady_clock::now();
    require_streamed_file(request);
    Prepared now = prepared(runs, request);
    SolvePlan plan = planned(now, runs, request, Destination::file);
    const ResultRows rows = rows_of(now);
    const std::vector<double> times = times_of(now, request);
    Provenance made = provenance(request, 0.0, 0.0);

    FileStore<Scalar> store(request, fingerprint(options_, request, runs, now.outputs, times, made), runs, now.outputs, times,
                            rows.counts, made, plan.chunk_runs);
    if (store.chunk_runs() != plan.chunk_runs) {
      SolveRequest same = request;
      same.chunk_runs = store.chunk_runs();
      plan = planned(now, runs, same, Destination::file);
      require_chunks(plan, store.chunk_runs());
    }
    FileSolve solved{.path = request.write_to, .plan = plan, .resumed_runs = held_runs(store, plan)};
    SolveMemory memory(*memory_, plan);
    Work work(plan, rows, runs, request, now);
    const bool whole = work.pipeline.run(store, memory.pool()) == plan.runs;
    solved.provenance = std::move(made);
    solved.totals = store.totals();
    solved.peak_pinned_bytes = memory.pool().use().peak_bytes;
    solved.provenance.kernel_seconds = work.pipeline.kernel_seconds();
    solved.finished_runs = held_runs(store, plan);
    solved.stopped = !whole;
    if (whole) {
      store.commit();  // last: a file that is whole has a solve that says so
    }
    solved.provenance.wall_seconds = seconds_since(start);
    return solved;
  }

 private:
  static constexpr bool on_device = !on_host || std::is_same_v<Backend, OnHostAsDevice>;
  using Launch = Launcher<S, Stepping, Control, Scalar, lanes, Space, Placement, Instrument, Summary>;
  using Task = typename Launch::Task;
  static constexpr std::size_t quantities = state_count<S> + observable_count<S>;
  // Longer columns are cut into chunks' parts where there are several.
  static constexpr std::size_t longest_shared = 65'536;

  // What is checked before anything is planned.
  struct Prepared {
    OutputChoice outputs;
    LoopInputs inputs;
    LoopSettings<Scalar> settings;
    std::vector<std::int64_t> recorded_runs;
  };

  Prepared prepared(const Runs<S>& runs, const SolveRequest& request) const {
    Prepared now;
    std::vector<double> saves;
    now.settings = checked_settings<Scalar>(options_, request, runs, control_choice<Control, Stepping>(), driver_names(), saves,
                                            now.inputs);
    if constexpr (!stages_end_with_step<Stepping>) {
      require_no_stops(now.inputs.stops, Stepping::name);
    }
    now.outputs = checked_outputs(request, now.inputs.spans, quantities_of(runs, observables()), Summary::infos(),
                                  {.steps = follows_steps, .need_samples = Summary::need_samples()}, std::move(saves));
    now.recorded_runs = checked_records(request, runs, Instrument::records);
    return now;
  }

  static ResultRows rows_of(const Prepared& now) {
    return {now.outputs.quantities.columns.size() * now.outputs.saves.size(), run_counts_of<Traits>,
            now.outputs.summaries.rows()};
  }

  static std::size_t longest(bool one_chunk) { return one_chunk ? PackedInputs<Scalar>::share_all : longest_shared; }

  SolvePlan planned(const Prepared& now, const Runs<S>& runs, const SolveRequest& request, Destination destination) const {
    const auto size = [&](bool one_chunk) {
      return PackedInputs<Scalar>(runs, now.outputs.events.times, now.inputs, longest(one_chunk)).size();
    };
    PlanInput input{.runs = runs.size(),
                    .destination = destination,
                    .may_map = !options_.results_folder.empty(),
                    .on_device = on_device,
                    .chunk_runs = request.chunk_runs};
    const ResultArrays<Scalar, HostArray> none;
    for_each_result(
        rows_of(now),
        [&]<class T>(std::string_view name, std::size_t row_count, const HostArray<T>& /*array*/) {
          input.results.push_back(PlannedArray{std::string(name), row_count * sizeof(T)});
        },
        none);
    const std::size_t mark_bytes = Summary::metrics > 0 ? now.outputs.events.marks().size() * sizeof(std::int32_t) : 0;
    input.whole_input_bytes = size(true).shared * sizeof(Scalar) + mark_bytes;
    const InputSize cut = size(false);
    input.shared_input_bytes = cut.shared * sizeof(Scalar) + mark_bytes;
    if (cut.staged > 0) {
      input.staged_inputs.push_back(PlannedArray{"inputs", cut.staged * sizeof(Scalar)});
    }
    input.record_bytes = static_cast<std::uint64_t>(
        std::min(1e18, static_cast<double>(now.recorded_runs.size()) * static_cast<double>(request.record_attempts) *
                           static_cast<double>(AttemptNumbers<S, Stepping>::count * sizeof(Scalar))));
    const Space space;
    // Enough for each thread to be busy for some time, so that their waiting at a chunk's end does not count.
    input.worthwhile_runs = std::int64_t{on_host ? 64 : 4} * lanes * space.concurrency();
    input.host_available = memory_->available(MemoryPlace::host);
    input.device_available = memory_->available(MemoryPlace::device);
    SolvePlan plan = make_plan(input);
    const TeamFigures team = Launch::team(space);
    plan.team_runs = team.runs;
    plan.team_scratch_bytes = static_cast<std::uint64_t>(team.scratch_bytes);
    return plan;
  }

  // What lives as long as a solve.
  struct Work {
    using Pipeline = ChunkPipeline<Launch, on_device>;

    Work(const SolvePlan& plan, const ResultRows& rows, const Runs<S>& runs, const SolveRequest& request, const Prepared& now)
        : inputs(runs, now.outputs.events.times, now.inputs, longest(plan.chunks == 1)),
          recording(space, now.recorded_runs, request.record_attempts),
          pipeline(plan, rows, inputs, upload(), task, request.progress, request.stop) {
      task.settings = now.settings;
      inputs.use(shared.data(), task.settings);
      task.records = recording.pointers();
      task.kept = sink_task<Scalar, quantities>(now.outputs, now.inputs.spans.events);
      if constexpr (Summary::metrics > 0) {
        const std::vector<std::int32_t> packed = now.outputs.events.marks();
        marks = uploaded(packed);
        task.kept.marks = marks.data();
        task.kept.mark_count = static_cast<std::int32_t>(packed.size());
        space.fence("kobie::batch::inputs");  // `packed` goes
      }
      space.fence("kobie::batch::inputs");
    }

    Space space;
    PackedInputs<Scalar> inputs;
    Kokkos::View<Scalar*, Memory> shared;
    Kokkos::View<std::int32_t*, Memory> marks;
    Recording<S, Stepping, Scalar, Instrument, Memory> recording;
    Task task;
    Pipeline pipeline;

   private:
    const Scalar* upload() {
      const std::vector<Scalar> packed = inputs.shared();
      shared = uploaded(packed);
      space.fence("kobie::batch::inputs");  // `packed` goes
      return shared.data();
    }

    template <class U>
    Kokkos::View<U*, Memory> uploaded(const std::vector<U>& numbers) const {
      Kokkos::View<U*, Memory> there(Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::inputs"),
                                     numbers.size());
      Kokkos::deep_copy(space, there, Kokkos::View<const U*, Kokkos::HostSpace>(numbers.data(), numbers.size()));
      return there;
    }
  };

  // As results have them; each run's own end has none.
  static std::vector<double> times_of(const Prepared& now, const SolveRequest& request) {
    std::vector<double> times = now.outputs.saves;
    for (double& time : times) {
      time = std::isfinite(time) ? request.t0 + time : std::numeric_limits<double>::quiet_NaN();
    }
    return times;
  }

  static std::vector<std::string> driver_names() {
    if constexpr (driver_count<S> > 0) {
      return S::drivers.names();
    } else {
      return {};
    }
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
            .method = std::string(Stepping::name),
            .controller = std::string(Control::name),
            .precision = std::is_same_v<Scalar, float> ? "float" : "double",
            .backend = Space::name(),
            .threads = Space().concurrency(),
            .lanes = lanes,
            .options = options_in_force(options_, control_choice<Control, Stepping>()),
            .request = repeatable_part(request),
            .wall_seconds = wall_seconds,
            .kernel_seconds = kernel_seconds,
            .version = version(),
            .kokkos_version = kokkos_version()};
  }

  SolverOptions options_;
  std::shared_ptr<SolverMemory> memory_;  // copies of a solver share it
};

}  // namespace kobie
