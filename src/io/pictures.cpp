module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ios>
#include <iterator>
#include <string_view>
#include <variant>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

struct Format {
  std::string_view extension;
  std::string_view terminal;  // gnuplot's driver
  std::string_view end;       // of every whole file
};

constexpr std::array<Format, 2> formats = {{{".png", "pngcairo", "IEND\xae\x42\x60\x82"}, {".svg", "svg", "</svg>"}}};

const Format& format_of(const std::filesystem::path& path) {
  for (const Format& format : formats) {
    if (path.extension() == format.extension) {
      return format;
    }
  }
  throw InvalidArgument("path", path.string(), "a picture ends in .png or .svg");
}

// gnuplot does not notice when its output finds no room.
bool ends_with(const std::filesystem::path& file, std::string_view end) {
  std::array<char, 16> last{};
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(-static_cast<std::streamoff>(last.size()), std::ios::end);
  stream.read(last.data(), last.size());
  return std::string_view(last.data(), last.size()).find(end) != std::string_view::npos;
}

void require_between(std::string_view name, int value, int least, int most) {
  if (value < least || value > most) {
    throw InvalidArgument(name, value, fmt::format("must be from {} to {}", least, most));
  }
}

void require_same_size(const std::string& label, const Band& band) {
  if (band.x.size() != band.lower.size() || band.x.size() != band.upper.size()) {
    throw InvalidArgument("band", label,
                          fmt::format("has {} x, {} lower and {} upper", band.x.size(), band.lower.size(), band.upper.size()));
  }
}

void require_positive(std::string_view what, const std::string& label, const std::vector<double>& x) {
  const auto odd = std::ranges::find_if(x, [](double at) { return at <= 0.0; });
  if (odd != x.end()) {
    throw InvalidArgument(what, label, fmt::format("has x = {}, which a logarithmic axis does not have", *odd));
  }
}

void require_sound(const LinePlot& plot) {
  for (const auto& line : plot.lines) {
    if (line.x.size() != line.y.size()) {
      throw InvalidArgument("line", line.label, fmt::format("has {} x and {} y", line.x.size(), line.y.size()));
    }
    if (plot.log_x) {
      require_positive("line", line.label, line.x);
    }
  }
  for (const auto& band : plot.bands) {
    require_same_size(band.label, band);
    if (plot.log_x) {
      require_positive("band", band.label, band.x);
    }
  }
}

void require_rising(std::string_view name, const std::vector<double>& coordinates) {
  const auto odd = std::ranges::find_if(coordinates, [](double at) { return !std::isfinite(at); });
  if (odd != coordinates.end()) {
    throw InvalidArgument(name, *odd, "a coordinate must be finite");
  }
  const auto fall = std::ranges::adjacent_find(coordinates, std::not_fn(std::less<>{}));
  if (fall != coordinates.end()) {
    throw InvalidArgument(name, *std::next(fall), fmt::format("must be above {}, the coordinate before it", *fall));
  }
}

void require_sound(const HeatMap& map) {
  if (map.x.empty() || map.y.empty() || map.values.size() != map.x.size() * map.y.size()) {
    throw InvalidArgument("values", fmt::format("{} of them", map.values.size()),
                          fmt::format("must be one for each of {} x and {} y", map.x.size(), map.y.size()));
  }
  require_rising("x", map.x);
  require_rising("y", map.y);
}

void require_sound(const Histogram& histogram) {
  if (histogram.counts.empty() || histogram.edges.size() != histogram.counts.size() + 1) {
    throw InvalidArgument("counts", fmt::format("{} of them", histogram.counts.size()),
                          fmt::format("must be one or more, and one less than the {} edges", histogram.edges.size()));
  }
  require_rising("edges", histogram.edges);
}

}  // namespace

void require_picture_path(const std::filesystem::path& path, bool overwrite) {
  format_of(path);
  require_writable(path, overwrite);
}

void draw(const std::filesystem::path& path, const Picture& picture, bool overwrite) {
  const Format& format = format_of(path);
  if (picture.panels.empty()) {
    throw InvalidArgument("panels", "none", "a picture needs one or more");
  }
  require_between("columns", picture.columns, 1, 100);
  require_between("width", picture.width, 100, 20'000);
  require_between("height", picture.height, 100, 20'000);
  for (const auto& panel : picture.panels) {
    std::visit([](const auto& one) { require_sound(one); }, panel);
  }
  PartialFile partial(path, overwrite);
  run_gnuplot(gnuplot_script(picture, format.terminal), partial.path(), path);
  if (!ends_with(partial.path(), format.end)) {
    throw FileError(path.string(), "gnuplot left the picture unfinished; there may be no room for it");
  }
  partial.commit();
}

}  // namespace kobie::io
