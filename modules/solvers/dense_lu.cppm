/// Dense LU factorisation with partial pivoting (Golub and Van Loan, Matrix Computations, 4th ed., 3.4), lane by lane.
///
/// For small matrices, whose loops unroll. Each lane has its own pivots: rows are swapped by select, and not at all where no
/// lane wants it; no element is looked up by a number that is known only at run time.
module;
#include <cstddef>
#include <type_traits>
#include <utility>

export module kobie.solvers:dense_lu;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// P A = L U in the place of A: a view of memory that others own. On the diagonal lie the reciprocals of U's, below it the
/// factors of elimination, which later swaps leave where they are. A lane's result does not depend on its neighbours, and the
/// same numbers give the same bits.
export template <std::size_t N, class Real>
class DenseLu {
 public:
  constexpr DenseLu(SquareMatrix<Real, N> matrix, Components<Real, N> pivots) : a_(matrix), pivots_(pivots) {}

  /// Factorises A in place; pivots[k] becomes the number of the row that was swapped with row k. Returns the lanes where A is
  /// regular: in the others a pivot is 0, too small to be divided by, or not finite.
#ifdef __CUDA_ARCH__
  [[gnu::always_inline]]  // or the matrix would have an address
#endif
  constexpr MaskOf<Real> factorise() const {
    MaskOf<Real> regular(true);
    if constexpr (fits_registers) {
      Real a[N * N];
      copy(a_.pointer(), a_.stride(), a, 1, std::make_index_sequence<N * N>());
      eliminate_from<0>(SquareMatrix<Real, N>(a), regular);
      copy(a, 1, a_.pointer(), a_.stride(), std::make_index_sequence<N * N>());
    } else if (a_.stride() == 1) {
      eliminate_all(SquareMatrix<Real, N>(a_.pointer()), regular);
    } else {
      eliminate_all(a_, regular);
    }
    return regular;
  }

  /// x becomes A^-1 x.
#ifdef __CUDA_ARCH__
  [[gnu::always_inline]]
#endif
  constexpr void solve(Components<Real, N> x) const {
    if constexpr (unrolls) {
      // In registers: a store to x might change the matrix, for all that a compiler knows.
      Real b[N];
      copy(x.pointer(), x.stride(), b, 1, std::make_index_sequence<N>());
      if (a_.stride() == 1) {
        substitute_from<0>(SquareMatrix<const Real, N>(a_.pointer()), b);
      } else {
        substitute_from<0>(SquareMatrix<const Real, N>(a_), b);
      }
      copy(b, 1, x.pointer(), x.stride(), std::make_index_sequence<N>());
    } else if (a_.stride() == 1 && x.stride() == 1) {
      substitute_all(SquareMatrix<const Real, N>(a_.pointer()), x.pointer());
    } else {
      substitute_all(SquareMatrix<const Real, N>(a_), x);
    }
  }

 private:
  // Up to this size, numbers of rows and columns are constants to the compiler.
  static constexpr bool unrolls = N <= 8;
  // Up to this one, a copy to compute with pays in scalar code, above all on a GPU. Other matrices are factorised where they
  // are.
  static constexpr bool fits_registers = unrolls && lanes_of<Real> == 1;
  // Rows are swapped only where some lane wants it. One lane alone swaps a small matrix's rows by select: branches would need
  // registers for both their outcomes.
  static constexpr bool always_swaps = unrolls && lanes_of<Real> == 1;
  template <std::size_t K>
  using Constant = std::integral_constant<std::size_t, K>;

  static constexpr Real number(std::size_t i) { return Real(static_cast<ScalarOf<Real>>(i)); }

  // Without a loop, which is left as one where it is long.
  template <std::size_t... I>
  [[gnu::always_inline]] static constexpr void copy(const Real* from, std::ptrdiff_t from_stride, Real* to,
                                                    std::ptrdiff_t to_stride, std::index_sequence<I...>) {
    ((to[static_cast<std::ptrdiff_t>(I) * to_stride] = from[static_cast<std::ptrdiff_t>(I) * from_stride]), ...);
  }
  [[gnu::always_inline]] static constexpr void swap_where(MaskOf<Real> mask, Real& a, Real& b) {
    const Real old = a;
    a = select(mask, b, a);
    b = select(mask, old, b);
  }

  template <std::size_t K>
  [[gnu::always_inline]] constexpr void eliminate_from(SquareMatrix<Real, N> a, MaskOf<Real>& regular) const {
    if constexpr (K < N) {
      pivots_[K] = eliminate(Constant<K>(), a, regular);
      eliminate_from<K + 1>(a, regular);
    }
  }
  [[gnu::always_inline]] constexpr void eliminate_all(SquareMatrix<Real, N> a, MaskOf<Real>& regular) const {
    if constexpr (unrolls) {
      eliminate_from<0>(a, regular);
    } else {
      for (std::size_t k = 0; k < N; ++k) {
        pivots_[k] = eliminate(k, a, regular);
      }
    }
  }

  // Column k; returns the row of its pivot.
  template <class Index>
  [[gnu::always_inline]] static constexpr Real eliminate(Index k, SquareMatrix<Real, N> a, MaskOf<Real>& regular) {
    const Real row = pivot_row(k, a);
    if (always_swaps || any(row != number(k))) {
      for (std::size_t i = k + 1; i < N; ++i) {
        const auto chosen = row == number(i);
        if (always_swaps || any(chosen)) {
          for (std::size_t j = k; j < N; ++j) {
            swap_where(chosen, a(k, j), a(i, j));
          }
        }
      }
    }
    const Real reciprocal = Real(1) / a(k, k);
    regular = regular && abs(reciprocal) > Real(0) && is_finite(reciprocal);
    a(k, k) = reciprocal;
    for (std::size_t i = k + 1; i < N; ++i) {
      const Real factor = a(i, k) * reciprocal;
      a(i, k) = factor;
      for (std::size_t j = k + 1; j < N; ++j) {
        a(i, j) = fma(-factor, a(k, j), a(i, j));
      }
    }
    return row;
  }
  template <class Index>
  [[gnu::always_inline]] static constexpr Real pivot_row(Index k, SquareMatrix<Real, N> a) {
    Real row = number(k);
    Real largest = abs(a(k, k));
    for (std::size_t i = k + 1; i < N; ++i) {
      const Real magnitude = abs(a(i, k));
      const auto larger = magnitude > largest;
      largest = select(larger, magnitude, largest);
      row = select(larger, number(i), row);
    }
    return row;
  }

  // Steps 0 to N - 1 go down, the others up again.
  template <std::size_t Step>
  [[gnu::always_inline]] constexpr void substitute_from(SquareMatrix<const Real, N> a, Real* b) const {
    if constexpr (Step < N) {
      substitute_forward(Constant<Step>(), a, b);
      substitute_from<Step + 1>(a, b);
    } else if constexpr (Step < 2 * N) {
      substitute_back(Constant<2 * N - 1 - Step>(), a, b);
      substitute_from<Step + 1>(a, b);
    }
  }
  template <class Vector>
  [[gnu::always_inline]] constexpr void substitute_all(SquareMatrix<const Real, N> a, Vector b) const {
    for (std::size_t k = 0; k < N; ++k) {
      substitute_forward(k, a, b);
    }
    for (std::size_t k = N; k-- > 0;) {
      substitute_back(k, a, b);
    }
  }
  template <class Index, class Vector>
  [[gnu::always_inline]] constexpr void substitute_forward(Index k, SquareMatrix<const Real, N> a, Vector b) const {
    const Real row = pivots_[k];
    Real x = b[k];
    if (always_swaps || any(row != number(k))) {
      for (std::size_t i = k + 1; i < N; ++i) {
        swap_where(row == number(i), x, b[i]);
      }
      b[k] = x;
    }
    for (std::size_t i = k + 1; i < N; ++i) {
      b[i] = fma(-a(i, k), x, b[i]);
    }
  }
  template <class Index, class Vector>
  [[gnu::always_inline]] static constexpr void substitute_back(Index k, SquareMatrix<const Real, N> a, Vector b) {
    const Real x = b[k] * a(k, k);
    b[k] = x;
    for (std::size_t i = 0; i != k; ++i) {
      b[i] = fma(-a(i, k), x, b[i]);
    }
  }

  SquareMatrix<Real, N> a_;
  Components<Real, N> pivots_;
};

}  // namespace kobie
