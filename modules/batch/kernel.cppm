/// The kernel over runs: one thread integrates one run, or one in each lane.
module;
#include <cstddef>
#include <cstdint>

export module kobie.batch:kernel;

import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.systems;

namespace kobie {

/// A column of inputs in the memory of the backend: value(run) = values[(run / repeat) mod count].
template <class T>
struct InputColumn {
  const T* values = nullptr;
  std::int64_t count = 0;
  std::int64_t repeat = 1;

  constexpr T operator[](std::int64_t run) const {
    return count == 1 ? values[0] : values[(repeat == 1 ? run : run / repeat) % count];
  }
};

/// Where results go, in the memory of the backend. Run is the fastest axis of all of them.
template <class T>
struct OutputPointers {
  T* values = nullptr;  ///< [quantity][save][run]
  std::int32_t* status = nullptr;
  std::int32_t* accepted = nullptr;
  std::int32_t* rejected = nullptr;
  T* end_time = nullptr;
  std::int64_t runs = 0;
};

// Stores what the loop saves. Lanes of one pack are neighbouring runs.
template <class S, class Real>
class SaveSink {
  using T = ScalarOf<Real>;

 public:
  constexpr SaveSink(const OutputPointers<T>& out, std::int64_t saves, std::int64_t first_run)
      : out_(out), saves_(saves), first_run_(first_run) {}

  template <std::size_t States, std::size_t Observed>
  constexpr void operator()(MaskOf<Real> due, CountOf<Real> index, const Real (&y)[States],
                            const Real (&observed)[Observed]) const {
    for (int i = 0; i < lanes_of<Real>; ++i) {
      if (lane(due, i)) {
        T* at = out_.values + static_cast<std::int64_t>(lane(index, i)) * out_.runs + first_run_ + i;
        for (std::size_t q = 0; q < state_count<S>; ++q, at += saves_ * out_.runs) {
          *at = lane(y[q], i);
        }
        for (std::size_t q = 0; q < observable_count<S>; ++q, at += saves_ * out_.runs) {
          *at = lane(observed[q], i);
        }
      }
    }
  }

 private:
  const OutputPointers<T>& out_;
  std::int64_t saves_;
  std::int64_t first_run_;
};

/// A functor for Kokkos::parallel_for over a TeamPolicy whose teams hold `team_size` threads.
template <class S, class Method, class Control, class Real>
struct BatchKernel {
  using T = ScalarOf<Real>;
  static constexpr std::size_t inputs = state_count<S> + parameter_count<S>;

  LoopSettings<T> settings;
  InputColumn<T> columns[inputs];
  InputColumn<T> dt;
  InputColumn<T> dt_low;
  OutputPointers<T> out;
  std::int64_t first_run = 0;
  std::int64_t end_run = 0;

  template <class TeamMember>
  constexpr void operator()(const TeamMember& team) const {
    const std::int64_t thread = static_cast<std::int64_t>(team.league_rank()) * team.team_size() + team.team_rank();
    const std::int64_t first = first_run + thread * lanes_of<Real>;
    if (first < end_run) {
      integrate_from(first);
    }
  }

  constexpr void integrate_from(std::int64_t first) const {
    RunInput<S, Real> input;
    MaskOf<Real> active(true);
    CountOf<Real> number{};
    for (int i = 0; i < lanes_of<Real>; ++i) {
      // Lanes past the last run compute along with it and store nothing.
      const std::int64_t run = first + i < end_run ? first + i : end_run - 1;
      set_lane(number, i, i);
      for (std::size_t q = 0; q < state_count<S>; ++q) {
        set_lane(input.state[q], i, columns[q][run]);
      }
      for (std::size_t q = 0; q < parameter_count<S>; ++q) {
        set_lane(input.parameter[q], i, columns[state_count<S> + q][run]);
      }
      set_lane(input.dt, i, dt[run]);
      set_lane(input.dt_low, i, dt_low[run]);
    }
    const std::int64_t left = end_run - first;
    active = active && number < CountOf<Real>(static_cast<std::int32_t>(left < lanes_of<Real> ? left : lanes_of<Real>));

    SaveSink<S, Real> sink(out, settings.saves.count, first);
    Integrator<S, Method, Control, Real, SaveSink<S, Real>> integrator(settings, input, active, sink);
    const RunOutcome<Real> outcome = integrator.run();
    for (int i = 0; i < lanes_of<Real> && first + i < end_run; ++i) {
      out.status[first + i] = static_cast<std::int32_t>(lane(outcome.status, i));
      out.accepted[first + i] = static_cast<std::int32_t>(lane(outcome.accepted, i));
      out.rejected[first + i] = static_cast<std::int32_t>(lane(outcome.rejected, i));
      out.end_time[first + i] = settings.t0 + lane(outcome.elapsed, i);
    }
  }
};

}  // namespace kobie
