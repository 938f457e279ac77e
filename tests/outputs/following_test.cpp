// Metrics that follow the solution from step to step, without samples.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "fed.hpp"

import kobie.numbers;
import kobie.outputs;

using namespace kobie;

namespace {

constexpr double pi = std::numbers::pi;

/// The end of a step.
template <class T>
struct Knot {
  T t;
  T y;
  T slope;
};

/// f and its derivative at these times.
template <class T, class Function, class Derivative>
std::vector<Knot<T>> knots(const std::vector<double>& times, const Function& f, const Derivative& df) {
  std::vector<Knot<T>> all;
  all.reserve(times.size());
  for (const double t : times) {
    all.push_back({static_cast<T>(t), static_cast<T>(f(t)), static_cast<T>(df(t))});
  }
  return all;
}

/// From 0 to `end` in `count` steps, of which none is as long as its neighbours.
std::vector<double> uneven(double end, std::size_t count) {
  std::vector<double> times(count + 1);
  for (std::size_t i = 0; i <= count; ++i) {
    const auto share = static_cast<double>(i) / static_cast<double>(count);
    times[i] = end * (share + 0.4 / static_cast<double>(count) * std::sin(2.0 * static_cast<double>(i)));
  }
  times.front() = 0.0;
  times.back() = end;
  return times;
}

/// Lets the lanes of one accumulator follow series[lane]; lane i starts `delay * i` steps late. Windows end after `steps` steps
/// each, `length` long; returns the results of each lane's windows, one after another.
template <class Real, class... Metrics>
std::vector<std::vector<ScalarOf<Real>>> lanes(const std::vector<std::vector<Knot<ScalarOf<Real>>>>& series, std::size_t steps,
                                               double length, std::size_t delay = 0, double begin = 0.0) {
  using T = ScalarOf<Real>;
  using Count = CountOf<Real>;
  constexpr int width = lanes_of<Real>;
  const Sampling<T> sampling{static_cast<T>(begin), T(1), static_cast<T>(length), true};
  const bool chosen[1] = {true};
  const auto kept = fed::all_results<Metrics...>();
  std::vector<std::vector<T>> found(width);
  Accumulators<Real, 1, Metrics...> accumulators;
  const auto store = [&](MaskOf<Real> due, const SummaryPlace& /*place*/, const Real& value) {
    for (int i = 0; i < width; ++i) {
      if (lane(due, i)) {
        found[static_cast<std::size_t>(i)].push_back(lane(value, i));
      }
    }
  };
  const std::size_t count = series[0].size() - 1;
  for (std::size_t now = 0; now < count + delay * (width - 1); ++now) {
    // What is not due is no number, and must not matter.
    const Real nothing(std::numeric_limits<T>::quiet_NaN());
    Real before = nothing;
    Real after = nothing;
    Piece<Real> piece = Piece<Real>::between(nothing, nothing, nothing, nothing, nothing, nothing);
    Count begins{};
    Count goes_on{};
    Count ends{};
    for (int i = 0; i < width; ++i) {
      const std::size_t late = delay * static_cast<std::size_t>(i);
      const std::size_t number = now - late;
      if (now < late || number >= count) {
        continue;
      }
      const auto& from = series[static_cast<std::size_t>(i)][number];
      const auto& to = series[static_cast<std::size_t>(i)][number + 1];
      set_lane(begins, i, number == 0 ? 1 : 0);
      set_lane(goes_on, i, 1);
      set_lane(ends, i, (number + 1) % steps == 0 ? 1 : 0);
      set_lane(before, i, from.y);
      set_lane(after, i, to.y);
      set_lane(piece.begin, i, from.t);
      set_lane(piece.length, i, to.t - from.t);
      set_lane(piece.first, i, from.y);
      set_lane(piece.last, i, to.y);
      set_lane(piece.first_slope, i, from.slope);
      set_lane(piece.last_slope, i, to.slope);
    }
    const Count one(1);
    const MaskOf<Real> none(false);
    const Real at_start[1] = {before};
    const Real at_end[1] = {after};
    const Piece<Real> pieces[1] = {
        Piece<Real>::between(piece.begin, piece.length, piece.first, piece.last, piece.first_slope, piece.last_slope)};
    accumulators.take(SampleLanes<Real>{begins == one, begins == one, none, begins == one}, at_start, chosen, kept.data(),
                      sampling, store);
    accumulators.follow(goes_on == one, pieces, chosen, kept.data());
    accumulators.take(SampleLanes<Real>{ends == one, none, ends == one, ends == one}, at_end, chosen, kept.data(), sampling,
                      store);
  }
  return found;
}

template <class... Metrics, class T>
std::vector<T> one(const std::vector<Knot<T>>& series, double begin = 0.0) {
  const double length = static_cast<double>(series.back().t) - static_cast<double>(series.front().t);
  return lanes<T, Metrics...>({series}, series.size() - 1, length, 0, begin)[0];
}

// exp(-t / 10) sin(t), its derivatives, and where it turns: tan(t) = 10.
double damped(double t) { return std::exp(-0.1 * t) * std::sin(t); }
double damped_slope(double t) { return std::exp(-0.1 * t) * (std::cos(t) - 0.1 * std::sin(t)); }
double damped_bend(double t) { return std::exp(-0.1 * t) * (-0.2 * std::cos(t) - 0.99 * std::sin(t)); }
// Integrals from 0 of it and of its square.
double damped_integral(double t) { return (1 - std::exp(-0.1 * t) * (std::cos(t) + 0.1 * std::sin(t))) / 1.01; }
double damped_square(double t) {
  const double decay = std::exp(-0.2 * t);
  return (1 - decay) / 0.4 - (0.2 - decay * (0.2 * std::cos(2 * t) - 2 * std::sin(2 * t))) / (2 * 4.04);
}

constexpr double end = 20.0;
struct Errors {
  double mean, rms, deviation, max, min, magnitude, peak, time, low, slope, bend;
};
template <class T>
Errors errors_of_damped(std::size_t steps) {
  const auto found = one<Mean, Rms, StandardDeviation, Max, Min, MaxMagnitude, Peaks<3>, NegativePeaks<1>, DerivativeExtrema,
                         SecondDerivativeMin>(knots<T>(uneven(end, steps), damped, damped_slope), 100.0);
  const auto of = [&](std::size_t i) { return static_cast<double>(found[i]); };
  const double top = std::atan(10.0);
  const double mean = damped_integral(end) / end;
  const double square = damped_square(end) / end;
  // The slope is least where the second derivative is 0, and that where the third is.
  const double flex = std::atan(-0.2 / 0.99) + pi;
  const double most_bent = std::atan((0.99 - 0.02) / (0.2 + 0.099));
  return {std::abs(of(0) - mean),
          std::abs(of(1) - std::sqrt(square)),
          std::abs(of(2) - std::sqrt(square - mean * mean)),
          std::abs(of(3) - damped(top)),
          std::abs(of(4) - damped(top + pi)),
          std::abs(of(5) - damped(top)),
          std::abs(of(8) - damped(top + 4 * pi)),
          std::abs(of(11) - (100.0 + top + 4 * pi)),
          std::abs(of(12) - damped(top + pi)),
          std::abs(of(14) - damped_slope(flex)),
          std::abs(of(16) - damped_bend(most_bent))};
}

bool nothing(double number) { return std::isnan(number); }

}  // namespace

TEMPLATE_TEST_CASE("metrics without samples are those of the function that the steps follow", "", float, double) {
  const Errors error = errors_of_damped<TestType>(2000);
  // Steps are 0.0033 to 0.0167 long. The cubic is off by h^4 / 384, its slope by some h^3 / 100, its bend by h^2 / 12; in float
  // bends by 6 units in the last place over the shortest h^2.
  const bool is_float = sizeof(TestType) == 4;
  const double rounding = is_float ? 2e-6 : 1e-13;
  CHECK(error.mean < 2.5e-10 + rounding);
  CHECK(error.rms < 2.5e-10 + rounding);
  CHECK(error.deviation < 2.5e-10 + rounding);
  CHECK(error.max < 2.5e-10 + rounding);
  CHECK(error.min < 2.5e-10 + rounding);
  CHECK(error.magnitude < 2.5e-10 + rounding);
  CHECK(error.peak < 2.5e-10 + rounding);
  CHECK(error.time < (is_float ? 2e-4 : 1e-6));
  CHECK(error.low < 2.5e-10 + rounding);
  CHECK(error.slope < (is_float ? 1e-4 : 1e-6));
  CHECK(error.bend < (is_float ? 0.1 : 1e-4));
}

TEST_CASE("errors of metrics without samples are of their orders in the steps") {
  const Errors coarse = errors_of_damped<double>(400);
  const Errors fine = errors_of_damped<double>(1600);
  const auto order = [](double a, double b) { return std::log(a / b) / std::log(4.0); };
  CHECK(order(coarse.mean, fine.mean) > 3.7);
  CHECK(order(coarse.rms, fine.rms) > 3.7);
  CHECK(order(coarse.deviation, fine.deviation) > 3.7);
}

TEST_CASE("errors of turns without samples are of their orders in the steps") {
  // Of eight steps, so cut that what is looked for lies at 0.3 of the fifth.
  struct Error {
    double height, time, slope, bend;
  };
  const auto errors = [](double h) {
    const auto around = [&](double place) {
      std::vector<double> times(9);
      for (std::size_t i = 0; i < 9; ++i) {
        times[i] = place + (static_cast<double>(i) - 4.3) * h;
      }
      return knots<double>(times, damped, damped_slope);
    };
    const double top = std::atan(10.0);
    const double flex = pi - std::atan(0.2 / 0.99);
    const double most_bent = std::atan(0.97 / 0.299);
    const auto peak = one<Peaks<1>>(around(top));
    return Error{std::abs(peak[0] - damped(top)), std::abs(peak[1] - top),
                 std::abs(one<DerivativeMin>(around(flex))[0] - damped_slope(flex)),
                 std::abs(one<SecondDerivativeMin>(around(most_bent))[0] - damped_bend(most_bent))};
  };
  for (const double h : {0.2, 0.1, 0.05}) {
    const Error coarse = errors(h);
    const Error fine = errors(h / 2);
    CAPTURE(h);
    CHECK(std::log2(coarse.height / fine.height) > 3.7);
    CHECK(std::log2(coarse.time / fine.time) > 2.7);
    CHECK(std::log2(coarse.slope / fine.slope) > 2.7);
    CHECK(std::log2(coarse.bend / fine.bend) > 1.7);
  }
}

TEST_CASE("a mean without samples keeps its digits far from 0") {
  const auto lifted = [](double t) { return 1e6 + damped(t); };
  const auto found = one<Mean, StandardDeviation>(knots<double>(uneven(end, 4000), lifted, damped_slope));
  const double mean = damped_integral(end) / end;
  const double square = damped_square(end) / end;
  // Values there have 1e-10 each.
  CHECK(std::abs(found[0] - 1e6 - mean) < 2e-10);
  CHECK(std::abs(found[1] - std::sqrt(square - mean * mean)) < 2e-10);
}

TEST_CASE("a million steps cost a mean no digits, in float neither") {
  std::vector<Knot<float>> series;
  const float h = 1.0F / 65536;
  series.reserve((1U << 20) + 1);
  for (std::size_t i = 0; i <= (1U << 20); ++i) {
    series.push_back({static_cast<float>(i) * h, 0.1F + static_cast<float>(i % 2), 0.0F});
  }
  // Each piece goes from 0.1 to 1.1 or back, half-way in the mean.
  const auto found = one<Mean, Rms>(series);
  CHECK(std::abs(found[0] - 0.6F) < 1e-7F);
  // Of 0.1 + s(x), s = 3 x^2 - 2 x^3: 0.01 + 0.2 / 2 + 13 / 35.
  CHECK(std::abs(found[1] - std::sqrt(0.11F + 13.0F / 35)) < 1e-7F);
}

TEST_CASE("a peak without samples may be where the slope jumps, and where it is 0 at a step's end") {
  const double none = fed::not_a_number;
  const auto peaks = [](const std::vector<Knot<double>>& series) { return one<Peaks<2>, NegativePeaks<2>>(series); };
  const auto same = [](const std::vector<double>& found, const std::vector<double>& wanted) {
    return std::ranges::equal(found, wanted, [](double a, double b) { return a == b || (nothing(a) && nothing(b)); });
  };
  // Lines up, down and up: slopes jump in leaps, which are lines of either side's slope.
  Accumulators<double, 1, Peaks<2>, NegativePeaks<2>> accumulators;
  const auto kept = fed::all_results<Peaks<2>, NegativePeaks<2>>();
  const bool chosen[1] = {true};
  const Sampling<double> sampling{0.0, 1.0, 3.0, true};
  std::vector<double> found;
  const auto store = [&](bool due, const SummaryPlace& /*place*/, double value) {
    if (due) {
      found.push_back(value);
    }
  };
  const double start[1] = {0.0};
  const double stop[1] = {1.0};
  accumulators.take(SampleLanes<double>{true, true, false, true}, start, chosen, kept.data(), sampling, store);
  for (const Piece<double>& piece :
       {Piece<double>::between(0.0, 1.0, 0.0, 2.0, 2.0, 2.0), Piece<double>::leap(1.0, 0.0, 2.0, 2.0, 2.0),
        Piece<double>::leap(1.0, 0.0, 2.0, 2.0, -2.0), Piece<double>::between(1.0, 1.0, 2.0, 0.0, -2.0, -2.0),
        Piece<double>::leap(2.0, 0.0, 0.0, 0.0, -2.0), Piece<double>::leap(2.0, 0.0, 0.0, 0.0, 1.0),
        Piece<double>::between(2.0, 1.0, 0.0, 1.0, 1.0, 1.0)}) {
    const Piece<double> pieces[1] = {piece};
    accumulators.follow(true, pieces, chosen, kept.data());
  }
  accumulators.take(SampleLanes<double>{true, false, true, true}, stop, chosen, kept.data(), sampling, store);
  CHECK(same(found, {2.0, none, 1.0, none, 0.0, none, 2.0, none}));
  // A top at a step's end is one peak; a shoulder, a start and an end are none.
  CHECK(same(peaks({{0, 0, 2}, {1, 1, 0}, {2, 0, -2}}), {1.0, none, 1.0, none, none, none, none, none}));
  CHECK(same(peaks({{0, 0, 2}, {1, 1, 0}, {2, 2, 2}}), std::vector<double>(8, none)));
  CHECK(same(peaks({{0, 2, -1}, {1, 1, -1}, {2, 0, -1}}), std::vector<double>(8, none)));
  CHECK(same(peaks({{0, 1, 0}, {1, 1, 0}, {2, 1, 0}}), std::vector<double>(8, none)));
  // A flat top is one peak, at its end, a flat bottom likewise, and a step of stairs is none, whatever was before it.
  CHECK(
      same(peaks({{0, 0, 2}, {1, 1, 0}, {2, 1, 0}, {3, 0, -2}, {4, -1, -1}}), {1.0, none, 2.0, none, none, none, none, none}));
  CHECK(same(peaks({{0, 2, -1}, {1, 1, 0}, {2, 1, 0}, {3, 0, -1}}), std::vector<double>(8, none)));
  CHECK(same(peaks({{0, 0, 2}, {1, 1, 0}, {2, 1, 0}, {3, 2, 2}, {4, 3, 0}, {5, 2, -1}, {6, 1, 0}, {7, 0, -1}}),
             {3.0, none, 4.0, none, none, none, none, none}));
  CHECK(same(peaks({{0, 0, -1}, {1, -1, 0}, {2, -1, 0}, {3, 0, 1}, {4, 1, 0}, {5, 2, 1}}),
             {none, none, none, none, -1.0, none, 2.0, none}));
}

TEST_CASE("a flat top belongs to the window in which it ends, also where the window before had all its peaks") {
  const auto found = lanes<double, Peaks<1>>({{{0, 0, 1},
                                               {1, 1, 0},
                                               {2, 0, -1},
                                               {3, -1, 0},
                                               {4, 0, 1},
                                               {5, 1, 0},
                                               {6, 1, 0},
                                               {7, 0, -1},
                                               {8, -1, 0},
                                               {9, -2, -1},
                                               {10, -3, -1},
                                               {11, -4, -1},
                                               {12, -5, -1}}},
                                             6, 6.0)[0];
  REQUIRE(found.size() == 4);
  CHECK(found[0] == 1.0);
  CHECK(found[1] == 1.0);
  CHECK(found[2] == 1.0);
  CHECK(found[3] == 6.0);
}

TEST_CASE("windows without samples have each peak once, and what is between their ends") {
  // sin(t) from 0 to 4 pi in windows of pi / 2: its peaks are at ends of windows.
  const std::size_t steps = 64;
  std::vector<double> times(4 * steps + 1);
  for (std::size_t i = 0; i < times.size(); ++i) {
    times[i] = pi * static_cast<double>(i) / static_cast<double>(steps);
  }
  const auto sine = knots<double>(times, [](double t) { return std::sin(t); }, [](double t) { return std::cos(t); });
  const auto found = lanes<double, Mean, Max, Peaks<1>>({sine}, steps / 2, pi / 2)[0];
  REQUIRE(found.size() == 8 * 4);
  std::size_t peaks = 0;
  for (std::size_t w = 0; w < 8; ++w) {
    const double from = pi / 2 * static_cast<double>(w);
    CAPTURE(w);
    CHECK(std::abs(found[4 * w] - (std::cos(from) - std::cos(from + pi / 2)) * 2 / pi) < 1e-8);
    CHECK(std::abs(found[4 * w + 1] - std::max(std::sin(from), std::sin(from + pi / 2))) < 1e-8);
    if (!nothing(found[4 * w + 2])) {
      CHECK(std::abs(found[4 * w + 2] - 1.0) < 1e-8);
      CHECK(std::abs(found[4 * w + 3] - (peaks == 0 ? pi / 2 : 5 * pi / 2)) < 1e-6);
      ++peaks;
    }
  }
  CHECK(peaks == 2);
}

namespace {

template <class T>
std::vector<Knot<T>> wandering(std::size_t count, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal(0.0, 1.0);
  std::vector<Knot<T>> series(count);
  double t = 0.0;
  double y = 0.0;
  for (auto& knot : series) {
    knot = {static_cast<T>(t), static_cast<T>(y),
            static_cast<T>(std::round(2.0 * normal(engine)))};  // slopes of 0 are there, too
    t += 0.1 + std::abs(normal(engine));
    y = 0.9 * y + normal(engine);
  }
  return series;
}

template <class Real>
bool lanes_are_scalars(std::size_t delay) {
  using T = ScalarOf<Real>;
  std::vector<std::vector<Knot<T>>> series;
  for (unsigned i = 0; i < lanes_of<Real>; ++i) {
    series.push_back(wandering<T>(61, i));
  }
  const auto all = lanes<Real, Mean, StandardDeviation, Rms, Extrema, MaxMagnitude, Peaks<3>, NegativePeaks<2>,
                         DerivativeExtrema, SecondDerivativeExtrema>(series, 15, 7.0, delay, 3.0);
  bool same = true;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto alone = lanes<T, Mean, StandardDeviation, Rms, Extrema, MaxMagnitude, Peaks<3>, NegativePeaks<2>,
                             DerivativeExtrema, SecondDerivativeExtrema>({series[i]}, 15, 7.0, 0, 3.0)[0];
    same = same && alone.size() == 4 * 20 && all[i].size() == alone.size() &&
           std::memcmp(all[i].data(), alone.data(), alone.size() * sizeof(T)) == 0;
  }
  return same;
}

}  // namespace

TEST_CASE("each lane's summaries without samples are a scalar's, to the bit") {
  for (const std::size_t delay : {std::size_t{0}, std::size_t{1}, std::size_t{37}}) {
    CAPTURE(delay);
    CHECK(lanes_are_scalars<Pack<double, 2>>(delay));
    CHECK(lanes_are_scalars<Pack<double, 8>>(delay));
    CHECK(lanes_are_scalars<Pack<float, 4>>(delay));
    CHECK(lanes_are_scalars<Pack<float, 16>>(delay));
  }
}
