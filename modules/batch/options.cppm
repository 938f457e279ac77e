/// What a solver and a solve are told, and the choices that are made when a solver is compiled.
export module kobie.batch:options;

import kobie.buffers;
import kobie.control;
import kobie.drivers;
import kobie.loop;
import kobie.memory;
import kobie.numbers;
import kobie.outputs;
import kobie.solvers;
import kobie.standard;
import :runs;

namespace kobie {

/// A tolerance for one state.
export struct StateTolerance {
  std::string state;
  double value;
};

/// How accurate, and within which limits. Times are in the system's own unit of time.
export struct SolverOptions {
  double rtol = 1e-6;
  double atol = 1e-6;
  std::vector<StateTolerance> rtol_of = {};  ///< {{"x", 1e-9}}: of states for which `rtol` is not the right one
  std::vector<StateTolerance> atol_of = {};
  double dt = 0.0;             ///< every step where steps are fixed (needed there), else the first; 0: found by Hairer's rule
  double dt_min = 0.0;         ///< a run that needs shorter steps fails; 0: the resolution of the clock
  double dt_max = 0.0;         ///< 0: the whole span; a step that meets the end or a save may be 1/64 longer
  std::int64_t max_steps = 0;  ///< attempts for each run; 0: 1,000,000, or as many as fixed steps need

  // Step size control as in ControlSettings; what is not given is as the literature has it for the method and the controller.
  std::optional<double> safety = {};      ///< the share of the step size that the error estimate suggests
  std::optional<double> min_factor = {};  ///< the most that a step shrinks at once
  std::optional<double> max_factor = {};  ///< the most that a step grows at once
  std::optional<double> steady_min = {};  ///< an accepted step's size is kept where it would change by a factor from this
  std::optional<double> steady_max = {};  ///< to this
  std::optional<double> beta1 = {};       ///< gains, as many as the controller has
  std::optional<double> beta2 = {};
  std::optional<double> beta3 = {};

  // Of the memory_manager()'s budgets; where nothing is said, an equal part of what others leave.
  MemoryShare device_share = {};
  MemoryShare host_share = {};
  /// On a disk: where memory has no room for its results, solve() keeps them in files there, without names, that are mapped
  /// into memory and go with the Result. Empty: such a solve is refused.
  std::filesystem::path results_folder = {};
};

/// Calls visit(name, option) for each option of step size control.
template <class Options, class Visit>
void for_each_control_option(Options& options, const Visit& visit) {
  visit(std::string_view("safety"), options.safety);
  visit(std::string_view("min_factor"), options.min_factor);
  visit(std::string_view("max_factor"), options.max_factor);
  visit(std::string_view("steady_min"), options.steady_min);
  visit(std::string_view("steady_max"), options.steady_max);
  visit(std::string_view("beta1"), options.beta1);
  visit(std::string_view("beta2"), options.beta2);
  visit(std::string_view("beta3"), options.beta3);
}

/// Which part of the solution is wanted, and where it goes. Where runs have a t0 of their own (Runs::with_t0), times of saves,
/// windows and peaks count from it.
export struct SolveRequest {
  double t0 = 0.0;
  double settling_time = 0.0;        ///< integrated before the duration starts, without saving
  double duration = 0.0;             ///< needed, unless runs have their own (Runs::with_duration)
  std::vector<Driver> drivers = {};  ///< one for each that the system names
  std::vector<double> stop_at = {};  ///< absolute times where steps end and begin anew: the right-hand side is not smooth there
  double save_every = 0.0;           ///< 0: only the end, or what save_at lists
  std::vector<double> save_at = {};
  std::vector<std::string> save = {};  ///< which states and observables; empty: all
  bool land_on_saves = false;          ///< end steps on save times, and on samples, instead of interpolating between steps
  double sample_every = 0.0;     ///< for a solver with Summaries, from the start of the duration to its end; 0: without samples
  double summarise_every = 0.0;  ///< the length of the windows that have summaries of their own; 0: the duration
  std::vector<std::string> summarise = {};  ///< which states and observables; empty: all
  std::vector<std::string> metrics = {};    ///< which of the solver's; "peaks:3": the first three alone; empty: all
  std::filesystem::path write_to = {};  ///< checked before anything is launched, written when all is done; empty: not written
  bool overwrite = false;
  std::vector<std::int64_t> record_runs = {};  ///< runs whose attempted steps are kept; for a solver with StepRecorder
  std::int64_t record_attempts = 1000;         ///< kept of each; those beyond are counted
  std::int64_t chunk_runs = 0;  ///< most runs in a chunk of a batch; 0: as many as memory and its transfers suggest
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};  ///< called from time to time with runs done
  std::stop_token stop = {};  ///< asked to stop, a solve finishes the runs that it has begun, and has others as Status::stopped
};

// Each kind of policy has a base, by which a solver finds its own in any order.
struct PrecisionPolicy {};
struct LanesPolicy {};
struct BackendPolicy {};

/// The numbers that a solver computes with: float or double (the default).
export template <std::floating_point T>
struct Precision : PrecisionPolicy {
  using type = T;
};

/// Integrates on Kokkos' default backend: a GPU where Kokkos was built for one, else the host's threads. The default.
export struct OnDefaultBackend : BackendPolicy {};
/// Integrates on the host's threads, also where the default backend is a GPU.
export struct OnHost : BackendPolicy {};
/// The same, but treats the host's memory as a device's, with arrays and copies of its own: to test on any machine what GPUs
/// do.
export struct OnHostAsDevice : BackendPolicy {};

/// How many runs a thread integrates at once: a power of two; 1 is scalar code, and all there is on a GPU. The default on a
/// host fills one vector register, or two in double where what the runs need fits into the first cache; it is 1 for systems
/// that say `lanes = false`.
export template <int W>
struct Lanes : LanesPolicy {
  static_assert(W > 0 && (W & (W - 1)) == 0, "kobie: Lanes<W> needs a power of two");
  static constexpr int count = W;
};

template <class P>
concept Policy =
    std::derived_from<P, ControlPolicy> || std::derived_from<P, PrecisionPolicy> || std::derived_from<P, LanesPolicy> ||
    std::derived_from<P, BackendPolicy> || std::derived_from<P, PlacementPolicy> || std::derived_from<P, InstrumentPolicy> ||
    std::derived_from<P, LinearSolverPolicy> || std::derived_from<P, SummaryPolicy>;

// The first of the policies that derives from Base, or Default.
template <class Base, class Default, class... Policies>
struct Pick {
  using type = Default;
};
template <class Base, class Default, class First, class... Rest>
struct Pick<Base, Default, First, Rest...>
    : std::conditional_t<std::derived_from<First, Base>, std::type_identity<First>, Pick<Base, Default, Rest...>> {};

/// The tolerances of each state; empty where all states have the same.
struct ToleranceTable {
  std::vector<double> rtol;
  std::vector<double> atol;
};

/// When the runs of a batch are.
struct RunSpans {
  bool own = false;            ///< they have a t0 or a duration of their own
  bool own_durations = false;  ///< they have a duration of their own
  double earliest = 0.0;       ///< t0
  double latest = 0.0;         ///< end
  double shortest = 0.0;       ///< duration
  TimeSpan events = {};  ///< of the longest run: events are in it. t0 is 0 where runs have their own, from which times count
};

/// What the loop reads besides its settings and the events. Columns hold what runs do not have of their own.
struct LoopInputs {
  ToleranceTable tolerances;
  std::vector<double> stops;    ///< absolute, ascending
  std::vector<Driver> drivers;  ///< in the order of the system's
  RunSpans spans;
  Column dt;
  Column t0;
  Column duration;
};

/// Checks options and request and turns them into what the loop needs. `times` are the saves, counted from t0, where one that
/// is infinite is each run's own end; `drivers` are the names of the system's. What settings point to is the caller's to fill
/// in. Throws InvalidArgument, UnknownName or FileError.
template <std::floating_point T>
LoopSettings<T> checked_settings(const SolverOptions& options, const SolveRequest& request, const RunTable& runs,
                                 const ControlChoice& control, const std::vector<std::string>& drivers,
                                 std::vector<double>& times, LoopInputs& inputs);

/// InvalidArgument where there are some.
void require_no_stops(const std::vector<double>& stops, std::string_view method);

/// The runs to record, ascending, each once. Throws InvalidArgument for one that the batch does not have, for a number of
/// attempts that is negative or more than a run can make, and where there are some and the solver has no recorder.
std::vector<std::int64_t> checked_records(const SolveRequest& request, const RunTable& runs, bool recorder);

/// The options that give the same steps whatever the defaults are: control of step sizes as it is in force. Without shares of
/// memory. Throws as checked_settings.
SolverOptions options_in_force(SolverOptions options, const ControlChoice& control);

/// What of a request its results depend on.
SolveRequest repeatable_part(const SolveRequest& request);

/// Throws InvalidArgument or FileError for a request that solve_to_file cannot serve.
void require_streamed_file(const SolveRequest& request);

}  // namespace kobie
