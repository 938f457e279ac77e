module;
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

module kobie.batch;

import kobie.drivers;
import kobie.io;
import :driver_contents;
import :result_contents;

namespace kobie {
namespace {

constexpr std::string_view values_group = "drivers/";
constexpr std::string_view times_group = "driver_times/";

template <class Choice, std::size_t N>
std::string name_of(Choice choice, const std::array<NamedChoice<Choice>, N>& names) {
  return std::string(std::ranges::find(names, choice, &NamedChoice<Choice>::choice)->name);
}

std::vector<io::Attribute> attributes_of(const Driver& driver) {
  return {{"interpolation", name_of(driver.interpolation, interpolation_names)},
          {"ends", name_of(driver.ends, spline_ends_names)},
          {"outside", name_of(driver.outside, outside_names)},
          {"first", driver.first},
          {"every", driver.every},
          {"first_slope", driver.first_slope},
          {"last_slope", driver.last_slope},
          {"stop_at_samples", std::int64_t{driver.stop_at_samples}}};
}

Driver read_driver(const io::Hdf5File& file, const std::string& dataset) {
  const auto text = [&](std::string_view name) { return std::get<std::string>(file.attribute(dataset, name)); };
  const auto number = [&](std::string_view name) { return std::get<double>(file.attribute(dataset, name)); };
  Driver driver;
  driver.name = dataset.substr(values_group.size());
  driver.values = file.read<double>(dataset);
  if (const std::string times = std::string(times_group) + driver.name; file.has(times)) {
    driver.times = file.read<double>(times);
  }
  const auto shape = file.shape(dataset);
  driver.curves = shape.size() == 1 ? 1 : static_cast<std::int64_t>(shape.at(0));
  driver.first = number("first");
  driver.every = number("every");
  driver.interpolation = choice_named("interpolation", text("interpolation"), interpolation_names);
  driver.ends = choice_named("ends", text("ends"), spline_ends_names);
  driver.first_slope = number("first_slope");
  driver.last_slope = number("last_slope");
  driver.outside = choice_named("outside", text("outside"), outside_names);
  driver.stop_at_samples = std::get<std::int64_t>(file.attribute(dataset, "stop_at_samples")) != 0;
  return driver;
}

}  // namespace

std::vector<std::string> driver_attributes() {
  const auto attributes = attributes_of({});
  std::vector<std::string> names(attributes.size());
  std::ranges::transform(attributes, names.begin(), &io::Attribute::name);
  return names;
}

std::vector<io::Dataset> driver_datasets(const std::vector<Driver>& drivers) {
  std::vector<io::Dataset> datasets;
  datasets.reserve(2 * drivers.size());
  std::int64_t order = 0;
  for (const Driver& driver : drivers) {
    std::vector<std::size_t> shape = {static_cast<std::size_t>(driver.samples())};
    std::vector<std::string> axes = {""};
    if (!driver.times.empty()) {
      axes.front() = std::string(times_group) + driver.name;
      datasets.push_back({axes.front(), io::ElementType::float64, driver.times.data(), shape, {}, {}});
    }
    if (driver.curves > 1) {
      shape.insert(shape.begin(), static_cast<std::size_t>(driver.curves));
      axes.insert(axes.begin(), "");
    }
    auto attributes = attributes_of(driver);
    attributes.push_back({"order", order++});
    datasets.push_back({std::string(values_group) + driver.name, io::ElementType::float64, driver.values.data(),
                        std::move(shape), std::move(axes), std::move(attributes)});
  }
  return datasets;
}

std::vector<Driver> read_drivers(const io::Hdf5File& file) {
  const auto datasets = members(file, values_group);
  std::vector<Driver> drivers(datasets.size());
  std::ranges::transform(datasets, drivers.begin(), [&](const std::string& dataset) { return read_driver(file, dataset); });
  return drivers;
}

}  // namespace kobie
