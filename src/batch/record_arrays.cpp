module;
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import :record_arrays;
import :step_records;

namespace kobie {
namespace {

constexpr std::string_view recorded_group = "recorded/";

// One number of each element.
template <class T, class Element, class Member>
std::vector<T> column(const std::vector<Element>& elements, Member member) {
  std::vector<T> numbers;
  numbers.reserve(elements.size());
  for (const auto& element : elements) {
    numbers.push_back(static_cast<T>(element.*member));
  }
  return numbers;
}

// The runs whose groups are in a file, ascending.
std::vector<std::int64_t> runs_in(const io::Hdf5File& file) {
  std::vector<std::int64_t> runs;
  for (const std::string_view name : file.names()) {
    if (name.starts_with(recorded_group) && name.ends_with("/t")) {
      std::int64_t run = -1;
      const char* const end = name.data() + name.size() - 2;
      if (std::from_chars(name.data() + recorded_group.size(), end, run).ptr == end) {
        runs.push_back(run);
      }
    }
  }
  std::ranges::sort(runs);
  return runs;
}

// One group of a file.
template <class T>
class RecordReader {
 public:
  RecordReader(const io::Hdf5File& file, const std::filesystem::path& path, std::int64_t run)
      : file_(file), path_(path), group_(fmt::format("{}{}/", recorded_group, run)), read_{run, 0, {}} {}

  RecordedRun<T> run() {
    read_.attempts = std::get<std::int64_t>(file_.attribute(group_ + "t", "attempts"));
    read_.steps.resize(file_.shape(group_ + "t").at(0));
    fill<T>("t", &StepRecord<T>::t);
    fill<T>("dt", &StepRecord<T>::dt);
    fill<T>("error_norm", &StepRecord<T>::error_norm);
    fill<std::int32_t>("accepted", &StepRecord<T>::accepted);
    fill<T>("next_dt", &StepRecord<T>::next_dt);
    fill<std::int32_t>("solved", &StepRecord<T>::solved);
    fill<std::int32_t>("new_jacobian", &StepRecord<T>::new_jacobian);
    fill<std::int32_t>("refactorised", &StepRecord<T>::refactorised);
    fill_stages("stage_values", &StepRecord<T>::stage_values);
    fill_stages("stage_derivatives", &StepRecord<T>::stage_derivatives);
    fill_stages("stage_increments", &StepRecord<T>::stage_increments);
    fill_stages("newton_guesses", &StepRecord<T>::newton_guesses);
    fill_newton();
    return std::move(read_);
  }

 private:
  template <class Stored, class Member>
  void fill(std::string_view name, Member member) {
    const auto numbers = file_.read<Stored>(group_ + std::string(name));
    require(name, numbers.size(), read_.steps.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      read_.steps[i].*member = numbers[i];
    }
  }

  void fill_stages(std::string_view name, std::vector<std::vector<T>> StepRecord<T>::* stages) {
    const std::string path = group_ + std::string(name);
    if (!file_.has(path)) {
      return;
    }
    const auto shape = file_.shape(path);
    require(name, shape.size(), 3);
    require(name, shape[0], read_.steps.size());
    const auto numbers = file_.read<T>(path);
    auto from = numbers.begin();
    for (auto& step : read_.steps) {
      for (std::size_t stage = 0; stage < shape[1]; ++stage, from += static_cast<std::ptrdiff_t>(shape[2])) {
        (step.*stages).emplace_back(from, from + static_cast<std::ptrdiff_t>(shape[2]));
      }
    }
  }

  void fill_newton() {
    if (!file_.has(group_ + "newton_iterations")) {
      return;
    }
    fill<std::int32_t>("newton_iterations", &StepRecord<T>::newton_iterations);
    const auto attempts = file_.read<std::int32_t>(group_ + "newton/attempt");
    std::vector<NewtonRecord<T>> records(attempts.size());
    const auto fill_from = [&](std::string_view name, auto member) {
      const auto numbers = file_.read<T>(group_ + "newton/" + std::string(name));
      require(name, numbers.size(), records.size());
      for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].*member = static_cast<std::remove_reference_t<decltype(records[i].*member)>>(numbers[i]);
      }
    };
    fill_from("iteration", &NewtonRecord<T>::iteration);
    fill_from("update_norm", &NewtonRecord<T>::update_norm);
    fill_from("residual_norm", &NewtonRecord<T>::residual_norm);
    fill_from("linear_iterations", &NewtonRecord<T>::linear_iterations);
    fill_from("linear_residual_norm", &NewtonRecord<T>::linear_residual_norm);
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto attempt = static_cast<std::size_t>(attempts[i]);
      if (attempts[i] < 0 || attempt >= read_.steps.size()) {
        throw FileError(path_.string(),
                        fmt::format("dataset '{}newton/attempt' names attempt {}, which is not kept", group_, attempts[i]));
      }
      read_.steps[attempt].newton.push_back(records[i]);
    }
  }

  void require(std::string_view name, std::size_t found, std::size_t wanted) const {
    if (found != wanted) {
      throw FileError(path_.string(), fmt::format("dataset '{}{}' does not fit those beside it", group_, name));
    }
  }

  const io::Hdf5File& file_;
  const std::filesystem::path& path_;
  std::string group_;
  RecordedRun<T> read_;
};

}  // namespace

template <std::floating_point T>
RecordArrays<T>::RecordArrays(const std::vector<RecordedRun<T>>& runs) {
  for (const auto& run : runs) {
    add(run);
  }
}

template <std::floating_point T>
void RecordArrays<T>::add(const RecordedRun<T>& run) {
  using Step = StepRecord<T>;
  const std::string group = fmt::format("{}{}/", recorded_group, run.run);
  const auto& steps = run.steps;
  const std::vector<std::size_t> shape = {steps.size()};
  add(group + "t", column<T>(steps, &Step::t), shape);
  datasets_.back().attributes.push_back({"attempts", run.attempts});
  add(group + "dt", column<T>(steps, &Step::dt), shape);
  add(group + "error_norm", column<T>(steps, &Step::error_norm), shape);
  add(group + "accepted", column<std::int32_t>(steps, &Step::accepted), shape);
  add(group + "next_dt", column<T>(steps, &Step::next_dt), shape);
  add(group + "solved", column<std::int32_t>(steps, &Step::solved), shape);
  add(group + "new_jacobian", column<std::int32_t>(steps, &Step::new_jacobian), shape);
  add(group + "refactorised", column<std::int32_t>(steps, &Step::refactorised), shape);
  add_stages(group + "stage_values", steps, &Step::stage_values);
  add_stages(group + "stage_derivatives", steps, &Step::stage_derivatives);
  add_stages(group + "stage_increments", steps, &Step::stage_increments);
  add_stages(group + "newton_guesses", steps, &Step::newton_guesses);
  add_newton(group, steps);
}

template <std::floating_point T>
void RecordArrays<T>::add(const std::string& name, std::vector<T> numbers, std::vector<std::size_t> shape) {
  numbers_.push_back(std::move(numbers));
  datasets_.push_back({name, io::element_type_of<T>, numbers_.back().data(), std::move(shape), {}, {}});
}

template <std::floating_point T>
void RecordArrays<T>::add(const std::string& name, std::vector<std::int32_t> numbers, std::vector<std::size_t> shape) {
  whole_.push_back(std::move(numbers));
  datasets_.push_back({name, io::ElementType::int32, whole_.back().data(), std::move(shape), {}, {}});
}

// What a method does not have is left out.
template <std::floating_point T>
void RecordArrays<T>::add_stages(const std::string& name, const std::vector<StepRecord<T>>& steps,
                                 std::vector<std::vector<T>> StepRecord<T>::* stages) {
  if (steps.empty() || (steps.front().*stages).empty()) {
    return;
  }
  std::vector<T> numbers;
  for (const auto& step : steps) {
    for (const auto& row : step.*stages) {
      numbers.insert(numbers.end(), row.begin(), row.end());
    }
  }
  add(name, std::move(numbers), {steps.size(), (steps.front().*stages).size(), (steps.front().*stages).front().size()});
}

template <std::floating_point T>
void RecordArrays<T>::add_newton(const std::string& group, const std::vector<StepRecord<T>>& steps) {
  if (steps.empty() || steps.front().newton_guesses.empty()) {
    return;
  }
  using Record = NewtonRecord<T>;
  add(group + "newton_iterations", column<std::int32_t>(steps, &StepRecord<T>::newton_iterations), {steps.size()});
  std::vector<std::int32_t> attempts;
  std::vector<Record> records;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    attempts.insert(attempts.end(), steps[i].newton.size(), static_cast<std::int32_t>(i));
    records.insert(records.end(), steps[i].newton.begin(), steps[i].newton.end());
  }
  const std::vector<std::size_t> shape = {records.size()};
  add(group + "newton/attempt", std::move(attempts), shape);
  add(group + "newton/iteration", column<std::int32_t>(records, &Record::iteration), shape);
  add(group + "newton/update_norm", column<T>(records, &Record::update_norm), shape);
  add(group + "newton/residual_norm", column<T>(records, &Record::residual_norm), shape);
  add(group + "newton/linear_iterations", column<std::int32_t>(records, &Record::linear_iterations), shape);
  add(group + "newton/linear_residual_norm", column<T>(records, &Record::linear_residual_norm), shape);
}

template <std::floating_point T>
std::vector<RecordedRun<T>> read_recorded(const io::Hdf5File& file, const std::filesystem::path& path) {
  std::vector<RecordedRun<T>> runs;
  for (const std::int64_t run : runs_in(file)) {
    runs.push_back(RecordReader<T>(file, path, run).run());
  }
  return runs;
}

template class RecordArrays<float>;
template class RecordArrays<double>;
template std::vector<RecordedRun<float>> read_recorded<float>(const io::Hdf5File&, const std::filesystem::path&);
template std::vector<RecordedRun<double>> read_recorded<double>(const io::Hdf5File&, const std::filesystem::path&);

}  // namespace kobie
