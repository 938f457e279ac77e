module;
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <mdspan/mdspan.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import :plots;
import :result;
import :runs;

namespace kobie {
namespace {

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() ? name : fmt::format("{} ({})", name, unit);
}

const Column& column_named(const std::vector<Column>& columns, std::string_view name) {
  return *std::ranges::find(columns, name, &Column::name);
}

// Places from 0 to `count`, evenly spread, at most `most` of them, the first and the last included.
std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
  const std::size_t chosen = std::min(count, most);
  std::vector<std::size_t> places;
  places.reserve(chosen);
  for (std::size_t i = 0; i < chosen; ++i) {
    places.push_back(chosen == 1 ? 0 : i * (count - 1) / (chosen - 1));
  }
  return places;
}

// What tells a run from others: the first input that was swept, or its number.
std::string run_label(const RunTable& runs, std::size_t run) {
  const auto number = static_cast<std::int64_t>(run);
  const auto varying = std::ranges::find_if(runs.columns(), &Column::varies);
  return varying == runs.columns().end() ? fmt::format("run {}", run)
                                         : fmt::format("{} = {:.4g}", varying->name, (*varying)[number]);
}

template <class T>
struct Drawing {
  const Result<T>& result;
  const PlotOptions& options;

  std::size_t runs() const { return static_cast<std::size_t>(result.runs()); }
  const std::vector<double>& times() const { return result.times(); }
  std::string time_label() const { return result.inputs().t0() ? "time since t0 of each run" : "time"; }
  std::string last_save() const {
    const double time = times().back();
    if (std::isnan(time)) {
      return "at the end";
    }
    return fmt::format("at time {:g}{}", time, result.inputs().t0() ? " since t0" : "");
  }
  std::string label(std::string_view quantity) const {
    const Column& column = column_named(result.quantities(), quantity);
    return with_unit(column.name, column.unit);
  }
  std::string input_label(std::string_view input) const {
    const Column& column = result.inputs()[input];
    return with_unit(column.name, column.unit);
  }

  std::vector<double> over_time(std::string_view quantity, std::size_t run) const {
    const auto series = result[quantity];
    std::vector<double> values(times().size());
    for (std::size_t save = 0; save < values.size(); ++save) {
      values[save] = static_cast<double>(series(save, run));
    }
    return values;
  }

  io::LinePlot trajectories(const std::string& quantity) const {
    io::LinePlot plot{quantity, time_label(), label(quantity), {}};
    for (const std::size_t run : spread(runs(), static_cast<std::size_t>(std::max<std::int64_t>(1, options.lines)))) {
      plot.lines.push_back({run_label(result.inputs(), run), times(), over_time(quantity, run)});
    }
    return plot;
  }

  io::LinePlot phase(const std::string& x, const std::string& y) const {
    io::LinePlot plot{fmt::format("{} against {}", y, x), label(x), label(y), {}};
    for (const std::size_t run : spread(runs(), static_cast<std::size_t>(std::max<std::int64_t>(1, options.lines)))) {
      plot.lines.push_back({run_label(result.inputs(), run), over_time(x, run), over_time(y, run)});
    }
    return plot;
  }

  io::LinePlot fan(const std::string& quantity) const {
    const auto series = result[quantity];
    io::LinePlot plot{
        fmt::format("{}: quantiles of {} runs", quantity, grouped(result.runs())), time_label(), label(quantity), {}};
    plot.bands = {{"5 to 95 %", times(), {}, {}}, {"25 to 75 %", times(), {}, {}}};
    io::Line median{"median", times(), {}};
    const auto places = spread(runs(), options.most_sorted);
    std::vector<double> values;
    for (std::size_t save = 0; save < times().size(); ++save) {
      values.clear();
      for (const std::size_t run : places) {
        if (const auto value = static_cast<double>(series(save, run)); std::isfinite(value)) {
          values.push_back(value);
        }
      }
      std::ranges::sort(values);
      plot.bands[0].lower.push_back(quantile(values, 0.05));
      plot.bands[0].upper.push_back(quantile(values, 0.95));
      plot.bands[1].lower.push_back(quantile(values, 0.25));
      plot.bands[1].upper.push_back(quantile(values, 0.75));
      median.y.push_back(quantile(values, 0.5));
    }
    plot.lines.push_back(std::move(median));
    return plot;
  }

  // A value of each run, and what it is called.
  struct Value {
    std::string title;
    std::string label;
    std::function<double(std::size_t run)> of;
  };
  Value value(const std::string& name) const {
    const PlottedValue found = plotted_value(name, plot_subjects(result));
    if (found.metric.empty()) {
      const auto series = result[found.quantity];
      const std::size_t last = times().size() - 1;
      return {fmt::format("{} {}", name, last_save()), label(name),
              [series, last](std::size_t run) { return static_cast<double>(series(last, run)); }};
    }
    const auto series = result.summary(found.quantity, found.metric);
    const auto metric = std::ranges::find(result.summaries().metrics, found.metric, &MetricInfo::name);
    const Column& quantity = column_named(result.summaries().quantities, found.quantity);
    return {name, metric->keeps_unit ? with_unit(name, quantity.unit) : name,
            [series, row = found.row](std::size_t run) { return static_cast<double>(series(row, run)); }};
  }

  // Runs in which every swept input but these has its first value, and how such a choice is called.
  std::vector<std::size_t> runs_along(const std::vector<std::string>& inputs, std::string& title) const {
    std::vector<const Column*> others;
    for (const Column& column : result.inputs().columns()) {
      if (column.varies() && std::ranges::find(inputs, column.name) == inputs.end()) {
        others.push_back(&column);
        title += fmt::format(", {} = {:.4g}", column.name, column[0]);
      }
    }
    std::vector<std::size_t> chosen;
    for (std::size_t run = 0; run < runs(); ++run) {
      const bool first = std::ranges::all_of(
          others, [&](const Column* column) { return (*column)[static_cast<std::int64_t>(run)] == (*column)[0]; });
      if (first) {
        chosen.push_back(run);
      }
    }
    return chosen;
  }

  io::LinePlot sweep(const Plot& plot) const {
    Value shown = value(plot.names[0]);
    const Column& input = result.inputs()[plot.names[1]];
    const auto at = [&](std::size_t run) { return input[static_cast<std::int64_t>(run)]; };
    auto along = runs_along({plot.names[1]}, shown.title);
    std::ranges::stable_sort(along, {}, at);
    io::Line line{"", {}, {}};
    for (const std::size_t place : spread(along.size(), options.points)) {
      line.x.push_back(at(along[place]));
      line.y.push_back(shown.of(along[place]));
    }
    const bool log = spaced_by_ratio(line.x);
    return {shown.title, input_label(plot.names[1]), shown.label, {std::move(line)}, {}, log};
  }

  // Whether values spread over decades, as those of logspace do.
  static bool spaced_by_ratio(const std::vector<double>& x) {
    if (x.size() < 3 || !(x.front() > 0.0) || x.back() < 100.0 * x.front()) {
      return false;
    }
    const double middle = x[x.size() / 2];
    return std::abs(std::log(middle / std::sqrt(x.front() * x.back()))) < 0.1 * std::log(x.back() / x.front());
  }

  static std::vector<double> distinct(std::vector<double> values) {
    std::ranges::sort(values);
    const auto rest = std::ranges::unique(values);
    values.erase(rest.begin(), rest.end());
    return values;
  }

  io::HeatMap sweep_over_two(const Plot& plot) const {
    Value shown = value(plot.names[0]);
    const auto along = runs_along({plot.names[1], plot.names[2]}, shown.title);
    const Column& across = result.inputs()[plot.names[1]];
    const Column& up = result.inputs()[plot.names[2]];
    std::vector<double> all_x;
    std::vector<double> all_y;
    all_x.reserve(along.size());
    all_y.reserve(along.size());
    for (const std::size_t run : along) {
      all_x.push_back(across[static_cast<std::int64_t>(run)]);
      all_y.push_back(up[static_cast<std::int64_t>(run)]);
    }
    std::vector<double> x = distinct(all_x);
    std::vector<double> y = distinct(all_y);
    if (x.size() * y.size() > 4 * along.size()) {
      throw InvalidArgument("plot", fmt::format("'sweep:{},{},{}'", plot.names[0], plot.names[1], plot.names[2]),
                            "needs a grid of the two inputs, each value with each");
    }
    std::vector<double> values(x.size() * y.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < along.size(); ++i) {
      const auto column = static_cast<std::size_t>(std::ranges::lower_bound(x, all_x[i]) - x.begin());
      const auto row = static_cast<std::size_t>(std::ranges::lower_bound(y, all_y[i]) - y.begin());
      values[row * x.size() + column] = shown.of(along[i]);
    }
    return {shown.title,  input_label(plot.names[1]), input_label(plot.names[2]), shown.label, std::move(x),
            std::move(y), std::move(values)};
  }

  io::HeatMap map(const Plot& plot) const {
    const auto series = result[plot.names[0]];
    const Column& input = result.inputs()[plot.names[1]];
    std::string title = fmt::format("{} over {} and time", plot.names[0], plot.names[1]);
    const auto at = [&](std::size_t run) { return input[static_cast<std::int64_t>(run)]; };
    auto along = runs_along({plot.names[1]}, title);
    std::ranges::stable_sort(along, {}, at);
    const auto twice = std::ranges::unique(along, {}, at);
    along.erase(twice.begin(), twice.end());
    io::HeatMap map{title, input_label(plot.names[1]), time_label(), label(plot.names[0]), {}, times(), {}};
    std::vector<std::size_t> columns;
    for (const std::size_t place : spread(along.size(), options.points / 2)) {
      columns.push_back(along[place]);
      map.x.push_back(at(along[place]));
    }
    for (std::size_t save = 0; save < times().size(); ++save) {
      for (const std::size_t run : columns) {
        map.values.push_back(static_cast<double>(series(save, run)));
      }
    }
    return map;
  }

  io::Panel histogram(const std::string& name) const {
    const Value shown = value(name);
    std::vector<double> values;
    for (const std::size_t run : spread(runs(), options.most_sorted)) {
      if (const double one = shown.of(run); std::isfinite(one)) {
        values.push_back(one);
      }
    }
    if (values.empty()) {
      return io::LinePlot{shown.title + ": no run has one", shown.label, "runs", {}};
    }
    std::ranges::sort(values);
    io::Histogram histogram{
        fmt::format("{} of {} runs", shown.title, grouped(std::ssize(values))), shown.label, "runs", bin_edges(values), {}};
    histogram.counts.assign(histogram.edges.size() - 1, 0.0);
    const double first = histogram.edges.front();
    const double width = (histogram.edges.back() - first) / static_cast<double>(histogram.counts.size());
    for (const double one : values) {
      const auto bin = static_cast<std::size_t>(std::max(0.0, (one - first) / width));
      histogram.counts[std::min(bin, histogram.counts.size() - 1)] += 1.0;
    }
    return histogram;
  }
};

}  // namespace

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

std::vector<double> bin_edges(const std::vector<double>& sorted) {
  const double low = sorted.front();
  const double high = sorted.back();
  if (high <= low) {
    const double around = low == 0.0 ? 0.5 : 0.5 * std::abs(low);
    return {low - around, low + around};
  }
  const double spread_of_half = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const double width = 2.0 * spread_of_half / std::cbrt(static_cast<double>(sorted.size()));
  const double wanted =
      width > 0.0 ? std::ceil((high - low) / width) : std::ceil(std::sqrt(static_cast<double>(sorted.size())));
  const auto bins = static_cast<std::size_t>(std::clamp(wanted, 1.0, 200.0));
  std::vector<double> edges;
  edges.reserve(bins + 1);
  for (std::size_t i = 0; i <= bins; ++i) {
    edges.push_back(std::lerp(low, high, static_cast<double>(i) / static_cast<double>(bins)));
  }
  return edges;
}

template <std::floating_point T>
PlotSubjects plot_subjects(const Result<T>& result) {
  return {result.quantities(), result.summaries(), result.times().size(), result.inputs()};
}

template <std::floating_point T>
io::Panel plot_panel(const Result<T>& result, const Plot& plot, const PlotOptions& options) {
  require_plot(plot, plot_subjects(result));
  const Drawing<T> drawing{result, options};
  switch (plot.kind) {
    case PlotKind::trajectories:
      return drawing.trajectories(plot.names[0]);
    case PlotKind::fan:
      return drawing.fan(plot.names[0]);
    case PlotKind::phase:
      return drawing.phase(plot.names[0], plot.names[1]);
    case PlotKind::sweep:
      return plot.names.size() == 2 ? io::Panel(drawing.sweep(plot)) : io::Panel(drawing.sweep_over_two(plot));
    case PlotKind::map:
      return drawing.map(plot);
    case PlotKind::histogram:
      return drawing.histogram(plot.names[0]);
  }
  throw InvalidArgument("plot", static_cast<double>(plot.kind), "is no kind of plot");
}

template <std::floating_point T>
void draw_plots(const std::filesystem::path& path, const Result<T>& result, const std::vector<Plot>& plots, bool overwrite,
                const PlotOptions& options) {
  const auto& how = result.provenance();
  io::Picture picture{
      fmt::format("{}: {} runs, {}, rtol {:g}", how.system, grouped(result.runs()), how.method, how.options.rtol), {}};
  for (const auto& plot : plots) {
    picture.panels.push_back(plot_panel(result, plot, options));
  }
  const auto count = static_cast<int>(std::min<std::size_t>(plots.size(), 20));
  picture.columns = count > 3 ? 2 : 1;
  picture.height = std::max(900, (count + picture.columns - 1) / picture.columns * 700);
  io::draw(path, picture, overwrite);
}

template PlotSubjects plot_subjects(const Result<float>&);
template PlotSubjects plot_subjects(const Result<double>&);
template io::Panel plot_panel(const Result<float>&, const Plot&, const PlotOptions&);
template io::Panel plot_panel(const Result<double>&, const Plot&, const PlotOptions&);
template void draw_plots(const std::filesystem::path&, const Result<float>&, const std::vector<Plot>&, bool,
                         const PlotOptions&);
template void draw_plots(const std::filesystem::path&, const Result<double>&, const std::vector<Plot>&, bool,
                         const PlotOptions&);

}  // namespace kobie
