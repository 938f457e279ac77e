module;
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

module kobie.batch;

import kobie.control;
import kobie.core;
import kobie.drivers;
import kobie.loop;
import kobie.outputs;
import :options;

namespace kobie {
namespace {

constexpr std::int64_t most_steps = std::numeric_limits<std::int32_t>::max();

void require_not_negative(std::string_view name, double value) {
  if (!(value >= 0.0) || !std::isfinite(value)) {
    throw InvalidArgument(name, value, "must be 0 or more");
  }
}

// One tolerance of every state, and what messages call it.
struct Tolerances {
  std::vector<double> values;
  std::vector<std::string> names;
};

Tolerances tolerances_of(std::string_view name, double common, const std::vector<StateTolerance>& given,
                         const std::vector<std::string>& states) {
  require_not_negative(name, common);
  Tolerances all{std::vector<double>(states.size(), common), std::vector<std::string>(states.size(), std::string(name))};
  for (const auto& [state, value] : given) {
    const auto found = std::ranges::find(states, state);
    if (found == states.end()) {
      throw UnknownName(fmt::format("{}_of", name), state, states);
    }
    const auto i = static_cast<std::size_t>(found - states.begin());
    const std::string own = fmt::format("{}_of[{}]", name, state);
    if (all.names[i] == own) {
      throw InvalidArgument(own, value, "this state's tolerance is given twice");
    }
    require_not_negative(own, value);
    all.values[i] = value;
    all.names[i] = own;
  }
  return all;
}

template <std::floating_point T>
ToleranceTable checked_tolerances(const SolverOptions& options, const RunTable& runs, bool adaptive) {
  std::vector<std::string> states = names_of(runs.columns());
  states.resize(runs.state_count());
  const Tolerances rtol = tolerances_of("rtol", options.rtol, options.rtol_of, states);
  const Tolerances atol = tolerances_of("atol", options.atol, options.atol_of, states);
  // Below a few units in the last place, rounding alone fails the error test.
  const double least = 4.0 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (rtol.values[i] == 0.0 && atol.values[i] == 0.0) {
      throw InvalidArgument(atol.names[i], 0.0, fmt::format("must be above 0 where {} is 0", rtol.names[i]));
    }
    if (adaptive && rtol.values[i] != 0.0 && rtol.values[i] < least) {
      throw InvalidArgument(rtol.names[i], rtol.values[i],
                            fmt::format("must be 0, or at least {:.2g} in this precision", least));
    }
  }
  if (options.rtol_of.empty() && options.atol_of.empty()) {
    return {};
  }
  return {rtol.values, atol.values};
}

ControlSettings<double> checked_control(const SolverOptions& options, const ControlChoice& control) {
  ControlSettings<double> settings = control.defaults;
  settings.safety = options.safety.value_or(settings.safety);
  settings.min_factor = options.min_factor.value_or(settings.min_factor);
  settings.max_factor = options.max_factor.value_or(settings.max_factor);
  settings.steady_min = options.steady_min.value_or(settings.steady_min);
  settings.steady_max = options.steady_max.value_or(settings.steady_max);
  if (!(settings.safety > 0.0 && settings.safety <= 1.0)) {
    throw InvalidArgument("safety", settings.safety, "must be above 0 and at most 1");
  }
  if (!(settings.min_factor > 0.0 && settings.min_factor < 1.0)) {
    throw InvalidArgument("min_factor", settings.min_factor, "must be above 0 and below 1");
  }
  if (!(settings.max_factor > 1.0) || !std::isfinite(settings.max_factor)) {
    throw InvalidArgument("max_factor", settings.max_factor, "must be above 1");
  }
  if (!(settings.steady_min > 0.0 && settings.steady_min <= 1.0)) {
    throw InvalidArgument("steady_min", settings.steady_min, "must be above 0 and at most 1");
  }
  if (!(settings.steady_max >= 1.0) || !std::isfinite(settings.steady_max)) {
    throw InvalidArgument("steady_max", settings.steady_max, "must be 1 or more");
  }

  const auto take_gain = [&](std::string_view name, int number, const std::optional<double>& given, double& gain) {
    if (!given) {
      return;
    }
    if (number > control.gains) {
      throw InvalidArgument(name, *given, fmt::format("the {} controller has no such gain", control.name));
    }
    // The widest for which exponents stay where fast_exp2 is right.
    if (!(std::abs(*given) <= 2.0)) {
      throw InvalidArgument(name, *given, "must lie between -2 and 2");
    }
    gain = *given;
  };
  take_gain("beta1", 1, options.beta1, settings.beta1);
  take_gain("beta2", 2, options.beta2, settings.beta2);
  take_gain("beta3", 3, options.beta3, settings.beta3);
  if (control.adaptive && !(settings.beta1 > 0.0)) {
    throw InvalidArgument("beta1", settings.beta1, "must be above 0");
  }
  return settings;
}

void check_step_limits(const SolverOptions& options) {
  require_not_negative("dt_min", options.dt_min);
  require_not_negative("dt_max", options.dt_max);
  if (options.dt_max > 0.0 && options.dt_min > options.dt_max) {
    throw InvalidArgument("dt_min", options.dt_min, fmt::format("must be at most dt_max, {}", options.dt_max));
  }
}

std::int64_t step_limit(const SolverOptions& options, const RunTable& runs, bool adaptive, double span) {
  if (options.max_steps < 0 || options.max_steps > most_steps) {
    throw InvalidArgument("max_steps", static_cast<double>(options.max_steps),
                          fmt::format("must be between 0 and {}", most_steps));
  }
  if (adaptive) {
    return options.max_steps == 0 ? 1'000'000 : options.max_steps;
  }
  double shortest = options.dt;
  if (runs.initial_step()) {
    shortest = std::ranges::min(runs.initial_step()->values);
  }
  if (!(shortest > 0.0)) {
    throw InvalidArgument("dt", options.dt, "must be above 0 where steps are fixed");
  }
  if (span / shortest > 0.5 * static_cast<double>(most_steps)) {
    throw InvalidArgument("dt", shortest,
                          fmt::format("needs {:.3g} steps; at most {} are allowed", span / shortest, most_steps / 2));
  }
  return options.max_steps == 0 ? most_steps : options.max_steps;
}

void require_one_span(const SolveRequest& request, const RunTable& runs) {
  constexpr std::string_view own = "must be 0 where runs have their own";
  if (runs.t0() && request.t0 != 0.0) {
    throw InvalidArgument("t0", request.t0, own);
  }
  if (runs.duration() && request.duration != 0.0) {
    throw InvalidArgument("duration", request.duration, own);
  }
}

RunSpans spans_of(const SolveRequest& request, const RunTable& runs) {
  const std::vector<double> common_t0 = {request.t0};
  const std::vector<double> common_duration = {request.duration};
  const std::vector<double>& starts = runs.t0() ? runs.t0()->values : common_t0;
  const std::vector<double>& durations = runs.duration() ? runs.duration()->values : common_duration;
  const auto [shortest, longest] = std::ranges::minmax(durations);
  double latest = -std::numeric_limits<double>::infinity();
  for (std::size_t run = 0; run < std::max(starts.size(), durations.size()); ++run) {
    // There is one value for all runs, or one for each.
    const double start = starts[starts.size() == 1 ? 0 : run];
    latest = std::fmax(latest, start + request.settling_time + durations[durations.size() == 1 ? 0 : run]);
  }
  return {.own = runs.t0() || runs.duration(),
          .own_durations = runs.duration().has_value(),
          .earliest = std::ranges::min(starts),
          .latest = latest,
          .shortest = shortest,
          .events = {runs.t0() ? 0.0 : request.t0, request.settling_time, longest}};
}

// Those of the request and of drivers, in one order, as far as runs meet them.
std::vector<double> checked_stops(const std::vector<double>& stop_at, const std::vector<Driver>& drivers,
                                  const RunSpans& spans) {
  double last = -std::numeric_limits<double>::infinity();
  for (const double t : stop_at) {
    if (!std::isfinite(t)) {
      throw InvalidArgument("stop_at", t, "must be finite");
    }
    if (!(t > last)) {
      throw InvalidArgument("stop_at", t, "times must ascend");
    }
    last = t;
  }
  std::vector<double> stops;
  // One at the end keeps the last step from what comes then.
  const double end = std::nextafter(spans.latest, std::numeric_limits<double>::infinity());
  std::ranges::copy_if(stop_at, std::back_inserter(stops), [&](double t) { return t > spans.earliest && t < end; });
  for (const auto& driver : drivers) {
    const std::vector<double> own = stops_of(driver, spans.earliest, end);
    stops.insert(stops.end(), own.begin(), own.end());
  }
  std::ranges::sort(stops);
  stops.erase(std::ranges::unique(stops).begin(), stops.end());
  return stops;
}

}  // namespace

void require_no_stops(const std::vector<double>& stops, std::string_view method) {
  if (!stops.empty()) {
    throw InvalidArgument("stop_at", stops.front(),
                          fmt::format("stages of {} see the right-hand side beyond the end of a step; choose another method "
                                      "where there are stops",
                                      method));
  }
}

template <std::floating_point T>
LoopSettings<T> checked_settings(const SolverOptions& options, const SolveRequest& request, const RunTable& runs,
                                 const ControlChoice& control, const std::vector<std::string>& drivers,
                                 std::vector<double>& times, LoopInputs& inputs) {
  require_one_span(request, runs);
  inputs.spans = spans_of(request, runs);
  const TimeSpan& span = inputs.spans.events;
  times = save_times(span, request.save_every, request.save_at);
  if (inputs.spans.own_durations && request.save_every == 0.0 && request.save_at.empty()) {
    times = {std::numeric_limits<double>::infinity()};
  }
  inputs.tolerances = checked_tolerances<T>(options, runs, control.adaptive);
  inputs.dt.values = {options.dt};
  inputs.t0.values = {request.t0};
  inputs.duration.values = {request.duration};
  inputs.drivers = checked_drivers(request.drivers, drivers, runs.size(), inputs.spans.earliest, inputs.spans.latest);
  inputs.stops = checked_stops(request.stop_at, inputs.drivers, inputs.spans);
  const ControlSettings<double> control_settings = checked_control(options, control);
  check_step_limits(options);
  require_not_negative("dt", options.dt);
  const double length = span.settling_time + span.duration;
  const std::int64_t steps = step_limit(options, runs, control.adaptive, length);
  if (request.chunk_runs < 0) {
    throw InvalidArgument("chunk_runs", fmt::format("{}", request.chunk_runs), "must be 0 or more");
  }
  std::error_code unknown;
  if (!options.results_folder.empty() && !std::filesystem::is_directory(options.results_folder, unknown)) {
    throw InvalidArgument("results_folder", options.results_folder.string(), "must be a folder that exists");
  }
  if (!request.write_to.empty()) {
    require_result_path(request.write_to, request.overwrite);
  }

  // The clock keeps about twice T's digits; some bits above its last digit, steps still add up exactly.
  const double shortest = span.settling_time + inputs.spans.shortest;
  const double resolution = std::fmax(shortest * std::ldexp(1.0, -2 * std::numeric_limits<T>::digits + 24),
                                      length * std::ldexp(1.0, -2 * std::numeric_limits<T>::digits + 8));
  LoopSettings<T> settings;
  settings.t0 = split<T>(request.t0);
  settings.end = split<T>(length);
  settings.own_spans = inputs.spans.own;
  settings.land_on_saves = request.land_on_saves;
  settings.rtol = static_cast<T>(options.rtol);
  settings.atol = static_cast<T>(options.atol);
  settings.dt_min = static_cast<T>(options.dt_min > 0.0 ? options.dt_min : resolution);
  settings.dt_max = static_cast<T>(options.dt_max > 0.0 ? options.dt_max : length);
  settings.max_steps = static_cast<std::int32_t>(steps);
  settings.control = rounded<T>(control_settings);
  return settings;
}

template LoopSettings<float> checked_settings<float>(const SolverOptions&, const SolveRequest&, const RunTable&,
                                                     const ControlChoice&, const std::vector<std::string>&,
                                                     std::vector<double>&, LoopInputs&);
template LoopSettings<double> checked_settings<double>(const SolverOptions&, const SolveRequest&, const RunTable&,
                                                       const ControlChoice&, const std::vector<std::string>&,
                                                       std::vector<double>&, LoopInputs&);

SolverOptions options_in_force(SolverOptions options, const ControlChoice& control) {
  options.device_share = {};
  options.host_share = {};
  if (!control.adaptive) {
    return options;
  }
  const ControlSettings<double> settings = checked_control(options, control);
  options.safety = settings.safety;
  options.min_factor = settings.min_factor;
  options.max_factor = settings.max_factor;
  options.steady_min = settings.steady_min;
  options.steady_max = settings.steady_max;
  const auto gain = [&](int number, double value) { return number <= control.gains ? std::optional(value) : std::nullopt; };
  options.beta1 = gain(1, settings.beta1);
  options.beta2 = gain(2, settings.beta2);
  options.beta3 = gain(3, settings.beta3);
  return options;
}

SolveRequest repeatable_part(const SolveRequest& request) {
  return {.t0 = request.t0,
          .settling_time = request.settling_time,
          .duration = request.duration,
          .drivers = request.drivers,
          .stop_at = request.stop_at,
          .save_every = request.save_every,
          .save_at = request.save_at,
          .save = request.save,
          .land_on_saves = request.land_on_saves,
          .sample_every = request.sample_every,
          .summarise_every = request.summarise_every,
          .summarise = request.summarise,
          .metrics = request.metrics};
}

std::vector<std::int64_t> checked_records(const SolveRequest& request, const RunTable& runs, bool recorder) {
  std::vector<std::int64_t> chosen = request.record_runs;
  if (!chosen.empty() && !recorder) {
    throw InvalidArgument("record_runs", fmt::format("{}{}", chosen.front(), chosen.size() > 1 ? ", ..." : ""),
                          "needs a solver with the policy kobie::StepRecorder");
  }
  for (const std::int64_t run : chosen) {
    if (run < 0 || run >= runs.size()) {
      throw InvalidArgument("record_runs", fmt::format("{}", run), fmt::format("must be between 0 and {}", runs.size() - 1));
    }
  }
  if (request.record_attempts < 0 || request.record_attempts > most_steps) {
    throw InvalidArgument("record_attempts", fmt::format("{}", request.record_attempts),
                          fmt::format("must be between 0 and {}", most_steps));
  }
  std::ranges::sort(chosen);
  chosen.erase(std::ranges::unique(chosen).begin(), chosen.end());
  return chosen;
}

void require_streamed_file(const SolveRequest& request) {
  if (request.write_to.empty()) {
    throw InvalidArgument("write_to", "nothing", "must name the file to write");
  }
  if (request.write_to.extension() == ".npy" || request.write_to.extension() == ".csv") {
    throw InvalidArgument("write_to", request.write_to.string(), "must end in .h5 or .hdf5 to be written while it is computed");
  }
  if (!request.record_runs.empty()) {
    throw InvalidArgument("record_runs", fmt::format("{}", request.record_runs.front()),
                          "must be empty where results go straight to a file");
  }
}

}  // namespace kobie
