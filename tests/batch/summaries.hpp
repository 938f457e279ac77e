// A system with closed forms, and summaries computed anew from a trajectory that was saved at all samples.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

namespace summaries {

/// y = sin(w t) and exp(-t), with the observable 3 + y^2.
struct Wave {
  static constexpr auto states = kobie::values({{"y", 0.0, "V"}, {"decay", 1.0}});
  static constexpr auto parameters = kobie::values({{"w", 1.0}});
  static constexpr auto observables = kobie::names({{"square", "V^2"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Wave, Real>& at, kobie::Rates<Wave, Real>& d) {
    const Real w = at.parameter[0];
    d.state = {w * kobie::cos(w * at.t), -at.state[1]};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Wave, Real>& at, kobie::Observed<Wave, Real>& o) {
    o.observable = {Real(3) + at.state[0] * at.state[0]};
  }
};

using Everything = kobie::Summaries<kobie::Mean, kobie::StandardDeviation, kobie::Rms, kobie::Min, kobie::Max, kobie::Extrema,
                                    kobie::MaxMagnitude, kobie::Peaks<3>, kobie::NegativePeaks<2>, kobie::DerivativeExtrema,
                                    kobie::SecondDerivativeMax>;

/// The time that a quantity spends above 1, as a share of the window: a metric of a user's own, of samples.
struct ShareAboveOne {
  static constexpr std::string_view name = "share_above_one";
  static constexpr std::size_t results = 1;
  static constexpr std::size_t numbers = 1;
  template <class Real>
  static constexpr void begin(kobie::Components<Real, 1> state, const kobie::Sample<Real>& sample, kobie::MaskOf<Real> lanes) {
    state[0] = kobie::select(lanes, Real(0), state[0]);
    add(state, sample, lanes);
  }
  template <class Real>
  static constexpr void add(kobie::Components<Real, 1> state, const kobie::Sample<Real>& sample, kobie::MaskOf<Real> lanes) {
    state[0] = kobie::select(lanes && sample.value > Real(1), state[0] + sample.weight, state[0]);
  }
  template <class Real>
  static constexpr void finish(kobie::Components<Real, 1> state, const kobie::Sampling<kobie::ScalarOf<Real>>& sampling,
                               kobie::Components<Real, 1> out) {
    out[0] = state[0] / Real(sampling.intervals);
  }
};

/// Lorenz, with some runs that fail.
inline kobie::Runs<problems::LorenzWithFuse> fuses() {
  std::vector<double> growth(97, 0.0);
  growth[0] = growth[40] = 0.55;  // infinite at t = 1.82
  growth[41] = 0.9;               // at t = 1.11
  growth[96] = 0.8;               // at t = 1.25
  return kobie::grid<problems::LorenzWithFuse>({{"rho", kobie::linspace(0.0, 28.0, 97)}, {"growth", growth}},
                                               kobie::Combine::zip);
}

/// Of fuses() from t = 0 over five windows of 0.5, with Mean and Max; errors are relative.
inline void check_fuses(const kobie::Result<double>& result, double mean_error, double highest_error) {
  // 1 / (1 - growth t) on the windows from 0 to 0.5, from 0.5 to 1, ...
  for (const auto& [run, growth, complete] : {std::tuple(std::size_t{40}, 0.55, std::size_t{3}), {41, 0.9, 2}, {96, 0.8, 2}}) {
    REQUIRE(result.status(static_cast<std::int64_t>(run)) != kobie::Status::success);
    for (std::size_t w = 0; w < 5; ++w) {
      const double mean = result.summary("fuse", "mean")(w, run);
      const double highest = result.summary("fuse", "max")(w, run);
      CAPTURE(run, w);
      if (w < complete) {
        const double a = 0.5 * static_cast<double>(w);
        const double b = a + 0.5;
        CHECK(std::abs(mean - std::log((1 - growth * a) / (1 - growth * b)) / (0.5 * growth)) < mean_error * mean);
        CHECK(std::abs(highest - 1 / (1 - growth * b)) < highest_error * highest);
      } else {
        CHECK(std::isnan(mean));
        CHECK(std::isnan(highest));
        CHECK(std::isnan(result.summary("x", "mean")(w, run)));
      }
    }
  }
}

/// Whether run i of `a` and run j of `b` have the same summaries, to the bit.
template <class T>
bool same_run(const kobie::Result<T>& a, std::size_t i, const kobie::Result<T>& b, std::size_t j) {
  bool same = a.summaries().metrics == b.summaries().metrics && a.summaries().window_ends == b.summaries().window_ends;
  for (const auto& metric : a.summaries().metrics) {
    for (const auto& quantity : a.summaries().quantities) {
      const auto left = a.summary(quantity.name, metric.name);
      const auto right = b.summary(quantity.name, metric.name);
      for (std::size_t row = 0; same && row < left.extent(0); ++row) {
        same = left.extent(0) == right.extent(0) && compare::same_bits(left(row, i), right(row, j));
      }
    }
  }
  return same;
}

template <class T>
bool same(const kobie::Result<T>& a, const kobie::Result<T>& b) {
  bool all = a.runs() == b.runs() && !a.summaries().metrics.empty();
  for (std::size_t run = 0; all && run < static_cast<std::size_t>(a.runs()); ++run) {
    all = same_run(a, run, b, run);
  }
  return all;
}

/// Of samples [first, last] of one run's series.
struct Recomputed {
  double mean, deviation, rms, min, max;
};
template <class T>
Recomputed recomputed(const kobie::Series<T>& series, std::size_t run, std::size_t first, std::size_t last) {
  const auto average = [&](const auto& g) {
    long double sum = 0.0L;
    for (std::size_t i = first; i <= last; ++i) {
      sum += (i == first || i == last ? 0.5L : 1.0L) * g(static_cast<long double>(series(i, run)));
    }
    return sum / static_cast<long double>(last - first);
  };
  const long double mean = average([](long double y) { return y; });
  const long double variance = average([&](long double y) { return (y - mean) * (y - mean); });
  const long double square = average([](long double y) { return y * y; });
  auto low = static_cast<double>(series(first, run));
  auto high = low;
  for (std::size_t i = first; i <= last; ++i) {
    low = std::min(low, static_cast<double>(series(i, run)));
    high = std::max(high, static_cast<double>(series(i, run)));
  }
  return {static_cast<double>(mean), static_cast<double>(std::sqrt(variance)), static_cast<double>(std::sqrt(square)), low,
          high};
}

}  // namespace summaries
