// Plots in words, and what they can be about.
module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.outputs;
import :output_choice;
import :plots;

namespace kobie {
namespace {

struct KindText {
  std::string_view name;
  PlotKind kind;
  std::size_t least, most;  // names
  std::string_view takes;
};

constexpr std::array<KindText, 6> kinds = {{{"trajectories", PlotKind::trajectories, 1, 1, "trajectories:QUANTITY"},
                                            {"fan", PlotKind::fan, 1, 1, "fan:QUANTITY"},
                                            {"phase", PlotKind::phase, 2, 2, "phase:QUANTITY,QUANTITY"},
                                            {"sweep", PlotKind::sweep, 2, 3, "sweep:VALUE,INPUT or sweep:VALUE,INPUT,INPUT"},
                                            {"map", PlotKind::map, 2, 2, "map:QUANTITY,INPUT"},
                                            {"histogram", PlotKind::histogram, 1, 1, "histogram:VALUE"}}};

const KindText& text_of(PlotKind kind) { return *std::ranges::find(kinds, kind, &KindText::kind); }

std::string written(const Plot& plot) {
  std::string text(text_of(plot.kind).name);
  char separator = ':';
  for (const auto& name : plot.names) {
    text += separator + name;
    separator = ',';
  }
  return "'" + text + "'";
}

bool has(const std::vector<Column>& columns, std::string_view name) {
  return std::ranges::find(columns, name, &Column::name) != columns.end();
}

void require_quantity(std::string_view name, const PlotSubjects& subjects) {
  if (!has(subjects.quantities, name)) {
    throw UnknownName("plot: state or observable", name, names_of(subjects.quantities));
  }
}

// What sweeps and histograms can show.
std::vector<std::string> value_names(const PlotSubjects& subjects) {
  std::vector<std::string> names = names_of(subjects.quantities);
  names.reserve(names.size() + subjects.summaries.quantities.size() * subjects.summaries.metrics.size());
  for (const auto& quantity : subjects.summaries.quantities) {
    for (const auto& metric : subjects.summaries.metrics) {
      names.push_back(fmt::format("{}.{}", quantity.name, metric.name));
    }
  }
  return names;
}

void require_swept(const Plot& plot, std::string_view name, const RunTable& runs) {
  if (!has(runs.columns(), name)) {
    throw UnknownName("plot: input", name, names_of(runs.columns()));
  }
  if (!runs[name].varies()) {
    throw InvalidArgument("plot", written(plot), fmt::format("'{}' was not swept: it has one value for all runs", name));
  }
}

// The number of a result, from 1 on.
std::size_t result_number(std::string_view name, std::string_view text, const MetricInfo& metric) {
  std::size_t number = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || last != text.data() + text.size() || number < 1 || number > metric.results) {
    throw InvalidArgument("plot: value", fmt::format("'{}'", name),
                          fmt::format("after '{}.' comes which of its results, from 1 to {}", metric.name, metric.results));
  }
  return number;
}

}  // namespace

bool has_time_axis(PlotKind kind) {
  return kind == PlotKind::trajectories || kind == PlotKind::fan || kind == PlotKind::phase || kind == PlotKind::map;
}

PlottedValue plotted_value(std::string_view name, const PlotSubjects& subjects) {
  if (has(subjects.quantities, name)) {
    return {.quantity = std::string(name)};
  }
  const SummaryTable& table = subjects.summaries;
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) {
    throw UnknownName("plot: value", name, value_names(subjects));
  }
  const std::string_view quantity = name.substr(0, dot);
  if (!has(table.quantities, quantity)) {
    throw UnknownName("plot: summarised state or observable", quantity, names_of(table.quantities));
  }
  const std::string_view rest = name.substr(dot + 1);
  const std::size_t second = rest.find('.');
  const auto metric = std::ranges::find(table.metrics, rest.substr(0, second), &MetricInfo::name);
  if (metric == table.metrics.end()) {
    throw UnknownName("plot: metric", rest.substr(0, second), names_of(table.metrics));
  }
  const std::size_t number = second == std::string_view::npos ? 1 : result_number(name, rest.substr(second + 1), *metric);
  const std::size_t last_window = table.windows() > 0 ? table.windows() - 1 : 0;
  return {std::string(quantity), metric->name, last_window * metric->results + number - 1};
}

Plot parse_plot(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view kind = text.substr(0, colon);
  const auto* const found = std::ranges::find(kinds, kind, &KindText::name);
  if (found == kinds.end()) {
    std::vector<std::string> known;
    known.reserve(kinds.size());
    for (const auto& one : kinds) {
      known.emplace_back(one.name);
    }
    throw UnknownName("plot", kind, known);
  }
  Plot plot{found->kind, {}};
  for (std::size_t first = colon; first != std::string_view::npos;) {
    const std::size_t end = text.find(',', first + 1);
    plot.names.emplace_back(text.substr(first + 1, end == std::string_view::npos ? end : end - first - 1));
    first = end;
  }
  const auto empty = [](const std::string& name) { return name.empty(); };
  if (plot.names.size() < found->least || plot.names.size() > found->most || std::ranges::any_of(plot.names, empty)) {
    throw InvalidArgument("plot", fmt::format("'{}'", text), fmt::format("must be {}", found->takes));
  }
  return plot;
}

void require_plot(const Plot& plot, const PlotSubjects& subjects) {
  const KindText& kind = text_of(plot.kind);
  if (plot.names.size() < kind.least || plot.names.size() > kind.most) {
    throw InvalidArgument("plot", written(plot), fmt::format("must be {}", kind.takes));
  }
  if (has_time_axis(plot.kind)) {
    require_quantity(plot.names[0], subjects);
    if (subjects.saves < 2) {
      throw InvalidArgument("plot", written(plot), "needs two saves or more: save_every or save_at makes them");
    }
  } else {
    static_cast<void>(plotted_value(plot.names[0], subjects));
  }
  if (plot.kind == PlotKind::phase) {
    require_quantity(plot.names[1], subjects);
    return;
  }
  for (std::size_t i = 1; i < plot.names.size(); ++i) {
    require_swept(plot, plot.names[i], subjects.runs);
    if (i == 2 && plot.names[1] == plot.names[2]) {
      throw InvalidArgument("plot", written(plot), "names one input twice");
    }
  }
}

}  // namespace kobie
