/// Drivers: what forces a system from outside, as samples over time.
module;
#include <cstdint>
#include <string>
#include <vector>

export module kobie.drivers:driver;

namespace kobie {

/// What a driver is between its samples.
export enum class Interpolation {
  previous,  ///< piecewise constant: a sample holds until the next
  linear,    ///< a line from each sample to the next
  cubic,     ///< a cubic spline, smooth to the second derivative
};

/// What fixes the two freedoms that a cubic spline leaves.
export enum class SplineEnds {
  not_a_knot,  ///< the first two pieces are one cubic, and so are the last two; of two samples a line, of three a parabola
  natural,     ///< no curvature at the ends
  clamped,     ///< slopes that are given
  periodic,    ///< slope and curvature go on from the last sample to the first
};

/// What a driver is before its first and after its last sample.
export enum class Outside {
  refuse,  ///< no run may go there
  hold,    ///< the first or the last sample
  zero,    ///< nothing; at the last sample itself it still is that sample
  repeat,  ///< the samples again and again: the last stands for the first of the next period
};

/// A driver of a system: its samples, and what is between and around them.
export struct Driver {
  std::string name;            ///< one of the system's `drivers`
  std::vector<double> values;  ///< samples; [curve][sample] where there are several curves

  std::vector<double> times = {};  ///< of the samples, ascending, in the system's absolute time; empty: see `first` and `every`
  double first = 0.0;              ///< time of the first sample where there are no `times`
  double every = 0.0;              ///< from each sample to the next where there are no `times`

  std::int64_t curves = 1;  ///< 1: all runs share one; otherwise one for each run

  Interpolation interpolation = Interpolation::linear;
  SplineEnds ends = SplineEnds::not_a_knot;  ///< of cubic splines
  double first_slope = 0.0;                  ///< of cubic splines with clamped ends
  double last_slope = 0.0;                   ///< of cubic splines with clamped ends
  Outside outside = Outside::refuse;
  bool stop_at_samples = false;  ///< the driver is not smooth at its samples: steps end there

  /// Of each curve.
  std::int64_t samples() const;
  double sample_time(std::int64_t sample) const;
  /// The time of the last sample.
  double last() const;

  friend bool operator==(const Driver&, const Driver&) = default;
};

/// The drivers that were given, in the order of `names`, which are the system's. `runs`: of the batch; `begin` and `end`: the
/// earliest and the latest time that any run reaches. Throws UnknownName or InvalidArgument where one is missing, given twice,
/// unknown, or not what a driver can be.
export std::vector<Driver> checked_drivers(const std::vector<Driver>& given, const std::vector<std::string>& names,
                                           std::int64_t runs, double begin, double end);

/// The times between `begin` and `end`, both excluded, at which steps have to end because of this driver, ascending; with
/// Outside::repeat in all periods. None unless it is to `stop_at_samples`. The driver is one that checked_drivers has returned.
/// Throws InvalidArgument where they are more than 2^24.
export std::vector<double> stops_of(const Driver& driver, double begin, double end);

}  // namespace kobie
