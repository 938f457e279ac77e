// From arguments to what is to be integrated.
module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.drivers;
import kobie.models;
import :arguments;
import :catalog;
import :commands;
import :driver_text;
import :integration;
import :sweep_text;

namespace kobie {
namespace {

[[noreturn]] void refuse(std::string_view option, std::string_view value, std::string_view allowed) {
  throw InvalidArgument(option, fmt::format("'{}'", value), allowed);
}

void require_consistent(const RunArguments& arguments) {
  if (!arguments.inputs.empty() && !arguments.sweeps.empty() && !arguments.zip) {
    refuse("--sweep", arguments.sweeps.front(),
           "goes with --inputs only where --zip is given: a value for each row of the file");
  }
  if (arguments.inputs.empty() && !arguments.input_names.empty()) {
    refuse("--input-names", arguments.input_names.front(), "needs --inputs");
  }
  if (arguments.inputs.empty() && !arguments.input_group.empty()) {
    refuse("--input-group", arguments.input_group, "needs --inputs");
  }
  if (arguments.save_every != 0.0 && !arguments.save_at.empty()) {
    refuse("--save-at", fmt::format("{}", arguments.save_at.front()), "contradicts --save-every; give one of them");
  }
  if (arguments.summary.empty()) {
    if (!arguments.summarise.empty()) {
      refuse("--summarise", arguments.summarise.front(), "needs --summary");
    }
    if (arguments.sample_every != 0.0) {
      refuse("--sample-every", fmt::format("{}", arguments.sample_every), "needs --summary");
    }
    if (arguments.summarise_every != 0.0) {
      refuse("--summarise-every", fmt::format("{}", arguments.summarise_every), "needs --summary");
    }
  }
}

// Whether a name is that of a time which runs may have of their own, and not of a quantity.
bool is_own_time(std::string_view name, const ModelInfo& system) {
  const auto has = [&](std::span<const Value> values) { return std::ranges::find(values, name, &Value::name) != values.end(); };
  return (name == "t0" || name == "duration") && !has(system.states) && !has(system.parameters);
}

std::vector<NamedSweep> sweeps_of(const RunArguments& arguments, const ModelInfo& system) {
  std::vector<NamedSweep> sweeps;
  if (!arguments.inputs.empty()) {
    sweeps = read_sweeps(arguments.inputs, {.names = arguments.input_names, .group = arguments.input_group, .own_times = true});
  }
  for (const auto& text : arguments.sweeps) {
    sweeps.push_back(parse_sweep("--sweep", text));
    if (arguments.inputs.empty() && !arguments.zip && is_own_time(sweeps.back().name, system)) {
      refuse("--sweep", text, "needs --zip or --inputs: a value for each run");
    }
  }
  for (const auto& text : arguments.settings) {
    NamedSweep setting = parse_setting("--set", text);
    if (is_own_time(setting.name, system)) {
      refuse("--set", text, fmt::format("is said by --{}", setting.name));
    }
    // What a file says for all runs may be set anew: a file of results has all inputs.
    std::erase_if(sweeps, [&](const NamedSweep& other) {
      return !arguments.inputs.empty() && other.name == setting.name && other.sweep.values.size() == 1;
    });
    sweeps.push_back(std::move(setting));
  }
  return sweeps;
}

// Takes what runs have of their own out of the sweeps.
std::optional<Sweep> own_time(std::string_view name, std::vector<NamedSweep>& sweeps, std::optional<double> given,
                              const ModelInfo& system) {
  const auto found = std::ranges::find(sweeps, name, &NamedSweep::name);
  if (found == sweeps.end() || !is_own_time(name, system)) {
    return std::nullopt;
  }
  if (given) {
    throw InvalidArgument(fmt::format("--{}", name), *given, "contradicts the runs' own, which --sweep or --inputs gives");
  }
  Sweep own = std::move(found->sweep);
  sweeps.erase(found);
  if (std::ranges::find(sweeps, name, &NamedSweep::name) != sweeps.end()) {
    throw InvalidArgument(name, "a second sweep", "each quantity can be swept once");
  }
  return own;
}

// A batch has as many runs as a quantity has values: one of them gets a value for each where only times differ.
void lengthen(std::vector<NamedSweep>& sweeps, const std::optional<Sweep>& own, const ModelInfo& system) {
  const std::size_t runs = own ? own->values.size() : 1;
  if (runs == 1 || std::ranges::any_of(sweeps, [](const NamedSweep& one) { return one.sweep.values.size() > 1; })) {
    return;
  }
  if (sweeps.empty()) {
    sweeps.push_back({std::string(system.states[0].name), system.states[0].value});
  }
  std::vector<double>& values = sweeps.front().sweep.values;
  values.assign(runs, double{values.front()});
}

double duration_of(const RunArguments& arguments, const std::optional<Sweep>& own, const ModelInfo& system) {
  if (own) {
    return 0.0;  // the solver takes no other then
  }
  if (arguments.duration) {
    return *arguments.duration;
  }
  if (system.duration > 0.0) {
    return system.duration;
  }
  throw InvalidArgument("--duration", "none", "must be given: nothing is known of how long this system is usually integrated");
}

}  // namespace

Job job_of(const RunArguments& arguments, const CatalogSystem& system) {
  require_consistent(arguments);
  std::vector<NamedSweep> sweeps = sweeps_of(arguments, system.info);
  const std::optional<Sweep> t0 = own_time("t0", sweeps, arguments.t0, system.info);
  const std::optional<Sweep> duration = own_time("duration", sweeps, arguments.duration, system.info);
  lengthen(sweeps, t0, system.info);
  lengthen(sweeps, duration, system.info);
  std::vector<Driver> drivers;
  drivers.reserve(arguments.drivers.size());
  for (const auto& text : arguments.drivers) {
    drivers.push_back(parse_driver("--driver", text));
  }
  Job job{.sweeps = std::move(sweeps),
          .combine = arguments.zip || !arguments.inputs.empty() ? Combine::zip : Combine::cartesian,
          .t0 = t0,
          .duration = duration,
          .options = {.rtol = arguments.rtol,
                      .atol = arguments.atol,
                      .dt = arguments.dt,
                      .dt_min = arguments.dt_min,
                      .dt_max = arguments.dt_max,
                      .max_steps = arguments.max_steps},
          .request = {.t0 = arguments.t0.value_or(0.0),
                      .settling_time = arguments.settling_time,
                      .duration = duration_of(arguments, duration, system.info),
                      .drivers = std::move(drivers),
                      .stop_at = arguments.stop_at,
                      .save_every = arguments.save_every,
                      .save_at = arguments.save_at,
                      .save = arguments.save,
                      .land_on_saves = arguments.land_on_saves,
                      .sample_every = arguments.sample_every,
                      .summarise_every = arguments.summarise_every,
                      .summarise = arguments.summarise,
                      .metrics = arguments.summary,
                      .overwrite = arguments.overwrite,
                      .chunk_runs = arguments.chunk_runs}};
  return job;
}

}  // namespace kobie
