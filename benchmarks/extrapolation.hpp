// References for stiff problems: the linearly implicit Euler method, extrapolated (Deuflhard 1985; Hairer and Wanner, IV.9), in
// long double. It shares nothing with what is measured.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

// One run of an autonomous system from 0. Twin: rhs(y, d) and jacobian(y, j) with j(i, k) = df_i / dy_k.
template <class Twin, std::size_t N>
class Extrapolation {
 public:
  using Number = long double;
  using State = std::array<Number, N>;

  // `tolerance` is relative, to the largest that a component has been in the step but no less than `least`.
  Extrapolation(const Twin& twin, Number tolerance, Number least) : twin_(twin), tolerance_(tolerance), least_(least) {}

  // Throws std::runtime_error where it needs too many steps.
  State solve(State y, Number duration) {
    Number t = 0;
    Number step = duration * 1e-12L;
    for (int attempts = 0; t < duration; ++attempts) {
      if (attempts > 1'000'000) {
        throw std::runtime_error("the reference solution takes too many steps");
      }
      const bool last = t + step >= duration;
      const Number h = last ? duration - t : step;
      State end{};
      const Number error = attempt(y, h, end);
      if (error <= 1) {
        y = end;
        t = last ? duration : t + h;
      }
      const Number factor = std::pow(std::max(error, Number(1e-12L)), Number(-1) / Number(rows)) * 0.8L;
      step = h * (std::isfinite(factor) ? std::clamp(factor, Number(0.1L), Number(4)) : Number(0.1L));
    }
    return y;
  }

 private:
  static constexpr std::size_t rows = 8;

  struct Matrix {
    std::array<Number, N * N> element{};
    Number& operator()(std::size_t i, std::size_t k) { return element[i * N + k]; }
  };
  // What a twin writes its Jacobian through.
  struct Writer {
    Matrix* matrix;
    Number& operator()(std::size_t i, std::size_t k) const { return (*matrix)(i, k); }
  };

  // One step, by sequences of 1, 2, ..., `rows` steps of Euler's; the error in units of what is allowed.
  Number attempt(const State& y, Number h, State& end) const {
    Matrix jacobian;
    twin_.jacobian(y.data(), Writer{&jacobian});
    std::array<State, rows> column{};  // column[k]: T_jk of the row so far
    Number error = 0;
    for (std::size_t j = 1; j <= rows; ++j) {
      State value = by_euler(y, h, j, jacobian);
      for (std::size_t k = 1; k < j; ++k) {
        const Number divisor = Number(j) / Number(j - k) - 1;
        const State before = std::exchange(column[k - 1], value);
        for (std::size_t i = 0; i < N; ++i) {
          value[i] += (value[i] - before[i]) / divisor;
        }
      }
      column[j - 1] = value;
    }
    end = column[rows - 1];
    for (std::size_t i = 0; i < N; ++i) {
      const Number size = std::max({std::abs(y[i]), std::abs(end[i]), least_});
      const Number here = std::abs(end[i] - column[rows - 2][i]) / (tolerance_ * size);
      error = here <= error ? error : here;  // a NaN stays
    }
    return error;
  }

  State by_euler(State y, Number h, std::size_t steps, Matrix lu) const {
    const Number dt = h / Number(steps);
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t k = 0; k < N; ++k) {
        lu(i, k) = (i == k ? Number(1) : Number(0)) - dt * lu(i, k);
      }
    }
    std::array<std::size_t, N> order{};
    factorise(lu, order);
    for (std::size_t step = 0; step < steps; ++step) {
      State rate{};
      twin_.rhs(y.data(), rate.data());
      const State change = solved(lu, order, rate);
      for (std::size_t i = 0; i < N; ++i) {
        y[i] += dt * change[i];
      }
    }
    return y;
  }

  // By partial pivoting; row order[i] of the matrix is row i of the factors.
  static void factorise(Matrix& a, std::array<std::size_t, N>& order) {
    for (std::size_t i = 0; i < N; ++i) {
      order[i] = i;
    }
    for (std::size_t k = 0; k < N; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k + 1; i < N; ++i) {
        pivot = std::abs(a(i, k)) > std::abs(a(pivot, k)) ? i : pivot;
      }
      std::swap(order[k], order[pivot]);
      for (std::size_t m = 0; m < N; ++m) {
        std::swap(a(k, m), a(pivot, m));
      }
      for (std::size_t i = k + 1; i < N; ++i) {
        a(i, k) /= a(k, k);
        for (std::size_t m = k + 1; m < N; ++m) {
          a(i, m) -= a(i, k) * a(k, m);
        }
      }
    }
  }

  static State solved(Matrix& lu, const std::array<std::size_t, N>& order, const State& right) {
    State x{};
    for (std::size_t i = 0; i < N; ++i) {
      x[i] = right[order[i]];
      for (std::size_t m = 0; m < i; ++m) {
        x[i] -= lu(i, m) * x[m];
      }
    }
    for (std::size_t i = N; i-- > 0;) {
      for (std::size_t m = i + 1; m < N; ++m) {
        x[i] -= lu(i, m) * x[m];
      }
      x[i] /= lu(i, i);
    }
    return x;
  }

  Twin twin_;
  Number tolerance_;
  Number least_;
};
