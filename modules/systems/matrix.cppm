/// A view of a square matrix that a run has, wherever it lives.
module;
#include <cstddef>
#include <type_traits>

export module kobie.systems:matrix;

namespace kobie {

/// N rows of N numbers each, one row after the other, neighbours `stride` apart. Of `const Real`: read only. Copies share what
/// they view.
export template <class Real, std::size_t N>
class SquareMatrix {
 public:
  using Element = std::remove_const_t<Real>;

  constexpr explicit SquareMatrix(Real* first, std::ptrdiff_t stride = 1) : first_(first), stride_(stride) {}
  constexpr SquareMatrix(const SquareMatrix&) = default;
  constexpr SquareMatrix& operator=(const SquareMatrix&) = delete;
  /// What can be written can be read.
  constexpr SquareMatrix(const SquareMatrix<Element, N>& other)
    requires std::is_const_v<Real>
      : first_(other.pointer()), stride_(other.stride()) {}

  /// Of rows, and of columns.
  static constexpr std::size_t size() { return N; }
  constexpr Real* pointer() const { return first_; }
  constexpr std::ptrdiff_t stride() const { return stride_; }

  constexpr Real& operator()(std::size_t row, std::size_t column) const {
    return first_[static_cast<std::ptrdiff_t>(row * N + column) * stride_];
  }

 private:
  Real* first_;
  std::ptrdiff_t stride_;
};

}  // namespace kobie
