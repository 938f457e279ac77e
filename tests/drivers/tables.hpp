// Drivers as a kernel would have them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

import kobie.drivers;
import kobie.numbers;

namespace tables {

/// All curves of a driver, packed; and its value and slope in lanes that read any of them.
template <class T>
class Packed {
 public:
  explicit Packed(const kobie::Driver& driver) : table_(kobie::table_of<T>(driver)) {
    for (const double number : kobie::curve_numbers(driver, 0, driver.curves)) {
      numbers_.push_back(static_cast<T>(number));
    }
    for (const double t : driver.times) {
      times_.push_back(static_cast<T>(t));
    }
    table_.numbers = numbers_.data();
    table_.times = times_.empty() ? nullptr : times_.data();
  }
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;

  template <class Real>
  kobie::DriverValue<Real> at(Real t, const std::int64_t* curves) const {
    return kobie::evaluate(table_, t, curves);
  }
  T value(T t, std::int64_t curve = 0) const { return at(t, &curve).value; }
  T slope(T t, std::int64_t curve = 0) const { return at(t, &curve).slope; }

 private:
  kobie::DriverTable<T> table_;
  std::vector<T> numbers_;
  std::vector<T> times_;
};

/// f at the times of the driver's samples.
template <class Function>
kobie::Driver sampled(kobie::Driver driver, std::size_t samples, const Function& f) {
  driver.values.assign(samples, 0.0);
  for (std::size_t i = 0; i < samples; ++i) {
    driver.values[i] = f(driver.sample_time(static_cast<std::int64_t>(i)));
  }
  return driver;
}

/// Times from begin to end whose distances vary by a factor of two.
inline std::vector<double> uneven_times(double begin, double end, std::size_t samples) {
  std::vector<double> times(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(samples - 1);
    times[i] = begin + (end - begin) * (share + 0.05 * std::sin(6.283185307179586 * share));
  }
  times.back() = end;
  return times;
}

}  // namespace tables
