module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "colours.hpp"
#include "heat_cells.hpp"

module kobie.io;

namespace kobie::io {
namespace {

std::string colour(unsigned rgb) { return fmt::format("'#{:06x}'", rgb); }

// In single quotes gnuplot takes every character for itself, but a line has to stay a line.
std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "''";
    } else {
      result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return result + "'";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "NaN"; }

template <std::size_t N>
std::string palette(const std::array<unsigned, N>& colours) {
  std::string stops;
  for (std::size_t i = 0; i < N; ++i) {
    stops += fmt::format("{}{} {}", i == 0 ? "" : ", ", i, colour(colours[i]));
  }
  return fmt::format("set palette maxcolors 0 defined ({})\n", stops);
}

// Spreads the rows of a key over the lines, from the first to the last.
bool takes_key_row(std::size_t line, std::size_t lines, std::size_t rows) {
  return line == 0 || line * (rows - 1) / (lines - 1) != (line - 1) * (rows - 1) / (lines - 1);
}

// Where a panel's axes lie, as fractions of the picture's width and height.
struct Frame {
  double left, right, bottom, top;
};

// Lengths are in ems, the height of the text. Many panels get smaller text, though not in proportion.
class Layout {
 public:
  explicit Layout(const Picture& picture)
      : columns_(std::min(static_cast<std::size_t>(picture.columns), picture.panels.size())),
        rows_((picture.panels.size() + columns_ - 1) / columns_),
        right_(columns_, 1.5) {
    const double width = picture.width;
    const double height = picture.height;
    em_ = std::min({0.02 * std::sqrt(width * height) / std::pow(static_cast<double>(columns_ * rows_), 0.25),
                    width / static_cast<double>(columns_) / 20, height / static_cast<double>(rows_) / 10});
    x_ = em_ / width;
    y_ = em_ / height;
    title_ = picture.title.empty() ? 0.0 : 2.2;
    for (std::size_t i = 0; i < picture.panels.size(); ++i) {
      double& right = right_[i % columns_];
      right = std::max(right, std::visit([](const auto& panel) { return beside(panel); }, picture.panels[i]));
    }
  }

  double em() const { return em_; }
  double across(double ems) const { return ems * x_; }

  Frame frame(std::size_t panel) const {
    const double width = 1.0 / static_cast<double>(columns_);
    const double height = (1.0 - title_ * y_) / static_cast<double>(rows_);
    const auto column = static_cast<double>(panel % columns_);
    const std::size_t row = panel / columns_;
    const double top = 1.0 - title_ * y_ - static_cast<double>(row) * height;
    return {.left = column * width + 7.0 * x_,
            .right = (column + 1) * width - std::min(right_[panel % columns_] * x_, 0.45 * width),
            .bottom = top - height + 3.9 * y_,
            .top = top - 2.4 * y_};
  }

  // As many as fit beside a panel and can still be told apart.
  std::size_t key_rows(const Frame& frame) const {
    return static_cast<std::size_t>(std::clamp((frame.top - frame.bottom) / (1.5 * y_), 2.0, 10.0));
  }

 private:
  // In UTF-8, where a character may go on for bytes.
  static bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

  // What stands to the right of the axes: the key, or the scale of the colours.
  static double beside(const LinePlot& plot) {
    std::ptrdiff_t longest = 0;
    for (const auto& line : plot.lines) {
      longest = std::max(longest, std::ranges::count_if(line.label, starts_character));
    }
    for (const auto& band : plot.bands) {
      longest = std::max(longest, std::ranges::count_if(band.label, starts_character));
    }
    return longest == 0 ? 1.5 : 4.0 + 0.6 * static_cast<double>(longest);
  }
  static double beside(const Histogram& /*histogram*/) { return 1.5; }
  static double beside(const HeatMap& map) { return map.value_label.empty() ? 6.0 : 9.2; }

  std::size_t columns_, rows_;
  std::vector<double> right_;
  double em_, x_, y_, title_;
};

class Script {
 public:
  Script(const Picture& picture, std::string_view terminal) : layout_(picture) {
    const double points = layout_.em() * (terminal == "svg" ? 1.0 : 0.75);  // of 1/96 inch, and of 1/72
    add("set encoding utf8\nset minussign\n");
    add("set terminal {} size {},{} font 'sans-serif,{:.1f}' background '#ffffff'\n", terminal, picture.width, picture.height,
        points);
    add("set multiplot title {} noenhanced font ',{:.1f}'\n", in_quotes(picture.title), 1.2 * points);
    add("set tics nomirror out scale 0.6\nset format '%h'\n");
    for (std::size_t i = 0; i < picture.panels.size(); ++i) {
      place(layout_.frame(i));
      std::visit([&](const auto& panel) { draw(panel, layout_.frame(i)); }, picture.panels[i]);
    }
    add("unset multiplot\n");
  }

  std::string text() const { return fmt::to_string(text_); }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  void place(const Frame& frame) {
    add("set lmargin at screen {:.6f}\nset rmargin at screen {:.6f}\n", frame.left, frame.right);
    add("set bmargin at screen {:.6f}\nset tmargin at screen {:.6f}\n", frame.bottom, frame.top);
  }

  void name(const std::string& title, const std::string& x, const std::string& y) {
    add("set title {} noenhanced offset 0,-0.4\n", in_quotes(title));
    add("set xlabel {} noenhanced offset 0,0.3\nset ylabel {} noenhanced\n", in_quotes(x), in_quotes(y));
  }

  // The axes of all that is not a map.
  void axes(const Frame& frame) {
    add("unset object 1\nset border 3 lc rgb {0} lw {1:.2f}\nset grid back lt 1 lc rgb {2} lw {1:.2f}\n", colour(colours::ink),
        layout_.em() / 20, colour(colours::grid));
    add("set key at screen {:.6f},{:.6f} left top Left reverse noenhanced samplen 1.5 spacing 1.3\n",
        frame.right + layout_.across(0.5), frame.top);
  }

  void draw(const LinePlot& plot, const Frame& frame) {
    name(plot.title, plot.x_label, plot.y_label);
    axes(frame);
    std::string curves = bands(plot);
    const std::size_t lines = plot.lines.size();
    const std::size_t rows = std::min(layout_.key_rows(frame), lines);
    for (std::size_t i = 0; i < lines; ++i) {
      const Line& line = plot.lines[i];
      if (!points(i, line)) {
        continue;
      }
      const bool in_key = !line.label.empty() && takes_key_row(i, lines, rows);
      curves += fmt::format("{}$line{} using 1:2 with lines lc rgb {} lw {:.2f} {}", curves.empty() ? "" : ", ", i,
                            colour(colours::of_line(i, lines)), layout_.em() / 9,
                            in_key ? "title " + in_quotes(line.label) : "notitle");
    }
    if (curves.empty()) {
      add("set xrange [0:1]\nset yrange [0:1]\nset offsets 0,0,0,0\nplot NaN notitle\n");
    } else {
      add("{}", plot.log_x ? "set logscale x\n" : "");
      add("set xrange [*:*] noextend\nset yrange [*:*] noextend\nset offsets 0,0,graph 0.04,graph 0.04\nplot {}\n", curves);
      add("unset logscale\n");
    }
  }

  // What draws them, in front of nothing.
  std::string bands(const LinePlot& plot) {
    std::string areas;
    const std::size_t count = plot.bands.size();
    for (std::size_t i = 0; i < count; ++i) {
      const Band& band = plot.bands[i];
      bool any = false;
      add("$band{} << EOD\n", i);
      for (std::size_t k = 0; k < band.x.size(); ++k) {
        add("{} {} {}\n", number(band.x[k]), number(band.lower[k]), number(band.upper[k]));
        any = any || (std::isfinite(band.x[k]) && std::isfinite(band.lower[k]) && std::isfinite(band.upper[k]));
      }
      add("EOD\n");
      if (any) {
        const double share = 0.25 + 0.3 * static_cast<double>(i) / static_cast<double>(count);
        areas += fmt::format("{}$band{} using 1:2:3 with filledcurves fs solid fc rgb {} {}", areas.empty() ? "" : ", ", i,
                             colour(colours::mixed(0xffffff, colours::distinct[0], share)),
                             band.label.empty() ? "notitle" : "title " + in_quotes(band.label));
      }
    }
    return areas;
  }

  void draw(const Histogram& histogram, const Frame& frame) {
    name(histogram.title, histogram.x_label, histogram.y_label);
    axes(frame);
    add("$bars << EOD\n");
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
      const double low = histogram.edges[i];
      const double high = histogram.edges[i + 1];
      add("{} {} {}\n", std::midpoint(low, high), number(histogram.counts[i]), high - low);
    }
    add("EOD\nset xrange [{}:{}] noextend\nset yrange [0:*] noextend\nset offsets 0,0,graph 0.04,0\n", histogram.edges.front(),
        histogram.edges.back());
    add("plot $bars using 1:2:3 with boxes fs solid 1.0 border lc rgb {} fc rgb {} notitle\n", colour(0xffffff),
        colour(colours::mixed(0xffffff, colours::distinct[0], 0.75)));
  }

  // Whether there is anything to see of the line.
  bool points(std::size_t index, const Line& line) {
    bool any = false;
    add("$line{} << EOD\n", index);
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      add("{} {}\n", number(line.x[i]), number(line.y[i]));
      any = any || (std::isfinite(line.x[i]) && std::isfinite(line.y[i]));
    }
    add("EOD\n");
    return any;
  }

  void draw(const HeatMap& map, const Frame& frame) {
    const EvenAxis x = even_axis(map.x);
    const EvenAxis y = even_axis(map.y);
    const ColourRange range = colour_range(map.values);
    name(map.title, map.x_label, map.y_label);
    add("set border 15 lc rgb {} lw {:.2f}\nunset grid\nset offsets 0,0,0,0\n", colour(colours::ink), layout_.em() / 20);
    add("set object 1 rectangle from graph 0,0 to graph 1,1 behind fs solid noborder fc rgb {}\n", colour(colours::blank));
    add("{}", range.two_sided ? palette(colours::diverging) : palette(colours::sequential));
    add("set cbrange [{}:{}]\nset cblabel {} noenhanced offset 0.7,0\n", range.least, range.most, in_quotes(map.value_label));
    add("set colorbox user origin screen {:.6f},{:.6f} size screen {:.6f},{:.6f} noborder\n", frame.right + layout_.across(0.8),
        frame.bottom, layout_.across(1.0), frame.top - frame.bottom);
    cells(map, x, y);
    add("set xrange [{}:{}] noextend\nset yrange [{}:{}] noextend\n", x.lower, x.upper, y.lower, y.upper);
    add("plot $map matrix using ({}+$1*{}):({}+$2*{}):3 with image notitle\n", x.lower + x.step() / 2, x.step(),
        y.lower + y.step() / 2, y.step());
  }

  void cells(const HeatMap& map, const EvenAxis& x, const EvenAxis& y) {
    add("$map << EOD\n");
    for (const std::size_t row : y.cells) {
      for (const std::size_t column : x.cells) {
        const double value = map.values[row * map.x.size() + column];
        if (std::isfinite(value)) {
          add("{:.6g} ", value);
        } else {
          add("NaN ");
        }
      }
      add("\n");
    }
    add("EOD\n");
  }

  Layout layout_;
  fmt::memory_buffer text_;
};

}  // namespace

std::string gnuplot_script(const Picture& picture, std::string_view terminal) { return Script(picture, terminal).text(); }

}  // namespace kobie::io
