#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

#include "fed.hpp"

import kobie.numbers;
import kobie.outputs;
import kobie.systems;

namespace {

/// How often the samples cross 0 upwards, and the last sample before the window's end.
struct Crossings {
  static constexpr std::string_view name = "crossings";
  static constexpr std::size_t results = 2;
  static constexpr std::size_t numbers = 2;
  static constexpr std::size_t history = 1;
  template <class Real>
  static constexpr void begin(kobie::Components<Real, 2> state, const kobie::Sample<Real>& /*sample*/,
                              kobie::MaskOf<Real> lanes) {
    state[0] = kobie::select(lanes, Real(0), state[0]);
  }
  template <class Real>
  static constexpr void add(kobie::Components<Real, 2> state, const kobie::Sample<Real>& sample, kobie::MaskOf<Real> lanes) {
    const auto crosses = lanes && sample.previous < Real(0) && sample.value >= Real(0);
    state[0] = kobie::select(crosses, state[0] + Real(1), state[0]);
    state[1] = kobie::select(lanes, sample.previous, state[1]);
  }
  template <class Real>
  static constexpr void finish(kobie::Components<Real, 2> state, const kobie::Sampling<kobie::ScalarOf<Real>>& /*sampling*/,
                               kobie::Components<Real, 2> out) {
    out = {state[0], state[1]};
  }
};

template <class T>
std::vector<T> wandering(std::size_t count, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal(0.0, 1.0);
  std::vector<T> series(count);
  double y = 0.0;
  for (auto& number : series) {
    y = 0.9 * y + normal(engine);
    number = static_cast<T>(std::round(8.0 * y) / 8.0);  // so that there are plateaus
  }
  return series;
}

template <class T>
bool same_bits(const std::vector<std::vector<T>>& a, const std::vector<std::vector<T>>& b) {
  bool same = a.size() == b.size();
  for (std::size_t w = 0; same && w < a.size(); ++w) {
    same = a[w].size() == b[w].size() && std::memcmp(a[w].data(), b[w].data(), a[w].size() * sizeof(T)) == 0;
  }
  return same;
}

template <class Real>
bool lanes_are_scalars(std::size_t delay) {
  using namespace kobie;
  using T = ScalarOf<Real>;
  const std::size_t n = 60;
  const fed::Spacing spacing{.begin = 3.0, .interval = 0.25, .intervals = n};
  std::vector<std::vector<T>> series;
  for (unsigned i = 0; i < lanes_of<Real>; ++i) {
    series.push_back(wandering<T>(4 * n + 1, i));
  }
  const auto all = fed::lanes<Real, Mean, StandardDeviation, Rms, Extrema, MaxMagnitude, Peaks<3>, NegativePeaks<2>,
                              DerivativeExtrema, SecondDerivativeExtrema, Crossings>(series, spacing, delay);
  bool same = true;
  for (std::size_t i = 0; i < series.size(); ++i) {
    same = same && all[i].size() == 4 &&
           same_bits(all[i], fed::scalar<T, Mean, StandardDeviation, Rms, Extrema, MaxMagnitude, Peaks<3>, NegativePeaks<2>,
                                         DerivativeExtrema, SecondDerivativeExtrema, Crossings>(series[i], spacing));
  }
  return same;
}

}  // namespace

TEST_CASE("each lane's summaries are a scalar's, to the bit, whatever its neighbours are at") {
  for (const std::size_t delay : {std::size_t{0}, std::size_t{1}, std::size_t{37}}) {
    CAPTURE(delay);
    CHECK(lanes_are_scalars<kobie::Pack<double, 2>>(delay));
    CHECK(lanes_are_scalars<kobie::Pack<double, 8>>(delay));
    CHECK(lanes_are_scalars<kobie::Pack<float, 4>>(delay));
    CHECK(lanes_are_scalars<kobie::Pack<float, 16>>(delay));
  }
}

TEST_CASE("a lane that begins a new run remembers nothing of the last one") {
  const fed::Spacing spacing{.intervals = 20};
  const auto first = wandering<double>(21, 1);
  const auto second = wandering<double>(21, 2);
  kobie::Accumulators<double, 1, kobie::Mean, kobie::Peaks<4>, kobie::SecondDerivativeMax> reused;
  std::vector<double> found;
  const auto store = [&](bool due, const kobie::SummaryPlace& /*place*/, double value) {
    if (due) {
      found.push_back(value);
    }
  };
  const bool chosen[1] = {true};
  const auto kept = fed::all_results<kobie::Mean, kobie::Peaks<4>, kobie::SecondDerivativeMax>();
  const kobie::Sampling<double> sampling{0.0, 1.0, 20.0};
  for (const auto* series : {&first, &second}) {
    found.clear();
    for (std::size_t i = 0; i <= 20; ++i) {
      const double values[1] = {(*series)[i]};
      reused.take(kobie::SampleLanes<double>{true, i == 0, i == 20, true}, values, chosen, kept.data(), sampling, store);
    }
  }
  const auto alone = fed::scalar<double, kobie::Mean, kobie::Peaks<4>, kobie::SecondDerivativeMax>(second, spacing)[0];
  CHECK(same_bits<double>({found}, {alone}));
}

TEST_CASE("windows that a failed run did not complete have no numbers, those before it have theirs") {
  using namespace kobie;
  const std::size_t n = 10;
  std::vector<double> series = wandering<double>(4 * n + 1, 3);
  const auto whole = fed::scalar<double, Mean, Max, Peaks<2>>(series, {.intervals = n});
  std::fill(series.begin() + 25, series.end(), fed::not_a_number);
  const auto failed = fed::lanes<double, Mean, Max, Peaks<2>>({series}, {.intervals = n}, 0, 24)[0];
  REQUIRE(failed.size() == 4);
  CHECK(same_bits<double>({failed[0], failed[1]}, {whole[0], whole[1]}));
  for (std::size_t w = 2; w < 4; ++w) {
    CHECK(std::ranges::all_of(failed[w], [](double number) { return std::isnan(number); }));
  }
}

TEST_CASE("a metric of one's own is computed beside kobie's") {
  const std::vector<double> series = {-1, 1, -1, -2, 3, 4, -4, 0, 5};
  const auto found = fed::scalar<double, kobie::Max, Crossings>(series, {.intervals = 4});
  REQUIRE(found.size() == 2);
  CHECK(found[0] == std::vector{3.0, 2.0, -2.0});
  CHECK(found[1] == std::vector{5.0, 1.0, 0.0});
}
