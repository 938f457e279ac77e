#pragma once

#include <filesystem>

import kobie;

/// Draws x(t) over the sweep as a heat map and, below it, x(t) of a few of its runs.
void draw_sweep(const kobie::Result<double>& result, const std::filesystem::path& path, bool overwrite);
