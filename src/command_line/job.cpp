// From arguments to what is to be integrated.
module;
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.models;
import :arguments;
import :catalog;
import :commands;
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

std::vector<NamedSweep> sweeps_of(const RunArguments& arguments) {
  std::vector<NamedSweep> sweeps;
  if (!arguments.inputs.empty()) {
    sweeps = read_sweeps(arguments.inputs, {.names = arguments.input_names, .group = arguments.input_group});
  }
  for (const auto& text : arguments.sweeps) {
    sweeps.push_back(parse_sweep("--sweep", text));
  }
  for (const auto& text : arguments.settings) {
    NamedSweep setting = parse_setting("--set", text);
    // What a file says for all runs may be set anew: a file of results has all inputs.
    std::erase_if(sweeps, [&](const NamedSweep& other) {
      return !arguments.inputs.empty() && other.name == setting.name && other.sweep.values.size() == 1;
    });
    sweeps.push_back(std::move(setting));
  }
  return sweeps;
}

double duration_of(const RunArguments& arguments, const ModelInfo& system) {
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
  Job job{.sweeps = sweeps_of(arguments),
          .combine = arguments.zip || !arguments.inputs.empty() ? Combine::zip : Combine::cartesian,
          .options = {.rtol = arguments.rtol,
                      .atol = arguments.atol,
                      .dt = arguments.dt,
                      .dt_min = arguments.dt_min,
                      .dt_max = arguments.dt_max,
                      .max_steps = arguments.max_steps},
          .request = {.t0 = arguments.t0,
                      .settling_time = arguments.settling_time,
                      .duration = duration_of(arguments, system.info),
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
  if (!arguments.summary.empty() && arguments.sample_every == 0.0) {
    const double window = arguments.summarise_every > 0.0 ? arguments.summarise_every : job.request.duration;
    job.request.sample_every = arguments.save_every > 0.0 ? arguments.save_every : window / 1000.0;
  }
  return job;
}

}  // namespace kobie
