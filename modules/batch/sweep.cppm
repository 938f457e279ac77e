/// The values that a quantity takes over the runs of a batch.
export module kobie.batch:sweep;

import kobie.standard;

namespace kobie {

/// A list of values; drawn ones remember their seed.
export struct Sweep {
  std::vector<double> values;
  std::optional<std::uint64_t> seed;

  Sweep(double value) : values{value} {}
  Sweep(std::initializer_list<double> list) : values(list) {}
  Sweep(std::vector<double> list) : values(std::move(list)) {}
  Sweep(std::vector<double> list, std::uint64_t the_seed) : values(std::move(list)), seed(the_seed) {}
};

/// `count` values from `first` to `last`, both included, evenly spaced. Throws InvalidArgument when count is 0, or 1 while
/// first and last differ, or a bound is not finite.
export Sweep linspace(double first, double last, std::size_t count);

/// `count` values from `first` to `last`, both included and positive, with a constant ratio.
export Sweep logspace(double first, double last, std::size_t count);

/// `count` draws, evenly distributed over [low, high). The same seed gives the same values on every machine.
export Sweep uniform(double low, double high, std::size_t count, std::uint64_t seed);

/// `count` draws whose logarithm is evenly distributed, from [low, high), both positive.
export Sweep log_uniform(double low, double high, std::size_t count, std::uint64_t seed);

/// `count` draws from the normal distribution.
export Sweep normal(double mean, double standard_deviation, std::size_t count, std::uint64_t seed);

}  // namespace kobie
