module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mdspan/mdspan.hpp>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.loop;
import kobie.memory;
import kobie.outputs;

namespace kobie {
namespace {

std::size_t position_of(std::string_view kind, std::string_view name, const std::vector<std::string>& known) {
  const auto found = std::ranges::find(known, name);
  if (found == known.end()) {
    throw UnknownName(kind, name, known);
  }
  return static_cast<std::size_t>(found - known.begin());
}

std::int64_t sum(std::span<const std::int32_t> counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

}  // namespace

std::string table_row(std::string_view name, const std::string& value) { return fmt::format("{:<22}{}\n", name, value); }

std::string method_text(const Provenance& provenance) {
  return fmt::format("{}, {} steps, {} precision", provenance.method, provenance.controller, provenance.precision);
}

std::string backend_text(const Provenance& provenance) {
  return fmt::format("{}, {} thread{} x {} lane{}", provenance.backend, provenance.threads, provenance.threads == 1 ? "" : "s",
                     provenance.lanes, provenance.lanes == 1 ? "" : "s");
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0; position -= 3) {
    digits.insert(static_cast<std::size_t>(position), ",");
  }
  return digits;
}

template <std::floating_point T>
Result<T>::Result(RunTable runs, Quantities quantities, std::vector<double> times, ResultArrays<T, HostArray> arrays,
                  Provenance provenance, SummaryTable summaries)
    : runs_(std::move(runs)),
      quantities_(std::move(quantities)),
      times_(std::move(times)),
      arrays_(std::move(arrays)),
      provenance_(std::move(provenance)),
      summaries_(std::move(summaries)) {}

template <std::floating_point T>
std::size_t Result<T>::quantity(std::string_view name) const {
  return position_of("state or observable", name, names_of(quantities_.columns));
}

template <std::floating_point T>
Series<T> Result<T>::operator[](std::string_view name) const {
  const std::size_t series = times_.size() * static_cast<std::size_t>(runs());
  return Series<T>(arrays_.values.data() + quantity(name) * series, times_.size(), static_cast<std::size_t>(runs()));
}

template <std::floating_point T>
Series<T> Result<T>::summary(std::string_view quantity, std::string_view metric) const {
  const std::size_t which = position_of("metric", metric, names_of(summaries_.metrics));
  const std::size_t of = position_of("summarised state or observable", quantity, names_of(summaries_.quantities));
  const auto run_count = static_cast<std::size_t>(runs());
  return Series<T>(arrays_.summaries.data() + summaries_.first_row(which, of) * run_count, summaries_.rows(which), run_count);
}

template <std::floating_point T>
const RecordedRun<T>& Result<T>::recorded(std::int64_t run) const {
  const auto found = std::ranges::find(recorded_, run, &RecordedRun<T>::run);
  if (found == recorded_.end()) {
    throw InvalidArgument("run", fmt::format("{}", run), "must be one of the request's record_runs");
  }
  return *found;
}

template <std::floating_point T>
std::span<const std::int32_t> Result<T>::counts(RunCount which) const {
  const auto run_count = static_cast<std::size_t>(runs());
  const std::size_t first = static_cast<std::size_t>(which) * run_count;
  return first < arrays_.counts.size() ? std::span(arrays_.counts.data() + first, run_count) : std::span<const std::int32_t>{};
}

template <std::floating_point T>
std::int64_t Result<T>::total_accepted() const {
  return sum(accepted_steps());
}

template <std::floating_point T>
std::int64_t Result<T>::total_rejected() const {
  return sum(rejected_steps());
}

template <std::floating_point T>
std::int64_t Result<T>::count_of(Status status) const {
  return std::count(arrays_.status.begin(), arrays_.status.end(), static_cast<std::int32_t>(status));
}

template <std::floating_point T>
std::vector<Failure> Result<T>::failures(std::size_t most) const {
  std::vector<Failure> found;
  for (std::int64_t run = 0; run < runs() && found.size() < most; ++run) {
    if (status(run) != Status::success && status(run) != Status::stopped) {
      const auto reached = static_cast<double>(arrays_.end_time[static_cast<std::size_t>(run)]);
      found.push_back({run, status(run), reached, runs_.describe(run)});
    }
  }
  return found;
}

template <std::floating_point T>
std::string Result<T>::summary() const {
  const auto& p = provenance_;
  const double seconds = std::max(p.wall_seconds, 1e-9);
  const std::int64_t accepted = total_accepted();
  const std::int64_t rejected = total_rejected();
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) { text += table_row(name, value); };
  row("system", fmt::format("{}, {} runs", p.system, grouped(runs())));
  row("method", method_text(p));
  row("steps taken", grouped(accepted));
  row("steps rejected", grouped(rejected));
  for (const auto& [name, counts] :
       {std::pair("failed solves", failed_solves()), std::pair("jacobians", jacobians()),
        std::pair("factorisations", factorisations()), std::pair("newton iterations", newton_iterations()),
        std::pair("linear iterations", linear_iterations())}) {
    if (!counts.empty()) {
      row(name, grouped(sum(counts)));
    }
  }
  row("failures", grouped(failure_count()));
  if (stopped()) {
    row("stopped", fmt::format("{} runs were not integrated", grouped(count_of(Status::stopped))));
  }
  row("wall time", fmt::format("{:.3f} s, of it {:.3f} s integrating", p.wall_seconds, p.kernel_seconds));
  row("trajectories a second", grouped(static_cast<std::int64_t>(static_cast<double>(runs()) / seconds)));
  row("steps a second", grouped(static_cast<std::int64_t>(static_cast<double>(accepted + rejected) / seconds)));
  row("backend", backend_text(p));
  for (const auto& failure : failures(3)) {
    row(fmt::format("run {} failed", failure.run),
        fmt::format("{} at t = {:.6g} ({})", to_string(failure.status), failure.time, failure.inputs));
  }
  return text;
}

template class Result<float>;
template class Result<double>;

}  // namespace kobie
