/// Dense LU factorisation of complex matrices with partial pivoting, lane by lane: as DenseLu, of matrices that are held as two
/// real ones.
module;
#include <cstddef>
#include <type_traits>

export module kobie.solvers:complex_lu;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// P A = L U in the place of A, whose real and imaginary parts are views of memory that others own. On the diagonal lie the
/// reciprocals of U's, below it the factors of elimination, which later swaps leave where they are. A lane's result does not
/// depend on its neighbours, and the same numbers give the same bits.
export template <std::size_t N, class Real>
class ComplexLu {
 public:
  constexpr ComplexLu(SquareMatrix<Real, N> real, SquareMatrix<Real, N> imaginary, Components<Real, N> pivots)
      : re_(real), im_(imaginary), pivots_(pivots) {}

  /// Factorises A in place; pivots[k] becomes the number of the row that was swapped with row k, the one that is largest by
  /// |re| + |im|. Returns the lanes where A is regular: in the others a pivot is 0, too small to be divided by, or not finite.
  constexpr MaskOf<Real> factorise() const {
    MaskOf<Real> regular(true);
    if constexpr (unrolls) {
      eliminate_from<0>(regular);
    } else {
      for (std::size_t k = 0; k < N; ++k) {
        eliminate(k, regular);
      }
    }
    return regular;
  }

  /// x + i y becomes A^-1 (x + i y).
  constexpr void solve(Components<Real, N> x, Components<Real, N> y) const {
    if constexpr (unrolls) {
      // In registers: a store to x might change the matrix, for all that a compiler knows.
      Real re[N];
      Real im[N];
      for (std::size_t i = 0; i < N; ++i) {
        re[i] = x[i];
        im[i] = y[i];
      }
      substitute_forward_from<0>(re, im);
      substitute_back_from<N>(re, im);
      for (std::size_t i = 0; i < N; ++i) {
        x[i] = re[i];
        y[i] = im[i];
      }
    } else {
      for (std::size_t k = 0; k < N; ++k) {
        substitute_forward(k, x, y);
      }
      for (std::size_t k = N; k-- > 0;) {
        substitute_back(k, x, y);
      }
    }
  }

 private:
  // Up to this size, numbers of rows and columns are constants to the compiler, and the matrix can live in registers.
  static constexpr bool unrolls = N <= 8;
  template <std::size_t K>
  using Constant = std::integral_constant<std::size_t, K>;

  static constexpr Real number(std::size_t i) { return Real(static_cast<ScalarOf<Real>>(i)); }
  static constexpr void swap_where(MaskOf<Real> mask, Real& a, Real& b) {
    const Real old = a;
    a = select(mask, b, a);
    b = select(mask, old, b);
  }
  // a + i b becomes (a + i b) (c + i d).
  static constexpr void multiply(Real& a, Real& b, Real c, Real d) {
    const Real old = a;
    a = fma(-b, d, a * c);
    b = fma(old, d, b * c);
  }
  // Takes (a + i b) (c + i d) from x + i y.
  static constexpr void subtract_product(Real& x, Real& y, Real a, Real b, Real c, Real d) {
    x = fma(b, d, fma(-a, c, x));
    y = fma(-b, c, fma(-a, d, y));
  }

  template <std::size_t K>
  constexpr void eliminate_from(MaskOf<Real>& regular) const {
    if constexpr (K < N) {
      eliminate(Constant<K>(), regular);
      eliminate_from<K + 1>(regular);
    }
  }
  template <class Index>
  constexpr void eliminate(Index k, MaskOf<Real>& regular) const {
    choose_pivot(k);
    invert_pivot(k, regular);
    for (std::size_t i = k + 1; i < N; ++i) {
      multiply(re_(i, k), im_(i, k), re_(k, k), im_(k, k));
      for (std::size_t j = k + 1; j < N; ++j) {
        subtract_product(re_(i, j), im_(i, j), re_(i, k), im_(i, k), re_(k, j), im_(k, j));
      }
    }
  }

  // Scaled, so that no square overflows.
  template <class Index>
  constexpr void invert_pivot(Index k, MaskOf<Real>& regular) const {
    const Real scale = Real(1) / max(abs(re_(k, k)), abs(im_(k, k)));
    const Real re = re_(k, k) * scale;
    const Real im = im_(k, k) * scale;
    const Real reciprocal = scale / fma(re, re, im * im);
    re_(k, k) = re * reciprocal;
    im_(k, k) = -im * reciprocal;
    regular = regular && scale > Real(0) && is_finite(re_(k, k)) && is_finite(im_(k, k));
  }

  template <class Index>
  constexpr void choose_pivot(Index k) const {
    Real row = number(k);
    Real largest = abs(re_(k, k)) + abs(im_(k, k));
    for (std::size_t i = k + 1; i < N; ++i) {
      const Real magnitude = abs(re_(i, k)) + abs(im_(i, k));
      const auto larger = magnitude > largest;
      largest = select(larger, magnitude, largest);
      row = select(larger, number(i), row);
    }
    pivots_[k] = row;
    if (any(row != number(k))) {
      for (std::size_t i = k + 1; i < N; ++i) {
        const auto chosen = row == number(i);
        if (any(chosen)) {
          for (std::size_t j = k; j < N; ++j) {
            swap_where(chosen, re_(k, j), re_(i, j));
            swap_where(chosen, im_(k, j), im_(i, j));
          }
        }
      }
    }
  }

  template <std::size_t K>
  constexpr void substitute_forward_from(Real* x, Real* y) const {
    if constexpr (K < N) {
      substitute_forward(Constant<K>(), x, y);
      substitute_forward_from<K + 1>(x, y);
    }
  }
  template <class Index, class Vector>
  constexpr void substitute_forward(Index k, Vector x, Vector y) const {
    if (any(pivots_[k] != number(k))) {
      for (std::size_t i = k + 1; i < N; ++i) {
        const auto chosen = pivots_[k] == number(i);
        swap_where(chosen, x[k], x[i]);
        swap_where(chosen, y[k], y[i]);
      }
    }
    for (std::size_t i = k + 1; i < N; ++i) {
      subtract_product(x[i], y[i], re_(i, k), im_(i, k), x[k], y[k]);
    }
  }

  template <std::size_t K>
  constexpr void substitute_back_from(Real* x, Real* y) const {
    if constexpr (K > 0) {
      substitute_back(Constant<K - 1>(), x, y);
      substitute_back_from<K - 1>(x, y);
    }
  }
  template <class Index, class Vector>
  constexpr void substitute_back(Index k, Vector x, Vector y) const {
    multiply(x[k], y[k], re_(k, k), im_(k, k));
    for (std::size_t i = 0; i < k; ++i) {
      subtract_product(x[i], y[i], re_(i, k), im_(i, k), x[k], y[k]);
    }
  }

  SquareMatrix<Real, N> re_;
  SquareMatrix<Real, N> im_;
  Components<Real, N> pivots_;
};

}  // namespace kobie
