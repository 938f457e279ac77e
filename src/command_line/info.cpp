// kobie info.
module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Kokkos_Core.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.memory;
import kobie.numbers;
import :arguments;
import :catalog;
import :commands;

namespace kobie {
namespace {

using Json = nlohmann::ordered_json;

void print_row(std::string_view name, const std::string& value) { fmt::print("{}", table_row(name, value)); }

std::string memory_text(const MemoryInfo& memory) {
  return fmt::format("{} free of {}", bytes_text(memory.free), bytes_text(memory.total));
}

// What Kokkos says of the default backend: GPUs are named there.
std::string backend_details() {
  std::ostringstream text;
  Kokkos::DefaultExecutionSpace().print_configuration(text, false);
  return text.str();
}

std::vector<std::string> compiled_methods(const std::vector<CatalogSystem>& catalog) {
  std::vector<std::string> methods;
  for (const auto& system : catalog) {
    for (const auto& method : system.methods) {
      const std::string name = fmt::format("{} ({})", method.names.name, method.precision);
      if (std::ranges::find(methods, name) == methods.end()) {
        methods.push_back(name);
      }
    }
  }
  return methods;
}

ExitCode show_file(const InfoCommand& command) {
  const auto result = read(command.file);
  if (!command.json) {
    fmt::print("{}", result.summary());
    return ExitCode::success;
  }
  const auto& how = result.provenance();
  Json quantities = Json::array();
  for (const auto& quantity : result.quantities()) {
    quantities.push_back(quantity.name);
  }
  const Json all{{"file", command.file},
                 {"system", how.system},
                 {"method", how.method},
                 {"precision", how.precision},
                 {"runs", result.runs()},
                 {"saves", result.times().size()},
                 {"quantities", std::move(quantities)},
                 {"failures", result.failure_count()},
                 {"accepted_steps", result.total_accepted()},
                 {"rejected_steps", result.total_rejected()},
                 {"wall_seconds", how.wall_seconds},
                 {"kobie_version", how.version}};
  fmt::print("{}\n", all.dump(2));
  return ExitCode::success;
}

}  // namespace

ExitCode show_info(const std::vector<CatalogSystem>& catalog, const InfoCommand& command) {
  if (!command.file.empty()) {
    return show_file(command);
  }
  const MemoryInfo host = host_memory();
  const MemoryInfo device = device_memory();
  const auto methods = compiled_methods(catalog);
  if (command.json) {
    const Json all{{"kobie_version", version()},
                   {"kokkos_version", kokkos_version()},
                   {"backend", Session::backend()},
                   {"concurrency", Session::concurrency()},
                   {"lanes", {{"double", native_lanes<double>}, {"float", native_lanes<float>}}},
                   {"host_memory", {{"free", host.free}, {"total", host.total}}},
                   {"device_memory", {{"free", device.free}, {"total", device.total}}},
                   {"compiler", __VERSION__},
                   {"methods", methods}};
    fmt::print("{}\n", all.dump(2));
    return ExitCode::success;
  }
  print_row("kobie", version());
  print_row("kokkos", kokkos_version());
  print_row("compiler", __VERSION__);
  print_row("backend", fmt::format("{}, {} at once", Session::backend(), Session::concurrency()));
  print_row("lanes of a register", fmt::format("{} double, {} float", native_lanes<double>, native_lanes<float>));
  print_row("host memory", memory_text(host));
  print_row("device memory", memory_text(device));
  print_row("methods", fmt::format("{}", fmt::join(methods, ", ")));
  fmt::print("\n{}", backend_details());
  return ExitCode::success;
}

}  // namespace kobie
