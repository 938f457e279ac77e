module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import :result_contents;

namespace kobie {
namespace {

std::size_t position_in(const std::vector<std::string>& known, std::string_view kind, std::string_view name) {
  const auto found = std::ranges::find(known, name);
  if (found == known.end()) {
    throw UnknownName(kind, name, known);
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::vector<NamedSweep> from_csv(const std::filesystem::path& path, const std::vector<std::string>& names) {
  const io::CsvTable table = io::read_csv(path);
  std::vector<NamedSweep> sweeps;
  for (const auto& name : names.empty() ? table.names : names) {
    sweeps.push_back({name, table.columns[position_in(table.names, "column", name)]});
  }
  return sweeps;
}

std::vector<NamedSweep> from_npy(const std::filesystem::path& path, const std::vector<std::string>& names) {
  const io::NpyArray array = io::read_npy(path);
  const std::size_t rank = array.shape.size();
  if (rank != 1 && rank != 2) {
    throw FileError(path.string(), fmt::format("has {} dimensions; inputs have one, [run], or two, [run][column]", rank));
  }
  const std::size_t runs = array.shape[0];
  const std::size_t columns = rank == 1 ? 1 : array.shape[1];
  if (names.size() != columns) {
    throw InvalidArgument("names", fmt::format("{} of them", names.size()),
                          fmt::format("must be {}, one for each column of {}", columns, path.string()));
  }
  if (runs * columns == 0) {
    throw FileError(path.string(), "has no runs");
  }
  std::vector<NamedSweep> sweeps;
  for (auto& values : array.columns()) {
    sweeps.push_back({names[sweeps.size()], std::move(values)});
  }
  return sweeps;
}

std::vector<NamedSweep> from_result(const io::Hdf5File& file, const SweepSource& source) {
  const RunTable runs = read_runs(file);
  std::vector<Column> columns = runs.columns();
  const auto append = [&](const std::optional<Column>& own) {
    if (own && std::ranges::find(columns, own->name, &Column::name) == columns.end()) {
      columns.push_back(*own);
    }
  };
  if (source.own_times) {
    append(runs.t0());
    append(runs.duration());
  }
  const std::vector<std::string> known = names_of(columns);
  std::vector<NamedSweep> sweeps;
  for (const auto& name : source.names.empty() ? known : source.names) {
    const Column& column = columns[position_in(known, "state or parameter", name)];
    Sweep sweep = column.values;
    sweep.seed = column.seed;
    sweeps.push_back({name, std::move(sweep)});
  }
  return sweeps;
}

// The names of the datasets that are in a group itself, without the group's.
std::vector<std::string> datasets_in(const io::Hdf5File& file, std::string_view group) {
  std::vector<std::string> names;
  for (std::string_view name : file.names()) {
    if (name.starts_with(group) && name.find('/', group.size()) == std::string_view::npos) {
      names.emplace_back(name.substr(group.size()));
    }
  }
  return names;
}

std::vector<NamedSweep> from_datasets(const io::Hdf5File& file, const std::filesystem::path& path, const SweepSource& source) {
  const std::string group = source.group.empty() ? "" : source.group + "/";
  const std::vector<std::string> known = datasets_in(file, group);
  if (known.empty()) {
    throw FileError(path.string(),
                    group.empty() ? "has no datasets at its top" : fmt::format("has no datasets in group '{}'", source.group));
  }
  std::vector<NamedSweep> sweeps;
  std::string longest;
  std::size_t runs = 0;
  for (const auto& name : source.names.empty() ? known : source.names) {
    const std::string dataset = group + known[position_in(known, "dataset", name)];
    const std::vector<std::size_t> shape = file.shape(dataset);
    if (shape.size() > 1) {
      throw FileError(path.string(),
                      fmt::format("dataset '{}' has {} dimensions; inputs have one, [run]", dataset, shape.size()));
    }
    if (!shape.empty()) {
      if (shape[0] == 0) {
        throw FileError(path.string(), fmt::format("dataset '{}' has no runs", dataset));
      }
      if (!longest.empty() && shape[0] != runs) {
        throw FileError(path.string(), fmt::format("dataset '{}' has {} runs, '{}' has {}", dataset, shape[0], longest, runs));
      }
      runs = shape[0];
      longest = dataset;
    }
    sweeps.push_back({name, file.read<double>(dataset)});
  }
  return sweeps;
}

std::vector<NamedSweep> from_hdf5(const std::filesystem::path& path, const SweepSource& source) {
  const io::Hdf5File file(path);
  if (!is_result(file)) {
    return from_datasets(file, path, source);
  }
  require_readable(file, path);
  require_whole(file, path);
  return source.group.empty() ? from_result(file, source) : from_datasets(file, path, source);
}

}  // namespace

std::vector<NamedSweep> read_sweeps(const std::filesystem::path& path, const SweepSource& source) {
  if (io::is_hdf5_path(path)) {
    return from_hdf5(path, source);
  }
  const auto extension = path.extension();
  if (extension != ".csv" && extension != ".npy") {
    throw InvalidArgument("path", path.string(), "must end in .csv, .npy, .h5 or .hdf5");
  }
  if (!source.group.empty()) {
    throw InvalidArgument("group", source.group, fmt::format("must be empty where the file is {}", extension.string()));
  }
  return extension == ".csv" ? from_csv(path, source.names) : from_npy(path, source.names);
}

}  // namespace kobie
