/// The registry of buffers: every component's declarations, nested as the components are.
module;
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

export module kobie.buffers:registry;

import :entry;
import :problems;
import :text;

namespace kobie {

/// A part of an area, in elements.
export struct BufferSlice {
  std::ptrdiff_t offset = 0;
  std::ptrdiff_t size = 0;

  constexpr std::ptrdiff_t end() const { return offset + size; }
  friend constexpr bool operator==(const BufferSlice&, const BufferSlice&) = default;
};

/// The buffers that components declare. An owner is a component's path: "loop/algorithm" is nested in "loop", and its buffers
/// lie in the areas of "loop", after those of "loop" itself. Components that are not nested in one another share nothing.
///
/// Layouts are made when first asked for and kept until something changes; asking is therefore not const.
/// What cannot be declared throws InvalidArgument, leaves the registry as it was, and in a constant expression does not
/// compile.
export class BufferRegistry {
 public:
  /// Throws InvalidArgument for an owner or name that is empty, has empty parts or '.', for a name given twice, a size below 0,
  /// an unknown location or precision, and an alias of itself, of what is not declared before it in the component, of what lies
  /// elsewhere or has another precision, or beyond the room that earlier aliases left.
  constexpr BufferRegistry& add(std::string_view owner, const BufferDeclaration& declared) {
    check_owner(owner, declared.name);
    const Buffer buffer{
        owner, declared.name, declared.size, declared.location, declared.persistent, declared.aliases, declared.precision};
    const std::size_t at = position(owner);
    if (at < contexts_.size()) {
      check_buffer(buffer, contexts_[at].buffers.data(), contexts_[at].buffers.size());
    } else {
      check_buffer(buffer, nullptr, 0);
    }
    contexts_[open(owner)].buffers.push_back(buffer);
    clear_layout(owner);
    return *this;
  }

  /// Changes a buffer; where it changes location, persistence or precision, its aliases follow. Nothing happens when there is
  /// no such buffer. Throws InvalidArgument when the declarations would not be sound afterwards.
  constexpr void update(std::string_view owner, std::string_view name, const BufferChange& change) {
    const std::size_t at = position(owner);
    if (at == contexts_.size() || index_in(at, name) == contexts_[at].buffers.size()) {
      return;
    }
    std::vector<Buffer> buffers = contexts_[at].buffers;
    Buffer& changed = buffers[index_in(at, name)];
    changed.size = change.size.value_or(changed.size);
    changed.location = change.location.value_or(changed.location);
    changed.persistent = change.persistent.value_or(changed.persistent);
    changed.aliases = change.aliases.value_or(changed.aliases);
    changed.precision = change.precision.value_or(changed.precision);
    take_aliases_along(buffers, changed);
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      check_buffer(buffers[i], buffers.data(), i);
    }
    contexts_[at].buffers = std::move(buffers);
    clear_layout(owner);
  }

  /// Takes over the declarations of a child: its owner "newton" becomes "<parent>/newton".
  /// Throws InvalidArgument when one of its components is declared there already.
  constexpr BufferRegistry& nest(std::string_view parent, const BufferRegistry& child) {
    check_owner(parent, {});
    const std::vector<Context> added = child.contexts_;
    for (const Context& context : added) {
      const BufferName owner = BufferName::joined(parent, '/', context.owner);
      const std::size_t at = position(owner);
      if (at < contexts_.size() && !contexts_[at].buffers.empty()) {
        a_component_is_nested_twice(owner);
      }
    }
    for (const Context& context : added) {
      const BufferName owner = BufferName::joined(parent, '/', context.owner);
      std::vector<Buffer>& buffers = contexts_[open(owner)].buffers;
      for (Buffer buffer : context.buffers) {
        buffer.owner = owner;
        buffers.push_back(buffer);
      }
    }
    clear_layout(parent);
    return *this;
  }

  /// Forgets a component and all that is nested in it, if it is there.
  constexpr void clear(std::string_view owner) {
    const std::size_t at = position(owner);
    if (at < contexts_.size()) {
      clear_layout(owner);
      const auto begin = contexts_.begin();
      contexts_.erase(begin + static_cast<std::ptrdiff_t>(at), begin + static_cast<std::ptrdiff_t>(end_of(at)));
    }
  }

  /// Forgets the layout that a component is part of, if there is one.
  constexpr void clear_layout(std::string_view owner) {
    const std::size_t root = position(outermost(owner));
    if (root < contexts_.size()) {
      for (std::size_t i = root; i < end_of(root); ++i) {
        contexts_[i].laid_out = false;
      }
    }
  }

  constexpr bool has(std::string_view owner) const { return position(owner) < contexts_.size(); }
  constexpr bool has(std::string_view owner, std::string_view name) const {
    const std::size_t at = position(owner);
    return at < contexts_.size() && index_in(at, name) < contexts_[at].buffers.size();
  }
  constexpr bool has_layout(std::string_view owner) const { return has(owner) && contexts_[position(owner)].laid_out; }

  /// Throws UnknownName when there is no such buffer.
  constexpr const Buffer& find(std::string_view owner, std::string_view name) const {
    const auto [context, index] = place_of(owner, name);
    return contexts_[context].buffers[index];
  }

  /// Where a buffer lies in its area of the outermost component. Aliases of one target follow each other within it.
  /// Throws UnknownName when there is no such buffer.
  constexpr BufferSlice slice(std::string_view owner, std::string_view name) {
    const auto [context, index] = place_of(owner, name);
    lay_out(context);
    return contexts_[context].slices[index];
  }

  /// Elements that a component and what is nested in it need in each area; all 0 for an unknown one.
  constexpr AreaSizes sizes(std::string_view owner) {
    AreaSizes total;
    if (const std::size_t at = position(owner); at < contexts_.size()) {
      lay_out(at);
      for (std::size_t i = at; i < end_of(at); ++i) {
        total += contexts_[i].sizes;
      }
    }
    return total;
  }
  constexpr std::ptrdiff_t shared_size(std::string_view owner) { return sizes(owner).shared; }
  constexpr std::ptrdiff_t local_size(std::string_view owner) { return sizes(owner).local; }
  constexpr std::ptrdiff_t persistent_size(std::string_view owner) { return sizes(owner).persistent; }

  /// All components, each before those nested in it.
  constexpr std::vector<BufferName> owners() const {
    std::vector<BufferName> all;
    all.reserve(contexts_.size());
    for (const Context& context : contexts_) {
      all.push_back(context.owner);
    }
    return all;
  }
  /// All buffers, by component, in the order of their declarations.
  constexpr std::vector<Buffer> buffers() const {
    std::vector<Buffer> all;
    for (const Context& context : contexts_) {
      for (const Buffer& buffer : context.buffers) {
        all.push_back(buffer);
      }
    }
    return all;
  }
  /// The buffers of one component; none for an unknown one.
  constexpr std::vector<Buffer> buffers(std::string_view owner) const {
    const std::size_t at = position(owner);
    if (at == contexts_.size()) {
      return {};
    }
    return contexts_[at].buffers;
  }

 private:
  struct Context {
    BufferName owner;
    std::vector<Buffer> buffers;
    bool laid_out = false;
    std::vector<BufferSlice> slices;
    AreaSizes sizes;
  };
  struct Place {
    std::size_t context;
    std::size_t index;
  };

  static constexpr void check_owner(std::string_view owner, std::string_view name) {
    if (owner.empty() || owner.front() == '/' || owner.back() == '/' || owner.find("//") != std::string_view::npos ||
        owner.find('.') != std::string_view::npos) {
      the_owner_of_a_buffer_has_no_name(owner, name);
    }
  }

  // An alias comes after its target, so that one pass reaches aliases of aliases.
  static constexpr void take_aliases_along(std::vector<Buffer>& buffers, const Buffer& changed) {
    std::vector<const Buffer*> moved = {&changed};
    for (Buffer& buffer : buffers) {
      for (std::size_t i = 0; i < moved.size(); ++i) {
        if (&buffer != &changed && buffer.is_alias() && buffer.aliases == moved[i]->name) {
          buffer.location = changed.location;
          buffer.persistent = changed.persistent;
          buffer.precision = changed.precision;
          moved.push_back(&buffer);
          break;
        }
      }
    }
  }

  static constexpr std::string_view outermost(std::string_view owner) { return owner.substr(0, owner.find('/')); }
  static constexpr bool is_within(std::string_view path, std::string_view owner) {
    return path.starts_with(owner) && (path.size() == owner.size() || path[owner.size()] == '/');
  }

  constexpr std::size_t position(std::string_view owner) const {
    std::size_t i = 0;
    while (i < contexts_.size() && !(contexts_[i].owner == owner)) {
      ++i;
    }
    return i;
  }
  // The first context after `at` that is not nested in it: contexts are kept in depth-first order.
  constexpr std::size_t end_of(std::size_t at) const {
    std::size_t i = at + 1;
    while (i < contexts_.size() && is_within(contexts_[i].owner, contexts_[at].owner)) {
      ++i;
    }
    return i;
  }
  constexpr std::size_t index_in(std::size_t context, std::string_view name) const {
    const std::vector<Buffer>& buffers = contexts_[context].buffers;
    std::size_t i = 0;
    while (i < buffers.size() && !(buffers[i].name == name)) {
      ++i;
    }
    return i;
  }
  constexpr Place place_of(std::string_view owner, std::string_view name) const {
    const std::size_t context = position(owner);
    if (context == contexts_.size()) {
      no_component_of_this_name_declares_buffers(*this, owner);
    }
    const std::size_t index = index_in(context, name);
    if (index == contexts_[context].buffers.size()) {
      no_buffer_of_this_name_is_declared(*this, owner, name);
    }
    return {context, index};
  }

  // The context of an owner, made with those that it is nested in where it is new.
  constexpr std::size_t open(std::string_view owner) {
    if (const std::size_t known = position(owner); known < contexts_.size()) {
      return known;
    }
    std::size_t at = contexts_.size();
    if (const std::size_t slash = owner.rfind('/'); slash != std::string_view::npos) {
      at = end_of(open(owner.substr(0, slash)));
    }
    Context context;
    context.owner = owner;
    contexts_.insert(contexts_.begin() + static_cast<std::ptrdiff_t>(at), std::move(context));
    return at;
  }

  // The layout of all that shares areas with a context.
  constexpr void lay_out(std::size_t any) {
    if (contexts_[any].laid_out) {
      return;
    }
    const std::size_t root = position(outermost(contexts_[any].owner));
    AreaSizes end;
    for (std::size_t i = root; i < end_of(root); ++i) {
      lay_out_one(contexts_[i], end);
    }
  }

  static constexpr void lay_out_one(Context& context, AreaSizes& end) {
    const std::vector<Buffer>& buffers = context.buffers;
    std::vector<std::ptrdiff_t> aliased(buffers.size());  // how much of each its aliases have taken
    context.slices.assign(buffers.size(), BufferSlice{});
    context.sizes = AreaSizes{};
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      BufferSlice& slice = context.slices[i];
      slice.size = buffers[i].size;
      if (buffers[i].is_alias()) {
        std::size_t target = 0;
        while (!(buffers[target].name == buffers[i].aliases)) {
          ++target;
        }
        slice.offset = context.slices[target].offset + aliased[target];
        aliased[target] += slice.size;
      } else {
        const Area area = buffers[i].area();
        slice.offset = end[area];
        end[area] += buffers[i].footprint();
        context.sizes[area] += buffers[i].footprint();
      }
    }
    context.laid_out = true;
  }

  std::vector<Context> contexts_;
};

}  // namespace kobie
