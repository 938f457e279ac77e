/// Drivers as kernels read them: tables of numbers, and their value and slope at a time.
///
/// Which samples a time lies between is decided by the samples' own times, rounded to T: at exactly that time a sample begins,
/// and one rounding before it has not. Steps that end at samples depend on it.
module;
#include <concepts>
#include <cstddef>
#include <cstdint>

export module kobie.drivers:driver_table;

import kobie.numbers;
import :driver;

namespace kobie {

/// How many numbers a sample has: its value and, of cubic splines, the slope.
constexpr std::int32_t parts_of_sample(Interpolation interpolation) { return interpolation == Interpolation::cubic ? 2 : 1; }

/// A driver in a kernel's memory. What is left out is a constant: one sample.
export template <std::floating_point T>
struct DriverTable {
  const T* numbers = nullptr;   ///< [curve][sample][part]
  const T* times = nullptr;     ///< of samples; null where they are uniform
  std::int64_t curve_size = 0;  ///< numbers from one curve to the next; 0 where all runs share one
  std::int32_t samples = 0;
  Interpolation interpolation = Interpolation::linear;
  Outside outside = Outside::refuse;
  T first{};      ///< time of the first sample
  T last{};       ///< time of the last sample
  T every{};      ///< from one sample to the next; where times are listed: of the period, if there is one
  T inverse{};    ///< 1 / every
  T first_low{};  ///< what rounding to T has taken from `first`, where samples are uniform
  T every_low{};  ///< what rounding to T has taken from `every`, where samples are uniform

  constexpr bool repeats() const { return outside == Outside::repeat; }
  /// The number of the last sample that begins an interval. A last sample that holds begins one of no length.
  constexpr std::int32_t last_interval() const {
    return interpolation == Interpolation::previous && !repeats() ? samples - 1 : samples - 2;
  }
};

export template <class Real>
struct DriverValue {
  Real value;
  Real slope;  ///< the derivative in time
};

/// From one sample to the next.
template <class Real>
struct DriverInterval {
  Real sample;  ///< number of the sample that begins it
  Real begin;   ///< time of that sample
  Real end;     ///< time of the next
};

/// The time of a sample, whose number may be in any period: first + sample * every, rounded once, as Driver::sample_time is.
template <class Real>
constexpr Real uniform_time(const DriverTable<ScalarOf<Real>>& table, Real sample) {
  const Real first(table.first);
  const Real every(table.every);
  Real time(0);
  if constexpr (sizeof(ScalarOf<Real>) == sizeof(double)) {
    time = fma(sample, every, first);
  } else {
    // As sums of two floats (Knuth, The Art of Computer Programming, vol. 2, 4.2.2, theorem B), so nearly as if by doubles.
    const Real product = fma(sample, every, Real(0));  // not `*`, which devices contract with the sum
    const Real product_low = fma(sample, every, -product);
    const Real sum = product + first;
    const Real first_part = sum - product;
    const Real sum_low = (product - (sum - first_part)) + (first - first_part);
    time = sum + (fma(sample, Real(table.every_low), Real(table.first_low)) + (product_low + sum_low));
  }
  return table.repeats() ? time : min(time, Real(table.last));
}

/// The interval that t lies in, where samples are uniform.
template <class Real>
constexpr DriverInterval<Real> uniform_interval(const DriverTable<ScalarOf<Real>>& table, Real t) {
  using T = ScalarOf<Real>;
  const Real most(static_cast<T>(table.last_interval()));
  // The nearest sample, which t is before or after.
  Real nearest = floor(fma(t - Real(table.first), Real(table.inverse), Real(T(0.5))));
  if (!table.repeats()) {
    nearest = min(max(Real(0), nearest), most + Real(1));
  }
  const Real time = uniform_time(table, nearest);
  MaskOf<Real> before = t < time;
  if (!table.repeats()) {
    before = before || nearest > most;
  }
  const Real neighbour = select(before, nearest - Real(1), nearest + Real(1));
  const Real neighbour_time = uniform_time(table, neighbour);
  Real sample = select(before, neighbour, nearest);
  if (table.repeats()) {
    const Real intervals(static_cast<T>(table.samples - 1));
    sample = fma(-floor(sample / intervals), intervals, sample);
  }
  return {sample, select(before, neighbour_time, time), select(before, time, neighbour_time)};
}

/// The interval that t lies in, where times of samples are listed. Of period k they are times[i] + k * every, rounded once.
template <class Real>
constexpr DriverInterval<Real> listed_interval(const DriverTable<ScalarOf<Real>>& table, Real t) {
  using T = ScalarOf<Real>;
  constexpr auto lanes = static_cast<std::size_t>(lanes_of<Real>);
  const Real every(table.every);
  Real period(0);
  if (table.repeats()) {
    const Real nearest = floor(fma(t - Real(table.first), Real(table.inverse), Real(T(0.5))));
    period = select(t < fma(nearest, every, Real(table.first)), nearest - Real(1), nearest);
  }
  const auto times = to_array(t);
  const auto periods = to_array(period);
  std::int32_t samples[lanes] = {};
  // All lanes halve the same number of times.
  for (std::int32_t left = table.last_interval() + 1; left > 1;) {
    const std::int32_t half = left / 2;
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::int32_t middle = samples[i] + half;
      samples[i] = fma(periods[i], table.every, table.times[middle]) <= times[i] ? middle : samples[i];
    }
    left -= half;
  }
  DriverInterval<Real> interval{Real(0), Real(0), Real(0)};
  for (std::size_t i = 0; i < lanes; ++i) {
    const auto at = static_cast<int>(i);
    const std::int32_t next = samples[i] + 1 < table.samples ? samples[i] + 1 : samples[i];
    set_lane(interval.sample, at, static_cast<T>(samples[i]));
    set_lane(interval.begin, at, table.times[samples[i]]);
    set_lane(interval.end, at, table.times[next]);
  }
  interval.begin = fma(period, every, interval.begin);
  interval.end = fma(period, every, interval.end);
  return interval;
}

/// The interval that t lies in.
template <class Real>
constexpr DriverInterval<Real> interval_at(const DriverTable<ScalarOf<Real>>& table, Real t) {
  if (table.last_interval() == 0 && !table.repeats()) {
    return {Real(0), Real(table.first), Real(table.last)};
  }
  return table.times == nullptr ? uniform_interval(table, t) : listed_interval(table, t);
}

/// The numbers of each lane's interval: `Count` from the sample on that begins it.
template <std::size_t Count, class Real>
constexpr void gather(const DriverTable<ScalarOf<Real>>& table, Real sample, const std::int64_t* curve,
                      Real (&numbers)[Count]) {
  using T = ScalarOf<Real>;
  constexpr auto lanes = static_cast<std::size_t>(lanes_of<Real>);
  // Also of a time that is no number a sample is read that there is.
  const auto samples = to_array(min(max(Real(0), sample), Real(static_cast<T>(table.last_interval()))));
  for (std::size_t i = 0; i < lanes; ++i) {
    const T* const curve_numbers = table.curve_size == 0 ? table.numbers : table.numbers + curve[i] * table.curve_size;
    const T* const found = curve_numbers + static_cast<std::int64_t>(samples[i]) * parts_of_sample(table.interpolation);
    for (std::size_t k = 0; k < Count; ++k) {
      set_lane(numbers[k], static_cast<int>(i), found[k]);
    }
  }
}

/// What a driver is in an interval, at t.
template <class Real>
constexpr DriverValue<Real> interpolate(const DriverTable<ScalarOf<Real>>& table, const DriverInterval<Real>& interval, Real t,
                                        const std::int64_t* curve) {
  if (table.interpolation == Interpolation::previous) {
    Real numbers[1] = {Real(0)};
    gather(table, interval.sample, curve, numbers);
    return {numbers[0], Real(0)};
  }
  // As a share of the interval from 0 to 1, both of which are met exactly. Times that T cannot tell apart have no length.
  const Real length = interval.end - interval.begin;
  const Real inverse = Real(1) / select(length > Real(0), length, Real(1));
  const Real since = t - interval.begin;
  const Real share = select(since < length, max(Real(0), since * inverse), Real(1));
  const MaskOf<Real> within = share < Real(1);
  if (table.interpolation == Interpolation::linear) {
    Real numbers[2] = {Real(0), Real(0)};
    gather(table, interval.sample, curve, numbers);
    const Real rise = numbers[1] - numbers[0];
    return {select(within, fma(share, rise, numbers[0]), numbers[1]), rise * inverse};
  }
  // Hermite's cubic through both values and slopes, by powers of the share.
  Real numbers[4] = {Real(0), Real(0), Real(0), Real(0)};
  gather(table, interval.sample, curve, numbers);
  const Real rise = numbers[2] - numbers[0];
  const Real linear = length * numbers[1];
  const Real bend = length * numbers[3] - rise;
  const Real lag = rise - linear;
  const Real cubic = bend - lag;
  const Real square = lag - cubic;
  const Real value = fma(share, fma(share, fma(share, cubic, square), linear), numbers[0]);
  const Real slope = fma(share, fma(share, Real(3) * cubic, Real(2) * square), linear) * inverse;
  return {select(within, value, numbers[2]), slope};
}

/// A driver's value and slope at time t, in each lane. `curve[lane]` is the curve that a lane reads; not looked at where all
/// share one. Beyond samples with Outside::refuse, where only rounding leads, value and slope are those of the end.
export template <class Real>
constexpr DriverValue<Real> evaluate(const DriverTable<ScalarOf<Real>>& table, Real t, const std::int64_t* curve) {
  const Real first(table.first);
  const Real last(table.last);
  const Real inside = table.repeats() ? t : min(max(first, t), last);
  const DriverInterval<Real> interval = interval_at(table, inside);
  DriverValue<Real> found = interpolate(table, interval, inside, curve);
  if (table.outside == Outside::hold || table.outside == Outside::zero) {
    const MaskOf<Real> beyond = t < first || t > last;
    found.slope = select(beyond, Real(0), found.slope);
    if (table.outside == Outside::zero) {
      found.value = select(beyond, Real(0), found.value);
    }
  }
  return found;
}

}  // namespace kobie
