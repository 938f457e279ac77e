module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.core;
import kobie.drivers;
import kobie.io;
import :driver_text;
import :sweep_text;

namespace kobie {
namespace {

using Path = std::filesystem::path;

// Columns of a file, all of one length; without names where it has none.
io::CsvTable npy_table(const Path& path) {
  const io::NpyArray array = io::read_npy(path);
  if (array.shape.size() != 2) {
    throw FileError(path.string(), fmt::format("has {} dimensions; a driver's has two, [sample][column]", array.shape.size()));
  }
  return {.names = {}, .columns = array.columns()};
}

io::CsvTable table_of(std::string_view argument, const Path& path) {
  if (path.extension() == ".csv") {
    return io::read_csv(path);
  }
  if (path.extension() == ".npy") {
    return npy_table(path);
  }
  throw InvalidArgument(argument, fmt::format("'{}'", path.string()), "must end in .csv or .npy");
}

void take_samples(Driver& driver, io::CsvTable table, const Path& path) {
  if (table.columns.size() < 2) {
    throw FileError(path.string(), "needs two columns or more: times, and values of a driver");
  }
  driver.times = std::move(table.columns.front());
  const auto named = std::find(table.names.begin() + (table.names.empty() ? 0 : 1), table.names.end(), driver.name);
  if (named != table.names.end()) {
    driver.values = std::move(table.columns[static_cast<std::size_t>(named - table.names.begin())]);
    return;
  }
  driver.curves = std::ssize(table.columns) - 1;
  driver.values.reserve(driver.times.size() * static_cast<std::size_t>(driver.curves));
  for (auto column = table.columns.begin() + 1; column != table.columns.end(); ++column) {
    driver.values.insert(driver.values.end(), column->begin(), column->end());
  }
}

}  // namespace

Driver parse_driver(std::string_view argument, std::string_view text) {
  constexpr std::string_view allowed = "must be name=file, as in force=force.csv or force=force.csv:cubic:hold";
  const std::size_t equals = text.find('=');
  const auto parts = parts_of(text.substr(std::min(text.size(), equals + 1)), ':');
  if (equals == 0 || equals == std::string_view::npos || parts[0].empty() || parts.size() > 3) {
    throw InvalidArgument(argument, fmt::format("'{}'", text), allowed);
  }
  Driver driver;
  driver.name = text.substr(0, equals);
  if (parts.size() > 1) {
    driver.interpolation = choice_named(fmt::format("{}: interpolation", argument), parts[1], interpolation_names);
  }
  if (parts.size() > 2) {
    driver.outside = choice_named(fmt::format("{}: outside of samples", argument), parts[2], outside_names);
  }
  driver.stop_at_samples = driver.interpolation == Interpolation::previous;
  if (driver.interpolation == Interpolation::cubic && driver.outside == Outside::repeat) {
    driver.ends = SplineEnds::periodic;
  }
  const Path path(parts[0]);
  take_samples(driver, table_of(argument, path), path);
  return driver;
}

}  // namespace kobie
