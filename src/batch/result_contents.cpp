module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.io;
import kobie.loop;
import kobie.memory;
import kobie.outputs;
import :driver_contents;
import :output_choice;
import :result_contents;

namespace kobie {
namespace {

std::vector<io::Attribute> unit_attribute(const Column& column) {
  std::vector<io::Attribute> attributes;
  if (!column.unit.empty()) {
    attributes.push_back({"units", column.unit});
  }
  return attributes;
}

// Readers of format 2 would pass over what is later.
std::int64_t format_version(const RunTable& runs, const SolveRequest& request) {
  const bool later = runs.t0() || runs.duration() || !request.drivers.empty() || !request.stop_at.empty();
  return later ? result_format_version : 2;
}

std::vector<io::Attribute> file_attributes(const RunTable& runs, const Provenance& p) {
  std::vector<io::Attribute> attributes = {{"format", std::string("kobie result")},
                                           {"format_version", format_version(runs, p.request)},
                                           {"kobie_version", p.version},
                                           {"kokkos_version", p.kokkos_version},
                                           {"system", p.system},
                                           {"method", p.method},
                                           {"controller", p.controller},
                                           {"precision", p.precision},
                                           {"backend", p.backend},
                                           {"threads", p.threads},
                                           {"lanes", p.lanes},
                                           {"rtol", p.options.rtol},
                                           {"atol", p.options.atol},
                                           {"dt", p.options.dt},
                                           {"dt_min", p.options.dt_min},
                                           {"dt_max", p.options.dt_max},
                                           {"max_steps", p.options.max_steps},
                                           {"t0", p.request.t0},
                                           {"settling_time", p.request.settling_time},
                                           {"duration", p.request.duration},
                                           {"save_every", p.request.save_every},
                                           {"land_on_saves", std::int64_t{p.request.land_on_saves}}};
  for_each_control_option(p.options, [&](std::string_view name, const std::optional<double>& value) {
    if (value) {
      attributes.push_back({std::string(name), *value});
    }
  });
  const auto add_names = [&](std::string name, const std::vector<std::string>& names) {
    if (!names.empty()) {
      attributes.push_back({std::move(name), fmt::format("{}", fmt::join(names, "\n"))});
    }
  };
  add_names("save", p.request.save);
  add_names("summarise", p.request.summarise);
  add_names("metrics", p.request.metrics);
  if (p.request.sample_every > 0.0) {
    attributes.push_back({"sample_every", p.request.sample_every});
  }
  if (p.request.sample_every > 0.0 || p.request.summarise_every > 0.0) {
    attributes.push_back({"summarise_every", p.request.summarise_every});
  }
  return attributes;
}

// A state's own tolerance, where it has one.
void add_tolerance(std::vector<io::Attribute>& attributes, std::string name, const std::vector<StateTolerance>& given,
                   const std::string& state) {
  const auto found = std::ranges::find(given, state, &StateTolerance::state);
  if (found != given.end()) {
    attributes.push_back({std::move(name), found->value});
  }
}

}  // namespace

std::string column_dataset(const RunTable& runs, std::size_t column) {
  return (column < runs.state_count() ? "initial/" : "parameters/") + runs.columns()[column].name;
}

std::vector<OwnDataset> own_datasets(const RunTable& runs) {
  std::vector<OwnDataset> own;
  const auto append = [&](std::string name, const std::optional<Column>& column) {
    if (column) {
      own.push_back({std::move(name), *column});
    }
  };
  append("initial_step", runs.initial_step());
  append("t0", runs.t0());
  append("duration", runs.duration());
  return own;
}

std::string series_dataset(const Quantities& quantities, std::size_t quantity) {
  return (quantity < quantities.states ? "states/" : "observables/") + quantities.columns[quantity].name;
}

std::string summary_dataset(const SummaryTable& summaries, std::size_t metric, std::size_t quantity) {
  return "summaries/" + summaries.metrics[metric].name + "/" + summaries.quantities[quantity].name;
}

template <std::floating_point T>
ResultContents<T>::ResultContents(const RunTable& runs, const Quantities& quantities, const std::vector<double>& times,
                                  std::size_t counts, const SummaryTable& summaries, const Provenance& provenance,
                                  const ResultArrays<T, HostArray>* arrays)
    : runs_(static_cast<std::size_t>(runs.size())), counted_(runs.t0() ? ", from t0 of each run" : "") {
  const std::size_t saves = times.size();
  const bool whole = arrays != nullptr;
  contents_.attributes = file_attributes(runs, provenance);
  if (whole) {
    contents_.attributes.push_back({"wall_seconds", provenance.wall_seconds});
    contents_.attributes.push_back({"kernel_seconds", provenance.kernel_seconds});
  }
  add_times(times, provenance.request);
  std::ranges::move(driver_datasets(provenance.request.drivers), std::back_inserter(contents_.datasets));
  add_inputs(runs, provenance.options, whole);
  for (std::size_t q = 0; q < quantities.columns.size(); ++q) {
    auto attributes = unit_attribute(quantities.columns[q]);
    attributes.push_back({"order", static_cast<std::int64_t>(q)});
    const T* data = whole ? arrays->values.data() + q * saves * runs_ : nullptr;
    add(series_dataset(quantities, q), data, {saves, runs_}, {"time", run_axis_}, std::move(attributes));
  }
  const auto add_counts = [&](std::string name, const std::int32_t* data, std::vector<io::Attribute> attributes) {
    add(std::move(name), data, {runs_}, {run_axis_}, std::move(attributes));
  };
  add_counts("status", whole ? arrays->status.data() : nullptr,
             {{"meaning", std::string("0 success, 1 step too small, 2 too many steps, 3 non-finite state, "
                                      "4 solver failed, 5 inconsistent start, 6 stopped")}});
  add_counts("accepted_steps", whole ? arrays->accepted.data() : nullptr, {});
  add_counts("rejected_steps", whole ? arrays->rejected.data() : nullptr, {});
  add("end_time", whole ? arrays->end_time.data() : nullptr, {runs_}, {run_axis_},
      {{"long_name", std::string("time that each run reached")}});
  for (std::size_t i = 0; i < counts; ++i) {
    add_counts(std::string(run_count_names[i]), whole ? arrays->counts.data() + i * runs_ : nullptr, {});
  }
  add_summaries(summaries, whole ? arrays->summaries.data() : nullptr);
}

template <std::floating_point T>
void ResultContents<T>::add_times(const std::vector<double>& times, const SolveRequest& request) {
  const auto add_list = [&](std::string name, const std::vector<double>& list, std::string about) {
    add(std::move(name), list.data(), {list.size()}, {}, {{"long_name", std::move(about)}});
  };
  add_list("time", times, "time of each save" + counted_);
  if (!request.save_at.empty()) {
    add_list("save_at", request.save_at, "times of saves that were asked for");
  }
  if (!request.stop_at.empty()) {
    add_list("stop_at", request.stop_at, "times at which steps end");
  }
}

template <std::floating_point T>
void ResultContents<T>::add_summaries(const SummaryTable& summaries, const T* data) {
  if (summaries.metrics.empty()) {
    return;
  }
  add("window_end", summaries.window_ends.data(), {summaries.windows()}, {},
      {{"long_name", "end of each window of summaries" + counted_}});
  std::int64_t order = 0;
  for (std::size_t m = 0; m < summaries.metrics.size(); ++m) {
    const MetricInfo& metric = summaries.metrics[m];
    for (std::size_t q = 0; q < summaries.quantities.size(); ++q) {
      auto attributes = metric.keeps_unit ? unit_attribute(summaries.quantities[q]) : std::vector<io::Attribute>{};
      attributes.push_back({"order", order++});
      attributes.push_back({"results", static_cast<std::int64_t>(metric.results)});
      if (metric.lists > 1) {
        attributes.push_back({"lists", static_cast<std::int64_t>(metric.lists)});
      }
      add(summary_dataset(summaries, m, q), data == nullptr ? nullptr : data + summaries.first_row(m, q) * runs_,
          {summaries.rows(m), runs_}, {metric.results == 1 ? "window_end" : "", run_axis_}, std::move(attributes));
    }
  }
}

template <std::floating_point T>
void ResultContents<T>::add_inputs(const RunTable& runs, const SolverOptions& options, bool whole) {
  std::size_t varying = 0;
  for (std::size_t i = 0; i < runs.columns().size(); ++i) {
    const std::string name = column_dataset(runs, i);
    std::vector<io::Attribute> attributes;
    if (i < runs.state_count()) {
      add_tolerance(attributes, "rtol", options.rtol_of, runs.columns()[i].name);
      add_tolerance(attributes, "atol", options.atol_of, runs.columns()[i].name);
    }
    add_column(name, runs.columns()[i], static_cast<std::int64_t>(i), std::move(attributes), whole);
    if (runs.columns()[i].varies()) {
      run_axis_ = name;
      ++varying;
    }
  }
  // Where one quantity alone was swept, its values are the coordinates of the runs.
  run_axis_ = varying == 1 ? run_axis_ : "";
  for (const auto& [name, column] : own_datasets(runs)) {
    add_column(name, column, 0, {}, whole);
  }
}

// A quantity that varies has one value for each run, another a single one.
template <std::floating_point T>
void ResultContents<T>::add_column(const std::string& name, const Column& column, std::int64_t order,
                                   std::vector<io::Attribute> attributes, bool whole) {
  auto& values = made_.emplace_back();
  if (whole || !column.varies()) {
    const std::size_t count = column.varies() ? runs_ : 1;
    values.reserve(count);
    column.for_each_run(0, static_cast<std::int64_t>(count), [&](double value) { values.push_back(value); });
  }
  if (!column.unit.empty()) {
    attributes.push_back({"units", column.unit});
  }
  attributes.push_back({"order", order});
  if (column.seed) {
    attributes.push_back({"seed", std::to_string(*column.seed)});
  }
  const double* data = values.empty() ? nullptr : values.data();
  add(name, data, column.varies() ? std::vector<std::size_t>{runs_} : std::vector<std::size_t>{}, {}, std::move(attributes));
}

template <std::floating_point T>
template <class U>
void ResultContents<T>::add(std::string name, const U* data, std::vector<std::size_t> shape, std::vector<std::string> axes,
                            std::vector<io::Attribute> attributes) {
  contents_.datasets.push_back(
      {std::move(name), io::element_type_of<U>, data, std::move(shape), std::move(axes), std::move(attributes)});
}

template class ResultContents<float>;
template class ResultContents<double>;

}  // namespace kobie
