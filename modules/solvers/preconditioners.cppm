/// Preconditioners of iterative solvers: functions `p(a, r, z, room)` that write to z something like A^-1 r, where `room` is a
/// vector of the solver's that is free then. `is_identity` says that z would be r: the solver calls nothing and has no buffer.
///
/// As choices they say what they are made of, for the matrix scale M - J: the reciprocals of its diagonal, or 1 / scale.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.solvers:preconditioners;

import kobie.numbers;
import kobie.systems;

namespace kobie {

export struct NoPreconditioner {
  static constexpr std::string_view name{};
  static constexpr bool is_identity = true;
  static constexpr bool takes_diagonal = false;
  static constexpr bool takes_mass = true;

  template <std::size_t N, class Real>
  static constexpr NoPreconditioner of(Components<const Real, N> /*reciprocals*/, Real /*reciprocal*/) {
    return {};
  }
};

/// r over the diagonal of A (Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 10.2).
export template <std::size_t N, class Real>
struct JacobiPreconditioner {
  static constexpr bool is_identity = false;
  Components<const Real, N> reciprocals;  ///< of the diagonal's elements

  template <class Operator>
  constexpr void operator()(const Operator& /*a*/, Components<const Real, N> r, Components<Real, N> z,
                            Components<Real, N> /*room*/) const {
    for (std::size_t i = 0; i < N; ++i) {
      z[i] = reciprocals[i] * r[i];
    }
  }
};

/// The first terms of Neumann's series for A = beta (I - B), A^-1 = (I + B + B^2 + ... + B^Order + ...) / beta (Saad, 12.3.1):
/// Order products with A. It helps where B's eigenvalues are smaller than 1: for 1/(h gamma) - J, where h gamma J's are, with
/// beta = 1/(h gamma).
export template <std::size_t Order, class Real>
struct NeumannPreconditioner {
  static constexpr bool is_identity = false;
  Real reciprocal;  ///< 1 / beta

  template <class Operator, std::size_t N>
  constexpr void operator()(const Operator& a, Components<const Real, N> r, Components<Real, N> z,
                            Components<Real, N> room) const {
    for (std::size_t i = 0; i < N; ++i) {
      z[i] = reciprocal * r[i];
    }
    for (std::size_t k = 0; k < Order; ++k) {
      a(Components<const Real, N>(z), room);
      for (std::size_t i = 0; i < N; ++i) {
        z[i] = fma(reciprocal, r[i] - room[i], z[i]);
      }
    }
  }
};

/// JacobiPreconditioner as a choice.
export struct Jacobi {
  static constexpr std::string_view name = "jacobi";
  static constexpr bool is_identity = false;
  static constexpr bool takes_diagonal = true;
  static constexpr bool takes_mass = true;

  template <std::size_t N, class Real>
  static constexpr JacobiPreconditioner<N, Real> of(Components<const Real, N> reciprocals, Real /*reciprocal*/) {
    return {reciprocals};
  }
};

/// NeumannPreconditioner as a choice: of matrices without a mass matrix.
export template <std::size_t Order>
struct Neumann {
  static_assert(Order >= 1 && Order <= 9, "kobie: Neumann<Order> needs an order from 1 to 9");
  static constexpr std::array<char, 9> text = {'n', 'e', 'u', 'm', 'a', 'n', 'n', '-', static_cast<char>('0' + Order)};
  static constexpr std::string_view name{text.data(), text.size()};
  static constexpr bool is_identity = false;
  static constexpr bool takes_diagonal = false;
  static constexpr bool takes_mass = false;

  template <std::size_t N, class Real>
  static constexpr NeumannPreconditioner<Order, Real> of(Components<const Real, N> /*reciprocals*/, Real reciprocal) {
    return {reciprocal};
  }
};

}  // namespace kobie
