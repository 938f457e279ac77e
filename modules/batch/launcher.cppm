/// Launches the kernel of a solver over some runs.
export module kobie.batch:launcher;

import kobie.algorithms;
import kobie.buffers;
import kobie.kokkos;
import kobie.loop;
import kobie.numbers;
import kobie.standard;
import kobie.systems;
import :kernel;

namespace kobie {

/// What one team of a kernel has.
struct TeamFigures {
  int runs = 1;
  std::ptrdiff_t scratch_bytes = 0;
};

/// The kernel of `Method` for `S` with `Lanes` runs in each thread of `Execution`.
template <class S, class Method, class Control, class T, int LaneCount, class Execution, class Placement, class Instrument,
          class Summary>
class Launcher {
 public:
  using System = S;
  using Traits = AlgorithmTraits<Method, S>;
  using Scalar = T;
  using Space = Execution;
  using Task = Batch<S, Method, T>;
  using Declared = LoopBuffers<S, Method, T>;
  using Progress = std::function<void(std::int64_t, std::int64_t)>;
  static constexpr int lanes = LaneCount;

  /// Integrates the task's runs from 0 to run_count: on a GPU by the kernel of the tier that suits it. Calls `progress`, if
  /// there is one, from time to time. Returns how many runs, from 0 on, are integrated then: fewer than all where a stop was
  /// asked for. On a host, throws what a right-hand side throws.
  static std::int64_t launch(const Space& space, Task& batch, std::int64_t run_count, const Progress& progress,
                             const std::stop_token& stop) {
    if constexpr (on_host) {
      return launch_on_host<BuffersOf<Declared, Placement>>(space, batch, run_count, progress, stop);
    } else {
      return launch_tier<0>(space, batch, run_count, progress, stop, tier(space));
    }
  }

  /// What a team will have.
  static TeamFigures team(const Space& space) {
    if constexpr (on_host) {
      return {lanes, host_scratch<BuffersOf<Declared, Placement>>(space)};
    } else {
      return tier_team<0>(space, tier(space));
    }
  }

 private:
  static constexpr bool on_host =
      static_cast<bool>(Kokkos::SpaceAccessibility<Kokkos::HostSpace, typename Space::memory_space>::accessible);
  using Real = std::conditional_t<lanes == 1, T, Pack<T, lanes>>;

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

  // One launch; with progress to show, or to look between them whether to stop, one for each slice of the runs. A slice says
  // which run it has ended before.
  template <class LaunchSlice>
  static std::int64_t launch_in_slices(const Space& space, Task& batch, std::int64_t run_count, const Progress& progress,
                                       const std::stop_token& stop, bool watches, const LaunchSlice& launch_slice) {
    constexpr std::int64_t slices = 50;
    constexpr std::int64_t most = std::int64_t{1} << 30;  // Kokkos counts teams in an int
    // Runs in a slice, so that launching one costs little and every thread of a GPU has work.
    const std::int64_t least = std::max<std::int64_t>(4096, std::int64_t{2} * lanes * space.concurrency());
    const std::int64_t slice = progress || watches ? std::clamp(run_count / slices + 1, least, most) : most;
    for (std::int64_t first = 0; first < run_count; first += slice) {
      if (stop.stop_requested()) {
        return first;
      }
      batch.first_run = first;
      batch.end_run = std::min(first + slice, run_count);
      if (const std::int64_t end = launch_slice(); end < batch.end_run) {
        return end;
      }
      if (progress || watches) {
        space.fence("kobie::batch::progress");
      }
      if (progress) {
        progress(batch.end_run, run_count);
      }
    }
    return run_count;
  }

  template <class Buffers>
  using Parts = KernelParts<S, Method, Control, Buffers, Instrument, Summary>;

  static std::ptrdiff_t scratch_limit(const Space& space) {
    return static_cast<std::ptrdiff_t>(policy(space, 1, 1).scratch_size_max(0));
  }

  // A host's caches hold what is local as well as what is shared: there an automatic placement shares nothing.
  static std::size_t tier(const Space& space) {
    return choose_tier(placement_tiers<Declared, Placement>, {.scratch_bytes = scratch_limit(space)});
  }

  // Of a team of one thread. Scratch begins where the backend has it, and a pack where its alignment allows.
  template <class Buffers>
  static std::ptrdiff_t host_scratch(const Space& space) {
    constexpr auto shared = static_cast<std::ptrdiff_t>(Buffers::layout.bytes.shared) * lanes;
    if constexpr (shared > 0) {
      constexpr auto alignment = static_cast<std::ptrdiff_t>(alignof(Real));
      team_size_for(Buffers::layout.buffers,
                    {.threads = 1, .lanes = lanes, .fixed_bytes = alignment, .scratch_bytes = scratch_limit(space)});
      return shared + alignment;
    }
    return 0;
  }

  template <class Buffers>
  static std::int64_t launch_on_host(const Space& space, Task& batch, std::int64_t run_count, const Progress& progress,
                                     const std::stop_token& stop) {
    const std::ptrdiff_t bytes = host_scratch<Buffers>(space);
    return launch_in_slices(space, batch, run_count, progress, stop, false, [&] {
      std::atomic<std::int64_t> next_run(batch.first_run);
      KernelFailure failure;
      QueueStop queue_stop(stop, batch.end_run);
      const std::int64_t packs = (batch.end_run - batch.first_run + lanes - 1) / lanes;
      const auto threads = static_cast<int>(std::min<std::int64_t>(packs, space.concurrency()));
      Kokkos::parallel_for("kobie::batch::integrate", policy(space, threads, 1, bytes),
                           LaneKernel<Parts<Buffers>, S, Real>{batch, &next_run, &failure, &queue_stop});
      space.fence("kobie::batch::integrate");  // `next_run` goes
      failure.rethrow();
      return queue_stop.first_left();
    });
  }

  template <class Buffers>
  static TeamFigures device_team(const Space& space, const Task& batch) {
    constexpr auto bytes = static_cast<std::ptrdiff_t>(Buffers::layout.bytes.shared);
    using Kernel = ThreadKernel<Parts<Buffers>, S, T>;
    int team_size = policy(space, 1, 1).team_size_recommended(Kernel{batch}, Kokkos::ParallelForTag());
    if constexpr (bytes > 0) {
      team_size = team_size_for(Buffers::layout.buffers,
                                {.threads = team_size, .lanes = 1, .warp = 32, .scratch_bytes = scratch_limit(space)});
    }
    return {team_size, bytes * team_size};
  }

  template <class Buffers>
  static std::int64_t launch_on_device(const Space& space, Task& batch, std::int64_t run_count, const Progress& progress,
                                       const std::stop_token& stop) {
    const TeamFigures team = device_team<Buffers>(space, batch);
    return launch_in_slices(space, batch, run_count, progress, stop, stop.stop_possible(), [&] {
      const std::int64_t teams = (batch.end_run - batch.first_run + team.runs - 1) / team.runs;
      Kokkos::parallel_for("kobie::batch::integrate", policy(space, static_cast<int>(teams), team.runs, team.scratch_bytes),
                           ThreadKernel<Parts<Buffers>, S, T>{batch});
      return batch.end_run;
    });
  }

  // The buffers of the chosen tier; each tier's kernel is a type of its own.
  template <std::size_t number>
  static TeamFigures tier_team(const Space& space, std::size_t chosen) {
    if constexpr (number + 1 < placement_tiers<Declared, Placement>.size()) {
      if (number != chosen) {
        return tier_team<number + 1>(space, chosen);
      }
    }
    return device_team<BuffersOf<Declared, Placement, number>>(space, Task{});
  }
  template <std::size_t number>
  static std::int64_t launch_tier(const Space& space, Task& batch, std::int64_t run_count, const Progress& progress,
                                  const std::stop_token& stop, std::size_t chosen) {
    if constexpr (number + 1 < placement_tiers<Declared, Placement>.size()) {
      if (number != chosen) {
        return launch_tier<number + 1>(space, batch, run_count, progress, stop, chosen);
      }
    }
    return launch_on_device<BuffersOf<Declared, Placement, number>>(space, batch, run_count, progress, stop);
  }
};

}  // namespace kobie
