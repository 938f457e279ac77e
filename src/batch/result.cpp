module;
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mdspan/mdspan.hpp>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.memory;

namespace kobie {
namespace {

std::int64_t sum(const HostArray<std::int32_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

// 12345678 as "12,345,678".
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0; position -= 3) {
    digits.insert(static_cast<std::size_t>(position), ",");
  }
  return digits;
}

}  // namespace

template <std::floating_point T>
Result<T>::Result(RunTable runs, std::vector<Column> observables, std::vector<double> times, HostArray<T> values,
                  RunRecords<T> records, Provenance provenance)
    : runs_(std::move(runs)),
      times_(std::move(times)),
      values_(std::move(values)),
      records_(std::move(records)),
      provenance_(std::move(provenance)) {
  for (std::size_t i = 0; i < runs_.state_count(); ++i) {
    quantities_.push_back({runs_.columns()[i].name, runs_.columns()[i].unit, {}});
  }
  quantities_.insert(quantities_.end(), observables.begin(), observables.end());
}

template <std::floating_point T>
std::size_t Result<T>::quantity(std::string_view name) const {
  const auto found = std::ranges::find(quantities_, name, &Column::name);
  if (found == quantities_.end()) {
    throw UnknownName("state or observable", name, names_of(quantities_));
  }
  return static_cast<std::size_t>(found - quantities_.begin());
}

template <std::floating_point T>
Series<T> Result<T>::operator[](std::string_view name) const {
  const std::size_t series = times_.size() * static_cast<std::size_t>(runs());
  return Series<T>(values_.data() + quantity(name) * series, times_.size(), static_cast<std::size_t>(runs()));
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
std::int64_t Result<T>::total_accepted() const {
  return sum(records_.accepted);
}

template <std::floating_point T>
std::int64_t Result<T>::total_rejected() const {
  return sum(records_.rejected);
}

template <std::floating_point T>
std::int64_t Result<T>::failure_count() const {
  const auto success = std::count(records_.status.begin(), records_.status.end(), static_cast<std::int32_t>(Status::success));
  return runs() - success;
}

template <std::floating_point T>
std::vector<Failure> Result<T>::failures(std::size_t most) const {
  std::vector<Failure> found;
  for (std::int64_t run = 0; run < runs() && found.size() < most; ++run) {
    if (status(run) != Status::success) {
      const auto reached = static_cast<double>(records_.end_time[static_cast<std::size_t>(run)]);
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
  const auto row = [&](std::string_view name, const std::string& value) { text += fmt::format("{:<22}{}\n", name, value); };
  row("system", fmt::format("{}, {} runs", p.system, grouped(runs())));
  row("method", fmt::format("{}, {} steps, {} precision", p.method, p.controller, p.precision));
  row("steps taken", grouped(accepted));
  row("steps rejected", grouped(rejected));
  row("failures", grouped(failure_count()));
  row("wall time", fmt::format("{:.3f} s, of it {:.3f} s integrating", p.wall_seconds, p.kernel_seconds));
  row("trajectories a second", grouped(static_cast<std::int64_t>(static_cast<double>(runs()) / seconds)));
  row("steps a second", grouped(static_cast<std::int64_t>(static_cast<double>(accepted + rejected) / seconds)));
  row("backend", fmt::format("{}, {} thread{} x {} lane{}", p.backend, p.threads, p.threads == 1 ? "" : "s", p.lanes,
                             p.lanes == 1 ? "" : "s"));
  for (const auto& failure : failures(3)) {
    row(fmt::format("run {} failed", failure.run),
        fmt::format("{} at t = {:.6g} ({})", to_string(failure.status), failure.time, failure.inputs));
  }
  return text;
}

template class Result<float>;
template class Result<double>;

}  // namespace kobie
