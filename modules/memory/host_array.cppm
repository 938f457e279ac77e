/// Host memory that is not touched before a kernel or a copy writes it, so that pages come to the threads that use them.
module;
#include <new>

export module kobie.memory:host_array;

import kobie.standard;

namespace kobie {

/// Kinds of host memory.
export enum class HostMemory {
  pageable,  ///< ordinary memory
  /// Memory that stays where it is, so that a GPU copies to and from it at full speed, while kernels run. It is scarce and slow
  /// to get: allocate it once and use it again. Where there is no GPU it is ordinary memory.
  pinned,
  /// Memory whose pages the system may put into a file, and bring back, when others need room.
  mapped,
};

inline constexpr std::size_t host_alignment = 64;  // bytes: a cache line

// The sanitizers' throwing operator new ends the program where it should throw.
inline void* allocate_pageable(std::size_t bytes) {
  void* memory = ::operator new(bytes, std::align_val_t{host_alignment}, std::nothrow);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}
inline void release_pageable(void* memory) noexcept { ::operator delete(memory, std::align_val_t{host_alignment}); }

// Of the backend. Throws std::bad_alloc when there is no such memory.
void* allocate_pinned(std::size_t bytes);
void release_pinned(void* memory) noexcept;

// Of a nameless file in `folder`, which goes with it, however the program ends. Throws FileError.
void* allocate_mapped(std::size_t bytes, const std::filesystem::path& folder);
void release_mapped(void* memory, std::size_t bytes) noexcept;

/// A fixed number of numbers, uninitialised. Moves, does not copy.
export template <class T>
class HostArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HostArray() = default;
  /// Pageable or pinned. Throws std::bad_alloc when there is no such memory.
  explicit HostArray(std::size_t size, HostMemory memory = HostMemory::pageable)
      : data_(allocated(bytes_of(size), memory), Release{memory, bytes_of(size)}), size_(size) {}

  /// Zeros, on the disk that `folder` is on, where room for them is set aside now. Throws FileError where there is none or no
  /// file can be made there.
  static HostArray mapped(std::size_t size, const std::filesystem::path& folder) {
    HostArray array;
    const std::size_t bytes = bytes_of(size);
    array.data_ = {static_cast<T*>(allocate_mapped(bytes, folder)), Release{HostMemory::mapped, bytes}};
    array.size_ = size;
    return array;
  }

  HostArray(HostArray&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}
  HostArray& operator=(HostArray&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  std::size_t size() const { return size_; }
  HostMemory memory() const { return data_.get_deleter().memory; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  struct Release {
    HostMemory memory = HostMemory::pageable;
    std::size_t bytes = 0;

    void operator()(T* data) const {
      switch (memory) {
        case HostMemory::pageable:
          release_pageable(data);
          break;
        case HostMemory::pinned:
          release_pinned(data);
          break;
        case HostMemory::mapped:
          release_mapped(data, bytes);
          break;
      }
    }
  };

  static T* allocated(std::size_t bytes, HostMemory memory) {
    return static_cast<T*>(memory == HostMemory::pinned ? allocate_pinned(bytes) : allocate_pageable(bytes));
  }

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
