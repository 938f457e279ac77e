/// Dual numbers: a value and its derivatives in N directions at once (forward-mode differentiation).
/// Griewank and Walther, Evaluating Derivatives, 2nd ed., chapter 3.
module;
#include <array>
#include <concepts>
#include <cstddef>
#include <numbers>
#include <type_traits>

export module kobie.numbers:dual;

import :exponential;
import :pack;
import :pack_math;
import :scalar;
import :trigonometry;

namespace kobie {

/// value + sum_i derivative[i] * e_i with e_i * e_j = 0. Real is a scalar or a pack. Comparisons look at the value alone.
export template <class Real, std::size_t N>
struct Dual {
  Real value{};
  std::array<Real, N> derivative{};

  constexpr Dual() = default;
  constexpr Dual(Real v) : value(v) {}
  template <class Number>
    requires(std::is_arithmetic_v<Number> && !std::same_as<Number, Real>)
  constexpr Dual(Number v) : value(static_cast<Real>(v)) {}
  constexpr Dual(Real v, const std::array<Real, N>& d) : value(v), derivative(d) {}

  /// A variable: its derivative is 1 in `direction` and 0 in the others.
  static constexpr Dual variable(Real v, std::size_t direction) {
    Dual x(v);
    x.derivative[direction] = Real(1);
    return x;
  }

  constexpr Dual operator-() const { return chain(-value, Real(-1)); }
  constexpr Dual operator+() const { return *this; }
  constexpr Dual& operator+=(const Dual& b) { return *this = *this + b; }
  constexpr Dual& operator-=(const Dual& b) { return *this = *this - b; }
  constexpr Dual& operator*=(const Dual& b) { return *this = *this * b; }
  constexpr Dual& operator/=(const Dual& b) { return *this = *this / b; }

  friend constexpr Dual operator+(const Dual& a, const Dual& b) {
    Dual result(a.value + b.value);
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = a.derivative[i] + b.derivative[i];
    }
    return result;
  }
  friend constexpr Dual operator-(const Dual& a, const Dual& b) {
    Dual result(a.value - b.value);
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = a.derivative[i] - b.derivative[i];
    }
    return result;
  }
  friend constexpr Dual operator*(const Dual& a, const Dual& b) { return combine(a.value * b.value, a, b.value, b, a.value); }
  friend constexpr Dual operator/(const Dual& a, const Dual& b) {
    const Real inverse = Real(1) / b.value;
    const Real quotient = a.value / b.value;
    return combine(quotient, a, inverse, b, -quotient * inverse);
  }

  friend constexpr auto operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend constexpr auto operator<=(const Dual& a, const Dual& b) { return a.value <= b.value; }
  friend constexpr auto operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
  friend constexpr auto operator>=(const Dual& a, const Dual& b) { return a.value >= b.value; }
  friend constexpr auto operator==(const Dual& a, const Dual& b) { return a.value == b.value; }
  friend constexpr auto operator!=(const Dual& a, const Dual& b) { return a.value != b.value; }

  /// f(*this), given f's value and slope here.
  constexpr Dual chain(Real f, Real slope) const {
    Dual result(f);
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = slope * derivative[i];
    }
    return result;
  }

  /// f(a, b), given f's value and its slopes in a and b.
  static constexpr Dual combine(Real f, const Dual& a, Real slope_a, const Dual& b, Real slope_b) {
    Dual result(f);
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = fma(slope_a, a.derivative[i], slope_b * b.derivative[i]);
    }
    return result;
  }
};

template <class Real, std::size_t N>
struct NumberTraits<Dual<Real, N>> {
  using Scalar = ScalarOf<Real>;
  using Mask = MaskOf<Real>;
  using Count = CountOf<Real>;
  static constexpr int lanes = lanes_of<Real>;
};

export {
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> select(MaskOf<Real> mask, const Dual<Real, N>& yes, std::type_identity_t<Dual<Real, N>> no) {
    Dual<Real, N> result(select(mask, yes.value, no.value));
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = select(mask, yes.derivative[i], no.derivative[i]);
    }
    return result;
  }

  template <class Real, std::size_t N>
  constexpr Dual<Real, N> fma(const Dual<Real, N>& a, std::type_identity_t<Dual<Real, N>> b,
                              std::type_identity_t<Dual<Real, N>> c) {
    Dual<Real, N> result(fma(a.value, b.value, c.value));
    for (std::size_t i = 0; i < N; ++i) {
      result.derivative[i] = fma(a.value, b.derivative[i], fma(b.value, a.derivative[i], c.derivative[i]));
    }
    return result;
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> abs(const Dual<Real, N>& x) {
    return select(x.value < Real(0), -x, x);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> min(const Dual<Real, N>& a, std::type_identity_t<Dual<Real, N>> b) {
    return select(b.value < a.value, b, a);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> max(const Dual<Real, N>& a, std::type_identity_t<Dual<Real, N>> b) {
    return select(a.value < b.value, b, a);
  }
  template <class Real, std::size_t N>
  constexpr auto is_finite(const Dual<Real, N>& x) {
    auto finite = is_finite(x.value);
    for (const auto& d : x.derivative) {
      finite = finite && is_finite(d);
    }
    return finite;
  }

  template <class Real, std::size_t N>
  constexpr Dual<Real, N> sqrt(const Dual<Real, N>& x) {
    const Real root = sqrt(x.value);
    return x.chain(root, Real(0.5) / root);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> cbrt(const Dual<Real, N>& x) {
    const Real root = cbrt(x.value);
    return x.chain(root, Real(1) / (Real(3) * root * root));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> exp(const Dual<Real, N>& x) {
    const Real e = exp(x.value);
    return x.chain(e, e);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> exp2(const Dual<Real, N>& x) {
    const Real e = exp2(x.value);
    return x.chain(e, Real(std::numbers::ln2) * e);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> expm1(const Dual<Real, N>& x) {
    return x.chain(expm1(x.value), exp(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> log(const Dual<Real, N>& x) {
    return x.chain(log(x.value), Real(1) / x.value);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> log2(const Dual<Real, N>& x) {
    return x.chain(log2(x.value), Real(std::numbers::log2e) / x.value);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> log10(const Dual<Real, N>& x) {
    return x.chain(log10(x.value), Real(std::numbers::log10e) / x.value);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> log1p(const Dual<Real, N>& x) {
    return x.chain(log1p(x.value), Real(1) / (Real(1) + x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> sin(const Dual<Real, N>& x) {
    return x.chain(sin(x.value), cos(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> cos(const Dual<Real, N>& x) {
    return x.chain(cos(x.value), -sin(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> tan(const Dual<Real, N>& x) {
    const Real t = tan(x.value);
    return x.chain(t, Real(1) + t * t);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> asin(const Dual<Real, N>& x) {
    return x.chain(asin(x.value), Real(1) / sqrt(Real(1) - x.value * x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> acos(const Dual<Real, N>& x) {
    return x.chain(acos(x.value), Real(-1) / sqrt(Real(1) - x.value * x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> atan(const Dual<Real, N>& x) {
    return x.chain(atan(x.value), Real(1) / (Real(1) + x.value * x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> sinh(const Dual<Real, N>& x) {
    return x.chain(sinh(x.value), cosh(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> cosh(const Dual<Real, N>& x) {
    return x.chain(cosh(x.value), sinh(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> tanh(const Dual<Real, N>& x) {
    const Real t = tanh(x.value);
    return x.chain(t, Real(1) - t * t);
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> floor(const Dual<Real, N>& x) {
    return Dual<Real, N>(floor(x.value));
  }
  /// A constant exponent keeps the derivative finite where the base is not positive.
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> pow(const Dual<Real, N>& x, Real y) {
    return x.chain(pow(x.value, y), y * pow(x.value, y - Real(1)));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> pow(const Dual<Real, N>& x, const Dual<Real, N>& y) {
    const Real power = pow(x.value, y.value);
    return Dual<Real, N>::combine(power, x, y.value * pow(x.value, y.value - Real(1)), y, power * log(x.value));
  }
  template <class Real, std::size_t N>
  constexpr Dual<Real, N> atan2(const Dual<Real, N>& y, std::type_identity_t<Dual<Real, N>> x) {
    const Real square = x.value * x.value + y.value * y.value;
    return Dual<Real, N>::combine(atan2(y.value, x.value), y, x.value / square, x, -y.value / square);
  }
}

}  // namespace kobie
