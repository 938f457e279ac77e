// kobie run, kobie plan.
module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.io;
import :arguments;
import :catalog;
import :commands;
import :integration;
import :main;
import :progress;

namespace kobie {
namespace {

using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

// What run and plan have in common.
struct Prepared {
  std::unique_ptr<Integration> integration;
  Job job;
  std::vector<Plot> plots;
  Path picture;             // empty: none
  Path streamed;            // the result file that is written while the solve goes; empty: none
  std::vector<Path> later;  // result files that are written afterwards
};

// Where plots go: beside the first result file, or by the name of the system.
Path picture_of(const RunArguments& arguments, std::string_view system) {
  if (arguments.plots.empty()) {
    if (!arguments.picture.empty()) {
      throw InvalidArgument("--picture", fmt::format("'{}'", arguments.picture), "needs --plot, which says what to draw");
    }
    return {};
  }
  if (!arguments.picture.empty()) {
    return arguments.picture;
  }
  return arguments.out.empty() ? Path(std::string(system) + ".png") : Path(arguments.out.front()).replace_extension(".png");
}

// What plots can be about, as the solve will make it.
PlotSubjects subjects_of(const Job& job, const RunTable& runs, const ModelInfo& system) {
  PlotSubjects subjects{.quantities = {}, .summaries = {}, .saves = 1, .runs = runs};
  const auto append = [&](std::vector<Column>& to, const std::vector<std::string>& chosen) {
    for (const auto values : {system.states, system.observables}) {
      for (const auto& value : values) {
        if (chosen.empty() || std::ranges::find(chosen, value.name) != chosen.end()) {
          to.push_back({std::string(value.name), std::string(value.unit), {}});
        }
      }
    }
  };
  append(subjects.quantities, job.request.save);
  if (!job.request.metrics.empty()) {
    append(subjects.summaries.quantities, job.request.summarise);
    subjects.summaries.metrics = chosen_metrics(job.request.metrics, AllSummaries::infos());
    subjects.summaries.window_ends = {0.0};
  }
  if (!job.request.save_at.empty()) {
    subjects.saves = job.request.save_at.size();
  } else if (job.request.save_every > 0.0) {
    subjects.saves = static_cast<std::size_t>(std::min(1e9, job.longest() / job.request.save_every)) + 1;
  }
  return subjects;
}

// Files that are to be made: none may be there, or be named twice.
void sort_outputs(const RunArguments& arguments, Prepared& now) {
  std::vector<Path> all;
  all.reserve(arguments.out.size() + 1);
  for (const auto& text : arguments.out) {
    const Path path(text);
    require_result_path(path, arguments.overwrite);
    if (io::is_hdf5_path(path) && now.streamed.empty()) {
      now.streamed = path;
    } else {
      now.later.push_back(path);
    }
    all.push_back(path);
  }
  if (!now.picture.empty()) {
    io::require_picture_path(now.picture, arguments.overwrite);
    all.push_back(now.picture);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::find(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), all[i]) !=
        all.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw InvalidArgument("--out", all[i].string(), "is named twice");
    }
  }
}

// Whether what is summarised is known at samples alone.
bool takes_samples(const RunArguments& arguments, const ModelInfo& system, const Integration& integration) {
  const auto observed = [&](const std::string& name) {
    return std::ranges::find(system.observables, name, &Value::name) != system.observables.end();
  };
  return !integration.follows_steps() ||
         (arguments.summarise.empty() ? !system.observables.empty() : std::ranges::any_of(arguments.summarise, observed));
}

Prepared prepared(const std::vector<CatalogSystem>& catalog, const RunArguments& arguments) {
  const CatalogSystem& system = system_named(catalog, arguments.system);
  const CatalogMethod& method = method_named(system, arguments.method, arguments.precision);
  Prepared now;
  now.plots.reserve(arguments.plots.size());
  for (const auto& text : arguments.plots) {
    now.plots.push_back(parse_plot(text));
  }
  now.job = job_of(arguments, system);
  if (std::ranges::any_of(now.plots, has_time_axis, &Plot::kind) && arguments.save_every == 0.0 && arguments.save_at.empty()) {
    now.job.request.save_every = now.job.longest() / 500.0;
  }
  now.picture = picture_of(arguments, system.info.name);
  sort_outputs(arguments, now);
  now.job.request.write_to = now.streamed;
  now.integration = method.make(!arguments.summary.empty());
  if (!arguments.summary.empty() && arguments.sample_every == 0.0 && takes_samples(arguments, system.info, *now.integration)) {
    const double window = arguments.summarise_every > 0.0 ? arguments.summarise_every : now.job.longest();
    now.job.request.sample_every = arguments.save_every > 0.0 ? arguments.save_every : window / 1000.0;
  }
  const RunTable runs = now.integration->runs(now.job);
  const PlotSubjects subjects = subjects_of(now.job, runs, system.info);
  for (const auto& plot : now.plots) {
    require_plot(plot, subjects);
  }
  return now;
}

Json json_of(const Provenance& how) {
  return {{"system", how.system},
          {"method", how.method},
          {"controller", how.controller},
          {"precision", how.precision},
          {"backend", how.backend},
          {"threads", how.threads},
          {"lanes", how.lanes},
          {"wall_seconds", how.wall_seconds},
          {"kernel_seconds", how.kernel_seconds},
          {"kobie_version", how.version}};
}

// What became of a solve, of either kind.
struct Outcome {
  Json json;
  std::string text;
  std::int64_t failures = 0;
  bool stopped = false;
};

Outcome outcome_of(const FileSolve& solved) {
  Outcome outcome{json_of(solved.provenance), solved.summary(), solved.totals.failures, solved.stopped};
  outcome.json.update({{"runs", solved.plan.runs},
                       {"finished_runs", solved.finished_runs},
                       {"resumed_runs", solved.resumed_runs},
                       {"failures", solved.totals.failures},
                       {"accepted_steps", solved.totals.accepted_steps},
                       {"rejected_steps", solved.totals.rejected_steps}});
  return outcome;
}

template <class T>
Outcome outcome_of(const Result<T>& result) {
  Outcome outcome{json_of(result.provenance()), result.summary(), result.failure_count(), result.stopped()};
  outcome.json.update({{"runs", result.runs()},
                       {"finished_runs", result.finished_runs()},
                       {"failures", result.failure_count()},
                       {"accepted_steps", result.total_accepted()},
                       {"rejected_steps", result.total_rejected()}});
  return outcome;
}

AnyResult read_back(const Path& path, std::string_view precision) {
  if (precision == "float") {
    return Result<float>::read(path);
  }
  return Result<double>::read(path);
}

ExitCode exit_code_of(const Outcome& outcome) {
  if (outcome.stopped) {
    return ExitCode::interrupted;
  }
  return outcome.failures > 0 ? ExitCode::runs_failed : ExitCode::success;
}

class Report {
 public:
  explicit Report(const RunArguments& arguments) : json_(arguments.json), quiet_(arguments.quiet) {}

  void file(std::string_view what, const Path& path) {
    files_.push_back({{"what", what}, {"path", path.string()}});
    if (!json_ && !quiet_) {
      fmt::print("{}", table_row(what, path.string()));
    }
  }
  void text(const std::string& text) const {
    if (!json_ && !quiet_) {
      fmt::print("{}", text);
    }
  }
  void end(Json outcome, bool stopped) {
    if (json_) {
      outcome["stopped"] = stopped;
      outcome["files"] = files_;
      fmt::print("{}\n", outcome.dump(2));
    }
  }

 private:
  bool json_;
  bool quiet_;
  Json files_ = Json::array();
};

// What a file is called that is not whole: as BlockFile has it, for those that are written while they are computed.
Path partial_of_streamed(Path path) { return path += ".partial"; }
Path partial_of(const Path& path) { return Path(path).replace_extension(".partial" + path.extension().string()); }

}  // namespace

ExitCode run(const std::vector<CatalogSystem>& catalog, const RunArguments& arguments, std::stop_token stop) {
  Prepared now = prepared(catalog, arguments);
  SolveRequest& request = now.job.request;
  request.stop = std::move(stop);
  if (!arguments.quiet) {
    request.progress = Progress();
  }
  Report report(arguments);
  Outcome outcome;
  std::optional<AnyResult> result;
  if (!now.streamed.empty()) {
    outcome = outcome_of(now.integration->solve_to_file(now.job));
    if (!outcome.stopped && (!now.later.empty() || !now.plots.empty())) {
      result = read_back(now.streamed, arguments.precision);
    }
  } else {
    result = now.integration->solve(now.job);
    outcome = std::visit([](const auto& whole) { return outcome_of(whole); }, *result);
  }
  report.text(outcome.text);
  if (!now.streamed.empty()) {
    report.file("results", outcome.stopped ? partial_of_streamed(now.streamed) : now.streamed);
  }
  for (const auto& path : now.later) {
    const Path place = outcome.stopped ? partial_of(path) : path;
    if (result) {
      std::visit([&](const auto& all) { all.write(place, arguments.overwrite || outcome.stopped); }, *result);
      report.file("results", place);
    }
  }
  if (outcome.stopped) {
    report.text(now.streamed.empty() ? "stopped\n" : "stopped; the same command goes on from there\n");
  } else if (result && !now.plots.empty()) {
    std::visit([&](const auto& all) { draw_plots(now.picture, all, now.plots, arguments.overwrite); }, *result);
    report.file("picture", now.picture);
  }
  report.end(std::move(outcome.json), outcome.stopped);
  return exit_code_of(outcome);
}

ExitCode plan(const std::vector<CatalogSystem>& catalog, const RunArguments& arguments) {
  const Prepared now = prepared(catalog, arguments);
  const auto destination = now.streamed.empty() ? Destination::memory : Destination::file;
  const SolvePlan plan = now.integration->plan(now.job, destination);
  if (arguments.json) {
    const Json all{{"runs", plan.runs},
                   {"chunks", plan.chunks},
                   {"chunk_runs", plan.chunk_runs},
                   {"device_bytes", plan.device_bytes},
                   {"pinned_bytes", plan.pinned_bytes},
                   {"host_bytes", plan.host_bytes},
                   {"result_bytes", plan.result_bytes},
                   {"upload_bytes", plan.upload_bytes},
                   {"download_bytes", plan.download_bytes},
                   {"team_runs", plan.team_runs},
                   {"team_scratch_bytes", plan.team_scratch_bytes}};
    fmt::print("{}\n", all.dump(2));
  } else {
    fmt::print("{}\n{}", plan.table(), now.integration->describe_buffers(plan.team_runs));
  }
  return ExitCode::success;
}

}  // namespace kobie
