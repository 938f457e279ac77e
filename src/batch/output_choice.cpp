module;
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.outputs;
import :options;
import :output_choice;

namespace kobie {
namespace {

// Whether each quantity is among `names`; all are where there are none.
std::vector<bool> chosen_by_name(std::string_view argument, const std::vector<std::string>& names, const Quantities& all) {
  std::vector<bool> chosen(all.columns.size(), names.empty());
  for (const auto& name : names) {
    const auto found = std::ranges::find(all.columns, name, &Column::name);
    if (found == all.columns.end()) {
      throw UnknownName(argument, name, names_of(all.columns));
    }
    chosen[static_cast<std::size_t>(found - all.columns.begin())] = true;
  }
  return chosen;
}

void require_no_summaries(const SolveRequest& request) {
  constexpr std::string_view needed = "needs a solver with the policy kobie::Summaries<...>";
  if (request.sample_every != 0.0) {
    throw InvalidArgument("sample_every", request.sample_every, needed);
  }
  if (request.summarise_every != 0.0) {
    throw InvalidArgument("summarise_every", request.summarise_every, needed);
  }
  if (!request.summarise.empty()) {
    throw InvalidArgument("summarise", fmt::format("'{}'", request.summarise.front()), needed);
  }
  if (!request.metrics.empty()) {
    throw InvalidArgument("metrics", fmt::format("'{}'", request.metrics.front()), needed);
  }
}

// How many results of each list "peaks:3" asks for; all where it says no number.
std::size_t results_asked_for(const std::string& text, std::size_t colon, const MetricInfo& metric) {
  const std::size_t length = metric.results / metric.lists;
  if (colon == std::string::npos) {
    return length;
  }
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data() + colon + 1, end, number);
  if (error != std::errc{} || last != end || number < 1 || number > length) {
    const std::string allowed = length == 1 ? fmt::format("'{}' has one result, so no number may follow it", metric.name)
                                            : fmt::format("after '{}:' comes how many, from 1 to {}", metric.name, length);
    throw InvalidArgument("metrics", fmt::format("'{}'", text), allowed);
  }
  return number;
}

// Which results of each metric are kept; `metrics` become those that have some, with as many as are kept.
std::vector<KeptResults> chosen_results(const std::vector<std::string>& names, std::vector<MetricInfo>& metrics) {
  std::vector<std::size_t> asked(metrics.size(), 0);
  const std::vector<std::string> known = names_of(metrics);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    asked[i] = names.empty() ? metrics[i].results / metrics[i].lists : 0;
  }
  for (const auto& text : names) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) {
      throw UnknownName("metrics", name, known);
    }
    const auto which = static_cast<std::size_t>(found - known.begin());
    if (asked[which] > 0) {
      throw InvalidArgument("metrics", fmt::format("'{}'", text), "is given twice");
    }
    asked[which] = results_asked_for(text, colon, metrics[which]);
  }
  std::vector<KeptResults> kept;
  kept.reserve(metrics.size());
  std::vector<MetricInfo> chosen;
  std::size_t first = 0;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    kept.push_back({static_cast<std::int32_t>(asked[i]), static_cast<std::int32_t>(first)});
    if (asked[i] > 0) {
      chosen.push_back(metrics[i]);
      chosen.back().results = asked[i] * metrics[i].lists;
      first += chosen.back().results;
    }
  }
  metrics = std::move(chosen);
  return kept;
}

// Without samples only what follows from steps can be summarised.
void require_no_samples_needed(const Quantities& all, const std::vector<bool>& summarised,
                               const std::vector<MetricInfo>& metrics, const Following& following) {
  if (!following.steps) {
    throw InvalidArgument("sample_every", 0.0, "must be above 0: the summaries of an implicit method need samples");
  }
  for (const auto& metric : metrics) {
    if (std::ranges::find(following.need_samples, metric.name) != following.need_samples.end()) {
      throw InvalidArgument("sample_every", 0.0, fmt::format("must be above 0: the metric '{}' needs samples", metric.name));
    }
  }
  for (std::size_t i = all.states; i < all.columns.size(); ++i) {
    if (summarised[i]) {
      throw InvalidArgument("sample_every", 0.0,
                            fmt::format("must be above 0 where the observable '{}' is summarised", all.columns[i].name));
    }
  }
}

// Where runs have durations of their own, there are as many windows as the longest completes.
TimeSpan sampled_span(const SolveRequest& request, const RunSpans& spans, bool summarised) {
  TimeSpan span = spans.events;
  if (summarised && spans.own_durations) {
    if (request.summarise_every == 0.0) {
      throw InvalidArgument("summarise_every", 0.0, "must be given where runs have durations of their own");
    }
    const double windows = std::floor(span.duration / request.summarise_every * (1 + 1e-9));
    if (windows >= 1.0) {
      span.duration = windows * request.summarise_every;
    }
  }
  return span;
}

}  // namespace

std::vector<std::string> names_of(const std::vector<MetricInfo>& metrics) {
  std::vector<std::string> names;
  names.reserve(metrics.size());
  for (const auto& metric : metrics) {
    names.push_back(metric.name);
  }
  return names;
}

std::vector<MetricInfo> chosen_metrics(const std::vector<std::string>& names, std::vector<MetricInfo> metrics) {
  chosen_results(names, metrics);
  return metrics;
}

std::size_t SummaryTable::first_row(std::size_t metric, std::size_t quantity) const {
  std::size_t first = metric < metrics.size() ? rows(metric) * quantity : 0;
  for (std::size_t i = 0; i < metric; ++i) {
    first += rows(i) * quantities.size();
  }
  return first;
}

OutputChoice checked_outputs(const SolveRequest& request, const RunSpans& spans, const Quantities& all,
                             std::vector<MetricInfo> metrics, const Following& following, std::vector<double> saves) {
  OutputChoice choice;
  choice.saved = chosen_by_name("save", request.save, all);
  choice.quantities = chosen_quantities(all, choice.saved);
  const TimeSpan span = sampled_span(request, spans, !metrics.empty());
  if (metrics.empty()) {
    require_no_summaries(request);
    choice.summarised.assign(all.columns.size(), false);
  } else {
    choice.summarised = chosen_by_name("summarise", request.summarise, all);
    choice.samples = sample_schedule(span, request.sample_every, request.summarise_every);
    choice.kept = chosen_results(request.metrics, metrics);
    if (choice.samples.continuous) {
      require_no_samples_needed(all, choice.summarised, metrics, following);
    }
    choice.summaries = {std::move(metrics), chosen_quantities(all, choice.summarised).columns,
                        choice.samples.window_ends(span)};
    for (double& end : choice.summaries.window_ends) {
      end += request.t0;
    }
  }
  choice.events = merged_events(span, saves, choice.samples);
  choice.saves = std::move(saves);
  return choice;
}

}  // namespace kobie
