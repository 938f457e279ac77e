module;
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

module kobie.batch;

import kobie.core;

namespace kobie {
namespace {

void require_finite_values(std::string_view name, const Sweep& sweep) {
  if (sweep.values.empty()) {
    throw InvalidArgument(name, "an empty sweep", "must have at least one value");
  }
  for (std::size_t i = 0; i < sweep.values.size(); ++i) {
    if (!std::isfinite(sweep.values[i])) {
      throw InvalidArgument(fmt::format("{}[{}]", name, i), sweep.values[i], "must be finite");
    }
  }
}

std::size_t position_of(const std::vector<Column>& columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name, &Column::name);
  if (found == columns.end()) {
    throw UnknownName("state or parameter", name, names_of(columns));
  }
  return static_cast<std::size_t>(found - columns.begin());
}

// What each of `runs` has of its own, or all of them have.
Column own_column(std::string_view name, Sweep sweep, std::int64_t runs) {
  require_finite_values(name, sweep);
  const auto length = static_cast<std::int64_t>(sweep.values.size());
  if (length != 1 && length != runs) {
    throw InvalidArgument(name, fmt::format("a sweep of {} values", length), fmt::format("must have 1 or {} values", runs));
  }
  return {std::string(name), "", std::move(sweep.values), 1, sweep.seed};
}

void require_positive(const Column& column) {
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    if (!(column.values[i] > 0.0)) {
      throw InvalidArgument(fmt::format("{}[{}]", column.name, i), column.values[i], "must be above 0");
    }
  }
}

}  // namespace

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const auto& column : columns) {
    names.push_back(column.name);
  }
  return names;
}

Quantities quantities_of(const RunTable& runs, const std::vector<Column>& observables) {
  Quantities all{.columns = {}, .states = runs.state_count()};
  all.columns.reserve(runs.state_count() + observables.size());
  for (std::size_t i = 0; i < runs.state_count(); ++i) {
    all.columns.push_back({runs.columns()[i].name, runs.columns()[i].unit, {}});
  }
  all.columns.insert(all.columns.end(), observables.begin(), observables.end());
  return all;
}

Quantities chosen_quantities(const Quantities& all, const std::vector<bool>& chosen) {
  Quantities some;
  for (std::size_t q = 0; q < all.columns.size(); ++q) {
    if (chosen[q]) {
      some.columns.push_back(all.columns[q]);
      some.states += q < all.states ? 1 : 0;
    }
  }
  return some;
}

RunTable::RunTable(std::vector<Column> defaults, std::size_t states, const std::vector<NamedSweep>& sweeps, Combine combine)
    : columns_(std::move(defaults)), states_(states) {
  std::vector<bool> given(columns_.size(), false);
  for (const auto& [name, sweep] : sweeps) {
    const std::size_t position = position_of(columns_, name);
    if (given[position]) {
      throw InvalidArgument(name, "a second sweep", "each quantity can be swept once");
    }
    given[position] = true;
    require_finite_values(name, sweep);
    columns_[position].values = sweep.values;
    columns_[position].seed = sweep.seed;
  }

  if (combine == Combine::zip) {
    std::string longest;
    for (const auto& [name, sweep] : sweeps) {
      const auto length = static_cast<std::int64_t>(sweep.values.size());
      if (length > size_) {
        size_ = length;
        longest = name;
      }
    }
    for (const auto& [name, sweep] : sweeps) {
      const auto length = static_cast<std::int64_t>(sweep.values.size());
      if (length != 1 && length != size_) {
        throw InvalidArgument(name, fmt::format("a sweep of {} values", length),
                              fmt::format("zip needs 1 or {} values, as many as '{}' has", size_, longest));
      }
    }
  } else {
    // The last quantity varies fastest.
    for (const auto& [name, sweep] : std::views::reverse(sweeps)) {
      columns_[position_of(columns_, name)].repeat = size_;
      const auto length = static_cast<std::int64_t>(sweep.values.size());
      if (size_ > std::numeric_limits<std::int64_t>::max() / length) {
        throw InvalidArgument(name, fmt::format("a sweep of {} values", length), "the grid has more than 2^63 runs");
      }
      size_ *= length;
    }
  }
}

RunTable::RunTable(std::vector<Column> columns, std::size_t states, std::int64_t size, OwnColumns own)
    : columns_(std::move(columns)), states_(states), size_(size), own_(std::move(own)) {}

const Column& RunTable::operator[](std::string_view name) const { return columns_[position_of(columns_, name)]; }

void RunTable::set_initial_step(Sweep steps) {
  own_.initial_step = own_column("initial step", std::move(steps), size_);
  require_positive(*own_.initial_step);
}

void RunTable::set_t0(Sweep times) { own_.t0 = own_column("t0", std::move(times), size_); }

void RunTable::set_duration(Sweep durations) {
  own_.duration = own_column("duration", std::move(durations), size_);
  require_positive(*own_.duration);
}

std::string RunTable::describe(std::int64_t run) const {
  std::string text;
  for (const auto& column : columns_) {
    if (column.varies()) {
      text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", column.name, column[run]);
    }
  }
  return text.empty() ? "all defaults" : text;
}

}  // namespace kobie
