/// A registry's layout as a constant, by which kernels find their buffers.
module;
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

export module kobie.buffers:layout;

import :entry;
import :problems;
import :registry;
import :text;

namespace kobie {

/// A buffer and where it lies.
export struct PlacedBuffer : Buffer {
  std::ptrdiff_t offset = 0;  ///< elements from the start of its area
  std::size_t storage = 0;    ///< the position of the buffer whose storage it uses: its own, or what it aliases in the end
  std::ptrdiff_t start = 0;   ///< elements from the start of that storage
};

/// All buffers of a registry with their places. Outermost components follow each other in the areas.
export constexpr std::vector<PlacedBuffer> placed_buffers(const BufferRegistry& declared) {
  BufferRegistry registry(declared);  // which keeps the layout
  std::vector<PlacedBuffer> placed;
  AreaSizes root_start;
  AreaSizes root_sizes;
  for (const BufferName& owner : registry.owners()) {
    if (owner.view().find('/') == std::string_view::npos) {
      root_start += root_sizes;
      root_sizes = registry.sizes(owner);
    }
    const std::size_t first = placed.size();
    for (const Buffer& buffer : registry.buffers(owner)) {
      PlacedBuffer place{buffer};
      place.offset = root_start[buffer.area()] + registry.slice(buffer.owner, buffer.name).offset;
      place.storage = placed.size();
      for (std::size_t i = first; i < placed.size(); ++i) {
        if (buffer.is_alias() && placed[i].name == buffer.aliases) {
          place.storage = placed[i].storage;
          place.start = place.offset - placed[place.storage].offset;
        }
      }
      placed.push_back(place);
    }
  }
  return placed;
}

/// Elements, and bytes, of one run in each area.
export constexpr AreaSizes element_totals(std::span<const PlacedBuffer> buffers) {
  AreaSizes total;
  for (const PlacedBuffer& buffer : buffers) {
    total[buffer.area()] += buffer.footprint();
  }
  return total;
}
export constexpr AreaSizes byte_totals(std::span<const PlacedBuffer> buffers) {
  AreaSizes total;
  for (const PlacedBuffer& buffer : buffers) {
    total[buffer.area()] += buffer.footprint_bytes();
  }
  return total;
}

/// N placed buffers: plain data, which a kernel holds as a constant.
export template <std::size_t N>
struct BufferLayout {
  std::array<PlacedBuffer, N> buffers{};
  AreaSizes elements;  ///< of one run
  AreaSizes bytes;     ///< of one run

  static constexpr std::size_t size() { return N; }
  constexpr const PlacedBuffer& operator[](std::size_t i) const { return buffers[i]; }

  /// The position of a buffer, or size() when there is none of this name.
  constexpr std::size_t index_of(std::string_view owner, std::string_view name) const {
    std::size_t i = 0;
    while (i < N && !(buffers[i].name == name && buffers[i].owner == owner)) {
      ++i;
    }
    return i;
  }
};

/// The layout of a registry of N buffers. Throws InvalidArgument when it has another number of them.
export template <std::size_t N>
constexpr BufferLayout<N> layout_of(const BufferRegistry& registry) {
  const std::vector<PlacedBuffer> placed = placed_buffers(registry);
  if (placed.size() != N) {
    a_layout_has_room_for_other_buffers(placed.size(), N);
  }
  BufferLayout<N> layout;
  for (std::size_t i = 0; i < N; ++i) {
    layout.buffers[i] = placed[i];
  }
  layout.elements = element_totals(placed);
  layout.bytes = byte_totals(placed);
  return layout;
}

}  // namespace kobie
