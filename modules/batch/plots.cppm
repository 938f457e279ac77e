/// Pictures of results.
export module kobie.batch:plots;

import kobie.io;
import kobie.standard;
import :output_choice;
import :result;
import :runs;

namespace kobie {

/// What a plot of a result shows.
export enum class PlotKind {
  trajectories,  ///< a quantity against time, for some runs
  fan,           ///< quantiles of a quantity over all runs, against time
  phase,         ///< a quantity against another, for some runs
  sweep,         ///< a value against one swept input, or over two
  map,           ///< a quantity over a swept input and time
  histogram,     ///< of a value over all runs
};

/// A plot, in words. A value is a quantity at the last save ("x"), or a summary in the last window ("x.max"; "x.peaks.2" is the
/// second result).
export struct Plot {
  PlotKind kind = PlotKind::trajectories;
  std::vector<std::string> names;  ///< what it is about: quantity or value; then the other quantity, or swept inputs

  friend bool operator==(const Plot&, const Plot&) = default;
};

/// Reads "trajectories:x", "fan:x", "phase:x,z", "sweep:x.max,rho", "sweep:x,rho,sigma", "map:x,rho", "histogram:x.max". Throws
/// UnknownName for another kind, InvalidArgument for too many or too few names.
export Plot parse_plot(std::string_view text);

/// Whether it shows quantities as they change in time, and so needs several saves.
export bool has_time_axis(PlotKind kind);

/// What plots can be about, known before a solve.
export struct PlotSubjects {
  std::vector<Column> quantities;
  SummaryTable summaries;
  std::size_t saves = 0;
  const RunTable& runs;
};

/// Throws UnknownName or InvalidArgument for a plot that cannot be drawn of such a result: a name that it does not have, one
/// save where time is an axis, an input that was not swept.
export void require_plot(const Plot& plot, const PlotSubjects& subjects);

/// Those of a result, which they refer to.
export template <std::floating_point T>
PlotSubjects plot_subjects(const Result<T>& result);

/// How plots are drawn.
export struct PlotOptions {
  std::int64_t lines = 6;               ///< most runs in a plot of some of them, evenly spread
  std::size_t points = 2000;            ///< most along an axis of inputs, evenly spread
  std::size_t most_sorted = 2'000'000;  ///< runs that quantiles are of; of more, so many, evenly spread
};

/// One panel. Runs that failed are left out, or are gaps. Throws as require_plot, and InvalidArgument where values of two
/// inputs are no grid.
export template <std::floating_point T>
io::Panel plot_panel(const Result<T>& result, const Plot& plot, const PlotOptions& options = {});

/// Draws plots one below the other into a .png or .svg file, under a title that says what was integrated. Throws as plot_panel
/// and io::draw.
export template <std::floating_point T>
void draw_plots(const std::filesystem::path& path, const Result<T>& result, const std::vector<Plot>& plots, bool overwrite,
                const PlotOptions& options = {});

/// Edges of bins for these values, by Freedman and Diaconis (1981): as wide as twice their interquartile range over the cube
/// root of their number; 1 to 200 bins. `sorted` is not empty.
std::vector<double> bin_edges(const std::vector<double>& sorted);

/// The quantile of sorted values, between neighbours by linear interpolation (Hyndman and Fan 1996, type 7). NaN of none.
double quantile(const std::vector<double>& sorted, double share);

/// Where a value is: a quantity at the last save, or a row of a summary.
struct PlottedValue {
  std::string quantity;
  std::string metric = {};  ///< empty: the quantity itself
  std::size_t row = 0;      ///< of the metric's rows, in the last window
};
PlottedValue plotted_value(std::string_view name, const PlotSubjects& subjects);

}  // namespace kobie
