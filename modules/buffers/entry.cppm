/// One buffer: what a component says of it.
module;
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

export module kobie.buffers:entry;

import :problems;
import :text;

namespace kobie {

/// Where a buffer lives: in an array of each thread's own, which may be registers, or in the scratch of its team.
export enum class Location : std::uint8_t { local, shared };

/// What an element is made of.
export enum class BufferPrecision : std::uint8_t { float32, float64 };

export constexpr std::ptrdiff_t bytes_of(BufferPrecision precision) { return precision == BufferPrecision::float32 ? 4 : 8; }

/// The three areas that buffers are laid out in, each with offsets of its own.
export enum class Area : std::uint8_t { shared, local, persistent };

/// Elements, or bytes, in each area.
export struct AreaSizes {
  std::ptrdiff_t shared = 0;
  std::ptrdiff_t local = 0;       ///< not persistent
  std::ptrdiff_t persistent = 0;  ///< local and persistent

  constexpr std::ptrdiff_t& operator[](Area area) {
    return area == Area::shared ? shared : area == Area::local ? local : persistent;
  }
  constexpr AreaSizes& operator+=(const AreaSizes& other) {
    shared += other.shared;
    local += other.local;
    persistent += other.persistent;
    return *this;
  }
  friend constexpr bool operator==(const AreaSizes&, const AreaSizes&) = default;
};

/// A declaration, of which the registry keeps a copy.
export struct BufferDeclaration {
  std::string_view name;                ///< without '.' and '/'; once in a component
  std::ptrdiff_t size = 0;              ///< elements of one run; may be 0
  Location location = Location::local;  ///< where it lives unless a placement moves it
  bool persistent = false;              ///< keeps its numbers from step to step
  std::string_view aliases = {};        ///< an earlier buffer of the component, whose storage it uses; "": none
  BufferPrecision precision = BufferPrecision::float64;
};

/// What is to change in a declaration; `aliases = ""` gives it storage of its own.
export struct BufferChange {
  std::optional<std::ptrdiff_t> size = {};
  std::optional<Location> location = {};
  std::optional<bool> persistent = {};
  std::optional<std::string_view> aliases = {};
  std::optional<BufferPrecision> precision = {};
};

/// A buffer as the registry keeps it.
export struct Buffer {
  BufferName owner;
  BufferName name;
  std::ptrdiff_t size = 0;
  Location location = Location::local;
  bool persistent = false;
  BufferName aliases;
  BufferPrecision precision = BufferPrecision::float64;

  constexpr bool is_shared() const { return location == Location::shared; }
  constexpr bool is_local() const { return location == Location::local && !persistent; }
  constexpr bool is_persistent_local() const { return location == Location::local && persistent; }
  constexpr bool is_alias() const { return !aliases.empty(); }
  constexpr Area area() const { return is_shared() ? Area::shared : persistent ? Area::persistent : Area::local; }

  /// Elements of storage that it adds to its area: none for an alias, at least one for a local array.
  constexpr std::ptrdiff_t footprint() const {
    if (is_alias()) {
      return 0;
    }
    return is_local() && size == 0 ? 1 : size;
  }
  constexpr std::ptrdiff_t footprint_bytes() const { return footprint() * bytes_of(precision); }
};

/// The most elements that a buffer may have.
export inline constexpr std::ptrdiff_t max_buffer_size = std::ptrdiff_t{1} << 30;

/// Throws InvalidArgument unless `buffer` can follow the `count` others of its component that were declared before it.
constexpr void check_buffer(const Buffer& buffer, const Buffer* earlier, std::size_t count) {
  if (buffer.name.empty()) {
    the_name_of_a_buffer_is_empty(buffer.owner);
  }
  if (buffer.name.view().find_first_of("./") != std::string_view::npos) {
    the_name_of_a_buffer_has_a_separator(buffer);
  }
  if (buffer.size < 0) {
    the_size_of_a_buffer_is_negative(buffer);
  }
  if (buffer.size > max_buffer_size) {
    the_size_of_a_buffer_is_too_large(buffer, max_buffer_size);
  }
  if (buffer.location != Location::local && buffer.location != Location::shared) {
    the_location_of_a_buffer_is_unknown(buffer);
  }
  if (buffer.precision != BufferPrecision::float32 && buffer.precision != BufferPrecision::float64) {
    the_precision_of_a_buffer_is_unknown(buffer);
  }
  if (buffer.aliases == buffer.name) {
    a_buffer_aliases_itself(buffer);
  }
  const Buffer* target = nullptr;
  std::ptrdiff_t aliased = buffer.size;
  for (const Buffer* other = earlier; other != earlier + count; ++other) {
    if (other->name == buffer.name) {
      the_name_of_a_buffer_is_given_twice(buffer);
    }
    if (buffer.is_alias() && other->name == buffer.aliases) {
      target = other;
    }
    if (buffer.is_alias() && other->aliases == buffer.aliases) {
      aliased += other->size;
    }
  }
  if (!buffer.is_alias()) {
    return;
  }
  if (target == nullptr) {
    a_buffer_aliases_one_not_declared_before_it(buffer);
  }
  if (target->location != buffer.location || target->persistent != buffer.persistent) {
    a_buffer_aliases_one_in_another_location(buffer, *target);
  }
  if (target->precision != buffer.precision) {
    a_buffer_aliases_one_of_another_precision(buffer, *target);
  }
  if (aliased > target->size) {
    the_aliases_of_a_buffer_exceed_it(buffer, *target, aliased);
  }
}

}  // namespace kobie
