// What a recorder kept of a run, as text.
module;
#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

module kobie.batch;

import :step_records;

namespace kobie {
namespace {

template <class T>
std::string_view outcome(const StepRecord<T>& step) {
  return step.accepted ? "accepted" : step.solved ? "rejected" : "unsolved";
}

std::string counted(std::int64_t number, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", number, number == 1 ? one : more);
}

// Of the last two iterations that belong together; empty where there are none.
template <class T>
std::string contraction(const StepRecord<T>& step) {
  for (std::size_t i = step.newton.size(); i-- > 1;) {
    if (step.newton[i].iteration > 0 && step.newton[i].iteration == step.newton[i - 1].iteration + 1) {
      return fmt::format("{:.2g}", step.newton[i].update_norm / step.newton[i - 1].update_norm);
    }
  }
  return "";
}

template <class T>
std::string summary_of(const RecordedRun<T>& run, bool implicit, bool iterates) {
  const auto& steps = run.steps;
  std::int64_t rejected = 0;
  std::int64_t unsolved = 0;
  std::int64_t jacobians = 0;
  std::int64_t factors = 0;
  std::int64_t iterations = 0;
  for (const auto& step : steps) {
    rejected += !step.accepted && step.solved ? 1 : 0;
    unsolved += step.solved ? 0 : 1;
    jacobians += step.new_jacobian ? 1 : 0;
    factors += step.refactorised ? 1 : 0;
    iterations += step.newton_iterations;
  }
  std::string text =
      fmt::format("run {}: {}, {} rejected by their error", run.run, counted(run.attempts, "attempt", "attempts"), rejected);
  if (implicit) {
    text += fmt::format(", {} unsolved; new Jacobian in {}, new factors in {}", unsolved, jacobians, factors);
  }
  if (iterates) {
    text += fmt::format("; {}", counted(iterations, "Newton iteration", "Newton iterations"));
  }
  text += '\n';
  if (static_cast<std::size_t>(run.attempts) > steps.size()) {
    text += fmt::format("only the first {} of them were kept, and are what follows\n", steps.size());
  }
  if (!steps.empty()) {
    const auto shortest = std::ranges::min_element(steps, {}, &StepRecord<T>::dt);
    text += fmt::format("shortest step: {:.6g} at t = {:.6g}, attempt {}, {}\n", shortest->dt, shortest->t,
                        shortest - steps.begin(), outcome(*shortest));
  }
  return text;
}

}  // namespace

template <std::floating_point T>
std::string RecordedRun<T>::report(std::size_t first, std::size_t most) const {
  const bool implicit = std::ranges::any_of(steps, [](const auto& step) { return step.refactorised || !step.solved; });
  const bool iterates = std::ranges::any_of(steps, [](const auto& step) { return !step.newton_guesses.empty(); });
  std::string text = summary_of(*this, implicit || iterates, iterates);
  const auto line = [&](const auto& number, const auto& t, const auto& dt, const auto& error, std::string_view ended,
                        const auto& next_dt, const auto& iterations, std::string_view theta, std::string_view marks) {
    std::string row = fmt::format("{:>7} {:>13} {:>11} {:>9} {} {:>11}", number, t, dt, error, ended, next_dt);
    if (iterates) {
      row += fmt::format(" {:>6} {:>11}", iterations, theta);
    }
    if (implicit || iterates) {
      row += fmt::format(" {}", marks);
    }
    row.resize(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  };
  line("attempt", "t", "dt", "error", "ended   ", "next dt", "Newton", "contraction", "new");
  const auto number = [](T value, int digits) { return fmt::format("{:.{}g}", value, digits); };
  for (std::size_t i = first; i < steps.size() && i - first < most; ++i) {
    const auto& step = steps[i];
    const std::string_view marks = step.new_jacobian ? "J LU" : step.refactorised ? "LU" : "";
    line(i, number(step.t, 7), number(step.dt, 5), step.solved ? number(step.error_norm, 3) : "-", outcome(step),
         number(step.next_dt, 5), step.newton_iterations, contraction(step), marks);
  }
  return text;
}

template std::string RecordedRun<float>::report(std::size_t, std::size_t) const;
template std::string RecordedRun<double>::report(std::size_t, std::size_t) const;

}  // namespace kobie
