/// kobie.numbers: what a right-hand side may compute with. Scalars, packs of lanes, and dual numbers over either obey one
/// concept, so that a system is written once.
module;
#include <concepts>

export module kobie.numbers;

export import :dual;
export import :exponential;
export import :pack;
export import :pack_math;
export import :scalar;
export import :trigonometry;
export import :vector;

namespace kobie {

/// A number that code generic over `Real` can count on: arithmetic, comparisons to a mask, select/any/all, math functions.
export template <class R>
concept Number = std::copyable<R> && std::constructible_from<R, double> &&
                 requires(const R a, const R b, const MaskOf<R> mask, typename NumberTraits<R>::Scalar scalar) {
                   { a + b } -> std::convertible_to<R>;
                   { a - b } -> std::convertible_to<R>;
                   { a * b } -> std::convertible_to<R>;
                   { a / b } -> std::convertible_to<R>;
                   { -a } -> std::convertible_to<R>;
                   { scalar * a } -> std::convertible_to<R>;
                   { a < b } -> std::convertible_to<MaskOf<R>>;
                   { a <= b } -> std::convertible_to<MaskOf<R>>;
                   { any(mask) } -> std::same_as<bool>;
                   { all(mask) } -> std::same_as<bool>;
                   { select(mask, a, b) } -> std::convertible_to<R>;
                   { fma(a, b, a) } -> std::convertible_to<R>;
                   { abs(a) } -> std::convertible_to<R>;
                   { min(a, b) } -> std::convertible_to<R>;
                   { max(a, b) } -> std::convertible_to<R>;
                   { is_finite(a) } -> std::convertible_to<MaskOf<R>>;
                   { sqrt(a) } -> std::convertible_to<R>;
                   { exp(a) } -> std::convertible_to<R>;
                   { log(a) } -> std::convertible_to<R>;
                   { sin(a) } -> std::convertible_to<R>;
                   { cos(a) } -> std::convertible_to<R>;
                   { tanh(a) } -> std::convertible_to<R>;
                   { pow(a, b) } -> std::convertible_to<R>;
                 };

}  // namespace kobie
