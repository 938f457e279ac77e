// The layout of result files; docs/files.md describes it for readers.
module;
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import kobie.memory;
import kobie.outputs;

namespace kobie {
namespace {

constexpr std::int64_t format_version = 1;

bool is_npy(const std::filesystem::path& path) { return path.extension() == ".npy"; }

void require_known_extension(const std::filesystem::path& path) {
  const auto extension = path.extension();
  if (extension != ".h5" && extension != ".hdf5" && extension != ".npy") {
    throw InvalidArgument("path", path.string(), "must end in .h5, .hdf5 or .npy");
  }
}

std::vector<io::Attribute> unit_attribute(const Column& column) {
  std::vector<io::Attribute> attributes;
  if (!column.unit.empty()) {
    attributes.push_back({"units", column.unit});
  }
  return attributes;
}

std::vector<io::Attribute> file_attributes(const Provenance& p) {
  return {{"format", std::string("kobie result")},
          {"format_version", format_version},
          {"kobie_version", p.version},
          {"kokkos_version", p.kokkos_version},
          {"system", p.system},
          {"method", p.method},
          {"controller", p.controller},
          {"precision", p.precision},
          {"backend", p.backend},
          {"threads", p.threads},
          {"lanes", p.lanes},
          {"rtol", p.rtol},
          {"atol", p.atol},
          {"dt", p.dt},
          {"t0", p.span.t0},
          {"settling_time", p.span.settling_time},
          {"duration", p.span.duration},
          {"wall_seconds", p.wall_seconds},
          {"kernel_seconds", p.kernel_seconds}};
}

Provenance read_provenance(const io::Hdf5File& file) {
  const auto text = [&](std::string_view name) { return std::get<std::string>(file.attribute(name)); };
  const auto number = [&](std::string_view name) { return std::get<double>(file.attribute(name)); };
  const auto whole = [&](std::string_view name) { return std::get<std::int64_t>(file.attribute(name)); };
  return {.system = text("system"),
          .method = text("method"),
          .controller = text("controller"),
          .precision = text("precision"),
          .backend = text("backend"),
          .threads = whole("threads"),
          .lanes = whole("lanes"),
          .rtol = number("rtol"),
          .atol = number("atol"),
          .dt = number("dt"),
          .span = {number("t0"), number("settling_time"), number("duration")},
          .wall_seconds = number("wall_seconds"),
          .kernel_seconds = number("kernel_seconds"),
          .version = text("kobie_version"),
          .kokkos_version = text("kokkos_version")};
}

// The contents of a file, and the arrays that are made for it.
class FileContents {
 public:
  explicit FileContents(std::int64_t runs) : runs_(static_cast<std::size_t>(runs)) {}

  // A quantity that varies has one value for each run, another a single one.
  void add_column(const std::string& name, const Column& column, std::int64_t order) {
    auto& values = made_.emplace_back(column.varies() ? runs_ : std::size_t{1});
    for (std::size_t run = 0; run < values.size(); ++run) {
      values[run] = column[static_cast<std::int64_t>(run)];
    }
    auto attributes = unit_attribute(column);
    attributes.push_back({"order", order});
    if (column.seed) {
      attributes.push_back({"seed", std::to_string(*column.seed)});
    }
    const auto shape = column.varies() ? std::vector<std::size_t>{runs_} : std::vector<std::size_t>{};
    contents_.datasets.push_back({name, io::ElementType::float64, values.data(), shape, {}, std::move(attributes)});
  }

  template <class T>
  void add(std::string name, const T* data, std::vector<std::size_t> shape, std::vector<std::string> axes,
           std::vector<io::Attribute> attributes) {
    contents_.datasets.push_back(
        {std::move(name), io::element_type_of<T>, data, std::move(shape), std::move(axes), std::move(attributes)});
  }

  io::Contents& contents() { return contents_; }

 private:
  std::size_t runs_;
  std::deque<std::vector<double>> made_;
  io::Contents contents_;
};

template <class T>
HostArray<T> read_array(const io::Hdf5File& file, std::string_view name, std::size_t count) {
  HostArray<T> array(count);
  file.read_into(name, io::element_type_of<T>, array.data(), count);
  return array;
}

std::string unit_of(const io::Hdf5File& file, const std::string& dataset) {
  return file.has_attribute(dataset, "units") ? std::get<std::string>(file.attribute(dataset, "units")) : "";
}

// The datasets of a group, in the order in which they were written.
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

void append_columns(std::vector<Column>& columns, const io::Hdf5File& file, std::string_view group) {
  for (const auto& name : members(file, group)) {
    Column column{name.substr(group.size()), unit_of(file, name), file.read<double>(name)};
    if (file.has_attribute(name, "seed")) {
      column.seed = std::stoull(std::get<std::string>(file.attribute(name, "seed")));
    }
    columns.push_back(std::move(column));
  }
}

}  // namespace

void require_result_path(const std::filesystem::path& path, bool overwrite) {
  require_known_extension(path);
  io::require_writable(path, overwrite);
}

template <std::floating_point T>
void Result<T>::write(const std::filesystem::path& path, bool overwrite) const {
  require_known_extension(path);
  const std::size_t saves = times_.size();
  const auto run_count = static_cast<std::size_t>(runs());
  if (is_npy(path)) {
    const io::Dataset all_series{"all", io::element_type_of<T>, values_.data(), {quantities_.size(), saves, run_count}, {}, {}};
    io::write_npy(path, all_series, overwrite);
    return;
  }

  FileContents file(runs());
  file.contents().attributes = file_attributes(provenance_);
  file.add("time", times_.data(), {saves}, {}, {{"long_name", std::string("time of each save")}});

  const auto& columns = runs_.columns();
  std::string run_axis;
  std::size_t varying = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = (i < runs_.state_count() ? "initial/" : "parameters/") + columns[i].name;
    file.add_column(name, columns[i], static_cast<std::int64_t>(i));
    if (columns[i].varies()) {
      run_axis = name;
      ++varying;
    }
  }
  // Where one quantity alone was swept, its values are the coordinates of the runs.
  run_axis = varying == 1 ? run_axis : "";
  if (runs_.initial_step()) {
    file.add_column("initial_step", *runs_.initial_step(), 0);
  }

  for (std::size_t q = 0; q < quantities_.size(); ++q) {
    auto attributes = unit_attribute(quantities_[q]);
    attributes.push_back({"order", static_cast<std::int64_t>(q)});
    file.add((q < runs_.state_count() ? "states/" : "observables/") + quantities_[q].name,
             values_.data() + q * saves * run_count, {saves, run_count}, {"time", run_axis}, std::move(attributes));
  }

  file.add("status", records_.status.data(), {run_count}, {run_axis},
           {{"meaning", std::string("0 success, 1 step too small, 2 too many steps, 3 non-finite state")}});
  file.add("accepted_steps", records_.accepted.data(), {run_count}, {run_axis}, {});
  file.add("rejected_steps", records_.rejected.data(), {run_count}, {run_axis}, {});
  file.add("end_time", records_.end_time.data(), {run_count}, {run_axis},
           {{"long_name", std::string("time that each run reached")}});
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
  if (!file.has_attribute("format") || file.attribute("format") != io::AttributeValue(std::string("kobie result"))) {
    throw FileError(path.string(), "is not a result file of kobie");
  }
  if (file.attribute("format_version") != io::AttributeValue(format_version)) {
    throw FileError(path.string(), "has a format that this version of kobie does not read");
  }

  std::vector<Column> columns;
  append_columns(columns, file, "initial/");
  const std::size_t states = columns.size();
  append_columns(columns, file, "parameters/");
  const std::size_t run_count = file.shape("status").at(0);
  RunTable runs(std::move(columns), states, static_cast<std::int64_t>(run_count));
  if (file.has("initial_step")) {
    runs.set_initial_step(file.read<double>("initial_step"));
  }

  auto times = file.read<double>("time");
  auto names = members(file, "states/");
  std::vector<Column> observables;
  for (const auto& name : members(file, "observables/")) {
    observables.push_back({name.substr(std::string_view("observables/").size()), unit_of(file, name), {}});
    names.push_back(name);
  }
  const std::size_t series = times.size() * run_count;
  HostArray<T> values(names.size() * series);
  for (std::size_t q = 0; q < names.size(); ++q) {
    file.read_into(names[q], io::element_type_of<T>, values.data() + q * series, series);
  }
  RunRecords<T> records{
      read_array<std::int32_t>(file, "status", run_count), read_array<std::int32_t>(file, "accepted_steps", run_count),
      read_array<std::int32_t>(file, "rejected_steps", run_count), read_array<T>(file, "end_time", run_count)};
  return Result(std::move(runs), std::move(observables), std::move(times), std::move(values), std::move(records),
                read_provenance(file));
}

template void Result<float>::write(const std::filesystem::path&, bool) const;
template void Result<double>::write(const std::filesystem::path&, bool) const;
template void Result<float>::write_npy(const std::filesystem::path&, std::string_view, bool) const;
template void Result<double>::write_npy(const std::filesystem::path&, std::string_view, bool) const;
template Result<float> Result<float>::read(const std::filesystem::path&);
template Result<double> Result<double>::read(const std::filesystem::path&);

}  // namespace kobie
