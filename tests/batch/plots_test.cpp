#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../temporary_folder.hpp"

import kobie;

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

// y' = a, so that y = y0 + a t; runs with b above 0 fail.
struct Ramp {
  static constexpr auto states = kobie::values({{"y", 0.0, "m"}, {"z", 1.0}});
  static constexpr auto parameters = kobie::values({{"a", 1.0, "m/s"}, {"b", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Ramp, Real>& at, kobie::Rates<Ramp, Real>& d) {
    const Real broken = kobie::select(at.parameter[1] > Real(0.5), Real(std::numeric_limits<double>::quiet_NaN()), Real(0));
    d.state = {at.parameter[0] + broken, Real(0)};
  }
};

using Solver = kobie::Solver<Ramp, kobie::Tsit5, kobie::Summaries<kobie::Max, kobie::Extrema>>;

kobie::Result<double> result(const std::vector<kobie::NamedSweep>& sweeps) {
  return Solver().solve(kobie::grid<Ramp>(sweeps), {.duration = 2.0, .save_every = 0.5, .sample_every = 0.5});
}

kobie::Result<double> of_a() { return result({{"a", kobie::linspace(0.0, 100.0, 101)}}); }

template <class P>
P panel(const kobie::Result<double>& of, std::string_view text, const kobie::PlotOptions& options = {}) {
  return std::get<P>(kobie::plot_panel(of, kobie::parse_plot(text), options));
}

std::string message(const kobie::Result<double>& of, std::string_view text) {
  try {
    kobie::require_plot(kobie::parse_plot(text), kobie::plot_subjects(of));
  } catch (const kobie::InvalidArgument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a fan is made of the quantiles over runs at every save") {
  const auto fan = panel<kobie::io::LinePlot>(of_a(), "fan:y");
  REQUIRE(fan.bands.size() == 2);
  REQUIRE(fan.lines.size() == 1);
  CHECK(fan.y_label == "y (m)");
  for (std::size_t save = 0; save < 5; ++save) {
    // Of 0, t, 2 t, ..., 100 t.
    const double t = 0.5 * static_cast<double>(save);
    CHECK_THAT(fan.bands[0].lower[save], WithinAbs(5 * t, 1e-12));
    CHECK_THAT(fan.bands[0].upper[save], WithinAbs(95 * t, 1e-12));
    CHECK_THAT(fan.bands[1].lower[save], WithinAbs(25 * t, 1e-12));
    CHECK_THAT(fan.bands[1].upper[save], WithinAbs(75 * t, 1e-12));
    CHECK_THAT(fan.lines[0].y[save], WithinAbs(50 * t, 1e-12));
  }
}

TEST_CASE("pictures say where times count from where runs have their own") {
  const auto runs = [] { return kobie::grid<Ramp>({{"a", {1.0, 2.0}}}).with_t0({0.0, 1.0}); };
  const Solver solver;
  const auto of = solver.solve(runs(), {.duration = 2.0, .save_every = 0.5, .sample_every = 0.5});
  CHECK(panel<kobie::io::LinePlot>(of, "fan:y").x_label == "time since t0 of each run");
  CHECK(panel<kobie::io::LinePlot>(of, "sweep:y,a").title == "y at time 2 since t0");
  const kobie::Solver<Ramp, kobie::Tsit5> plain;
  CHECK(panel<kobie::io::LinePlot>(plain.solve(runs().with_duration({1.0, 2.0}), {}), "sweep:y,a").title == "y at the end");
  CHECK(panel<kobie::io::LinePlot>(of_a(), "sweep:y,a").title == "y at time 2");
}

TEST_CASE("runs that failed are left out of quantiles and histograms") {
  const auto of = result({{"a", {1.0, 2.0, 3.0}}, {"b", {0.0, 1.0}}});
  REQUIRE(of.failure_count() == 3);
  CHECK_THAT(panel<kobie::io::LinePlot>(of, "fan:y").lines[0].y[4], WithinRel(4.0, 1e-12));
  const auto histogram = panel<kobie::io::Histogram>(of, "histogram:y");
  CHECK(std::accumulate(histogram.counts.begin(), histogram.counts.end(), 0.0) == 3.0);
  CHECK(histogram.title.find("of 3 runs") != std::string::npos);
}

TEST_CASE("trajectories are of evenly spread runs, the first and the last among them") {
  const auto lines = panel<kobie::io::LinePlot>(of_a(), "trajectories:y", {.lines = 3}).lines;
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].label == "a = 0");
  CHECK(lines[1].label == "a = 50");
  CHECK(lines[2].label == "a = 100");
  CHECK_THAT(lines[1].y[3], WithinRel(75.0, 1e-12));
}

TEST_CASE("a phase portrait has one quantity over another") {
  const auto plot = panel<kobie::io::LinePlot>(of_a(), "phase:z,y", {.lines = 2});
  CHECK(plot.x_label == "z");
  CHECK(plot.y_label == "y (m)");
  CHECK(plot.lines[1].x[4] == 1.0);
  CHECK_THAT(plot.lines[1].y[4], WithinRel(200.0, 1e-12));
}

TEST_CASE("a sweep over one input is a line in its order, with other inputs at their first value") {
  const auto of = result({{"z", {5.0, 6.0}}, {"a", {3.0, 1.0, 2.0}}});
  const auto plot = panel<kobie::io::LinePlot>(of, "sweep:y.max,a");
  REQUIRE(plot.lines.size() == 1);
  CHECK(plot.lines[0].x == std::vector<double>{1.0, 2.0, 3.0});
  CHECK_THAT(plot.lines[0].y[2], WithinRel(6.0, 1e-12));
  CHECK(plot.x_label == "a (m/s)");
  CHECK(plot.y_label == "y.max (m)");
  CHECK(plot.title == "y.max, z = 5");
  CHECK_FALSE(plot.log_x);
  CHECK(panel<kobie::io::LinePlot>(result({{"a", kobie::logspace(1.0, 1e4, 9)}}), "sweep:y,a").log_x);
}

TEST_CASE("a sweep over two inputs is a map of the grid") {
  const auto of = result({{"a", {3.0, 1.0, 2.0}}, {"y", {10.0, 20.0}}});
  const auto map = panel<kobie::io::HeatMap>(of, "sweep:y.extrema.2,a,y");
  CHECK(map.x == std::vector<double>{1.0, 2.0, 3.0});
  CHECK(map.y == std::vector<double>{10.0, 20.0});
  REQUIRE(map.values.size() == 6);
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      CHECK_THAT(map.values[row * 3 + column], WithinRel(map.y[row] + 2.0 * map.x[column], 1e-12));
    }
  }
}

TEST_CASE("inputs that are no grid make no map over two of them") {
  const auto runs =
      kobie::grid<Ramp>({{"a", kobie::linspace(0.0, 1.0, 50)}, {"y", kobie::linspace(0.0, 1.0, 50)}}, kobie::Combine::zip);
  const auto of = kobie::Solver<Ramp, kobie::Tsit5>().solve(runs, {.duration = 1.0});
  CHECK_THROWS_AS(kobie::plot_panel(of, kobie::parse_plot("sweep:y,a,y")), kobie::InvalidArgument);
}

TEST_CASE("a map has time upward and the input's values across") {
  const auto map = panel<kobie::io::HeatMap>(of_a(), "map:y,a", {.points = 22});
  REQUIRE(map.x.size() == 11);
  CHECK(map.x[5] == 50.0);
  CHECK(map.y == std::vector<double>{0.0, 0.5, 1.0, 1.5, 2.0});
  CHECK_THAT(map.values[4 * 11 + 5], WithinRel(100.0, 1e-12));
}

TEST_CASE("a histogram's bins are those of Freedman and Diaconis") {
  const auto of = result({{"a", kobie::linspace(0.0, 99.0, 100)}});
  const auto histogram = panel<kobie::io::Histogram>(of, "histogram:y");
  // 0, 2, ..., 198, whose quartiles are 99 apart: bins of 2 * 99 / 100^(1/3) = 42.7 or less, 5 of them.
  REQUIRE(histogram.edges.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK_THAT(histogram.edges[i], WithinAbs(39.6 * static_cast<double>(i), 1e-9));
  }
  CHECK(histogram.counts == std::vector<double>(5, 20.0));
  const auto same = panel<kobie::io::Histogram>(of_a(), "histogram:z");
  CHECK(same.counts == std::vector<double>{101.0});
}

TEST_CASE("a plot that makes no sense is refused with what is allowed") {
  const auto of = of_a();
  CHECK(message(of, "fan:y").empty());
  CHECK(message(of, "fun:y") ==
        "plot = 'fun': no such name; did you mean 'fan'? known: trajectories, fan, phase, sweep, map, "
        "histogram");
  CHECK(message(of, "fan") == "plot = 'fan': must be fan:QUANTITY");
  CHECK(message(of, "fan:") == "plot = 'fan:': must be fan:QUANTITY");
  CHECK(message(of, "phase:y") == "plot = 'phase:y': must be phase:QUANTITY,QUANTITY");
  CHECK(message(of, "sweep:y,a,b,z").find("must be sweep:VALUE,INPUT or") != std::string::npos);
  CHECK(message(of, "fan:yy") == "plot: state or observable = 'yy': no such name; did you mean 'y'? known: y, z");
  CHECK(message(of, "sweep:y,c").find("plot: input = 'c': no such name") == 0);
  CHECK(message(of, "sweep:y,b") == "plot = 'sweep:y,b': 'b' was not swept: it has one value for all runs");
  CHECK(message(of, "sweep:y,a,a").find("names one input twice") != std::string::npos);
  CHECK(message(of, "histogram:max").find("known: y, z, y.max, y.extrema, ") != std::string::npos);
  CHECK(message(of, "histogram:y.mix").find("did you mean 'max'? known: max, extrema") != std::string::npos);
  CHECK(message(of, "histogram:x.max").find("plot: summarised state or observable = 'x'") == 0);
  CHECK(message(of, "histogram:y.extrema.3") ==
        "plot: value = 'y.extrema.3': after 'extrema.' comes which of its results, from 1 to 2");
  const auto end_only = kobie::Solver<Ramp, kobie::Tsit5>().solve(kobie::grid<Ramp>({}), {.duration = 1.0});
  CHECK(message(end_only, "fan:y") == "plot = 'fan:y': needs two saves or more: save_every or save_at makes them");
}

TEST_CASE("every kind of plot is drawn, also where all runs failed") {
  const tools::TemporaryFolder folder;
  std::vector<kobie::Plot> plots;
  for (const std::string_view text :
       {"trajectories:y", "fan:y", "phase:y,z", "sweep:y.max,a", "sweep:y,a,b", "map:y,a", "histogram:y"}) {
    plots.push_back(kobie::parse_plot(text));
  }
  const auto some = result({{"a", kobie::linspace(0.0, 1.0, 20)}, {"b", {0.0, 1.0}}});
  kobie::draw_plots(folder / "some.png", some, plots, false);
  CHECK(std::filesystem::file_size(folder / "some.png") > 1000);
  CHECK_THROWS_AS(kobie::draw_plots(folder / "some.png", some, plots, false), kobie::FileError);
  const auto none = result({{"a", kobie::linspace(0.0, 1.0, 20)}, {"b", {1.0, 2.0}}});
  REQUIRE(none.failure_count() == none.runs());
  kobie::draw_plots(folder / "none.svg", none, plots, false);
  CHECK(std::filesystem::exists(folder / "none.svg"));
}
