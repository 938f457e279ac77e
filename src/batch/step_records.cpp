module;
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.loop;
import :step_records;

namespace kobie {
namespace {

template <class T>
std::vector<std::vector<T>> rows(const T* numbers, const AttemptLayout& layout) {
  std::vector<std::vector<T>> all;
  all.reserve(layout.stages);
  for (std::size_t stage = 0; stage < layout.stages; ++stage) {
    all.emplace_back(numbers + stage * layout.states, numbers + (stage + 1) * layout.states);
  }
  return all;
}

template <class T>
void add_newton(StepRecord<T>& step, const T* at, const AttemptLayout& layout) {
  const T* const newton = at + layout.newton();
  step.new_jacobian = newton[0] != T(0);
  step.refactorised = newton[1] != T(0);
  step.newton_iterations = static_cast<std::int64_t>(newton[2]);
  step.newton_guesses = rows(at + layout.guesses(), layout);
  const std::size_t kept = std::min(static_cast<std::size_t>(newton[2]), layout.iterations);
  for (std::size_t i = 0; i < kept; ++i) {
    const T* const norms = at + layout.norms() + i * AttemptLayout::iteration_scalars;
    step.newton.push_back(NewtonRecord<T>{static_cast<std::int32_t>(norms[0]), norms[1], norms[2],
                                          static_cast<std::int32_t>(norms[3]), norms[4]});
  }
}

}  // namespace

template <std::floating_point T>
std::vector<RecordedRun<T>> recorded_runs(const std::vector<std::int64_t>& runs, const RecordShape& shape, const T* numbers,
                                          const std::int64_t* counts) {
  const AttemptLayout& layout = shape.layout;
  std::vector<RecordedRun<T>> all;
  for (std::size_t slot = 0; slot < runs.size(); ++slot) {
    RecordedRun<T> recorded{runs[slot], counts[slot], {}};
    const std::size_t kept = std::min(static_cast<std::size_t>(counts[slot]), shape.capacity);
    for (std::size_t attempt = 0; attempt < kept; ++attempt) {
      const T* at = numbers + (slot * shape.capacity + attempt) * layout.count();
      StepRecord<T> step{.t = at[0],
                         .dt = at[1],
                         .error_norm = at[2],
                         .accepted = at[3] != T(0),
                         .next_dt = at[4],
                         .solved = at[5] != T(0),
                         .stage_values = rows(at + layout.arguments(), layout),
                         .stage_derivatives = {},
                         .stage_increments = {}};
      (shape.derivatives ? step.stage_derivatives : step.stage_increments) = rows(at + layout.answers(), layout);
      if (layout.iterations > 0) {
        add_newton(step, at, layout);
      } else {
        step.new_jacobian = step.refactorised = at[6] != T(0);
      }
      recorded.steps.push_back(std::move(step));
    }
    all.push_back(std::move(recorded));
  }
  return all;
}

template std::vector<RecordedRun<float>> recorded_runs<float>(const std::vector<std::int64_t>&, const RecordShape&,
                                                              const float*, const std::int64_t*);
template std::vector<RecordedRun<double>> recorded_runs<double>(const std::vector<std::int64_t>&, const RecordShape&,
                                                                const double*, const std::int64_t*);

}  // namespace kobie
