/// Where buffers live, as a policy of the solver's type. Results never depend on it.
module;
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

export module kobie.buffers:placement;

import :entry;
import :layout;
import :problems;
import :registry;
import :text;

namespace kobie {

/// The base of every placement, by which a solver tells it from other policies. A placement has
///   static constexpr std::size_t tier_count(const BufferRegistry&): how many layouts a launch chooses from, and
///   static constexpr void apply(BufferRegistry&, std::size_t tier): which moves buffers; aliases follow their targets.
export struct PlacementPolicy {};

constexpr void move_buffer(BufferRegistry& registry, const Buffer& buffer, Location location) {
  BufferChange change;
  change.location = location;
  registry.update(buffer.owner, buffer.name, change);
}

/// Everything in the thread's own arrays: the default.
export struct AllLocal : PlacementPolicy {
  static constexpr std::string_view name = "all local";
  static constexpr std::size_t tier_count(const BufferRegistry&) { return 1; }
  static constexpr void apply(BufferRegistry& registry, std::size_t = 0) {
    for (const Buffer& buffer : registry.buffers()) {
      if (buffer.is_shared() && !buffer.is_alias()) {
        move_buffer(registry, buffer, Location::local);
      }
    }
  }
};

/// The buffers of these names in team scratch, the others as declared. "loop/algorithm.stages" names one buffer, "stages" those
/// of this name in all components. What nothing declares, and an alias, is an error.
export template <NameArgument... names>
struct Shared : PlacementPolicy {
  static constexpr std::string_view name = "shared";
  static constexpr std::size_t tier_count(const BufferRegistry&) { return 1; }
  static constexpr void apply(BufferRegistry& registry, std::size_t = 0) { (share(registry, names.name()), ...); }

 private:
  static constexpr void share(BufferRegistry& registry, std::string_view wanted) {
    const std::size_t dot = wanted.rfind('.');
    const bool any_owner = dot == std::string_view::npos;
    const std::string_view owner = any_owner ? std::string_view() : wanted.substr(0, dot);
    const std::string_view bare = any_owner ? wanted : wanted.substr(dot + 1);
    bool found = false;
    for (const Buffer& buffer : registry.buffers()) {
      if (buffer.name == bare && (any_owner || buffer.owner == owner)) {
        if (buffer.is_alias()) {
          a_placement_names_an_alias(buffer);
        }
        move_buffer(registry, buffer, Location::shared);
        found = true;
      }
    }
    if (!found) {
      a_placement_names_a_buffer_that_nothing_declares(registry, wanted);
    }
  }
};

/// The buffers that a placement may share, in the order in which it does: what is not persistent before what is, and the larger
/// (in bytes) first. Aliases come with their targets; empty buffers stay.
export constexpr std::vector<Buffer> sharing_order(const BufferRegistry& registry) {
  std::vector<Buffer> order;
  for (const Buffer& buffer : registry.buffers()) {
    if (buffer.is_alias() || buffer.size == 0) {
      continue;
    }
    auto at = order.begin();
    while (at != order.end() &&
           (at->persistent != buffer.persistent ? buffer.persistent : at->footprint_bytes() >= buffer.footprint_bytes())) {
      ++at;
    }
    order.insert(at, buffer);
  }
  return order;
}

/// Chosen at launch, from what the device has: tier 0 shares nothing, tier i the first i buffers in `sharing_order`, up to
/// `most`. Each tier is a kernel of its own.
export template <std::size_t most>
struct AutomaticUpTo : PlacementPolicy {
  static constexpr std::string_view name = "automatic";
  static constexpr std::size_t tier_count(const BufferRegistry& registry) {
    const std::size_t buffers = sharing_order(registry).size();
    return (buffers < most ? buffers : most) + 1;
  }
  static constexpr void apply(BufferRegistry& registry, std::size_t tier) {
    AllLocal::apply(registry);
    const std::vector<Buffer> order = sharing_order(registry);
    const std::size_t last = order.size() < most ? order.size() : most;
    if (tier > last) {
      the_tier_of_a_placement_is_out_of_range(tier, last + 1);
    }
    for (std::size_t i = 0; i < tier; ++i) {
      move_buffer(registry, order[i], Location::shared);
    }
  }
};
export using Automatic = AutomaticUpTo<3>;

/// A registry after a placement. Throws InvalidArgument when the placement does not suit it.
export template <class Placement>
constexpr BufferRegistry placed(const BufferRegistry& declared, std::size_t tier = 0) {
  BufferRegistry registry(declared);
  Placement::apply(registry, tier);
  return registry;
}

/// How many buffers `Declarer::buffers()`, which returns a BufferRegistry, declares.
export template <class Declarer>
inline constexpr std::size_t buffer_count = Declarer::buffers().buffers().size();

/// What `Declarer::buffers()` declares, after a placement. A type rather than a value, so that it can be part of a kernel's
/// type.
export template <class Declarer, class Placement = AllLocal, std::size_t tier = 0>
struct BuffersOf {
  static constexpr auto layout = layout_of<buffer_count<Declarer>>(placed<Placement>(Declarer::buffers(), tier));
};

/// What one run needs in a tier of a placement.
export struct PlacementTier {
  std::ptrdiff_t shared_bytes = 0;  ///< of team scratch
  std::ptrdiff_t local_bytes = 0;   ///< of the thread's own arrays, persistent ones too

  friend constexpr bool operator==(const PlacementTier&, const PlacementTier&) = default;
};

template <class Declarer, class Placement, std::size_t... tier>
constexpr std::array<PlacementTier, sizeof...(tier)> tiers_of(std::index_sequence<tier...>) {
  return {PlacementTier{BuffersOf<Declarer, Placement, tier>::layout.bytes.shared,
                        BuffersOf<Declarer, Placement, tier>::layout.bytes.local +
                            BuffersOf<Declarer, Placement, tier>::layout.bytes.persistent}...};
}

/// All tiers that a launch chooses from: the tier of each BuffersOf<Declarer, Placement, tier>.
export template <class Declarer, class Placement>
inline constexpr auto placement_tiers =
    tiers_of<Declarer, Placement>(std::make_index_sequence<Placement::tier_count(Declarer::buffers())>());

}  // namespace kobie
