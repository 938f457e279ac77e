/// What kernels read, as numbers of type T: save times, tolerances of states, first steps, states and parameters.
module;
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

export module kobie.batch:inputs;

import kobie.loop;
import :kernel;
import :options;
import :runs;

namespace kobie {

/// How many numbers they are.
struct InputSize {
  std::size_t shared = 0;  ///< what all chunks read
  std::size_t staged = 0;  ///< for each run, of the columns that chunks have their own part of
};

/// Packs inputs into one array that all chunks share and, of columns with more than `longest_shared` values, one for each
/// chunk.
template <class T>
class PackedInputs {
 public:
  /// `times` are the saves, `dt` the first step of all runs that have none of their own. All that is given must outlive this.
  PackedInputs(const RunTable& runs, const std::vector<double>& times, double dt, const ToleranceTable& tolerances,
               std::size_t longest_shared)
      : saves_(times.size()), tolerance_count_(tolerances.rtol.size()) {
    sources_ = {{&times, false}, {&times, true}, {&tolerances.rtol, false}, {&tolerances.atol, false}};
    size_.shared = 2 * (saves_ + tolerance_count_);
    common_step_ = {dt};
    const bool own_steps = runs.initial_step().has_value();
    add_step(own_steps ? &*runs.initial_step() : nullptr, false, longest_shared);
    add_step(own_steps ? &*runs.initial_step() : nullptr, true, longest_shared);
    for (const auto& column : runs.columns()) {
      add(column, false, longest_shared);
    }
  }
  PackedInputs(const PackedInputs&) = delete;
  PackedInputs& operator=(const PackedInputs&) = delete;

  const InputSize& size() const { return size_; }

  /// What all chunks share, size().shared numbers.
  std::vector<T> shared() const {
    std::vector<T> packed;
    packed.reserve(size_.shared);
    for (const auto& [values, low] : sources_) {
      for (const double number : *values) {
        packed.push_back(part(number, low));
      }
    }
    return packed;
  }

  /// What the chunk of `count` runs from `first` on has of its own, [column][run].
  void stage(std::int64_t first, std::int64_t count, T* to) const {
    for (const auto& place : places_) {
      if (place.staged == nullptr) {
        continue;
      }
      place.staged->for_each_run(first, count, [&](double value) { *to++ = part(value, place.low); });
    }
  }

  /// Points settings to what is shared.
  void use(const T* shared, LoopSettings<T>& settings) const {
    settings.saves = {shared, shared + saves_, static_cast<std::int32_t>(saves_)};
    if (tolerance_count_ > 0) {
      settings.rtol_of = shared + 2 * saves_;
      settings.atol_of = settings.rtol_of + tolerance_count_;
    }
  }

  /// Points a kernel's columns to what is shared and to what the chunk of `count` runs from `first` on has staged.
  template <class Task>
  void use(const T* shared, const T* staged, std::int64_t first, std::int64_t count, Task& task) const {
    std::size_t number = 0;
    for (const auto& place : places_) {
      InputColumn<T>& column = number == 0 ? task.dt : number == 1 ? task.dt_low : task.columns[number - 2];
      ++number;
      if (place.staged == nullptr) {
        column = {shared + place.offset, place.count, place.repeat, 0};
      } else {
        column = {staged, count, 1, first};
        staged += count;
      }
    }
  }

 private:
  // Numbers to pack, or what rounding them to T leaves.
  struct Source {
    const std::vector<double>* values;
    bool low;
  };
  struct Place {
    const Column* staged;  // null where it is shared
    bool low;
    std::size_t offset;
    std::int64_t count;
    std::int64_t repeat;
  };

  static T part(double number, bool low) {
    const auto parts = split<T>(number);
    return low ? parts.low : parts.high;
  }

  void add_step(const Column* own, bool low, std::size_t longest_shared) {
    if (own != nullptr) {
      add(*own, low, longest_shared);
    } else {
      share(common_step_, 1, low);
    }
  }
  void add(const Column& column, bool low, std::size_t longest_shared) {
    if (column.values.size() <= longest_shared) {
      share(column.values, column.repeat, low);
    } else {
      places_.push_back({&column, low, 0, 0, 1});
      ++size_.staged;
    }
  }
  void share(const std::vector<double>& values, std::int64_t repeat, bool low) {
    places_.push_back({nullptr, low, size_.shared, static_cast<std::int64_t>(values.size()), repeat});
    sources_.push_back({&values, low});
    size_.shared += values.size();
  }

  std::size_t saves_;
  std::size_t tolerance_count_;
  std::vector<double> common_step_;
  std::vector<Source> sources_;
  std::vector<Place> places_;  // of the first step, its low part, and the columns
  InputSize size_;
};

}  // namespace kobie
