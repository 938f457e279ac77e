// Systems that are forced or that jump, all with closed forms; and forcing made of pieces, integrated by hand.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "compare.hpp"

import kobie;

namespace forcing {

/// y' = force, with the observable input = 2 force + y.
struct Integral {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto drivers = kobie::names({{"force", "N"}});
  static constexpr auto observables = kobie::names({{"input", "N"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Integral, Real>& at, kobie::Rates<Integral, Real>& d) {
    const auto& [force] = at.driver;
    d.state = {force};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Integral, Real>& at, kobie::Observed<Integral, Real>& o) {
    o.observable = {Real(2) * at.driver[0] + at.state[0]};
  }
};

/// y' = force y, y(0) = 1: the exponential function of the force's integral.
struct Growth {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto drivers = kobie::names({{"force", "1/s"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Growth, Real>& at, kobie::Rates<Growth, Real>& d) {
    d.state = {at.driver[0] * at.state[0]};
  }
};

/// The same, with derivatives of its own that read the driver.
struct GrowthWithDerivatives {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto drivers = kobie::names({{"force", "1/s"}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<GrowthWithDerivatives, Real>& at, kobie::Rates<GrowthWithDerivatives, Real>& d) {
    d.state = {at.driver[0] * at.state[0]};
  }
  template <class Real>
  static constexpr void jacobian(const kobie::Point<GrowthWithDerivatives, Real>& at, kobie::SquareMatrix<Real, 1>& j) {
    j(0, 0) = at.driver[0];
  }
  template <class Real>
  static constexpr void jvp(const kobie::Point<GrowthWithDerivatives, Real>& at, kobie::Components<const Real, 1> v,
                            kobie::Rates<GrowthWithDerivatives, Real>& d) {
    d.state = {at.driver[0] * v[0]};
  }
};

/// y' = rate (force - y).
struct Follower {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"rate", 1.0}});
  static constexpr auto drivers = kobie::names({{"force", ""}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Follower, Real>& at, kobie::Rates<Follower, Real>& d) {
    d.state = {at.parameter[0] * (at.driver[0] - at.state[0])};
  }
};

/// y' = 1 before the corner and 3 from there on.
struct Ramp {
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"corner", 1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Ramp, Real>& at, kobie::Rates<Ramp, Real>& d) {
    d.state = {kobie::select(at.t < at.parameter[0], Real(1), Real(3))};
  }
};

/// y' = 2 scale s(t) t (1 - y^2), y(t0) = 0, where s is 1 before t = 1/3, -1 before t = 4/3, and then 1/2. Its right-hand side
/// is nothing but arithmetic.
struct Switched {
  static constexpr double first = 1.0 / 3;
  static constexpr double second = 4.0 / 3;
  static constexpr auto states = kobie::values({{"y", 0.0}});
  static constexpr auto parameters = kobie::values({{"scale", 1.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Switched, Real>& at, kobie::Rates<Switched, Real>& d) {
    const Real y = at.state[0];
    const Real later = kobie::select(at.t < Real(second), Real(-1), Real(0.5));
    const Real s = kobie::select(at.t < Real(first), Real(1), later);
    d.state = {at.parameter[0] * s * Real(2) * at.t * (Real(1) - y * y)};
  }
  /// The integral of 2 s(t) t from 0 to t.
  static double swept(double t) {
    if (t < first) {
      return t * t;
    }
    return t < second ? 2.0 / 9 - t * t : 0.5 * t * t - 22.0 / 9;
  }
  static double at(double t0, double t, double scale = 1.0) { return std::tanh(scale * (swept(t) - swept(t0))); }
};
inline const std::vector<double> switches = {Switched::first, Switched::second};

/// value + slope (t - begin), from begin to end.
struct Piece {
  double begin, end, value, slope;
};
using Pieces = std::vector<Piece>;

/// A line from each sample to the next.
inline Pieces lines(const std::vector<double>& times, const std::vector<double>& values) {
  Pieces pieces;
  for (std::size_t i = 0; i + 1 < times.size(); ++i) {
    pieces.push_back({times[i], times[i + 1], values[i], (values[i + 1] - values[i]) / (times[i + 1] - times[i])});
  }
  return pieces;
}

/// Each sample until the next.
inline Pieces levels(const std::vector<double>& times, const std::vector<double>& values) {
  Pieces pieces;
  for (std::size_t i = 0; i + 1 < times.size(); ++i) {
    pieces.push_back({times[i], times[i + 1], values[i], 0.0});
  }
  return pieces;
}

inline double value(const Pieces& pieces, double t) {
  auto piece = pieces.begin();
  while (piece + 1 != pieces.end() && t >= piece->end) {
    ++piece;
  }
  return piece->value + piece->slope * (t - piece->begin);
}

/// Calls take(value at the start, slope, length) of all there is between two times, in order.
template <class Take>
void for_each_part(const Pieces& pieces, double from, double to, const Take& take) {
  for (const Piece& piece : pieces) {
    const double begin = std::max(piece.begin, from);
    const double end = std::min(piece.end, to);
    if (begin < end) {
      take(piece.value + piece.slope * (begin - piece.begin), piece.slope, end - begin);
    }
  }
}

inline double integral(const Pieces& pieces, double from, double to) {
  double sum = 0.0;
  for_each_part(pieces, from, to, [&](double v, double slope, double length) { sum += length * (v + 0.5 * slope * length); });
  return sum;
}

/// Follower's y at `to`, from y at `from`: v + slope u - slope / rate solves the equation, and what y is beside it decays.
inline double followed(const Pieces& pieces, double rate, double y, double from, double to) {
  for_each_part(pieces, from, to, [&](double v, double slope, double length) {
    const double steady = v - slope / rate;
    y = steady + slope * length + (y - steady) * std::exp(-rate * length);
  });
  return y;
}

template <class T>
double at_end(const kobie::Result<T>& result, std::string_view name, std::size_t run = 0) {
  const auto series = result[name];
  return static_cast<double>(series(series.extent(0) - 1, run));
}

/// What solve throws, having launched nothing.
template <class Solver, class Runs>
std::string message(const Solver& solver, const Runs& runs, kobie::SolveRequest request) {
  bool launched = false;
  request.progress = [&](auto, auto) { launched = true; };
  try {
    static_cast<void>(solver.solve(runs, request));
  } catch (const kobie::InvalidArgument& error) {
    return launched ? "launched all the same" : error.what();
  }
  return "nothing was thrown";
}

/// What `f` gives for each of `count` runs from `first` on: a number, or several that stand one after the other.
template <class Function>
std::vector<double> of_runs(std::size_t first, std::size_t count, const Function& f) {
  std::vector<double> all;
  for (std::size_t run = first; run < first + count; ++run) {
    if constexpr (std::is_convertible_v<decltype(f(run)), double>) {
      all.push_back(f(run));
    } else {
      const auto numbers = f(run);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
  }
  return all;
}

/// A curve of its own for a run: this shape, run + 1 times as high.
inline std::vector<double> scaled(const std::vector<double>& shape, std::size_t run) {
  std::vector<double> values;
  for (const double s : shape) {
    values.push_back(s * static_cast<double>(run + 1));
  }
  return values;
}

}  // namespace forcing
