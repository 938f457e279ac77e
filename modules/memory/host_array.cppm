/// Host memory that is not touched before a kernel or a copy writes it, so that pages come to the threads that use them.
module;
#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

export module kobie.memory:host_array;

namespace kobie {

/// Ordinary memory.
export struct Pageable {
  static constexpr std::size_t alignment = 64;  ///< bytes: a cache line

  /// Throws std::bad_alloc when there is no such memory.
  static void* allocate(std::size_t bytes) { return ::operator new(bytes, std::align_val_t{alignment}); }
  static void release(void* memory) noexcept { ::operator delete(memory, std::align_val_t{alignment}); }
};

/// Memory that stays where it is, so that a GPU copies to and from it at full speed, while kernels run. It is scarce and slow
/// to get: allocate it once and use it again. Where there is no GPU it is ordinary memory.
export struct Pinned {
  /// Throws std::bad_alloc when there is no such memory.
  static void* allocate(std::size_t bytes);
  static void release(void* memory) noexcept;
};

/// A fixed number of numbers, uninitialised, in `Memory`. Moves, does not copy.
export template <class T, class Memory = Pageable>
class HostArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HostArray() = default;
  /// Throws std::bad_alloc when there is no such memory.
  explicit HostArray(std::size_t size) : data_(static_cast<T*>(Memory::allocate(bytes_of(size)))), size_(size) {}

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
  struct Release {
    void operator()(T* memory) const { Memory::release(memory); }
  };

  static std::size_t bytes_of(std::size_t size) {
    if (size > std::numeric_limits<std::size_t>::max() / sizeof(T)) {
      throw std::bad_array_new_length();
    }
    return size * sizeof(T);
  }

  std::unique_ptr<T, Release> data_;
  std::size_t size_ = 0;
};

}  // namespace kobie
