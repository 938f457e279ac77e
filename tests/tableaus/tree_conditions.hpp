#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

#include "rooted_trees.hpp"

// Order conditions and stability functions from their definitions, for matrices of any size.

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

// k_i = h f(y0 + sum_j alpha_ij k_j) + h J sum_j gamma_ij k_j. A Runge-Kutta method has no gamma.
struct Stages {
  Matrix alpha;
  Matrix gamma;
};

template <class Table>
Vector vector_of(const Table& row) {
  return Vector(row.begin(), row.end());
}
template <class Table>
Matrix matrix_of(const Table& table) {
  Matrix matrix;
  for (const auto& row : table) {
    matrix.push_back(vector_of(row));
  }
  return matrix;
}

enum class TreesOf { jacobian, any_matrix };

// The worst |sum_i b_i phi_i - theta^order / gamma| of all trees of an order (HW II, table IV.7.1): an only branch goes by
// alpha + gamma, one of several by alpha. With any matrix for the Jacobian each vertex with an only branch is f' (by alpha) or
// the matrix (by gamma), and the sum is zero where one is the matrix.
inline double worst_residual(int order, const Stages& stages, const Vector& b, TreesOf kind = TreesOf::jacobian,
                             double theta = 1.0) {
  const std::size_t n = b.size();
  double worst = 0.0;
  std::vector<int> levels = first_tree(order);
  do {
    const std::size_t vertices = levels.size();
    std::vector<int> size(vertices, 1);
    std::vector<int> branches(vertices, 0);
    for (std::size_t v = vertices; v-- > 1;) {
      size[parent_of(v, levels)] += size[v];
      ++branches[parent_of(v, levels)];
    }
    double density = 1.0;
    std::vector<std::size_t> only;
    for (std::size_t v = 0; v < vertices; ++v) {
      density *= size[v];
      if (branches[v] == 1) {
        only.push_back(v);
      }
    }
    const unsigned choices = kind == TreesOf::any_matrix ? 1U << only.size() : 1U;
    for (unsigned choice = 0; choice < choices; ++choice) {
      std::vector<Vector> phi(vertices, Vector(n, 1.0));
      for (std::size_t v = vertices; v-- > 1;) {
        const std::size_t parent = parent_of(v, levels);
        const auto place = std::find(only.begin(), only.end(), parent);
        const bool single = place != only.end();
        const bool is_matrix = single && ((choice >> static_cast<unsigned>(place - only.begin())) & 1U) != 0;
        const double by_alpha = is_matrix ? 0.0 : 1.0;
        const double by_gamma = is_matrix || (single && kind == TreesOf::jacobian) ? 1.0 : 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          double sum = 0.0;
          for (std::size_t j = 0; j < n; ++j) {
            sum += (by_alpha * stages.alpha[i][j] + by_gamma * stages.gamma[i][j]) * phi[v][j];
          }
          phi[parent][i] *= sum;
        }
      }
      double sum = choice == 0 ? -std::pow(theta, order) / density : 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        sum += b[i] * phi[0][i];
      }
      worst = std::max(worst, std::abs(sum));
    }
  } while (next_tree(levels));
  return worst;
}

// R(z) = 1 + z b^T (I - z (alpha + gamma))^-1 1
inline std::complex<double> stability_function(const Stages& stages, const Vector& b, std::complex<double> z) {
  std::complex<double> r = 1.0;
  std::vector<std::complex<double>> x(b.size());
  for (std::size_t i = 0; i < b.size(); ++i) {
    std::complex<double> sum = 1.0;
    for (std::size_t j = 0; j < i; ++j) {
      sum += z * (stages.alpha[i][j] + stages.gamma[i][j]) * x[j];
    }
    x[i] = sum / (1.0 - z * (stages.alpha[i][i] + stages.gamma[i][i]));
    r += z * b[i] * x[i];
  }
  return r;
}

// The largest |R| on the imaginary axis, which bounds it in the left half-plane, where R has no poles.
inline double largest_on_imaginary_axis(const Stages& stages, const Vector& b) {
  double largest = 0.0;
  for (double exponent = -2.0; exponent < 4.0; exponent += 0.02) {
    largest = std::max(largest, std::abs(stability_function(stages, b, {0.0, std::pow(10.0, exponent)})));
  }
  return largest;
}
