// kobie compare.
module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.io;
import :arguments;
import :commands;
import :main;

namespace kobie {
namespace {

using Json = nlohmann::ordered_json;

void require_tolerance(std::string_view option, double value) {
  if (!(value >= 0.0) || !std::isfinite(value)) {
    throw InvalidArgument(option, value, "must be 0 or a positive number");
  }
}

// What two results are compared by: what was integrated, not how.
bool compared(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {"time",     "status",       "window_end", "t0",
                                                     "duration", "initial_step", "stop_at"};
  constexpr std::array<std::string_view, 7> groups = {"states/",     "observables/", "summaries/",   "initial/",
                                                      "parameters/", "drivers/",     "driver_times/"};
  return std::ranges::find(names, name) != names.end() ||
         std::ranges::any_of(groups, [&](std::string_view group) { return name.starts_with(group); });
}

struct Difference {
  std::string dataset;
  std::string why;              // where its values cannot be compared
  std::size_t values = 0;       // that differ by more than is allowed
  double largest = 0.0;         // of all |left - right|
  double largest_relative = 0;  // of all |left - right| / max(|left|, |right|)

  bool agrees() const { return why.empty() && values == 0; }
};

Difference difference(const io::Hdf5File& left, const io::Hdf5File& right, const std::string& name, const CompareCommand& how) {
  Difference found{.dataset = name, .why = {}};
  if (!left.has(name) || !right.has(name)) {
    found.why = fmt::format("only in the {} file", left.has(name) ? "first" : "second");
    return found;
  }
  if (left.shape(name) != right.shape(name)) {
    found.why = "of different shape";
    return found;
  }
  if (name.starts_with("drivers/")) {
    for (const auto& attribute : driver_attributes()) {
      if (left.attribute(name, attribute) != right.attribute(name, attribute)) {
        found.why = fmt::format("of different {}", attribute);
        return found;
      }
    }
  }
  const auto a = left.read<double>(name);
  const auto b = right.read<double>(name);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) {
      continue;
    }
    const double distance = std::abs(a[i] - b[i]);
    const double size = std::max(std::abs(a[i]), std::abs(b[i]));
    if (!(distance <= how.atol + how.rtol * size)) {
      ++found.values;
    }
    // A number beside none is farther than any.
    constexpr double infinity = std::numeric_limits<double>::infinity();
    found.largest = std::max(found.largest, std::isnan(distance) ? infinity : distance);
    found.largest_relative = std::max(found.largest_relative, std::isnan(distance) ? infinity : distance / size);
  }
  return found;
}

io::Hdf5File whole_result(const std::string& path) {
  io::Hdf5File file(path);
  require_result(file, path);
  require_readable(file, path);
  require_whole(file, path);
  return file;
}

std::string figures(const Difference& difference) {
  if (!difference.why.empty()) {
    return difference.why;
  }
  return fmt::format("{:<12.3g}{:<12.3g}{}", difference.largest, difference.largest_relative, difference.values);
}

}  // namespace

ExitCode compare(const CompareCommand& command) {
  require_tolerance("--rtol", command.rtol);
  require_tolerance("--atol", command.atol);
  const io::Hdf5File left = whole_result(command.left);
  const io::Hdf5File right = whole_result(command.right);
  std::set<std::string> names;
  for (const auto* file : {&left, &right}) {
    std::ranges::copy_if(file->names(), std::inserter(names, names.end()), compared);
  }
  std::vector<Difference> differences;
  differences.reserve(names.size());
  for (const auto& name : names) {
    differences.push_back(difference(left, right, name, command));
  }
  const bool agree = std::ranges::all_of(differences, &Difference::agrees);
  if (command.json) {
    Json list = Json::array();
    for (const auto& d : differences) {
      Json one{{"dataset", d.dataset}, {"agrees", d.agrees()}};
      if (d.why.empty()) {
        // JSON has no infinity.
        const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json("infinite"); };
        one.update({{"largest", number(d.largest)}, {"largest_relative", number(d.largest_relative)}, {"values", d.values}});
      } else {
        one["why"] = d.why;
      }
      list.push_back(std::move(one));
    }
    fmt::print("{}\n", Json{{"agree", agree}, {"rtol", command.rtol}, {"atol", command.atol}, {"datasets", list}}.dump(2));
  } else {
    std::size_t width = 10;
    for (const auto& name : names) {
      width = std::max(width, name.size() + 2);
    }
    fmt::print("{:<{}}{:<12}{:<12}{}\n", "dataset", width, "largest", "relative", "too far");
    for (const auto& d : differences) {
      fmt::print("{:<{}}{}\n", d.dataset, width, figures(d));
    }
    fmt::print("{}\n", agree ? "they agree" : "they differ");
  }
  return agree ? ExitCode::success : ExitCode::differ;
}

}  // namespace kobie
