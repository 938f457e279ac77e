module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.drivers;
import :file_solve;
import :output_choice;
import :result_contents;

namespace kobie {
namespace {

// FNV-1a over the bits of numbers, in both directions: 128 bits that say whether two long lists are the same.
std::string digest(const std::vector<double>& numbers) {
  constexpr std::uint64_t prime = 0x100000001b3;
  std::uint64_t forth = 0xcbf29ce484222325;
  std::uint64_t back = forth;
  const auto take = [](std::uint64_t& hash, double number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    for (int byte = 0; byte < 8; ++byte, bits >>= 8U) {
      hash = (hash ^ (bits & 0xffU)) * prime;
    }
  };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    take(forth, numbers[i]);
    take(back, numbers[numbers.size() - 1 - i]);
  }
  return fmt::format("{} numbers {:016x}{:016x}", numbers.size(), forth, back);
}

std::string fingerprint_of(const Driver& driver) {
  return fmt::format("driver {}, {} curves, {} at {:a} + n {:a} or {}, {} {} {:a} {:a}, {}, {}\n", driver.name, driver.curves,
                     digest(driver.values), driver.first, driver.every, digest(driver.times),
                     static_cast<int>(driver.interpolation), static_cast<int>(driver.ends), driver.first_slope,
                     driver.last_slope, static_cast<int>(driver.outside), driver.stop_at_samples);
}

}  // namespace

std::string fingerprint(const SolverOptions& options, const SolveRequest& request, const RunTable& runs,
                        const OutputChoice& outputs, const std::vector<double>& times, const Provenance& provenance) {
  std::string text =
      fmt::format("{}, {}, {}, {}, {} x {} lanes, kobie {}\n", provenance.system, provenance.method, provenance.controller,
                  provenance.precision, provenance.backend, provenance.lanes, provenance.version);
  const auto number = [&](std::string_view name, double value) { text += fmt::format("{} {:a}\n", name, value); };
  const auto choice = [&](std::string_view name, const std::optional<double>& value) {
    text += value ? fmt::format("{} {:a}\n", name, *value) : "";
  };
  number("rtol", options.rtol);
  number("atol", options.atol);
  for (const auto& [state, value] : options.rtol_of) {
    number("rtol of " + state, value);
  }
  for (const auto& [state, value] : options.atol_of) {
    number("atol of " + state, value);
  }
  number("dt", options.dt);
  number("dt_min", options.dt_min);
  number("dt_max", options.dt_max);
  number("max_steps", static_cast<double>(options.max_steps));
  for_each_control_option(options, choice);
  number("t0", request.t0);
  number("settling_time", request.settling_time);
  number("duration", request.duration);
  text += fmt::format("stop_at {}\n", digest(request.stop_at));
  for (const Driver& driver : request.drivers) {
    text += fingerprint_of(driver);
  }
  text += fmt::format("land_on_saves {}\nsaves {}\nruns {}\n", request.land_on_saves, digest(times), runs.size());
  const auto names = [&](std::string_view what, const std::vector<Column>& columns) {
    text += fmt::format("{} {}\n", what, fmt::join(names_of(columns), ", "));
  };
  names("saved", outputs.quantities.columns);
  if (!outputs.summaries.metrics.empty()) {
    names("summarised", outputs.summaries.quantities);
    for (const auto& metric : outputs.summaries.metrics) {
      text += fmt::format("metric {} {}\n", metric.name, metric.results);
    }
    number("sample_every", outputs.samples.continuous ? 0.0 : outputs.samples.every);
    text += fmt::format("windows {} of {} samples\n", outputs.samples.windows, outputs.samples.intervals);
  }
  for (const auto& column : runs.columns()) {
    text += fmt::format("{} repeat {} {}\n", column.name, column.repeat, digest(column.values));
  }
  for (const auto& [name, column] : own_datasets(runs)) {
    text += fmt::format("own {} {}\n", name, digest(column.values));
  }
  return text;
}

}  // namespace kobie
