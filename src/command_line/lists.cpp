// kobie models, kobie methods.
module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.core;
import kobie.models;
import kobie.outputs;
import kobie.tableaus;
import :arguments;
import :catalog;
import :commands;
import :integration;

namespace kobie {
namespace {

using Json = nlohmann::ordered_json;

Json values_json(std::span<const Value> values, bool with_value) {
  Json list = Json::array();
  for (const auto& value : values) {
    Json one{{"name", value.name}};
    if (with_value) {
      one["value"] = value.value;
    }
    if (!value.unit.empty()) {
      one["unit"] = value.unit;
    }
    list.push_back(std::move(one));
  }
  return list;
}

Json model_json(const ModelInfo& info) {
  Json model{{"name", info.name}, {"about", info.about}, {"reference", info.reference}, {"method", info.method()}};
  model["duration"] = info.duration;
  model["time_unit"] = info.time_unit;
  model["states"] = values_json(info.states, true);
  model["parameters"] = values_json(info.parameters, true);
  model["drivers"] = values_json(info.drivers, false);
  model["observables"] = values_json(info.observables, false);
  return model;
}

void print_values(std::string_view what, std::span<const Value> values, bool with_value) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[i];
    const std::string number = with_value ? fmt::format("{:g}", value.value) : "";
    const std::string text = fmt::format("{:<14}{:<22}{:>14} {}", i == 0 ? what : "", value.name, number, value.unit);
    fmt::print("{}\n", text.substr(0, text.find_last_not_of(' ') + 1));
  }
}

void print_model(const ModelInfo& info) {
  fmt::print("{}: {}\n", info.name, info.about);
  if (!info.reference.empty()) {
    fmt::print("{:<14}{}\n", "reference", info.reference);
  }
  fmt::print("{:<14}{}\n", "method", info.method());
  if (info.duration > 0.0) {
    fmt::print("{:<14}{:g} {}\n", "duration", info.duration, info.time_unit);
  }
  print_values("states", info.states, true);
  print_values("parameters", info.parameters, true);
  print_values("drivers", info.drivers, false);
  print_values("observables", info.observables, false);
}

// What makes sense of a list of methods.
struct ListedMethod {
  MethodInfo info;
  std::string_view kind;
};

template <class... Ms>
void append(std::vector<ListedMethod>& listed, std::string_view kind, MethodList<Ms...>) {
  (listed.push_back({info_of<Ms>(), kind}), ...);
}

std::vector<ListedMethod> all_methods() {
  std::vector<ListedMethod> listed;
  append(listed, "explicit Runge-Kutta", Methods{});
  append(listed, "Rosenbrock", RosenbrockMethods{});
  append(listed, "diagonally implicit", DiagonallyImplicitMethods{});
  append(listed, "fully implicit", FullyImplicitMethods{});
  MethodInfo both = info_of<Tsit5>();
  both.name = Auto::name;
  both.aliases = {};
  listed.push_back({both, "tsit5, and rodas5p while a run is stiff"});
  return listed;
}

bool compiled_in(const std::vector<CatalogSystem>& catalog, std::string_view name) {
  return std::ranges::any_of(catalog, [&](const CatalogSystem& system) {
    return std::ranges::any_of(system.methods,
                               [&](const CatalogMethod& method) { return is_same_name(method.names.name, name); });
  });
}

}  // namespace

const CatalogSystem& system_named(const std::vector<CatalogSystem>& catalog, std::string_view name) {
  if (name.empty() && catalog.size() == 1) {
    return catalog.front();
  }
  std::vector<std::string> known;
  for (const auto& system : catalog) {
    if (is_same_name(system.info.name, name)) {
      return system;
    }
    known.emplace_back(system.info.name);
  }
  throw UnknownName("system", name, known);
}

const CatalogMethod& method_named(const CatalogSystem& system, std::string_view name, std::string_view precision) {
  const std::string_view wanted = name.empty() ? system.info.method() : name;
  std::vector<std::string> methods;
  std::vector<std::string> precisions;
  const CatalogMethod* found = nullptr;
  bool known = false;
  for (const auto& method : system.methods) {
    if (std::ranges::find(methods, method.names.name) == methods.end()) {
      methods.emplace_back(method.names.name);
    }
    if (std::ranges::find(precisions, method.precision) == precisions.end()) {
      precisions.emplace_back(method.precision);
    }
    if (answers_to(method.names, wanted)) {
      known = true;
      found = method.precision == precision ? &method : found;
    }
  }
  if (found != nullptr) {
    return *found;
  }
  if (known) {
    throw UnknownName("--precision", precision, precisions);
  }
  if (std::ranges::any_of(all_methods(), [&](const ListedMethod& method) { return answers_to(method.info, wanted); })) {
    throw InvalidArgument(
        "--method", fmt::format("'{}'", wanted),
        fmt::format("is not compiled into this program, which has: {}; KOBIE_CLI_METHODS chooses them when it "
                    "is built (docs/command_line.md)",
                    fmt::join(methods, ", ")));
  }
  throw UnknownName("--method", wanted, methods);
}

ExitCode list_models(const std::vector<CatalogSystem>& catalog, const ModelsCommand& command) {
  if (!command.name.empty()) {
    const ModelInfo& info = system_named(catalog, command.name).info;
    if (command.json) {
      fmt::print("{}\n", model_json(info).dump(2));
    } else {
      print_model(info);
    }
    return ExitCode::success;
  }
  Json list = Json::array();
  for (const auto& system : catalog) {
    if (command.json) {
      list.push_back(model_json(system.info));
    } else {
      fmt::print("{:<18}{:<10}{}\n", system.info.name, system.info.method(), system.info.about);
    }
  }
  if (command.json) {
    fmt::print("{}\n", list.dump(2));
  }
  return ExitCode::success;
}

ExitCode list_methods(const std::vector<CatalogSystem>& catalog, const MethodsCommand& command) {
  const auto listed = all_methods();
  if (command.json) {
    Json list = Json::array();
    for (const auto& [info, kind] : listed) {
      list.push_back({{"name", info.name},
                      {"kind", kind},
                      {"order", info.order},
                      {"embedded_order", info.embedded_order},
                      {"stages", info.stages},
                      {"aliases", std::vector<std::string_view>(info.aliases.begin(), info.aliases.end())},
                      {"compiled_in", compiled_in(catalog, info.name)}});
    }
    Json metrics = Json::array();
    for (const auto& metric : AllSummaries::infos()) {
      metrics.push_back({{"name", metric.name}, {"results", metric.results}});
    }
    fmt::print("{}\n", Json{{"methods", std::move(list)}, {"metrics", std::move(metrics)}}.dump(2));
    return ExitCode::success;
  }
  fmt::print("  {:<34}{:<10}{}\n", "method", "order", "kind");
  for (const auto& [info, kind] : listed) {
    const std::string order =
        info.adaptive() ? fmt::format("{}({})", info.order, info.embedded_order) : fmt::format("{}", info.order);
    fmt::print("{} {:<34}{:<10}{}\n", compiled_in(catalog, info.name) ? '*' : ' ', info.name, order, kind);
  }
  fmt::print(
      "\n* is compiled into this program; without an order in brackets, steps are fixed: --dt\n\nmetrics for --summary: ");
  std::string_view separator;
  for (const auto& metric : AllSummaries::infos()) {
    const std::size_t most = metric.results / metric.lists;
    fmt::print("{}{}{}", separator, metric.name, metric.lists > 1 ? fmt::format(":1 to {}", most) : "");
    separator = ", ";
  }
  fmt::print("\n");
  return ExitCode::success;
}

}  // namespace kobie
