/// Host memory that is not touched before the kernel writes it, so that pages come to the threads that use them.
module;
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

export module kobie.memory:host_array;

namespace kobie {

/// A fixed number of numbers, uninitialised, aligned to cache lines. Moves, does not copy.
export template <class T>
class HostArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t alignment = 64;

  HostArray() = default;
  /// Throws std::bad_alloc when there is no such memory.
  explicit HostArray(std::size_t size)
      : data_(static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t{alignment}))), size_(size) {}

  HostArray(HostArray&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  HostArray& operator=(HostArray&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  std::size_t size() const { return size_; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  struct Free {
    void operator()(T* memory) const { ::operator delete(memory, std::align_val_t{alignment}); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace kobie
