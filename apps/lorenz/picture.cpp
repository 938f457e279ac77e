#include "picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

// Evenly spread runs, at most `most` of them, the first and the last included.
std::vector<std::int64_t> spread(std::int64_t runs, std::int64_t most) {
  const std::int64_t count = std::min(runs, most);
  std::vector<std::int64_t> chosen;
  chosen.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    chosen.push_back(count == 1 ? 0 : i * (runs - 1) / (count - 1));
  }
  return chosen;
}

}  // namespace

void draw_sweep(const kobie::Result<double>& result, const std::filesystem::path& path, bool overwrite) {
  const auto x = result["x"];
  const auto& rho = result.inputs()["rho"];
  const auto& times = result.times();
  const std::string x_label = "x";

  kobie::io::HeatMap map{"x(t) for every ρ", "ρ", "time", x_label, {}, times, {}};
  const auto columns = spread(result.runs(), 1000);
  for (const std::int64_t run : columns) {
    map.x.push_back(rho[run]);
  }
  for (std::size_t save = 0; save < times.size(); ++save) {
    for (const std::int64_t run : columns) {
      map.values.push_back(x(save, static_cast<std::size_t>(run)));
    }
  }

  kobie::io::LinePlot lines{"x(t) for some of them", "time", x_label, {}};
  for (const std::int64_t run : spread(result.runs(), 5)) {
    kobie::io::Line line{fmt::format("ρ = {:.4g}", rho[run]), times, {}};
    for (std::size_t save = 0; save < times.size(); ++save) {
      line.y.push_back(x(save, static_cast<std::size_t>(run)));
    }
    lines.lines.push_back(std::move(line));
  }

  const auto& how = result.provenance();
  const std::string title =
      fmt::format("Lorenz system: {} runs, {}, tolerance {:g}", result.runs(), how.method, how.options.rtol);
  kobie::io::draw(path, {title, {std::move(map), std::move(lines)}, 1, 1600, 1400}, overwrite);
}
