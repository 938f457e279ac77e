module;
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

module kobie.core;

namespace kobie {
namespace {

// How many insertions, deletions, substitutions and swaps of neighbours lead from a to b (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::string allowed_names(std::string_view name, const std::vector<std::string>& known) {
  if (known.empty()) {
    return "there are none";
  }
  const std::string nearest = nearest_name(name, known);
  const std::string hint = nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest);
  return fmt::format("{}known: {}", hint, fmt::join(known, ", "));
}

}  // namespace

InvalidArgument::InvalidArgument(std::string_view argument, std::string_view value, std::string_view allowed)
    : Error(fmt::format("{} = {}: {}", argument, value, allowed)), argument_(argument) {}

InvalidArgument::InvalidArgument(std::string_view argument, double value, std::string_view allowed)
    : InvalidArgument(argument, fmt::format("{}", value), allowed) {}

UnknownName::UnknownName(std::string_view kind, std::string_view name, const std::vector<std::string>& known)
    : InvalidArgument(kind, fmt::format("'{}'", name), "no such name; " + allowed_names(name, known)) {}

FileError::FileError(std::string_view path, std::string_view why) : Error(fmt::format("{}: {}", path, why)) {}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(1, name.size() / 2) + 1;
  for (const auto& candidate : known) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace kobie
