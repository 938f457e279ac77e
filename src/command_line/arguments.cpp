module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import :arguments;
import :catalog;

namespace kobie {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view sweep_help =
    "values of a state or parameter: name=first:last:count, name=log:first:last:count, name=1,2,3, "
    "name=uniform:low:high:count:seed (log-uniform, normal likewise); several are combined, each value with each; with --zip "
    "also of t0 and duration";

std::string json_text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// An options file, TOML or JSON: keys are the long options of the command that is given.
class OptionsFile : public CLI::ConfigTOML {
 public:
  explicit OptionsFile(const CLI::App& root) : root_(root) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::ostringstream all;
    all << input.rdbuf();
    const std::string text = all.str();
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    std::istringstream again(text);
    auto found = first != std::string::npos && text[first] == '{' ? from_json(text) : CLI::ConfigTOML::from_config(again);
    const auto commands = root_.get_subcommands();
    std::erase_if(found, [](const CLI::ConfigItem& item) { return item.name == "++" || item.name == "--"; });
    for (auto& item : found) {
      require_known(item, *commands.at(0));
      item.parents = {commands.at(0)->get_name()};
    }
    return found;
  }

 private:
  static std::vector<CLI::ConfigItem> from_json(const std::string& text) {
    std::vector<CLI::ConfigItem> found;
    Json object;
    try {
      object = Json::parse(text);
    } catch (const Json::parse_error& error) {
      throw InvalidArgument("--config", fmt::format("at byte {}", error.byte), "is not JSON there");
    }
    for (const auto& [key, value] : object.items()) {
      CLI::ConfigItem item;
      item.name = key;
      if (value.is_array()) {
        for (const auto& element : value) {
          item.inputs.push_back(json_text(element));
        }
      } else {
        item.inputs.push_back(json_text(value));
      }
      found.push_back(std::move(item));
    }
    return found;
  }

  static void require_known(const CLI::ConfigItem& item, const CLI::App& command) {
    std::vector<std::string> known;
    for (const CLI::Option* option : command.get_options()) {
      if (option->get_configurable()) {
        known.push_back(option->get_single_name());
      }
    }
    const std::string key = fmt::format("{}{}{}", fmt::join(item.parents, "."), item.parents.empty() ? "" : ".", item.name);
    if (std::ranges::find(known, key) == known.end()) {
      throw UnknownName("--config: key", key, known);
    }
  }

  const CLI::App& root_;
};

void add_inputs(CLI::App& command, RunArguments& to) {
  command.add_option("--sweep", to.sweeps, std::string(sweep_help))->take_all();
  command.add_option("--set", to.settings, "a value for all runs: name=value")->take_all();
  command.add_option("--inputs", to.inputs, "a file of inputs, a row for each run: .csv, .npy, .h5 (kobie's results, too)");
  command.add_option("--input-names", to.input_names, "which of the file's columns; of a .npy file what they are")
      ->delimiter(',');
  command.add_option("--input-group", to.input_group, "the group of an .h5 file that has them");
  command.add_flag("--zip", to.zip, "sweeps of equal length side by side, instead of each value with each");
}

void add_options(CLI::App& command, RunArguments& to) {
  command.add_option("-m,--method", to.method, "see `methods`; default: what suits the system");
  command.add_option("--precision", to.precision, "double or float")->capture_default_str();
  command.add_option("--rtol", to.rtol, "relative tolerance")->capture_default_str();
  command.add_option("--atol", to.atol, "absolute tolerance")->capture_default_str();
  command.add_option("--dt", to.dt, "the first step; every step of a method without an error estimate");
  command.add_option("--dt-min", to.dt_min, "a run that needs shorter steps fails");
  command.add_option("--dt-max", to.dt_max, "the longest step");
  command.add_option("--max-steps", to.max_steps, "attempted steps of each run");
}

void add_request(CLI::App& command, RunArguments& to) {
  command.add_option("--t0", to.t0, "the time at which runs start; default: 0");
  command.add_option("--settling-time", to.settling_time, "integrated before the duration, without saving");
  command.add_option("-d,--duration", to.duration, "how long runs are; default: what is usual for the model");
  command
      .add_option("--driver", to.drivers,
                  "forcing given as samples: name=file.csv, or name=file.csv:cubic:hold (previous, linear or cubic between "
                  "samples; refuse, hold, zero or repeat beyond them); columns are times, then values")
      ->take_all();
  command.add_option("--stop-at", to.stop_at, "absolute times at which steps end and begin anew: 1,2.5")->delimiter(',');
  command.add_option("--save-every", to.save_every, "time between saves; default: only the end, or 500 for a plot over time");
  command.add_option("--save-at", to.save_at, "absolute times of saves: 0.5,1,2")->delimiter(',');
  command.add_option("--save", to.save, "states and observables to keep: x,z; default: all")->delimiter(',');
  command.add_flag("--land-on-saves", to.land_on_saves, "end steps on saves instead of interpolating");
  command.add_option("--summary", to.summary, "metrics of each run: mean,max,peaks:5; see `methods`")->delimiter(',');
  command.add_option("--summarise", to.summarise, "states and observables to summarise; default: all")->delimiter(',');
  command.add_option(
      "--sample-every", to.sample_every,
      "time between samples for summaries; default: none, or where it takes them that between saves, or 1000 in a "
      "window");
  command.add_option("--summarise-every", to.summarise_every, "windows that have summaries of their own");
}

constexpr const char* plot_examples = "fan:x, trajectories:x, phase:x,z, sweep:x,rho, sweep:x.max,rho, histogram:x, map:x,rho";

void add_outputs(CLI::App& command, RunArguments& to) {
  command.add_option("-o,--out", to.out, "result file: .h5, .csv or .npy; may be given several times")->take_all();
  command.add_option("--plot", to.plots, plot_examples)->take_all();
  command.add_option("--picture", to.picture, "where plots go: .png or .svg; default: beside --out, or the system's name");
  command.add_flag("--overwrite", to.overwrite, "replace files that exist");
  command.add_option("--chunk-runs", to.chunk_runs, "most runs in a chunk; default: what memory suggests");
  command.add_flag("--json", to.json, "print what happened as JSON");
  command.add_flag("-q,--quiet", to.quiet, "print nothing but errors");
}

void add_run(CLI::App& command, RunArguments& to, bool one_system) {
  auto* system = command.add_option("system", to.system, "which system; see `models`");
  if (!one_system) {
    system->required();
  }
  add_inputs(command, to);
  add_options(command, to);
  add_request(command, to);
  add_outputs(command, to);
}

std::vector<std::string> long_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

// What the arguments that nobody expected were meant to be.
[[noreturn]] void refuse_extras(const CLI::App& root, const std::vector<std::string>& extras) {
  const auto commands = root.get_subcommands();
  const std::string& first = extras.front();
  if (commands.empty()) {
    std::vector<std::string> known;
    for (const CLI::App* command : root.get_subcommands({})) {
      known.push_back(command->get_name());
    }
    if (!first.starts_with("-")) {
      throw UnknownName("command", first, known);
    }
    throw UnknownName("option", first.substr(0, first.find('=')), long_names(root));
  }
  if (first.starts_with("--")) {
    auto known = long_names(*commands.front());
    known.emplace_back("--config");
    throw UnknownName("option", first.substr(0, first.find('=')), known);
  }
  throw InvalidArgument("argument", fmt::format("'{}'", first),
                        fmt::format("is one too many; `{} --help` says what is taken", commands.front()->get_name()));
}

// CLI11's own words, on one line.
std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

struct Parsed {
  RunArguments run;
  RunArguments plan;
  ModelsCommand models;
  MethodsCommand methods;
  InfoCommand info;
  PlotCommand plot;
  CompareCommand compare;
};

}  // namespace

Command parse_command(const std::vector<CatalogSystem>& catalog, const std::string& program,
                      std::vector<std::string> arguments) {
  Parsed to;
  const bool one_system = catalog.size() == 1;
  CLI::App root("Integrates ordinary differential equations for very many parameter sets and initial states at once.", program);
  root.set_version_flag("--version", version());
  root.require_subcommand(0, 1);
  root.fallthrough();
  root.set_config("--config", "", "a TOML or JSON file of options; those of the command line come first");
  root.config_formatter(std::make_shared<OptionsFile>(root));
  root.footer("--kokkos-num-threads=N and Kokkos' other arguments are understood as well. `COMMAND --help` says more.");

  add_run(*root.add_subcommand("run", "integrate a sweep; write results and pictures"), to.run, one_system);
  add_run(*root.add_subcommand("plan", "what a run would take: memory, chunks, buffers; nothing is integrated"), to.plan,
          one_system);
  auto* models = root.add_subcommand("models", "the systems there are, or one of them");
  models->add_option("name", to.models.name, "of a system");
  models->add_flag("--json", to.models.json, "as JSON");
  auto* methods = root.add_subcommand("methods", "the methods and the metrics there are");
  methods->add_flag("--json", to.methods.json, "as JSON");
  auto* info = root.add_subcommand("info", "this program and this machine, or a result file");
  info->add_option("file", to.info.file, "a result file");
  info->add_flag("--json", to.info.json, "as JSON");
  auto* plot = root.add_subcommand("plot", "draw a result file");
  plot->add_option("file", to.plot.file, "a result file (.h5)")->required();
  plot->add_option("plots", to.plot.plots, plot_examples)->required();
  plot->add_option("-o,--out", to.plot.picture, "the picture: .png or .svg; default: the file's name with .png");
  plot->add_flag("--overwrite", to.plot.overwrite, "replace a picture that exists");
  auto* compare = root.add_subcommand("compare", "whether two result files agree; exit code 1 where they do not");
  compare->add_option("left", to.compare.left, "a result file (.h5)")->required();
  compare->add_option("right", to.compare.right, "another one")->required();
  compare->add_option("--rtol", to.compare.rtol, "|left - right| may be atol + rtol max(|left|, |right|)")
      ->capture_default_str();
  compare->add_option("--atol", to.compare.atol, "see --rtol")->capture_default_str();
  compare->add_flag("--json", to.compare.json, "as JSON");

  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    root.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    const auto commands = root.get_subcommands();
    return TextCommand{commands.empty() ? root.help() : commands.front()->help()};
  } catch (const CLI::CallForVersion&) {
    return TextCommand{version() + "\n"};
  } catch (const CLI::ExtrasError&) {
    refuse_extras(root, root.remaining(true));
  } catch (const CLI::FileError& error) {
    throw FileError("--config", one_line(error.what()));
  } catch (const CLI::ParseError& error) {
    throw UsageError(one_line(error.what()));
  }
  const auto commands = root.get_subcommands();
  if (commands.empty()) {
    return TextCommand{root.help()};
  }
  const std::string name = commands.front()->get_name();
  if (name == "run") {
    return RunCommand{std::move(to.run)};
  }
  if (name == "plan") {
    return PlanCommand{std::move(to.plan)};
  }
  if (name == "models") {
    return to.models;
  }
  if (name == "methods") {
    return to.methods;
  }
  if (name == "info") {
    return to.info;
  }
  return name == "plot" ? Command(std::move(to.plot)) : Command(std::move(to.compare));
}

}  // namespace kobie
