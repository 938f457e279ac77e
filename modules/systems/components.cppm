/// A view of the N numbers of one kind that a run has, wherever they live: in registers, in team scratch, in global memory.
module;
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

export module kobie.systems:components;

namespace kobie {

/// N numbers, `stride` apart. Element of `const Real`: read only. Copies share what they view; assignment writes through.
/// Structured bindings, indices and assignment from a braced list all work.
export template <class Real, std::size_t N>
class Components {
 public:
  using Element = std::remove_const_t<Real>;

  constexpr explicit Components(Real* first, std::ptrdiff_t stride = 1) : first_(first), stride_(stride) {}
  constexpr Components(const Components&) = default;
  /// What can be written can be read.
  constexpr Components(const Components<Element, N>& other)
    requires std::is_const_v<Real>
      : first_(other.pointer()), stride_(other.stride()) {}

  static constexpr std::size_t size() { return N; }
  constexpr Real* pointer() const { return first_; }
  constexpr std::ptrdiff_t stride() const { return stride_; }

  constexpr Real& operator[](std::size_t i) const { return first_[static_cast<std::ptrdiff_t>(i) * stride_]; }

  template <std::size_t I>
  constexpr Real& get() const {
    static_assert(I < N);
    return (*this)[I];
  }

  /// Writes all N numbers: `d.state = {a, b, c}`.
  template <std::size_t Count>
  constexpr const Components& operator=(const Element (&all)[Count]) const {
    static_assert(Count == N, "kobie: the braced list must hold as many numbers as the system has of them");
    for (std::size_t i = 0; i < N; ++i) {
      (*this)[i] = all[i];
    }
    return *this;
  }

  constexpr const Components& operator=(const Components& other) const {
    for (std::size_t i = 0; i < N; ++i) {
      (*this)[i] = other[i];
    }
    return *this;
  }

 private:
  Real* first_;
  std::ptrdiff_t stride_;
};

}  // namespace kobie

export {
  template <class Real, std::size_t N>
  struct std::tuple_size<kobie::Components<Real, N>> : std::integral_constant<std::size_t, N> {};

  template <std::size_t I, class Real, std::size_t N>
  struct std::tuple_element<I, kobie::Components<Real, N>> {
    using type = Real&;
  };
  // A binding to a const view still reaches what the view can write.
  template <std::size_t I, class Real, std::size_t N>
  struct std::tuple_element<I, const kobie::Components<Real, N>> {
    using type = Real&;
  };
}
