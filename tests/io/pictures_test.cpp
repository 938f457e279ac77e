#include <stdlib.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "tools.hpp"

import kobie.core;
import kobie.io;

using kobie::io::draw;
using kobie::io::HeatMap;
using kobie::io::Line;
using kobie::io::LinePlot;
using kobie::io::Picture;

namespace {

constexpr const char* odd_text = R"(x_1 "a\b" 'c' `touch trace` @d {e}^2 %s $0 µ)";

// The search path for programs, put back at the end.
class SearchPath {
 public:
  explicit SearchPath(const std::string& path) : before_(::getenv("PATH")) { ::setenv("PATH", path.c_str(), 1); }
  ~SearchPath() { ::setenv("PATH", before_.c_str(), 1); }
  SearchPath(const SearchPath&) = delete;
  SearchPath& operator=(const SearchPath&) = delete;

 private:
  std::string before_;
};

void need_gnuplot() {
  if (tools::run("gnuplot --version").status != 0) {
    SKIP("no gnuplot here");
  }
}

LinePlot lines(std::size_t count) {
  LinePlot plot{"Lines", "time / s", "x_1", {}};
  for (std::size_t i = 0; i < count; ++i) {
    Line line{"line " + std::to_string(i), {}, {}};
    for (int k = 0; k < 100; ++k) {
      line.x.push_back(k);
      line.y.push_back(std::sin(0.1 * k + static_cast<double>(i)));
    }
    plot.lines.push_back(line);
  }
  return plot;
}

HeatMap map(std::vector<double> x, std::vector<double> y, double value) {
  HeatMap result{"Map", "rho", "sigma", "largest", std::move(x), std::move(y), {}};
  for (std::size_t i = 0; i < result.x.size() * result.y.size(); ++i) {
    result.values.push_back(value * static_cast<double>(i + 1));
  }
  return result;
}

// Four bytes of a PNG's header, most significant first.
int big_endian(const std::string& png, std::size_t at) {
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    value = value * 256 + static_cast<unsigned char>(png.at(i));
  }
  return value;
}

const double no_value = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("a picture of panels is a PNG of the size asked for, with something on it", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  draw(folder / "a.png", {"Two panels", {lines(3), map({1, 2, 4}, {1, 2}, -1.0)}, 2, 800, 400}, false);
  const std::string png = tools::text_of(folder / "a.png");
  CHECK(png.starts_with("\x89PNG\r\n\x1a\n"));
  CHECK(big_endian(png, 16) == 800);
  CHECK(big_endian(png, 20) == 400);
  draw(folder / "bare.png", {"", {LinePlot{}}, 1, 800, 400}, false);
  CHECK(png.size() > 2 * tools::text_of(folder / "bare.png").size());
  CHECK(folder.files() == 2);
}

TEST_CASE("text is shown as it is written, whatever characters it has", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  LinePlot plot = lines(2);
  HeatMap heat = map({1, 2}, {1, 2}, 1.0);
  plot.title = plot.x_label = plot.y_label = plot.lines[0].label = odd_text;
  heat.title = heat.x_label = heat.y_label = heat.value_label = odd_text;
  draw(folder / "a.svg", {odd_text, {plot, heat}, 1, 800, 800}, false);
  const std::string svg = tools::text_of(folder / "a.svg");
  const std::string shown = std::string("<text>") + odd_text + "</text>";
  int times = 0;
  for (std::size_t at = svg.find(shown); at != std::string::npos; at = svg.find(shown, at + 1)) {
    ++times;
  }
  CHECK(times == 9);
  CHECK_FALSE(std::filesystem::exists("trace"));
}

TEST_CASE("a line break in a text does not reach gnuplot", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  LinePlot plot = lines(1);
  plot.title = "one\nexit 1\nset output";
  draw(folder / "a.svg", {"", {plot}}, false);
  CHECK(tools::text_of(folder / "a.svg").find("one exit 1 set output") != std::string::npos);
}

TEST_CASE("data that leave nothing to draw still make a picture", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  LinePlot gaps = lines(1);
  gaps.lines[0].y[3] = no_value;
  gaps.lines[0].y[50] = std::numeric_limits<double>::infinity();
  const LinePlot flat{"", "", "", {{"", {0, 1}, {2, 2}}}};
  const LinePlot dot{"", "", "", {{"", {1}, {2}}}};
  const LinePlot blank{"", "", "", {{"", {0, 1}, {no_value, no_value}}, {"", {}, {}}}};
  HeatMap empty_map = map({1, 2}, {1, 2}, no_value);
  CHECK_NOTHROW(draw(folder / "a.png",
                     {"", {gaps, flat, dot, blank, LinePlot{}, empty_map, map({3}, {4}, 5.0), map({1, 2}, {1}, 0.0)}, 3},
                     false));
}

TEST_CASE("a key of many lines shows the first and the last", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  draw(folder / "a.svg", {"", {lines(100)}}, false);
  const std::string svg = tools::text_of(folder / "a.svg");
  CHECK(svg.find(">line 0<") != std::string::npos);
  CHECK(svg.find(">line 99<") != std::string::npos);
  CHECK(svg.find(">line 50<") == std::string::npos);
}

TEST_CASE("a picture that is there is kept unless told otherwise", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.png", "old");
  CHECK_THROWS_MATCHES(draw(folder / "old.png", {"", {lines(1)}}, false), kobie::FileError, tools::says("exists"));
  CHECK(tools::text_of(folder / "old.png") == "old");
  draw(folder / "old.png", {"", {lines(1)}}, true);
  CHECK(tools::text_of(folder / "old.png").starts_with("\x89PNG"));
}

TEST_CASE("without gnuplot the error says what to install", "[io]") {
  const tools::TemporaryFolder folder;
  const SearchPath empty((folder / "nowhere").string());
  CHECK_THROWS_MATCHES(draw(folder / "a.png", {"", {lines(1)}}, false), kobie::FileError,
                       tools::says("the program gnuplot, which is not in PATH; install gnuplot"));
  CHECK(folder.files() == 0);
}

TEST_CASE("what gnuplot says when it fails is passed on, and no picture is left", "[io]") {
  const tools::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "bin");
  tools::write_text(folder / "bin/gnuplot", "#!/bin/sh\necho half a picture\necho 'line 3: unknown terminal' >&2\nexit 1\n");
  std::filesystem::permissions(folder / "bin/gnuplot", std::filesystem::perms::owner_all);
  const SearchPath fake((folder / "bin").string());
  CHECK_THROWS_MATCHES(draw(folder / "a.png", {"", {lines(1)}}, false), kobie::FileError,
                       tools::says("gnuplot failed, and said: line 3: unknown terminal"));
  CHECK(folder.files() == 1);
}

TEST_CASE("a picture that finds no room is an error, and harms no older one", "[io]") {
  need_gnuplot();
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.png", "old");
  const tools::FullDisk full(30'000);
  CHECK_THROWS_MATCHES(draw(folder / "old.png", {"", {lines(4)}}, true), kobie::FileError, tools::says("unfinished"));
  CHECK(tools::text_of(folder / "old.png") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a picture that makes no sense is refused before gnuplot runs", "[io]") {
  const tools::TemporaryFolder folder;
  const auto refused = [&](const std::string& name, const Picture& picture, const std::string& why) {
    CHECK_THROWS_MATCHES(draw(folder / name, picture, false), kobie::InvalidArgument, tools::says(why));
  };
  LinePlot uneven = lines(1);
  uneven.lines[0].y.pop_back();
  HeatMap missing = map({1, 2}, {1, 2}, 1.0);
  missing.values.pop_back();
  refused("a.jpg", {"", {lines(1)}}, "a picture ends in .png or .svg");
  refused("a.png", {}, "panels");
  refused("a.png", {"", {lines(1)}, 0}, "columns = 0");
  refused("a.png", {"", {lines(1)}, 1, 1}, "width = 1");
  refused("a.png", {"", {uneven}}, "has 100 x and 99 y");
  refused("a.png", {"", {missing}}, "one for each of 2 x and 2 y");
  refused("a.png", {"", {map({2, 1}, {1}, 1.0)}}, "x = 1: must be above 2");
  refused("a.png", {"", {map({no_value}, {1}, 1.0)}}, "must be finite");
  CHECK(folder.files() == 0);
}
