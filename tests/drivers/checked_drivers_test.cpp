#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

import kobie.core;
import kobie.drivers;

using kobie::checked_drivers;
using kobie::Driver;
using kobie::Interpolation;
using kobie::Outside;
using kobie::SplineEnds;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// 11 samples over the span from 0 to 10.
Driver good() { return {.name = "force", .values = std::vector<double>(11, 1.0), .every = 1.0}; }
Driver listed() { return {.name = "force", .values = {1.0, 2.0, 3.0}, .times = {0.0, 4.0, 10.0}}; }

// The message of what 8 runs from 0 to 10 say to these drivers of a system with a force.
std::string said(const std::vector<Driver>& given, const std::vector<std::string>& names = {"force"}, double begin = 0.0,
                 double end = 10.0) {
  try {
    checked_drivers(given, names, 8, begin, end);
  } catch (const kobie::InvalidArgument& error) {
    return error.what();
  }
  return "nothing";
}

template <class Change>
std::string said_of(const Driver& driver, const Change& change) {
  Driver changed = driver;
  change(changed);
  return said({changed});
}

}  // namespace

TEST_CASE("drivers come in the system's order") {
  Driver other = good();
  other.name = "voltage";
  const auto ordered = checked_drivers({good(), other}, {"voltage", "force"}, 8, 0.0, 10.0);
  CHECK(ordered == std::vector{other, good()});
  CHECK(checked_drivers({}, {}, 8, 0.0, 10.0).empty());
}

TEST_CASE("drivers that are as they should be are taken") {
  CHECK(said({good()}) == "nothing");
  CHECK(said({listed()}) == "nothing");
  for (const SplineEnds ends : {SplineEnds::not_a_knot, SplineEnds::natural, SplineEnds::clamped, SplineEnds::periodic}) {
    CHECK(said_of(good(), [=](Driver& d) {
            d.interpolation = Interpolation::cubic;
            d.ends = ends;
            d.outside = Outside::repeat;
          }) == "nothing");
  }
  CHECK(said_of(good(), [](Driver& d) {
          d.curves = 8;
          d.values.assign(88, 2.0);
        }) == "nothing");
  CHECK(said_of(good(), [](Driver& d) {
          d = {.name = "force", .values = {3.0}, .interpolation = Interpolation::previous, .outside = Outside::hold};
        }) == "nothing");
  // A sawtooth that says so.
  CHECK(said_of(listed(), [](Driver& d) {
          d.outside = Outside::repeat;
          d.stop_at_samples = true;
        }) == "nothing");
}

TEST_CASE("names must be the system's, each once") {
  Driver misspelt = good();
  misspelt.name = "forc";
  CHECK(said({misspelt}) == "driver = 'forc': no such name; did you mean 'force'? known: force");
  CHECK(said({good()}, {}) == "driver = 'force': no such name; there are none");
  CHECK(said({good(), good()}) == "drivers = 'force': is given twice");
  CHECK(said({good()}, {"force", "voltage"}) == "drivers['voltage'] = nothing: must be given: it drives the system");
}

TEST_CASE("every value that is wrong is named, with what is allowed") {
  struct Case {
    Driver driver;
    void (*change)(Driver&);
    const char* message;
  };
  const Case cases[] = {
      {good(), [](Driver& d) { d.values.clear(); }, "drivers['force'].values = nothing: there must be samples"},
      {good(), [](Driver& d) { d.values = {1.0}; },
       "drivers['force'].values = 1 numbers: 2 samples or more are needed to interpolate linearly"},
      {good(),
       [](Driver& d) {
         d.values = {1.0};
         d.interpolation = Interpolation::cubic;
       },
       "drivers['force'].values = 1 numbers: 2 samples or more are needed for a cubic spline"},
      {good(),
       [](Driver& d) {
         d.values = {1.0, 1.0};
         d.interpolation = Interpolation::cubic;
         d.ends = SplineEnds::periodic;
       },
       "drivers['force'].values = 2 numbers: 3 samples or more are needed for a periodic cubic spline"},
      {good(),
       [](Driver& d) {
         d.values = {1.0};
         d.interpolation = Interpolation::previous;
         d.outside = Outside::repeat;
       },
       "drivers['force'].values = 1 numbers: 2 samples or more are needed to repeat"},
      {good(), [](Driver& d) { d.values.resize(16'777'217); },
       "drivers['force'].values = 16777217 numbers: at most 16777216 samples are allowed"},
      {good(), [](Driver& d) { d.values[4] = not_a_number; }, "drivers['force'].values[4] = nan: must be finite"},
      {good(), [](Driver& d) { d.values[10] = -infinity; }, "drivers['force'].values[10] = -inf: must be finite"},
      {good(), [](Driver& d) { d.curves = 0; }, "drivers['force'].curves = 0: must be 1 or the number of runs, 8"},
      {good(), [](Driver& d) { d.curves = -1; }, "drivers['force'].curves = -1: must be 1 or the number of runs, 8"},
      {good(), [](Driver& d) { d.curves = 7; }, "drivers['force'].curves = 7: must be 1 or the number of runs, 8"},
      {good(), [](Driver& d) { d.curves = 8; },
       "drivers['force'].values = 11 numbers: must be the samples of each of the 8 curves, all of one length"},
      {listed(), [](Driver& d) { d.values.push_back(4.0); },
       "drivers['force'].values = 4 numbers: must be one for each of the 3 times"},
      {listed(),
       [](Driver& d) {
         d.curves = 8;
         d.values.resize(16);
       },
       "drivers['force'].values = 16 numbers: must be one for each of the 3 times of each of the 8 curves"},
      {listed(), [](Driver& d) { d.every = 0.5; }, "drivers['force'].every = 0.5: cannot be combined with times"},
      {listed(), [](Driver& d) { d.first = 2.0; }, "drivers['force'].first = 2: cannot be combined with times"},
      {listed(), [](Driver& d) { d.times[2] = infinity; }, "drivers['force'].times[2] = inf: must be finite"},
      {listed(), [](Driver& d) { d.times[0] = not_a_number; }, "drivers['force'].times[0] = nan: must be finite"},
      {listed(), [](Driver& d) { d.times[2] = 4.0; }, "drivers['force'].times[2] = 4: must be after 4, the one before it"},
      {listed(), [](Driver& d) { d.times[1] = -1.0; }, "drivers['force'].times[1] = -1: must be after 0, the one before it"},
      {good(), [](Driver& d) { d.first = not_a_number; }, "drivers['force'].first = nan: must be finite"},
      {good(), [](Driver& d) { d.every = 0.0; }, "drivers['force'].every = 0: must be above 0, or times be given"},
      {good(), [](Driver& d) { d.every = -1.0; }, "drivers['force'].every = -1: must be above 0, or times be given"},
      {good(), [](Driver& d) { d.every = infinity; }, "drivers['force'].every = inf: must be above 0, or times be given"},
      {good(), [](Driver& d) { d.every = not_a_number; }, "drivers['force'].every = nan: must be above 0, or times be given"},
      {good(), [](Driver& d) { d.first = 1e20; },
       "drivers['force'].every = 1: doubles do not tell the times of samples apart, from 1e+20 to 1e+20"},
      {good(), [](Driver& d) { d.first_slope = infinity; }, "drivers['force'].first_slope = inf: must be finite"},
      {good(), [](Driver& d) { d.last_slope = not_a_number; }, "drivers['force'].last_slope = nan: must be finite"},
      {listed(),
       [](Driver& d) {
         d.interpolation = Interpolation::cubic;
         d.ends = SplineEnds::periodic;
       },
       "drivers['force'].values[2] = 3: must be the first again, 1, as the spline is periodic"},
      {listed(), [](Driver& d) { d.outside = Outside::repeat; },
       "drivers['force'].values[2] = 3: must be the first again, 1, or stop_at_samples be set, as the samples repeat"},
      {good(), [](Driver& d) { d.every = 0.9; },
       "drivers['force'].outside = refuse: samples are from 0 to 9, but runs from 0 to 10; give more, or hold, zero or repeat"},
      {good(), [](Driver& d) { d.first = 0.5; },
       "drivers['force'].outside = refuse: samples are from 0.5 to 10.5, but runs from 0 to 10; give more, or hold, zero or "
       "repeat"},
  };
  for (const auto& [driver, change, message] : cases) {
    CHECK(said_of(driver, change) == message);
  }
}

TEST_CASE("the curve that does not meet its beginning is named") {
  Driver driver{.name = "force", .values = std::vector<double>(24, 1.0), .every = 5.0, .curves = 8};
  driver.outside = Outside::repeat;
  CHECK(said({driver}) == "nothing");
  driver.values[8] = 2.0;
  CHECK(said({driver}) ==
        "drivers['force'].values[8] = 2: must be the first again, 1, or stop_at_samples be set, as the samples repeat");
  driver.values[8] = 1.0 + 1e-13;
  CHECK(said({driver}) == "nothing");
}

TEST_CASE("runs that rounding puts past the last sample are taken") {
  Driver driver = good();
  driver.every = 0.1;
  driver.values.assign(11, 1.0);
  CHECK(said({driver}, {"force"}, 0.0, 1.0 + 1e-16) == "nothing");
  CHECK(said({driver}, {"force"}, -1e-16, 1.0) == "nothing");
  CHECK(said({driver}, {"force"}, 0.0, 1.0 + 1e-12) != "nothing");
  CHECK(said({driver}, {"force"}, -1e-12, 1.0) != "nothing");
}
