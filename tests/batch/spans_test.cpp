// Runs that start when they like, and last as long as they like.
#include <algorithm>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "compare.hpp"
#include "forcing.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using forcing::at_end;
using forcing::Follower;
using forcing::message;
using forcing::of_runs;
using kobie::Driver;
using problems::LorenzWithFuse;

namespace {

constexpr double pi = std::numbers::pi;

// y' = cos t, with the absolute time to be seen.
struct Cosine {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto observables = kobie::names({"t"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Cosine, Real>& at, kobie::Rates<Cosine, Real>& d) {
    d.state = {kobie::cos(at.t)};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Cosine, Real>& at, kobie::Observed<Cosine, Real>& o) {
    o.observable = {at.t};
  }
};

// y' = rate t y: arithmetic alone, and the absolute time shows. y = exp(rate (t^2 - t0^2) / 2).
struct Gauss {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", -1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Gauss, Real>& at, kobie::Rates<Gauss, Real>& d) {
    d.state = {at.parameter[0] * at.t * at.state[0]};
  }
};

// y' = 1: the state is the time since the start.
struct Watch {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Watch, Real>&, kobie::Rates<Watch, Real>& d) {
    d.state = {Real(1)};
  }
};

double sine(double t0, double t) { return std::sin(t) - std::sin(t0); }

const std::vector<double> starts = {-20.0, -1.0, 0.0, 0.1, 2.0, 3.7, 100.0};
const std::vector<double> lengths = {1.0, 0.25, 3.0, 2.0, 0.7, 7.5, 5.0};

kobie::Runs<Cosine> seven() { return kobie::grid<Cosine>({{"y", std::vector<double>(7, 0.0)}}, kobie::Combine::zip); }

const double tolerance = 1e-10;
const kobie::SolverOptions tight{.rtol = tolerance, .atol = tolerance};

// A sum of a few dozen steps, each within the tolerance; and times of up to 107 have a rounding of 1e-14.
constexpr double bound = 1e-8;

}  // namespace

TEMPLATE_TEST_CASE("runs with starts of their own see their own time", "", kobie::DormandPrince853, kobie::Rodas5P,
                   kobie::RadauIIA5) {
  const kobie::Solver<Cosine, TestType> solver(tight);
  const auto result = solver.solve(seven().with_t0(starts), {.settling_time = 0.5, .duration = 2.0, .save_every = 0.5});
  REQUIRE(result.failure_count() == 0);
  // Times count from each run's own start.
  CHECK(result.times() == std::vector<double>{0.5, 1.0, 1.5, 2.0, 2.5});
  for (std::size_t run = 0; run < 7; ++run) {
    CAPTURE(starts[run]);
    for (std::size_t save = 0; save < 5; ++save) {
      const double t = starts[run] + result.times()[save];
      // Between steps an interpolant is an order less accurate.
      CHECK(std::abs(result["y"](save, run) - sine(starts[run], t)) < 10 * bound);
      CHECK(std::abs(result["t"](save, run) - t) <= 1e-15 * (2 + std::abs(starts[run])));
    }
    CHECK(std::abs(at_end(result, "y", run) - sine(starts[run], starts[run] + 2.5)) < bound);
    CHECK(std::abs(result.end_times()[run] - (starts[run] + 2.5)) <= 1e-15 * (2 + std::abs(starts[run])));
  }
}

TEST_CASE("one start for all runs is the request's") {
  const kobie::Solver<Gauss, kobie::Tsit5> solver(tight);
  const auto runs = [] { return kobie::grid<Gauss>({{"rate", kobie::linspace(-2.0, 0.5, 21)}}); };
  const auto own = solver.solve(runs().with_t0({1.25}), {.duration = 2.0, .save_every = 0.5});
  const auto common = solver.solve(runs(), {.t0 = 1.25, .duration = 2.0, .save_every = 0.5});
  CHECK(own.times() == std::vector<double>{0.0, 0.5, 1.0, 1.5, 2.0});
  CHECK(common.times() == std::vector<double>{1.25, 1.75, 2.25, 2.75, 3.25});
  for (std::size_t run = 0; run < 21; ++run) {
    const double rate = own.inputs()["rate"][static_cast<std::int64_t>(run)];
    CHECK(std::abs(at_end(own, "y", run) - std::exp(rate * (3.25 * 3.25 - 1.25 * 1.25) / 2)) < 100 * bound);
    for (std::size_t save = 0; save < 5; ++save) {
      CHECK(compare::same_bits(own["y"](save, run), common["y"](save, run)));
    }
  }
}

TEST_CASE("runs with durations of their own have one save, at their own end") {
  const kobie::Solver<Cosine, kobie::Tsit5> solver(tight);
  const auto result = solver.solve(seven().with_duration(lengths), {.t0 = 0.3});
  REQUIRE(result.times().size() == 1);
  CHECK(std::isnan(result.times()[0]));
  for (std::size_t run = 0; run < 7; ++run) {
    const double end = 0.3 + lengths[run];
    CAPTURE(lengths[run]);
    CHECK(result.status(static_cast<std::int64_t>(run)) == kobie::Status::success);
    CHECK(std::abs(result["y"](0, run) - sine(0.3, end)) < bound);
    CHECK(std::abs(result["t"](0, run) - end) < 1e-14);
    CHECK(std::abs(result.end_times()[run] - end) < 1e-14);
  }
}

TEST_CASE("a run has saves up to its own end, and none after it") {
  const kobie::Solver<Cosine, kobie::Tsit5> solver(tight);
  const auto result = solver.solve(seven().with_t0(starts).with_duration(lengths), {.settling_time = 0.5, .save_every = 0.25});
  REQUIRE(result.times().size() == 31);
  CHECK(result.times().front() == 0.5);
  CHECK(result.times().back() == 8.0);
  CHECK(result.failure_count() == 0);
  for (std::size_t run = 0; run < 7; ++run) {
    for (std::size_t save = 0; save < 31; ++save) {
      const double since = result.times()[save];
      CAPTURE(run, since);
      if (since <= 0.5 + lengths[run]) {
        CHECK(std::abs(result["y"](save, run) - sine(starts[run], starts[run] + since)) < 10 * bound);
      } else {
        CHECK(std::isnan(result["y"](save, run)));
        CHECK(std::isnan(result["t"](save, run)));
      }
    }
    CHECK(std::abs(result.end_times()[run] - (starts[run] + 0.5 + lengths[run])) <= 1e-15 * (9 + std::abs(starts[run])));
  }
}

TEMPLATE_TEST_CASE("a save within a rounding of a run's end is had", "", double, float) {
  // 3 * 0.1 is above 0.3, 6 * 0.1 above 0.6, and 7 * 0.1 above 0.7, each by a rounding.
  const std::vector<double> ends = {0.3, 0.6, 0.7, 1.0, 0.65};
  const int saves[] = {4, 7, 8, 11, 7};
  const kobie::Solver<Watch, kobie::Tsit5, kobie::Precision<TestType>> solver;
  for (const bool land : {false, true}) {
    const auto result = solver.solve(kobie::grid<Watch>({{"y", {0.0, 1.0, 2.0, 3.0, 4.0}}}).with_duration(ends),
                                     {.save_every = 0.1, .land_on_saves = land});
    REQUIRE(result.times().size() == 11);
    for (std::size_t run = 0; run < 5; ++run) {
      CAPTURE(land, ends[run]);
      int had = 0;
      for (std::size_t save = 0; save < 11; ++save) {
        had += std::isnan(result["y"](save, run)) ? 0 : 1;
      }
      CHECK(had == saves[run]);
      const auto last = static_cast<std::size_t>(saves[run] - 1);
      CHECK(std::abs(static_cast<double>(result["y"](last, run)) - static_cast<double>(run) - result.times()[last]) < 1e-6);
    }
  }
}

TEST_CASE("listed saves count from each run's own start, and lie within the longest duration") {
  const kobie::Solver<Cosine, kobie::Tsit5> solver(tight);
  const auto result = solver.solve(seven().with_t0(starts).with_duration(lengths), {.save_at = {0.0, 0.25, 1.5, 7.5}});
  CHECK(result.times() == std::vector<double>{0.0, 0.25, 1.5, 7.5});
  for (std::size_t run = 0; run < 7; ++run) {
    for (std::size_t save = 0; save < 4; ++save) {
      const double since = result.times()[save];
      CAPTURE(run, since);
      if (since <= lengths[run]) {
        CHECK(std::abs(result["y"](save, run) - sine(starts[run], starts[run] + since)) < 10 * bound);
      } else {
        CHECK(std::isnan(result["y"](save, run)));
      }
    }
  }
  CHECK_THAT(message(solver, seven().with_duration(lengths), {.save_at = {0.0, 7.6}}), ContainsSubstring("save_at"));
  CHECK_THAT(message(solver, seven().with_t0(starts), {.duration = 1.0, .save_at = {-20.0}}), ContainsSubstring("save_at"));
  // Without starts of their own times are absolute.
  const auto later = solver.solve(seven().with_duration(lengths), {.t0 = 10.0, .save_at = {10.0, 10.25, 17.5}});
  CHECK(later.times() == std::vector<double>{10.0, 10.25, 17.5});
  CHECK(std::abs(later["y"](1, 1) - sine(10.0, 10.25)) < bound);
  CHECK(std::isnan(later["y"](2, 1)));
  CHECK(std::abs(later["y"](2, 5) - sine(10.0, 17.5)) < bound);
}

TEST_CASE("with fixed steps a run makes as many as its own duration takes") {
  const kobie::Solver<Watch, kobie::ClassicalRk4> solver({.dt = 0.25});
  const auto runs = [] { return kobie::grid<Watch>({{"y", {0.0, 1.0, 2.0, 3.0}}}).with_duration({1.0, 0.6, 2.0, 0.1}); };
  const auto result = solver.solve(runs(), {});
  const int steps[] = {4, 3, 8, 1};
  const double ends[] = {1.0, 1.6, 4.0, 3.1};
  for (std::size_t run = 0; run < 4; ++run) {
    CAPTURE(run);
    CHECK(result.accepted_steps()[run] == steps[run]);
    CHECK(std::abs(result["y"](0, run) - ends[run]) < 1e-14);
  }
  // And steps of its own.
  const auto own = solver.solve(runs().with_t0({0.0, 5.0, 10.0, 20.0}).with_initial_step({0.5, 0.1, 0.125, 0.02}), {});
  const int own_steps[] = {2, 6, 16, 5};
  for (std::size_t run = 0; run < 4; ++run) {
    CAPTURE(run);
    CHECK(own.accepted_steps()[run] == own_steps[run]);
    CHECK(std::abs(own["y"](0, run) - ends[run]) < 1e-14);
  }
}

TEST_CASE("runs that fail do so at their own time, and the others reach their own ends") {
  // The fuse is infinite 2 after the start of the second run, which has 3; the third has the same fuse and only 1.
  const auto runs =
      kobie::grid<LorenzWithFuse>({{"growth", {0.0, 0.5, 0.5}}}).with_t0({7.0, 100.0, -4.0}).with_duration({3.0, 3.0, 1.0});
  const kobie::Solver<LorenzWithFuse, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto result = solver.solve(runs, {});
  CHECK(result.status(0) == kobie::Status::success);
  CHECK(result.status(1) != kobie::Status::success);
  CHECK(result.status(2) == kobie::Status::success);
  CHECK(std::isnan(result["fuse"](0, 1)));
  CHECK(std::abs(result["fuse"](0, 2) - 2.0) < 1e-6);
  CHECK(std::isfinite(result["x"](0, 0)));
  CHECK(std::abs(result.end_times()[1] - 102.0) < 1e-3);
  CHECK(result.end_times()[2] == -3.0);
  REQUIRE(result.failures().size() == 1);
  CHECK(std::abs(result.failures()[0].time - 102.0) < 1e-3);
  const auto saved = solver.solve(runs, {.save_every = 0.5});
  for (std::size_t save = 0; save < 7; ++save) {
    CAPTURE(save);
    // Save 4 is at the singularity itself.
    CHECK((save == 4 || std::isnan(saved["fuse"](save, 1)) == (save > 4)));
    CHECK(std::isnan(saved["fuse"](save, 2)) == (save > 2));
  }
}

namespace {

constexpr std::size_t run_count = 61;
double spread(std::size_t run, double step) { return std::fmod(step * static_cast<double>(run), 1.0); }
double start_of(std::size_t run) { return -2.0 + 4.0 * spread(run, 0.618); }
// Whole sixteenths, from 1/16 to 4.
double length_of(std::size_t run) { return (1.0 + std::floor(64.0 * spread(run, 0.382))) / 16; }
double rate_of(std::size_t run) { return std::pow(10.0, 2.0 * spread(run, 0.755)); }
double bell_rate_of(std::size_t run) { return -0.5 - 2.0 * spread(run, 0.755); }

template <class System, class Rate>
kobie::Runs<System> spanned(std::size_t first, std::size_t count, const Rate& rate) {
  return kobie::grid<System>({{"rate", of_runs(first, count, rate)}})
      .with_t0(of_runs(first, count, start_of))
      .with_duration(of_runs(first, count, length_of));
}
kobie::Runs<Gauss> bells(std::size_t first, std::size_t count) { return spanned<Gauss>(first, count, bell_rate_of); }

template <class Number, class... Rest>
struct Setting {
  using T = Number;
  template <class System, class... More>
  using Solver = kobie::Solver<System, kobie::Tsit5, kobie::Precision<T>, Rest..., More...>;
};

}  // namespace

TEMPLATE_TEST_CASE("a run with a span of its own has in lanes and chunks the bits that it has alone", "",
                   (Setting<double, kobie::OnHost>), (Setting<float, kobie::OnHost>), (Setting<double, kobie::OnHostAsDevice>),
                   (Setting<double, kobie::OnHost, kobie::FixedStep>)) {
  using T = typename TestType::T;
  // What depends on the batch's spans where nothing is said.
  const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6, .dt = 1.0 / 128, .dt_min = 1e-12, .dt_max = 1.0};
  const typename TestType::template Solver<Gauss, kobie::Lanes<8>> lanes(options);
  const typename TestType::template Solver<Gauss, kobie::Lanes<1>> scalar(options);
  for (const double save_every : {0.0, 1.0 / 16}) {
    kobie::SolveRequest request{.save_every = save_every};
    const auto whole = lanes.solve(bells(0, run_count), request);
    REQUIRE(whole.failure_count() == 0);
    std::vector<std::size_t> wrong;
    std::vector<std::size_t> different;
    for (std::size_t run = 0; run < run_count; ++run) {
      const double t0 = start_of(run);
      const double end = t0 + length_of(run);
      const auto last = save_every == 0.0 ? 0 : static_cast<std::size_t>(std::lround(16 * length_of(run)));
      const double rate = bell_rate_of(run);
      const double exact = std::exp(rate * (end * end - t0 * t0) / 2);
      // y starts at 1 and is largest at t = 0, where runs that begin before it come by: errors are shares of that.
      const double largest = t0 < 0.0 ? std::exp(-rate * t0 * t0 / 2) : 1.0;
      if (!(std::abs(static_cast<double>(whole["y"](last, run)) - exact) < 100 * 1e-6 * largest)) {
        wrong.push_back(run);
      }
      if (!compare::same_run_so_far(whole, run, scalar.solve(bells(run, 1), request), 0)) {
        different.push_back(run);
      }
    }
    CAPTURE(save_every, sizeof(T));
    CHECK(wrong == std::vector<std::size_t>());
    CHECK(different == std::vector<std::size_t>());
    for (const std::int64_t length : {7, 16, 60}) {
      request.chunk_runs = length;
      CAPTURE(length);
      const auto cut = lanes.solve(bells(0, run_count), request);
      std::vector<std::size_t> other;
      for (std::size_t run = 0; run < run_count; ++run) {
        if (!compare::same_run_so_far(cut, run, whole, run)) {
          other.push_back(run);
        }
      }
      CHECK(other == std::vector<std::size_t>());
    }
  }
}

TEST_CASE("curves, stops, starts and durations of their own go together, in lanes to the bits that each run has alone") {
  const std::vector<double> times = {-2.5, -1.0, 0.0, 0.75, 2.0, 3.5, 7.0};
  const std::vector<double> shape = {1.0, -1.0, 2.0, 0.0, 3.0, -2.0, 0.5};
  const auto curve = [&](std::size_t run) { return forcing::scaled(shape, run); };
  const auto runs = [](std::size_t first, std::size_t count) { return spanned<Follower>(first, count, rate_of); };
  const auto request = [&](std::size_t first, std::size_t count, kobie::Interpolation interpolation) {
    Driver force{
        .name = "force", .values = of_runs(first, count, curve), .times = times, .curves = static_cast<std::int64_t>(count)};
    force.interpolation = interpolation;
    force.stop_at_samples = true;
    return kobie::SolveRequest{.drivers = {force}, .stop_at = {-0.5, 1.0}};
  };
  const kobie::SolverOptions options{.rtol = 1e-8, .atol = 1e-8, .dt_min = 1e-12, .dt_max = 1.0};
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Lanes<8>, kobie::OnHost> lanes(options);
  const kobie::Solver<Follower, kobie::Tsit5, kobie::Lanes<1>, kobie::OnHost> scalar(options);
  for (const auto interpolation : {kobie::Interpolation::linear, kobie::Interpolation::previous}) {
    auto asked = request(0, run_count, interpolation);
    const auto whole = lanes.solve(runs(0, run_count), asked);
    REQUIRE(whole.failure_count() == 0);
    asked.chunk_runs = 13;
    const auto cut = lanes.solve(runs(0, run_count), asked);
    std::vector<std::size_t> wrong;
    std::vector<std::size_t> different;
    for (std::size_t run = 0; run < run_count; ++run) {
      const auto pieces = interpolation == kobie::Interpolation::linear ? forcing::lines(times, curve(run))
                                                                        : forcing::levels(times, curve(run));
      const double end = start_of(run) + length_of(run);
      const double exact = forcing::followed(pieces, rate_of(run), 0.0, start_of(run), end);
      // y is of the size of its curve, at most 3 (run + 1).
      if (!(std::abs(whole["y"](0, run) - exact) < 100 * 1e-8 * (1.0 + 3.0 * static_cast<double>(run + 1)))) {
        wrong.push_back(run);
      }
      const auto alone = scalar.solve(runs(run, 1), request(run, 1, interpolation));
      if (!compare::same_run_so_far(whole, run, alone, 0) || !compare::same_run_so_far(cut, run, whole, run)) {
        different.push_back(run);
      }
    }
    CAPTURE(static_cast<int>(interpolation));
    CHECK(wrong == std::vector<std::size_t>());
    CHECK(different == std::vector<std::size_t>());
  }
}

TEST_CASE("in float a run that starts at a million keeps the resolution of its own clock") {
  const kobie::Solver<Watch, kobie::Tsit5, kobie::Precision<float>> solver;
  const auto result =
      solver.solve(kobie::grid<Watch>({{"y", {0.0, 0.0, 0.0}}}).with_t0({0.0, 1e6, -1e6}).with_duration({1.0, 2.0, 0.5}),
                   {.save_every = 0.125});
  REQUIRE(result.failure_count() == 0);
  const double lasts[] = {1.0, 2.0, 0.5};
  for (std::size_t run = 0; run < 3; ++run) {
    for (std::size_t save = 0; save < 17 && result.times()[save] <= lasts[run]; ++save) {
      const double t = result.times()[save];
      CAPTURE(run, t);
      // A dozen roundings of y.
      CHECK(std::abs(static_cast<double>(result["y"](save, run)) - t) <= 12 * 1.2e-7 * t);
    }
    CHECK(result.rejected_steps()[run] == 0);
  }
  // Of the absolute time a float keeps a sixteenth.
  CHECK(std::abs(static_cast<double>(result.end_times()[1]) - 1'000'002.0) <= 0.0625);
}

TEST_CASE("windows count from each run's own start, and those that it does not complete have no numbers") {
  const kobie::Solver<Cosine, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Max>> solver(tight);
  const double h = 1.0 / 128;
  const std::vector<double> t0 = {0.5, -3.0, 40.0, 7.0, 1.0};
  const std::vector<double> durations = {1.0, 2.5, 3.0, 0.75, 2.0};
  const std::size_t complete[] = {1, 2, 3, 0, 2};
  const auto result = solver.solve(kobie::grid<Cosine>({{"y", {0.0, 0.0, 0.0, 0.0, 0.0}}}).with_t0(t0).with_duration(durations),
                                   {.settling_time = 0.25, .sample_every = h, .summarise_every = 1.0});
  REQUIRE(result.failure_count() == 0);
  REQUIRE(result.summaries().window_ends == std::vector<double>{1.25, 2.25, 3.25});
  for (std::size_t run = 0; run < 5; ++run) {
    for (std::size_t window = 0; window < 3; ++window) {
      CAPTURE(run, window);
      const double mean = result.summary("y", "mean")(window, run);
      const double highest = result.summary("y", "max")(window, run);
      if (window >= complete[run]) {
        CHECK(std::isnan(mean));
        CHECK(std::isnan(highest));
        continue;
      }
      const double a = t0[run] + 0.25 + static_cast<double>(window);
      const double b = a + 1.0;
      // The trapezoidal rule takes 1/12 h^2 (b - a) max |y''| off at most.
      CHECK(std::abs(mean - (std::cos(a) - std::cos(b) - std::sin(t0[run]))) < h * h / 12 + 10 * bound);
      // The largest of samples is at most 1/8 h^2 below the top of the arc, which is at an end or where t is pi/2 + 2 pi n.
      const double top = pi / 2 + 2 * pi * std::ceil((a - pi / 2) / (2 * pi));
      const double arc = top <= b ? 1.0 : std::fmax(std::sin(a), std::sin(b));
      CHECK(std::abs(highest - (arc - std::sin(t0[run]))) < h * h / 8 + 10 * bound);
    }
  }
}

TEST_CASE("times of peaks count from each run's own start") {
  const kobie::Solver<Cosine, kobie::Tsit5, kobie::Summaries<kobie::Peaks<2>>> solver(tight);
  const std::vector<double> t0 = {0.0, 1.0, -10.0, 1000.0};
  const auto result = solver.solve(kobie::grid<Cosine>({{"y", {0.0, 0.0, 0.0, 0.0}}}).with_t0(t0),
                                   {.duration = 8.0, .sample_every = 1.0 / 256});
  for (std::size_t run = 0; run < 4; ++run) {
    double peak = pi / 2 + 2 * pi * std::ceil((t0[run] - pi / 2) / (2 * pi)) - t0[run];
    for (std::size_t i = 0; i < 2; ++i) {
      CAPTURE(run, i);
      const double height = result.summary("y", "peaks")(i, run);
      const double time = result.summary("y", "peaks")(2 + i, run);
      if (peak < 8.0) {
        CHECK(std::abs(height - (1.0 - std::sin(t0[run]))) < 1e-6);
        CHECK(std::abs(time - peak) < 1e-4);
      } else {
        CHECK(std::isnan(time));
      }
      peak += 2 * pi;
    }
  }
}

TEST_CASE("what runs have of their own is one clear error where the request says it too") {
  const kobie::Solver<Watch, kobie::Tsit5> solver;
  const auto runs = [] { return kobie::grid<Watch>({{"y", {0.0, 1.0, 2.0}}}); };
  CHECK(message(solver, runs().with_duration({1.0, 2.0, 3.0}), {.duration = 1.0}) ==
        "duration = 1: must be 0 where runs have their own");
  CHECK(message(solver, runs().with_t0({1.0, 2.0, 3.0}), {.t0 = 0.5, .duration = 1.0}) ==
        "t0 = 0.5: must be 0 where runs have their own");
  CHECK(message(solver, runs().with_t0({1.0, 2.0, 3.0}), {}) == "duration = 0: must be above 0");
  CHECK_THAT(message(solver, runs().with_duration({1.0, 2.0, 3.0}), {.save_every = 3.5}),
             ContainsSubstring("save_every = 3.5"));
  CHECK(message(solver, runs().with_duration({1.0, 2.0, 3.0}), {.save_every = 2.5}) == "nothing was thrown");
  const kobie::Solver<Watch, kobie::Tsit5, kobie::Summaries<kobie::Mean>> summing;
  CHECK_THAT(message(summing, runs().with_duration({1.0, 2.0, 3.0}), {.sample_every = 0.25}),
             ContainsSubstring("summarise_every") && ContainsSubstring("must be given where runs have durations of their own"));
}

TEST_CASE("starts and durations that cannot be are one clear error") {
  const auto thrown = [](const auto& set) -> std::string {
    try {
      set(kobie::grid<Watch>({{"y", {0.0, 1.0, 2.0}}}));
    } catch (const kobie::InvalidArgument& error) {
      return error.what();
    }
    return "nothing was thrown";
  };
  using Watches = kobie::Runs<Watch>;
  CHECK(thrown([](Watches runs) { runs.set_t0({1.0, 2.0}); }) == "t0 = a sweep of 2 values: must have 1 or 3 values");
  CHECK(thrown([](Watches runs) { runs.set_duration({1.0, 2.0}); }) ==
        "duration = a sweep of 2 values: must have 1 or 3 values");
  CHECK(thrown([](Watches runs) { runs.set_duration({1.0, 0.0, 1.0}); }) == "duration[1] = 0: must be above 0");
  CHECK(thrown([](Watches runs) { runs.set_duration({1.0, 1.0, -2.0}); }) == "duration[2] = -2: must be above 0");
  CHECK_THAT(thrown([](Watches runs) { runs.set_t0({1.0, std::nan(""), 1.0}); }), ContainsSubstring("t0"));
  CHECK_THAT(thrown([](Watches runs) { runs.set_duration({1.0, HUGE_VAL, 1.0}); }), ContainsSubstring("duration"));
  CHECK(thrown([](Watches runs) { runs.set_t0({-1.0}); }) == "nothing was thrown");
}
