/// Names of buffers and of the components that own them, as values that constants can hold.
module;
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

export module kobie.buffers:text;

import :problems;

namespace kobie {

/// A short text that owns its characters, so that a layout made of names is a constant like any other.
export class BufferName {
 public:
  static constexpr std::size_t capacity = 63;

  constexpr BufferName() = default;
  /// Throws InvalidArgument when the text is longer than `capacity`.
  constexpr BufferName(std::string_view text) { append(text); }

  /// "loop" and "algorithm" with '/' between them: "loop/algorithm".
  static constexpr BufferName joined(std::string_view before, char separator, std::string_view after) {
    BufferName name(before);
    name.append(std::string_view(&separator, 1));
    name.append(after);
    return name;
  }

  constexpr std::string_view view() const { return {text_, size_}; }
  constexpr operator std::string_view() const { return view(); }
  constexpr bool empty() const { return size_ == 0; }

  friend constexpr bool operator==(const BufferName& a, const BufferName& b) { return same(a, b); }
  friend constexpr bool operator==(const BufferName& a, std::string_view b) { return same(a, b); }
  friend constexpr bool operator==(const BufferName& a, const char* b) { return same(a, b); }

 private:
  // From the end, where paths differ: compilers limit the steps of a constant.
  static constexpr bool same(std::string_view a, std::string_view b) {
    std::size_t left = a.size() == b.size() ? a.size() : 0;
    while (left > 0 && a[left - 1] == b[left - 1]) {
      --left;
    }
    return left == 0 && a.size() == b.size();
  }

  constexpr void append(std::string_view more) {
    if (more.size() > capacity - size_) {
      the_name_of_a_buffer_is_too_long(view(), more, capacity);
    }
    for (const char letter : more) {
      text_[size_++] = letter;
    }
  }

  char text_[capacity + 1]{};
  std::size_t size_ = 0;
};

/// A name as a template argument: `workspace.template view<"loop", "state">()`.
/// In words rather than letters, since nvcc cannot spell a kernel's type that has an array among its arguments.
export struct NameArgument {
  std::uint64_t word0;
  std::uint64_t word1;
  std::uint64_t word2;
  std::uint64_t word3;
  std::uint64_t word4;
  std::uint64_t word5;
  std::uint64_t word6;
  std::uint64_t word7;

  constexpr NameArgument(std::uint64_t w0, std::uint64_t w1, std::uint64_t w2, std::uint64_t w3, std::uint64_t w4,
                         std::uint64_t w5, std::uint64_t w6, std::uint64_t w7)
      : word0(w0), word1(w1), word2(w2), word3(w3), word4(w4), word5(w5), word6(w6), word7(w7) {}
  constexpr explicit NameArgument(const BufferName& name)
      : NameArgument(packed(name, 0), packed(name, 1), packed(name, 2), packed(name, 3), packed(name, 4), packed(name, 5),
                     packed(name, 6), packed(name, 7)) {}
  template <std::size_t N>
  consteval NameArgument(const char (&literal)[N]) : NameArgument(BufferName(std::string_view(literal, N - 1))) {}

  constexpr BufferName name() const {
    char letters[BufferName::capacity + 1]{};
    std::size_t size = 0;
    for (const std::uint64_t word : {word0, word1, word2, word3, word4, word5, word6, word7}) {
      for (int shift = 0; shift < 64; shift += 8) {
        const auto letter = static_cast<char>((word >> shift) & 0xff);
        if (letter != 0) {
          letters[size++] = letter;
        }
      }
    }
    return {std::string_view(letters, size)};
  }

 private:
  static constexpr std::uint64_t packed(std::string_view text, std::size_t word) {
    std::uint64_t value = 0;
    for (std::size_t i = 8 * word; i < text.size() && i < 8 * word + 8; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * (i % 8));
    }
    return value;
  }
};

/// "loop" and "algorithm": "loop/algorithm".
export constexpr NameArgument nested_path(const NameArgument& parent, const NameArgument& child) {
  return NameArgument(BufferName::joined(parent.name(), '/', child.name()));
}

}  // namespace kobie
