// Accumulators that are fed sample by sample, and references for what they say: sums in long double over the same samples.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

import kobie.numbers;
import kobie.outputs;

namespace fed {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What a window's samples were cut into, and how they are spaced.
struct Spacing {
  double begin = 0.0;
  double interval = 1.0;
  std::size_t intervals = 0;  // of each window
};

/// All results of all metrics.
template <class... Metrics>
std::vector<kobie::KeptResults> all_results() {
  std::vector<kobie::KeptResults> kept;
  std::size_t first = 0;
  ((kept.push_back(
        {static_cast<std::int32_t>(Metrics::results / kobie::metric_lists<Metrics>()), static_cast<std::int32_t>(first)}),
    first += Metrics::results),
   ...);
  return kept;
}

/// Feeds series[lane], from begin on, to the lanes of one accumulator; lane i starts `delay * i` samples late. Returns, of each
/// lane, the results [window][result of any metric].
template <class Real, class... Metrics>
std::vector<std::vector<std::vector<kobie::ScalarOf<Real>>>> lanes(
    const std::vector<std::vector<kobie::ScalarOf<Real>>>& series, const Spacing& spacing, std::size_t delay = 0,
    std::size_t fails_after = static_cast<std::size_t>(-1)) {
  using T = kobie::ScalarOf<Real>;
  constexpr int width = kobie::lanes_of<Real>;
  constexpr std::size_t results = (Metrics::results + ...);
  const kobie::Sampling<T> sampling{static_cast<T>(spacing.begin), static_cast<T>(spacing.interval),
                                    static_cast<T>(spacing.intervals)};
  std::vector<std::vector<std::vector<T>>> found(width);
  kobie::Accumulators<Real, 1, Metrics...> accumulators;
  const auto store = [&](kobie::MaskOf<Real> due, const kobie::SummaryPlace& place, const Real& value) {
    for (int i = 0; i < width; ++i) {
      if (kobie::lane(due, i)) {
        auto& windows = found[static_cast<std::size_t>(i)];
        if (place.first == 0 && place.result == 0) {
          windows.emplace_back(results);
        }
        windows.back()[place.first + place.result] = kobie::lane(value, i);
      }
    }
  };
  const std::size_t count = series[0].size();
  const bool chosen[1] = {true};
  const auto kept = all_results<Metrics...>();
  for (std::size_t step = 0; step < count + delay * (width - 1); ++step) {
    Real value(0);
    kobie::CountOf<Real> due{};
    kobie::CountOf<Real> begins{};
    kobie::CountOf<Real> ends{};
    kobie::CountOf<Real> sound{};
    for (int i = 0; i < width; ++i) {
      const std::size_t late = delay * static_cast<std::size_t>(i);
      const bool is_due = step >= late && step - late < count;
      const std::size_t number = step - late;
      // What is not due is no number, and must not matter.
      kobie::set_lane(value, i, is_due ? series[static_cast<std::size_t>(i)][number] : static_cast<T>(not_a_number));
      kobie::set_lane(due, i, is_due ? 1 : 0);
      kobie::set_lane(begins, i, is_due && number == 0 ? 1 : 0);
      kobie::set_lane(ends, i, is_due && number > 0 && number % spacing.intervals == 0 ? 1 : 0);
      kobie::set_lane(sound, i, is_due && number <= fails_after ? 1 : 0);
    }
    using Count = kobie::CountOf<Real>;
    const Real values[1] = {value};
    accumulators.take(kobie::SampleLanes<Real>{due > Count(0), begins > Count(0), ends > Count(0), sound > Count(0)}, values,
                      chosen, kept.data(), sampling, store);
  }
  return found;
}

/// The same for one series, computed by scalars: [window][result].
template <class T, class... Metrics>
std::vector<std::vector<T>> scalar(const std::vector<T>& series, const Spacing& spacing) {
  return lanes<T, Metrics...>({series}, spacing)[0];
}

/// The integral of g(sample) over samples [first, last] by the trapezoidal rule, over its length.
template <class T, class Function>
long double average(const std::vector<T>& series, std::size_t first, std::size_t last, const Function& g) {
  long double sum = 0.0L;
  for (std::size_t i = first; i <= last; ++i) {
    sum += (i == first || i == last ? 0.5L : 1.0L) * g(static_cast<long double>(series[i]));
  }
  return sum / static_cast<long double>(last - first);
}

template <class T>
long double mean(const std::vector<T>& series, std::size_t first, std::size_t last) {
  return average(series, first, last, [](long double y) { return y; });
}
template <class T>
long double deviation(const std::vector<T>& series, std::size_t first, std::size_t last) {
  const long double middle = mean(series, first, last);
  return std::sqrt(average(series, first, last, [&](long double y) { return (y - middle) * (y - middle); }));
}
template <class T>
long double rms(const std::vector<T>& series, std::size_t first, std::size_t last) {
  return std::sqrt(average(series, first, last, [](long double y) { return y * y; }));
}

/// f(0), f(interval), ... rounded to T.
template <class T, class Function>
std::vector<T> sampled(std::size_t count, double interval, const Function& f) {
  std::vector<T> series(count);
  for (std::size_t i = 0; i < count; ++i) {
    series[i] = static_cast<T>(f(static_cast<double>(i) * interval));
  }
  return series;
}

}  // namespace fed
