/// Pictures for reports: lines, bands, histograms and heat maps in panels, drawn by the program gnuplot, as PNG or SVG.
/// Every text is shown as it is written, whatever characters it has.
export module kobie.io:pictures;

import kobie.standard;

namespace kobie::io {

/// A curve; a point that is not finite leaves a gap.
export struct Line {
  std::string label;  ///< what the key calls it; "" keeps it out of the key
  std::vector<double> x, y;
};

/// What lies between two curves, filled.
export struct Band {
  std::string label;  ///< as a line's
  std::vector<double> x, lower, upper;
};

/// Curves over a common axis, in front of bands, of which the first is the palest. Up to six get distinct colours, more get a
/// sequence from dark to light in their order.
export struct LinePlot {
  std::string title, x_label, y_label;
  std::vector<Line> lines;
  std::vector<Band> bands = {};
  bool log_x = false;  ///< all x must be positive
};

/// Counts in bins, which lie between neighbouring edges.
export struct Histogram {
  std::string title, x_label, y_label;
  std::vector<double> edges;  ///< rising, one more than there are counts
  std::vector<double> counts;
};

/// Values over a plane, as coloured cells around their coordinates. Values of both signs get colours that part at zero.
export struct HeatMap {
  std::string title, x_label, y_label, value_label;
  std::vector<double> x, y;    ///< rising; need not be evenly spaced
  std::vector<double> values;  ///< [y][x]; what is not finite stays blank
};

/// One diagram of a picture.
export using Panel = std::variant<LinePlot, HeatMap, Histogram>;

/// Panels in rows of `columns`, under a common title.
export struct Picture {
  std::string title;
  std::vector<Panel> panels;
  int columns = 1;
  int width = 1600, height = 900;  ///< in pixels
};

/// Throws InvalidArgument or FileError where draw() would not draw there.
export void require_picture_path(const std::filesystem::path& path, bool overwrite);

/// Draws the picture into a .png or .svg file, as the extension says. InvalidArgument for a picture that makes no sense,
/// FileError when gnuplot is missing or fails, with its own words.
export void draw(const std::filesystem::path& path, const Picture& picture, bool overwrite);

// What gnuplot is told. `terminal` is the name of its driver.
std::string gnuplot_script(const Picture& picture, std::string_view terminal);

// Runs gnuplot on the script with its output going to the file `output`; failures are about `target`.
void run_gnuplot(const std::string& script, const std::filesystem::path& output, const std::filesystem::path& target);

}  // namespace kobie::io
