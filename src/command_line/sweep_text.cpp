module;
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import :sweep_text;

namespace kobie {
namespace {

// A text that is about a sweep, and what to say where it is wrong.
struct SweepText {
  std::string_view argument;
  std::string_view text;

  [[noreturn]] void fail(std::string_view allowed) const {
    throw InvalidArgument(argument, fmt::format("'{}'", text), allowed);
  }

  double number(std::string_view part) const {
    double value = 0.0;
    const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || last != part.data() + part.size() || !std::isfinite(value)) {
      fail(fmt::format("'{}' must be a finite number", part));
    }
    return value;
  }

  // Counts may be written as 1e5.
  std::size_t count(std::string_view part) const {
    const double value = number(part);
    if (value < 1.0 || value > 1e9 || value != std::floor(value)) {
      fail(fmt::format("'{}' must be a whole number from 1 to 1e9, how many values there are", part));
    }
    return static_cast<std::size_t>(value);
  }

  std::uint64_t seed(std::string_view part) const {
    std::uint64_t value = 0;
    const auto [last, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || last != part.data() + part.size()) {
      fail(fmt::format("'{}' must be a whole number, the seed of the draws", part));
    }
    return value;
  }
};

// name=rest.
std::pair<std::string, std::string_view> named(const SweepText& all, std::string_view allowed) {
  const std::size_t equals = all.text.find('=');
  if (equals == 0 || equals == std::string_view::npos || equals + 1 == all.text.size()) {
    all.fail(allowed);
  }
  return {std::string(all.text.substr(0, equals)), all.text.substr(equals + 1)};
}

Sweep drawn(const SweepText& all, const std::vector<std::string_view>& parts) {
  if (parts.size() != 5) {
    all.fail(fmt::format("{} needs {}:count:seed after it", parts[0],
                         parts[0] == "normal" ? "mean:standard deviation" : "low:high"));
  }
  const double a = all.number(parts[1]);
  const double b = all.number(parts[2]);
  const std::size_t count = all.count(parts[3]);
  const std::uint64_t seed = all.seed(parts[4]);
  return parts[0] == "normal" ? normal(a, b, count, seed)
                              : (parts[0] == "uniform" ? uniform(a, b, count, seed) : log_uniform(a, b, count, seed));
}

Sweep sweep_of(const SweepText& all, std::string_view values) {
  const auto parts = parts_of(values, ':');
  if (parts.size() == 1) {
    std::vector<double> list;
    for (const auto part : parts_of(values, ',')) {
      list.push_back(all.number(part));
    }
    return list;
  }
  if (parts[0] == "uniform" || parts[0] == "log-uniform" || parts[0] == "normal") {
    return drawn(all, parts);
  }
  if (parts[0] == "log") {
    if (parts.size() != 4) {
      all.fail("log needs first:last:count after it");
    }
    return logspace(all.number(parts[1]), all.number(parts[2]), all.count(parts[3]));
  }
  if (parts.size() != 3) {
    all.fail(
        "values are first:last:count, log:first:last:count, a list 1,2,3, or uniform, log-uniform or normal with two numbers, "
        "count and seed");
  }
  return linspace(all.number(parts[0]), all.number(parts[1]), all.count(parts[2]));
}

}  // namespace

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t first = 0;;) {
    const std::size_t end = text.find(separator, first);
    parts.push_back(text.substr(first, end - first));
    if (end == std::string_view::npos) {
      return parts;
    }
    first = end + 1;
  }
}

NamedSweep parse_sweep(std::string_view argument, std::string_view text) {
  const SweepText all{argument, text};
  auto [name, values] = named(all, "must be name=values, as in rho=0:21:1000");
  return {std::move(name), sweep_of(all, values)};
}

NamedSweep parse_setting(std::string_view argument, std::string_view text) {
  const SweepText all{argument, text};
  auto [name, value] = named(all, "must be name=value, as in rho=28");
  return {std::move(name), all.number(value)};
}

}  // namespace kobie
