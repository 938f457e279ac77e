module;
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

module kobie.drivers;

namespace kobie {
namespace {

// before * x[i-1] + own * x[i] + after * x[i+1] = right
struct Equation {
  double before = 0.0;
  double own = 1.0;
  double after = 0.0;
  double right = 0.0;
};

// Those of splines need no pivoting. `equations` are used up.
void solve_tridiagonal(std::span<Equation> equations, std::span<double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    Equation& at = equations[i];
    if (i > 0) {
      at.own -= at.before * equations[i - 1].after;
      at.right -= at.before * equations[i - 1].right;
    }
    at.after /= at.own;
    at.right /= at.own;
  }
  x.back() = equations.back().right;
  for (std::size_t i = x.size() - 1; i-- > 0;) {
    x[i] = equations[i].right - equations[i].after * x[i + 1];
  }
}

// The first and the last are neighbours, too: two right-hand sides of the matrix without its corners (Sherman and Morrison).
void solve_cyclic(std::span<Equation> equations, std::span<double> x) {
  const std::size_t last = x.size() - 1;
  if (last == 1) {
    // Both neighbours are the same.
    equations[0].after += equations[0].before;
    equations[1].before += equations[1].after;
    solve_tridiagonal(equations, x);
    return;
  }
  const double first_corner = equations[0].before;
  const double last_corner = equations[last].after;
  const double pivot = -equations[0].own;
  equations[0].before = 0.0;
  equations[0].own -= pivot;
  equations[last].after = 0.0;
  equations[last].own -= first_corner * last_corner / pivot;
  std::vector<Equation> corners(equations.begin(), equations.end());
  for (Equation& equation : corners) {
    equation.right = 0.0;
  }
  corners[0].right = pivot;
  corners[last].right = last_corner;
  std::vector<double> z(x.size());
  solve_tridiagonal(equations, x);
  solve_tridiagonal(corners, z);
  const double share = (x[0] + first_corner / pivot * x[last]) / (1.0 + z[0] + first_corner / pivot * z[last]);
  for (std::size_t i = 0; i <= last; ++i) {
    x[i] -= share * z[i];
  }
}

// An interval between samples: its length, and the slope of its chord.
struct Piece {
  double length = 0.0;
  double chord = 0.0;
};

// The equation of an end; `outer` is its piece, `inner` the next where there is one.
Equation end_equation(const Driver& driver, const Piece& outer, const Piece& inner, double slope) {
  const double both = outer.length + inner.length;
  switch (driver.ends) {
    case SplineEnds::clamped:
      return {.right = slope};
    case SplineEnds::not_a_knot:
      if (driver.samples() == 3) {
        // Both ends say the same; of all cubics it is the parabola.
        return {.right = outer.chord - outer.length * (inner.chord - outer.chord) / both};
      }
      if (driver.samples() > 3) {
        return {.own = inner.length,
                .after = both,
                .right = ((3.0 * outer.length + 2.0 * inner.length) * inner.length * outer.chord +
                          outer.length * outer.length * inner.chord) /
                         both};
      }
      break;
    case SplineEnds::natural:
    case SplineEnds::periodic:
      break;
  }
  return {.own = 2.0, .after = 1.0, .right = 3.0 * outer.chord};
}

// The second derivative has no jump from one piece to the next.
Equation inner_equation(const Piece& before, const Piece& after) {
  return {.before = after.length,
          .own = 2.0 * (before.length + after.length),
          .after = before.length,
          .right = 3.0 * (after.length * before.chord + before.length * after.chord)};
}

// The slopes at samples of the cubic spline through them.
std::vector<double> spline_slopes(const Driver& driver, std::span<const double> values) {
  std::vector<Piece> pieces(values.size() - 1);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].length = driver.times.empty() ? driver.every : driver.times[i + 1] - driver.times[i];
    pieces[i].chord = (values[i + 1] - values[i]) / pieces[i].length;
  }
  const std::size_t last = pieces.size();
  std::vector<double> slopes(values.size());
  std::vector<Equation> equations(values.size());
  for (std::size_t i = 1; i < last; ++i) {
    equations[i] = inner_equation(pieces[i - 1], pieces[i]);
  }
  if (driver.ends == SplineEnds::periodic) {
    equations[0] = inner_equation(pieces[last - 1], pieces[0]);
    solve_cyclic(std::span(equations).first(last), std::span(slopes).first(last));
    slopes[last] = slopes[0];
    return slopes;
  }
  equations[0] = end_equation(driver, pieces.front(), last > 1 ? pieces[1] : Piece{}, driver.first_slope);
  equations[last] = end_equation(driver, pieces.back(), last > 1 ? pieces[last - 2] : Piece{}, driver.last_slope);
  std::swap(equations[last].before, equations[last].after);
  solve_tridiagonal(equations, slopes);
  return slopes;
}

}  // namespace

std::size_t numbers_in_curve(const Driver& driver) {
  return static_cast<std::size_t>(driver.samples()) * static_cast<std::size_t>(parts_of_sample(driver.interpolation));
}

std::vector<double> curve_numbers(const Driver& driver, std::int64_t first_curve, std::int64_t count) {
  const auto samples = static_cast<std::size_t>(driver.samples());
  const auto values = std::span(driver.values)
                          .subspan(static_cast<std::size_t>(first_curve) * samples, static_cast<std::size_t>(count) * samples);
  if (driver.interpolation != Interpolation::cubic) {
    return {values.begin(), values.end()};
  }
  std::vector<double> numbers;
  numbers.reserve(2 * values.size());
  for (std::size_t begin = 0; begin < values.size(); begin += samples) {
    const auto curve = values.subspan(begin, samples);
    const std::vector<double> slopes = spline_slopes(driver, curve);
    for (std::size_t i = 0; i < samples; ++i) {
      numbers.push_back(curve[i]);
      numbers.push_back(slopes[i]);
    }
  }
  return numbers;
}

}  // namespace kobie
