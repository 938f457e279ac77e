// What a heat map is made of: evenly spaced cells, and the values at the ends of its palette.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

namespace kobie::io {

// Places of one width along an axis, as gnuplot's images need them.
struct EvenAxis {
  double lower = 0.0;
  double upper = 1.0;
  std::vector<std::size_t> cells;  // for each place, the coordinate whose cell it lies in

  double step() const { return (upper - lower) / static_cast<double>(cells.size()); }
};

// A cell reaches halfway to its neighbours. Even coordinates give a place each; of uneven ones a wide cell takes many places.
inline EvenAxis even_axis(const std::vector<double>& at) {
  if (at.size() == 1) {
    return {at[0] - 0.5, at[0] + 0.5, {0, 0}};  // gnuplot draws no image of a single pixel
  }
  std::vector<double> edges = {at[0] - (at[1] - at[0]) / 2};
  for (std::size_t i = 1; i < at.size(); ++i) {
    edges.push_back(std::midpoint(at[i - 1], at[i]));
  }
  edges.push_back(at.back() + (at.back() - at[at.size() - 2]) / 2);
  std::vector<double> widths(edges.size());
  std::adjacent_difference(edges.begin(), edges.end(), widths.begin());
  const double narrowest = *std::min_element(widths.begin() + 1, widths.end());

  EvenAxis axis{edges.front(), edges.back(), {}};
  const double most = std::max(2000.0, static_cast<double>(at.size()));
  axis.cells.resize(static_cast<std::size_t>(std::min(std::ceil((axis.upper - axis.lower) / narrowest - 1e-3), most)));
  for (std::size_t place = 0; place < axis.cells.size(); ++place) {
    const double centre = axis.lower + (static_cast<double>(place) + 0.5) * axis.step();
    const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, centre);
    axis.cells[place] = static_cast<std::size_t>(above - edges.begin() - 1);
  }
  return axis;
}

struct ColourRange {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  bool two_sided = false;
};

// A few values just across zero, such as rounding leaves, do not make data two-sided.
inline ColourRange colour_range(const std::vector<double>& values) {
  constexpr double noticeable = 0.05;
  ColourRange range;
  for (const double value : values) {
    if (std::isfinite(value)) {
      range.least = std::min(range.least, value);
      range.most = std::max(range.most, value);
    }
  }
  if (range.least > range.most) {
    return {0.0, 1.0, false};
  }
  const double reach = std::max(-range.least, range.most);
  if (std::min(-range.least, range.most) > noticeable * reach) {
    return {-reach, reach, true};
  }
  if (range.least == range.most) {
    const double margin = range.most == 0.0 ? 1.0 : 0.1 * std::abs(range.most);
    return {range.least - margin, range.most + margin, false};
  }
  return range;
}

}  // namespace kobie::io
