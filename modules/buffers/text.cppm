/// Names of buffers and of the components that own them, as values that constants can hold.
module;
#include <cstddef>
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

  friend constexpr bool operator==(const BufferName& a, const BufferName& b) { return a.view() == b.view(); }
  friend constexpr bool operator==(const BufferName& a, std::string_view b) { return a.view() == b; }
  friend constexpr bool operator==(const BufferName& a, const char* b) { return a.view() == b; }

 private:
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

/// A text as a template argument: `workspace.template view<"loop", "state">()`.
export template <std::size_t N>
struct FixedString {
  char text[N]{};

  constexpr FixedString() = default;
  consteval FixedString(const char (&literal)[N]) {
    for (std::size_t i = 0; i < N; ++i) {
      text[i] = literal[i];
    }
  }
  constexpr std::string_view view() const { return {text, N - 1}; }
};

/// "loop" and "algorithm": "loop/algorithm".
export template <std::size_t N, std::size_t M>
constexpr FixedString<N + M> nested_path(const FixedString<N>& parent, const FixedString<M>& child) {
  FixedString<N + M> path;
  for (std::size_t i = 0; i + 1 < N; ++i) {
    path.text[i] = parent.text[i];
  }
  path.text[N - 1] = '/';
  for (std::size_t i = 0; i < M; ++i) {
    path.text[N + i] = child.text[i];
  }
  return path;
}

}  // namespace kobie
