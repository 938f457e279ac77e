/// From a Driver to the numbers of its DriverTable.
module;
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

export module kobie.drivers:packing;

import :driver;
import :driver_table;

namespace kobie {

// Of drivers that checked_drivers has returned.

/// How many numbers one curve takes.
export std::size_t numbers_in_curve(const Driver& driver);

/// [curve][sample][part] of `count` curves from `first_curve` on: values and, of cubic splines, slopes.
/// The slopes solve the spline's tridiagonal equations: de Boor, A Practical Guide to Splines, chapter IV.
export std::vector<double> curve_numbers(const Driver& driver, std::int64_t first_curve, std::int64_t count);

/// All of the table but its pointers.
export template <std::floating_point T>
DriverTable<T> table_of(const Driver& driver) {
  DriverTable<T> table;
  table.samples = static_cast<std::int32_t>(driver.samples());
  table.interpolation = driver.interpolation;
  table.outside = driver.outside;
  table.curve_size = driver.curves > 1 ? static_cast<std::int64_t>(numbers_in_curve(driver)) : 0;
  const bool uniform = driver.times.empty();
  const double first = driver.sample_time(0);
  const double period = table.repeats() ? driver.last() - first : 0.0;
  const double every = uniform ? driver.every : period;
  table.first = static_cast<T>(first);
  table.last = static_cast<T>(driver.last());
  table.every = static_cast<T>(every);
  table.inverse = every > 0.0 ? static_cast<T>(1.0 / every) : T(0);
  if (uniform) {
    table.first_low = static_cast<T>(first - static_cast<double>(table.first));
    table.every_low = static_cast<T>(every - static_cast<double>(table.every));
  }
  return table;
}

}  // namespace kobie
