/// What a solve keeps of its runs: which quantities are saved, which are summarised, and when.
export module kobie.batch:output_choice;

import kobie.outputs;
import kobie.standard;
import :options;
import :runs;

namespace kobie {

/// The summaries that a result has.
export struct SummaryTable {
  std::vector<MetricInfo> metrics = {};
  std::vector<Column> quantities = {};   ///< names and units of those that are summarised
  std::vector<double> window_ends = {};  ///< absolute times

  std::size_t windows() const { return window_ends.size(); }
  /// How many rows, of one number for each run, a metric has for each quantity: [window][result].
  std::size_t rows(std::size_t metric) const { return windows() * metrics[metric].results; }
  /// The first of them among those of all metrics and quantities.
  std::size_t first_row(std::size_t metric, std::size_t quantity) const;
  /// Of all metrics and quantities.
  std::size_t rows() const { return first_row(metrics.size(), 0); }
};

/// What a request asks for, checked.
struct OutputChoice {
  std::vector<double> saves = {};  ///< times from t0
  Events events = {};              ///< saves and samples
  SampleSchedule samples = {};
  std::vector<bool> saved = {};  ///< whether each quantity is
  std::vector<bool> summarised = {};
  std::vector<KeptResults> kept = {};  ///< of each metric of the solver
  Quantities quantities = {};          ///< those that are saved
  SummaryTable summaries = {};
};

/// The names of metrics, in order.
std::vector<std::string> names_of(const std::vector<MetricInfo>& metrics);

/// Those of a solver's metrics that these names choose (all, where there are none), with as many results as are kept:
/// "peaks:3". Throws UnknownName or InvalidArgument.
export std::vector<MetricInfo> chosen_metrics(const std::vector<std::string>& names, std::vector<MetricInfo> metrics);

/// What can be summarised without samples.
struct Following {
  bool steps = false;                          ///< the method has steps that a cubic follows
  std::vector<std::string> need_samples = {};  ///< the metrics that cannot
};

/// `saves` are the save times from t0, `all` the system's quantities, `metrics` the solver's, empty where it has none. Throws
/// UnknownName for a quantity that the system or a metric that the solver does not have, and InvalidArgument for sampling that
/// makes no sense.
OutputChoice checked_outputs(const SolveRequest& request, const RunSpans& spans, const Quantities& all,
                             std::vector<MetricInfo> metrics, const Following& following, std::vector<double> saves);

}  // namespace kobie
