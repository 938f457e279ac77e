// The layout of result files; docs/files.md describes it for readers.
module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import kobie.loop;
import kobie.memory;
import kobie.outputs;
import :chunk_store;
import :driver_contents;
import :output_choice;
import :result_arrays;
import :result_contents;

namespace kobie {
namespace {

bool is_npy(const std::filesystem::path& path) { return path.extension() == ".npy"; }

void require_known_extension(const std::filesystem::path& path) {
  if (!io::is_hdf5_path(path) && !is_npy(path) && path.extension() != ".csv") {
    throw InvalidArgument("path", path.string(), "must end in .h5, .hdf5, .npy or .csv");
  }
}

// A file that was written while it was computed keeps the seconds of each of its chunks.
double seconds(const io::Hdf5File& file, std::string_view attribute) {
  if (file.has_attribute(attribute)) {
    return std::get<double>(file.attribute(attribute));
  }
  const auto chunks = file.read<double>("checkpoint/seconds");
  return std::accumulate(chunks.begin(), chunks.end(), 0.0);
}

// Names, one a line; none where there is no such attribute.
std::vector<std::string> read_names(const io::Hdf5File& file, std::string_view attribute) {
  std::vector<std::string> names;
  if (file.has_attribute(attribute)) {
    std::istringstream lines(std::get<std::string>(file.attribute(attribute)));
    for (std::string name; std::getline(lines, name);) {
      names.push_back(name);
    }
  }
  return names;
}

// Of each state that has one of its own.
std::vector<StateTolerance> read_tolerances(const io::Hdf5File& file, std::string_view name) {
  std::vector<StateTolerance> tolerances;
  for (const auto& dataset : members(file, "initial/")) {
    if (file.has_attribute(dataset, name)) {
      tolerances.push_back(
          {dataset.substr(std::string_view("initial/").size()), std::get<double>(file.attribute(dataset, name))});
    }
  }
  return tolerances;
}

// What files of format 1 do not have.
void read_rest(const io::Hdf5File& file, SolverOptions& options, SolveRequest& request) {
  options.rtol_of = read_tolerances(file, "rtol");
  options.atol_of = read_tolerances(file, "atol");
  options.dt_min = std::get<double>(file.attribute("dt_min"));
  options.dt_max = std::get<double>(file.attribute("dt_max"));
  options.max_steps = std::get<std::int64_t>(file.attribute("max_steps"));
  for_each_control_option(options, [&](std::string_view name, std::optional<double>& value) {
    if (file.has_attribute(name)) {
      value = std::get<double>(file.attribute(name));
    }
  });
  request.save_every = std::get<double>(file.attribute("save_every"));
  if (file.has("save_at")) {
    request.save_at = file.read<double>("save_at");
  }
  if (file.has("stop_at")) {
    request.stop_at = file.read<double>("stop_at");
  }
  request.drivers = read_drivers(file);
  request.land_on_saves = std::get<std::int64_t>(file.attribute("land_on_saves")) != 0;
  request.save = read_names(file, "save");
  request.summarise = read_names(file, "summarise");
  request.metrics = read_names(file, "metrics");
  if (file.has_attribute("sample_every")) {
    request.sample_every = std::get<double>(file.attribute("sample_every"));
  }
  if (file.has_attribute("summarise_every")) {
    request.summarise_every = std::get<double>(file.attribute("summarise_every"));
  }
}

Provenance read_provenance(const io::Hdf5File& file) {
  const auto text = [&](std::string_view name) { return std::get<std::string>(file.attribute(name)); };
  const auto number = [&](std::string_view name) { return std::get<double>(file.attribute(name)); };
  const auto whole = [&](std::string_view name) { return std::get<std::int64_t>(file.attribute(name)); };
  Provenance provenance{
      .system = text("system"),
      .method = text("method"),
      .controller = text("controller"),
      .precision = text("precision"),
      .backend = text("backend"),
      .threads = whole("threads"),
      .lanes = whole("lanes"),
      .options = {.rtol = number("rtol"), .atol = number("atol"), .dt = number("dt")},
      .request = {.t0 = number("t0"), .settling_time = number("settling_time"), .duration = number("duration")},
      .repeatable = whole("format_version") > 1,
      .wall_seconds = seconds(file, "wall_seconds"),
      .kernel_seconds = seconds(file, "kernel_seconds"),
      .version = text("kobie_version"),
      .kokkos_version = text("kokkos_version")};
  if (provenance.repeatable) {
    read_rest(file, provenance.options, provenance.request);
  }
  return provenance;
}

template <class T>
HostArray<T> read_array(const io::Hdf5File& file, std::string_view name, std::size_t count) {
  HostArray<T> array(count);
  file.read_into(name, io::element_type_of<T>, array.data(), count);
  return array;
}

std::string unit_of(const io::Hdf5File& file, const std::string& dataset) {
  return file.has_attribute(dataset, "units") ? std::get<std::string>(file.attribute(dataset, "units")) : "";
}

// Metrics and quantities in the order of their first datasets; each metric has all quantities.
SummaryTable read_summary_table(const io::Hdf5File& file) {
  constexpr std::string_view group = "summaries/";
  SummaryTable table;
  if (file.has("window_end")) {
    table.window_ends = file.read<double>("window_end");
  }
  for (const auto& name : members(file, group)) {
    const std::size_t cut = name.find('/', group.size());
    const std::string metric = name.substr(group.size(), cut - group.size());
    const std::string unit = unit_of(file, name);
    if (table.metrics.empty() || table.metrics.back().name != metric) {
      const auto whole = [&](std::string_view attribute) {
        return static_cast<std::size_t>(std::get<std::int64_t>(file.attribute(name, attribute)));
      };
      table.metrics.push_back({metric, whole("results"), false, file.has_attribute(name, "lists") ? whole("lists") : 1});
    }
    if (table.metrics.size() == 1) {
      table.quantities.push_back({name.substr(cut + 1), unit, {}});
    } else if (!unit.empty()) {
      Column& quantity = *std::ranges::find(table.quantities, name.substr(cut + 1), &Column::name);
      quantity.unit = unit;
    }
    table.metrics.back().keeps_unit = table.metrics.back().keeps_unit || !unit.empty();
  }
  return table;
}

// NaN where a value of its own is not in the file yet.
Column read_column(const io::Hdf5File& file, const std::string& dataset, std::string name, const std::vector<Chunk>& missing) {
  Column column{std::move(name), unit_of(file, dataset), file.read<double>(dataset)};
  if (file.has_attribute(dataset, "seed")) {
    column.seed = std::stoull(std::get<std::string>(file.attribute(dataset, "seed")));
  }
  for (const Chunk& chunk : missing) {
    if (column.varies()) {
      std::fill_n(column.values.begin() + chunk.first, chunk.count, std::numeric_limits<double>::quiet_NaN());
    }
  }
  return column;
}

}  // namespace

std::vector<std::string> members(const io::Hdf5File& file, std::string_view group) {
  std::vector<std::string> names;
  for (const auto& name : file.names()) {
    if (name.starts_with(group)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names, {}, [&](const std::string& name) { return std::get<std::int64_t>(file.attribute(name, "order")); });
  return names;
}

bool is_result(const io::Hdf5File& file) {
  return file.has_attribute("format") && file.attribute("format") == io::AttributeValue(std::string("kobie result"));
}

void require_result(const io::Hdf5File& file, const std::filesystem::path& path) {
  if (!is_result(file)) {
    throw FileError(path.string(), "is not a result file of kobie");
  }
}

void require_readable(const io::Hdf5File& file, const std::filesystem::path& path) {
  const io::AttributeValue version = file.attribute("format_version");
  const auto* number = std::get_if<std::int64_t>(&version);
  if (number == nullptr || *number < 1 || *number > result_format_version) {
    throw FileError(path.string(), fmt::format("has a format that this version of kobie does not read; it reads 1 to {}",
                                               result_format_version));
  }
}

std::vector<Chunk> missing_chunks(const io::Hdf5File& file) {
  std::vector<Chunk> missing;
  if (!file.has("checkpoint/finished")) {
    return missing;
  }
  const auto marks = file.read<std::int32_t>("checkpoint/finished");
  const auto length = std::get<std::int64_t>(file.attribute("checkpoint/finished", "block_length"));
  const auto runs = static_cast<std::int64_t>(file.shape("status").at(0));
  for (std::int64_t number = 0; number < std::ssize(marks); ++number) {
    if (marks[static_cast<std::size_t>(number)] != 1) {
      missing.push_back({number, number * length, std::min(length, runs - number * length)});
    }
  }
  return missing;
}

void require_whole(const io::Hdf5File& file, const std::filesystem::path& path) {
  if (const auto missing = missing_chunks(file).size(); missing > 0) {
    const std::size_t chunks = file.shape("checkpoint/finished").at(0);
    throw FileError(path.string(), fmt::format("is not finished: {} of {} chunks are there", chunks - missing, chunks));
  }
}

RunTable read_runs(const io::Hdf5File& file) {
  const auto missing = missing_chunks(file);
  std::vector<Column> columns;
  std::size_t states = 0;
  for (const std::string_view group : {"initial/", "parameters/"}) {
    states = columns.size();
    for (const auto& dataset : members(file, group)) {
      columns.push_back(read_column(file, dataset, dataset.substr(group.size()), missing));
    }
  }
  const auto own = [&](const std::string& dataset, std::string name) {
    return file.has(dataset) ? std::optional(read_column(file, dataset, std::move(name), missing)) : std::nullopt;
  };
  OwnColumns of_runs{own("initial_step", "initial step"), own("t0", "t0"), own("duration", "duration")};
  return {std::move(columns), states, static_cast<std::int64_t>(file.shape("status").at(0)), std::move(of_runs)};
}

void require_result_path(const std::filesystem::path& path, bool overwrite) {
  require_known_extension(path);
  io::require_writable(path, overwrite);
}

template <std::floating_point T>
void Result<T>::write(const std::filesystem::path& path, bool overwrite) const {
  require_known_extension(path);
  if (path.extension() == ".csv") {
    write_table(path, overwrite);
    return;
  }
  const auto run_count = static_cast<std::size_t>(runs());
  if (is_npy(path)) {
    const io::Dataset all_series{
        "all", io::element_type_of<T>, arrays_.values.data(), {quantities_.columns.size(), times_.size(), run_count}, {}, {}};
    io::write_npy(path, all_series, overwrite);
    return;
  }

  ResultContents<T> file(runs_, quantities_, times_, arrays_.counts.size() / run_count, summaries_, provenance_, &arrays_);
  if (stopped()) {
    file.contents().attributes.push_back({"partial", std::int64_t{1}});
  }
  const RecordArrays<T> recorded(recorded_);
  auto& datasets = file.contents().datasets;
  datasets.insert(datasets.end(), recorded.datasets().begin(), recorded.datasets().end());
  io::write_hdf5(path, file.contents(), overwrite);
}

template <std::floating_point T>
void Result<T>::write_npy(const std::filesystem::path& path, std::string_view name, bool overwrite) const {
  if (!is_npy(path)) {
    throw InvalidArgument("path", path.string(), "must end in .npy");
  }
  const auto series = (*this)[name];
  io::write_npy(path,
                {std::string(name), io::element_type_of<T>, series.data_handle(), {series.extent(0), series.extent(1)}, {}, {}},
                overwrite);
}

template <std::floating_point T>
Result<T> Result<T>::read(const std::filesystem::path& path) {
  const io::Hdf5File file(path);
  require_result(file, path);
  require_readable(file, path);
  RunTable runs = read_runs(file);
  Provenance provenance = read_provenance(file);
  const auto run_count = static_cast<std::size_t>(runs.size());
  auto times = file.read<double>("time");
  auto names = members(file, "states/");
  Quantities quantities{.columns = {}, .states = names.size()};
  std::ranges::copy(members(file, "observables/"), std::back_inserter(names));
  for (const auto& name : names) {
    quantities.columns.push_back({name.substr(name.find('/') + 1), unit_of(file, name), {}});
  }
  const std::size_t series = times.size() * run_count;
  ResultArrays<T, HostArray> arrays;
  arrays.values = HostArray<T>(names.size() * series);
  for (std::size_t q = 0; q < names.size(); ++q) {
    file.read_into(names[q], io::element_type_of<T>, arrays.values.data() + q * series, series);
  }
  arrays.status = read_array<std::int32_t>(file, "status", run_count);
  arrays.accepted = read_array<std::int32_t>(file, "accepted_steps", run_count);
  arrays.rejected = read_array<std::int32_t>(file, "rejected_steps", run_count);
  arrays.end_time = read_array<T>(file, "end_time", run_count);
  std::size_t counted = 0;
  while (counted < run_count_names.size() && file.has(run_count_names[counted])) {
    ++counted;
  }
  arrays.counts = HostArray<std::int32_t>(counted * run_count);
  for (std::size_t i = 0; i < counted; ++i) {
    file.read_into(run_count_names[i], io::ElementType::int32, arrays.counts.data() + i * run_count, run_count);
  }
  SummaryTable summaries = read_summary_table(file);
  arrays.summaries = HostArray<T>(summaries.rows() * run_count);
  for (std::size_t m = 0; m < summaries.metrics.size(); ++m) {
    for (std::size_t q = 0; q < summaries.quantities.size(); ++q) {
      file.read_into(summary_dataset(summaries, m, q), io::element_type_of<T>,
                     arrays.summaries.data() + summaries.first_row(m, q) * run_count, summaries.rows(m) * run_count);
    }
  }
  const ResultRows rows{names.size() * times.size(), counted, summaries.rows()};
  for (const Chunk& chunk : missing_chunks(file)) {
    mark_stopped(rows, arrays.pointers(runs.size()), chunk.first, chunk.count, runs, provenance.request.t0);
  }
  Result result(std::move(runs), std::move(quantities), std::move(times), std::move(arrays), std::move(provenance),
                std::move(summaries));
  result.set_recorded(read_recorded<T>(file, path));
  return result;
}

template void Result<float>::write(const std::filesystem::path&, bool) const;
template void Result<double>::write(const std::filesystem::path&, bool) const;
template void Result<float>::write_npy(const std::filesystem::path&, std::string_view, bool) const;
template void Result<double>::write_npy(const std::filesystem::path&, std::string_view, bool) const;
template Result<float> Result<float>::read(const std::filesystem::path&);
template Result<double> Result<double>::read(const std::filesystem::path&);

}  // namespace kobie
