module;
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.core;
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

template <std::floating_point T>
void check_tolerances(const SolverOptions& options, bool adaptive) {
  require_not_negative("rtol", options.rtol);
  require_not_negative("atol", options.atol);
  if (options.rtol == 0.0 && options.atol == 0.0) {
    throw InvalidArgument("atol", options.atol, "must be above 0 where rtol is 0");
  }
  // Below a few units in the last place, rounding alone fails the error test.
  const double least = 4.0 * static_cast<double>(std::numeric_limits<T>::epsilon());
  if (adaptive && options.rtol != 0.0 && options.rtol < least) {
    throw InvalidArgument("rtol", options.rtol, fmt::format("must be 0, or at least {:.2g} in this precision", least));
  }
}

void check_control(const SolverOptions& options) {
  if (!(options.safety > 0.0 && options.safety <= 1.0)) {
    throw InvalidArgument("safety", options.safety, "must be above 0 and at most 1");
  }
  if (!(options.min_factor > 0.0 && options.min_factor < 1.0)) {
    throw InvalidArgument("min_factor", options.min_factor, "must be above 0 and below 1");
  }
  if (!(options.max_factor > 1.0) || !std::isfinite(options.max_factor)) {
    throw InvalidArgument("max_factor", options.max_factor, "must be above 1");
  }
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

}  // namespace

template <std::floating_point T>
LoopSettings<T> checked_settings(const SolverOptions& options, const SolveRequest& request, const RunTable& runs, bool adaptive,
                                 std::vector<double>& times) {
  const TimeSpan span{request.t0, request.settling_time, request.duration};
  times = save_times(span, request.save_every, request.save_at);
  check_tolerances<T>(options, adaptive);
  check_control(options);
  require_not_negative("dt", options.dt);
  const double length = span.settling_time + span.duration;
  const std::int64_t steps = step_limit(options, runs, adaptive, length);
  if (!request.write_to.empty()) {
    require_result_path(request.write_to, request.overwrite);
  }

  // The clock keeps about twice T's digits; some bits above its last digit, steps still add up exactly.
  const double resolution = length * std::ldexp(1.0, -2 * std::numeric_limits<T>::digits + 24);
  LoopSettings<T> settings;
  settings.t0 = static_cast<T>(span.t0);
  settings.end = split<T>(length);
  settings.land_on_saves = request.land_on_saves;
  settings.rtol = static_cast<T>(options.rtol);
  settings.atol = static_cast<T>(options.atol);
  settings.dt_min = static_cast<T>(options.dt_min > 0.0 ? options.dt_min : resolution);
  settings.dt_max = static_cast<T>(options.dt_max > 0.0 ? options.dt_max : length);
  settings.max_steps = static_cast<std::int32_t>(steps);
  settings.control = {static_cast<T>(options.safety), static_cast<T>(options.min_factor), static_cast<T>(options.max_factor)};
  return settings;
}

template LoopSettings<float> checked_settings<float>(const SolverOptions&, const SolveRequest&, const RunTable&, bool,
                                                     std::vector<double>&);
template LoopSettings<double> checked_settings<double>(const SolverOptions&, const SolveRequest&, const RunTable&, bool,
                                                       std::vector<double>&);

void require_room(std::string_view place, std::uint64_t bytes, std::uint64_t available) {
  if (bytes > available) {
    constexpr double gib = 1024.0 * 1024.0 * 1024.0;
    throw Error(
        fmt::format("this solve needs {:.3g} GiB of memory and {} has {:.3g}: save less often, or solve fewer runs at once",
                    static_cast<double>(bytes) / gib, place, static_cast<double>(available) / gib));
  }
}

}  // namespace kobie
