module;
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

module kobie.batch;

import :step_records;

namespace kobie {
namespace {

template <class T>
std::vector<std::vector<T>> rows(const T* numbers, const RecordShape& shape) {
  std::vector<std::vector<T>> all;
  all.reserve(shape.stages);
  for (std::size_t stage = 0; stage < shape.stages; ++stage) {
    all.emplace_back(numbers + stage * shape.states, numbers + (stage + 1) * shape.states);
  }
  return all;
}

}  // namespace

template <std::floating_point T>
std::vector<RecordedRun<T>> recorded_runs(const std::vector<std::int64_t>& runs, const RecordShape& shape, const T* numbers,
                                          const std::int64_t* counts) {
  const std::size_t matrix = shape.stages * shape.states;
  constexpr std::size_t scalars = 5;
  std::vector<RecordedRun<T>> all;
  for (std::size_t slot = 0; slot < runs.size(); ++slot) {
    RecordedRun<T> recorded{runs[slot], counts[slot], {}};
    const std::size_t kept = std::min(static_cast<std::size_t>(counts[slot]), shape.capacity);
    for (std::size_t attempt = 0; attempt < kept; ++attempt) {
      const T* at = numbers + (slot * shape.capacity + attempt) * (scalars + 2 * matrix);
      recorded.steps.push_back(
          {at[0], at[1], at[2], at[3] != T(0), at[4], rows(at + scalars, shape), rows(at + scalars + matrix, shape)});
    }
    all.push_back(recorded);
  }
  return all;
}

template std::vector<RecordedRun<float>> recorded_runs<float>(const std::vector<std::int64_t>&, const RecordShape&,
                                                              const float*, const std::int64_t*);
template std::vector<RecordedRun<double>> recorded_runs<double>(const std::vector<std::int64_t>&, const RecordShape&,
                                                                const double*, const std::int64_t*);

}  // namespace kobie
