// Runs the integration loop on its own, and keeps what it saves in vectors.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

import kobie.buffers;
import kobie.control;
import kobie.core;
import kobie.loop;
import kobie.numbers;
import kobie.systems;
import kobie.tableaus;

namespace harness {

// What a solve would ask of the loop. Times are counted from t0.
struct Request {
  double t0 = 0.0;
  double end = 1.0;
  std::vector<double> saves = {};
  bool land_on_saves = false;
  double rtol = 1e-6;
  double atol = 1e-6;
  std::vector<double> rtol_of = {};  // of each state, or empty; likewise atol_of
  std::vector<double> atol_of = {};
  double dt_min = 0.0;
  double dt_max = 1e30;
  std::int32_t max_steps = 1'000'000'000;
};

// What one lane starts from.
struct Start {
  std::vector<double> state;
  std::vector<double> parameter = {};
  double dt = 0.0;
  bool active = true;
};

template <class T>
struct Save {
  std::int64_t index;
  std::vector<T> state;
  std::vector<T> observed;
};

template <class T>
struct Run {
  std::vector<Save<T>> saves;
  kobie::Status status;
  std::int64_t accepted;
  std::int64_t rejected;
  T elapsed;
  std::array<std::int64_t, kobie::run_count_names.size()> counts;
};

template <class System, class Real>
struct Recorder {
  using T = kobie::ScalarOf<Real>;
  std::vector<std::vector<Save<T>>> lanes = std::vector<std::vector<Save<T>>>(kobie::lanes_of<Real>);

  void operator()(kobie::MaskOf<Real> due, kobie::CountOf<Real> index,
                  kobie::Components<const Real, kobie::state_count<System>> y,
                  kobie::Components<const Real, kobie::observable_count<System>> observed) {
    for (int i = 0; i < kobie::lanes_of<Real>; ++i) {
      if (kobie::lane(due, i)) {
        Save<T> save{kobie::lane(index, i), {}, {}};
        for (std::size_t q = 0; q < y.size(); ++q) {
          save.state.push_back(kobie::lane(y[q], i));
        }
        for (std::size_t q = 0; q < kobie::observable_count<System>; ++q) {
          save.observed.push_back(kobie::lane(observed[q], i));
        }
        lanes[static_cast<std::size_t>(i)].push_back(save);
      }
    }
  }
};

// Where shared buffers lie.
template <class Real>
struct Scratch {
  Real* base = nullptr;
  std::ptrdiff_t stride = 1;
};

template <class System, class Method, class Real, class Placement = kobie::AllLocal>
using Buffers = kobie::BuffersOf<kobie::LoopBuffers<System, Method, kobie::ScalarOf<Real>>, Placement>;

// Lane i starts from starts[i % starts.size()], and is run i to an instrument.
template <class System, class Method, class Control, class Real, class Placed = Buffers<System, Method, Real>,
          class Instrument = kobie::NoInstrument>
std::vector<Run<kobie::ScalarOf<Real>>> integrate(const Request& request, const std::vector<Start>& starts,
                                                  const Instrument& instrument = {}, const Scratch<Real>& scratch = {}) {
  using T = kobie::ScalarOf<Real>;
  std::vector<T> high;
  std::vector<T> low;
  for (const double time : request.saves) {
    high.push_back(kobie::split<T>(time).high);
    low.push_back(kobie::split<T>(time).low);
  }
  kobie::LoopSettings<T> settings;
  settings.t0 = kobie::split<T>(request.t0);
  settings.end = kobie::split<T>(request.end);
  settings.saves = {high.data(), low.data(), static_cast<std::int32_t>(high.size())};
  settings.land_on_saves = request.land_on_saves;
  settings.rtol = static_cast<T>(request.rtol);
  settings.atol = static_cast<T>(request.atol);
  settings.dt_min = static_cast<T>(request.dt_min);
  settings.dt_max = static_cast<T>(request.dt_max);
  settings.max_steps = request.max_steps;
  settings.control = kobie::rounded<T>(Control::template defaults<Method>());
  const std::vector<T> rtol_of(request.rtol_of.begin(), request.rtol_of.end());
  const std::vector<T> atol_of(request.atol_of.begin(), request.atol_of.end());
  if (!rtol_of.empty()) {
    settings.rtol_of = rtol_of.data();
    settings.atol_of = atol_of.data();
  }

  constexpr int lanes = kobie::lanes_of<Real>;
  kobie::RunInput<System, Real> input{};
  kobie::CountOf<Real> active{};
  for (int i = 0; i < lanes; ++i) {
    const Start& start = starts[static_cast<std::size_t>(i) % starts.size()];
    for (std::size_t q = 0; q < kobie::state_count<System>; ++q) {
      kobie::set_lane(input.state[q], i, static_cast<T>(start.state[q]));
    }
    for (std::size_t q = 0; q < kobie::parameter_count<System>; ++q) {
      kobie::set_lane(input.parameter[q], i, static_cast<T>(start.parameter[q]));
    }
    kobie::set_lane(input.dt, i, kobie::split<T>(start.dt).high);
    kobie::set_lane(input.dt_low, i, kobie::split<T>(start.dt).low);
    kobie::set_lane(active, i, start.active ? 1 : 0);
  }

  Recorder<System, Real> recorder;
  kobie::Integrator<System, Method, Control, Real, Recorder<System, Real>, Placed, Instrument> integrator(
      settings, recorder, instrument, scratch.base, scratch.stride);
  for (int i = 0; i < lanes; ++i) {
    integrator.instrument().set_run(i, i);
  }
  const kobie::RunOutcome<Real> outcome = integrator.run(input, active == kobie::CountOf<Real>(1));

  std::vector<Run<T>> runs;
  for (int i = 0; i < lanes; ++i) {
    runs.push_back({recorder.lanes[static_cast<std::size_t>(i)],
                    static_cast<kobie::Status>(kobie::lane(outcome.status, i)),
                    kobie::lane(outcome.accepted, i),
                    kobie::lane(outcome.rejected, i),
                    kobie::lane(outcome.elapsed, i),
                    {}});
    for (std::size_t k = 0; k < kobie::run_count_names.size(); ++k) {
      runs.back().counts[k] = kobie::lane(outcome.counts[k], i);
    }
  }
  return runs;
}

// One run, in scalar double.
template <class System, class Method, class Control>
Run<double> integrate_one(const Request& request, const Start& start) {
  return integrate<System, Method, Control, double>(request, {start}).front();
}

}  // namespace harness
