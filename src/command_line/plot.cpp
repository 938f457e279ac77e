// kobie plot.
module;
#include <fmt/format.h>
#include <filesystem>
#include <string>
#include <vector>

module kobie.command_line;

import kobie.batch;
import kobie.io;
import :arguments;
import :commands;
import :main;

namespace kobie {

ExitCode plot(const PlotCommand& command) {
  std::vector<Plot> plots;
  plots.reserve(command.plots.size());
  for (const auto& text : command.plots) {
    plots.push_back(parse_plot(text));
  }
  const std::filesystem::path picture = command.picture.empty() ? std::filesystem::path(command.file).replace_extension(".png")
                                                                : std::filesystem::path(command.picture);
  io::require_picture_path(picture, command.overwrite);
  const auto result = read(command.file);
  draw_plots(picture, result, plots, command.overwrite);
  fmt::print("{}", table_row("picture", picture.string()));
  return ExitCode::success;
}

}  // namespace kobie
