module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.outputs;
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
}

}  // namespace

std::size_t SummaryTable::first_row(std::size_t metric, std::size_t quantity) const {
  std::size_t first = metric < metrics.size() ? rows(metric) * quantity : 0;
  for (std::size_t i = 0; i < metric; ++i) {
    first += rows(i) * quantities.size();
  }
  return first;
}

OutputChoice checked_outputs(const SolveRequest& request, const Quantities& all, const std::vector<MetricInfo>& metrics,
                             std::vector<double> saves) {
  OutputChoice choice;
  choice.saved = chosen_by_name("save", request.save, all);
  choice.quantities = chosen_quantities(all, choice.saved);
  const TimeSpan span{request.t0, request.settling_time, request.duration};
  if (metrics.empty()) {
    require_no_summaries(request);
    choice.summarised.assign(all.columns.size(), false);
  } else {
    choice.summarised = chosen_by_name("summarise", request.summarise, all);
    choice.samples = sample_schedule(span, request.sample_every, request.summarise_every);
    choice.summaries = {metrics, chosen_quantities(all, choice.summarised).columns, choice.samples.window_ends(span)};
    for (double& end : choice.summaries.window_ends) {
      end += request.t0;
    }
  }
  choice.events = merged_events(span, saves, choice.samples);
  choice.saves = std::move(saves);
  return choice;
}

}  // namespace kobie
