/// A thread's working memory: storage for a layout, and views of it by name.
module;
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

export module kobie.buffers:workspace;

import :entry;
import :layout;
import :text;

namespace kobie {

/// A buffer in a thread's own arrays: elements next to each other.
export template <class Real, std::size_t Size>
class LocalBuffer {
 public:
  constexpr explicit LocalBuffer(Real* first) : first_(first) {}

  static constexpr std::size_t size() { return Size; }
  static constexpr std::ptrdiff_t stride() { return 1; }
  constexpr Real* pointer() const { return first_; }
  constexpr Real& operator[](std::size_t i) const { return first_[i]; }

 private:
  Real* first_;
};

/// A buffer in team scratch: elements `stride` apart, with those of the team's other threads between them.
export template <class Real, std::size_t Size>
class SharedBuffer {
 public:
  constexpr SharedBuffer(Real* first, std::ptrdiff_t stride) : first_(first), stride_(stride) {}

  static constexpr std::size_t size() { return Size; }
  constexpr std::ptrdiff_t stride() const { return stride_; }
  constexpr Real* pointer() const { return first_; }
  constexpr Real& operator[](std::size_t i) const { return first_[static_cast<std::ptrdiff_t>(i) * stride_]; }

 private:
  Real* first_;
  std::ptrdiff_t stride_;
};

// One array for each buffer rather than one for all, so that each can be taken apart into registers by itself.
template <std::size_t Index, class Real, std::size_t Size>
struct BufferArray {
  Real elements[Size];
};
template <std::size_t Index, class Real>
struct BufferArray<Index, Real, 0> {};

// All that device code needs to know of one buffer. Numbers of their own, since Clang gives device code those of a template's
// constants, and not the constants themselves.
template <class Buffers, std::size_t index>
struct BufferFacts {
  static constexpr std::size_t size = static_cast<std::size_t>(Buffers::layout[index].size);
  static constexpr bool shared = Buffers::layout[index].is_shared();
  static constexpr bool persistent = Buffers::layout[index].persistent;
  static constexpr bool owns = !Buffers::layout[index].is_alias();  // its storage
  static constexpr std::ptrdiff_t offset = Buffers::layout[index].offset;
  static constexpr std::size_t storage = Buffers::layout[index].storage;
  static constexpr std::ptrdiff_t start = Buffers::layout[index].start;
  /// Elements of the thread's own array for it; 0 where it is shared or uses another's storage.
  static constexpr std::size_t own =
      shared || Buffers::layout[index].is_alias() ? 0 : static_cast<std::size_t>(Buffers::layout[index].size == 0 ? 1 : size);
};

template <class Buffers, NameArgument owner, NameArgument name>
struct BufferIndex {
  static constexpr std::size_t found = Buffers::layout.index_of(owner.name(), name.name());
  static_assert(found < Buffers::layout.size(), "kobie: the component declares no buffer of this name (owner, name)");
  static constexpr std::size_t value = found < Buffers::layout.size() ? found : 0;
};

template <class Buffers, class Real, class Indices>
struct BufferArrays;
template <class Buffers, class Real, std::size_t... Index>
// NOLINTNEXTLINE(misc-multiple-inheritance): each base is one buffer
struct BufferArrays<Buffers, Real, std::index_sequence<Index...>>
    : BufferArray<Index, Real, BufferFacts<Buffers, Index>::own>... {};

// Where a thread finds what it shares; nothing where nothing is shared.
template <class Real, bool any>
struct SharedArea {
  Real* base_;
  std::ptrdiff_t stride_;
};
template <class Real>
struct SharedArea<Real, false> {};

template <class Scalar>
constexpr bool has_precision(BufferPrecision precision) {
  return precision == BufferPrecision::float32 ? std::is_same_v<Scalar, float> : std::is_same_v<Scalar, double>;
}
template <class Buffers, class Scalar>
constexpr bool all_have_precision() {
  for (std::size_t i = 0; i < Buffers::layout.size(); ++i) {
    if (!has_precision<Scalar>(Buffers::layout[i].precision)) {
      return false;
    }
  }
  return true;
}

export template <class Workspace, NameArgument owner>
class ComponentBuffers;

/// The buffers of `Buffers::layout` (see BuffersOf), whose elements are `Real`: numbers, or packs of them, made of `Scalar`.
///
/// What is local lies in the object itself and starts without values. What is shared lies in team scratch, where element i of
/// the area is base[i * stride]: [element][thread] with the thread as the fastest index on a GPU (base points to the thread's
/// first element, stride is the size of the team), [element][lane] on a CPU (Real is a pack, stride is 1).
export template <class Buffers, class Real, class Scalar = Real>
class Workspace : BufferArrays<Buffers, Real, std::make_index_sequence<Buffers::layout.size()>>,
                  SharedArea<Real, (Buffers::layout.elements.shared > 0)> {
  static_assert(all_have_precision<Buffers, Scalar>(),
                "kobie: a buffer of this layout has another precision than the numbers of the workspace");

 public:
  /// Elements of team scratch that each thread needs.
  static constexpr std::ptrdiff_t shared_size = Buffers::layout.elements.shared;

  constexpr Workspace()
    requires(shared_size == 0)
  = default;
  constexpr Workspace(Real* base, std::ptrdiff_t stride) {
    if constexpr (shared_size > 0) {
      this->base_ = base;
      this->stride_ = stride;
    }
  }

  /// The view of a buffer. A name that its owner does not declare does not compile.
  template <NameArgument owner, NameArgument name>
  constexpr auto view() {
    return view_of<BufferIndex<Buffers, owner, name>::value, Real>(*this);
  }
  template <NameArgument owner, NameArgument name>
  constexpr auto view() const {
    return view_of<BufferIndex<Buffers, owner, name>::value, const Real>(*this);
  }

  /// The buffers of one component, which need not know where it is nested.
  template <NameArgument owner>
  constexpr ComponentBuffers<Workspace, owner> component() {
    return ComponentBuffers<Workspace, owner>(*this);
  }

  /// Fills all that is not persistent with NaN, so that what is read before it is written shows.
  constexpr void poison() { fill_from<0, false>(Real(std::numeric_limits<Scalar>::quiet_NaN())); }
  /// Fills all that is persistent with zeros.
  constexpr void clear() { fill_from<0, true>(Real(0)); }

 private:
  static constexpr std::size_t count = Buffers::layout.size();

  template <std::size_t index, class Element, class Self>
  static constexpr auto view_of(Self& self) {
    using Facts = BufferFacts<Buffers, index>;
    if constexpr (Facts::shared && shared_size > 0) {
      return SharedBuffer<Element, Facts::size>(self.base_ + Facts::offset * self.stride_, self.stride_);
    } else if constexpr (Facts::shared) {
      return SharedBuffer<Element, Facts::size>(nullptr, 1);
    } else {
      using Array = BufferArray<Facts::storage, Real, BufferFacts<Buffers, Facts::storage>::own>;
      using Base = std::conditional_t<std::is_const_v<Self>, const Array, Array>;
      return LocalBuffer<Element, Facts::size>(static_cast<Base&>(self).elements + Facts::start);
    }
  }

  template <std::size_t index, bool persistent>
  constexpr void fill_from(Real value) {
    if constexpr (index < count) {
      if constexpr (BufferFacts<Buffers, index>::owns && BufferFacts<Buffers, index>::persistent == persistent) {
        const auto buffer = view_of<index, Real>(*this);
        for (std::size_t i = 0; i < buffer.size(); ++i) {
          buffer[i] = value;
        }
      }
      fill_from<index + 1, persistent>(value);
    }
  }
};

/// A component's own view of a workspace: its buffers by name, and those of the components nested in it.
export template <class Workspace, NameArgument owner>
class ComponentBuffers {
 public:
  constexpr explicit ComponentBuffers(Workspace& workspace) : workspace_(workspace) {}

  template <NameArgument name>
  constexpr auto view() const {
    return workspace_.template view<owner, name>();
  }
  template <NameArgument child>
  constexpr auto nested() const {
    return ComponentBuffers<Workspace, nested_path(owner, child)>(workspace_);
  }

 private:
  Workspace& workspace_;
};

}  // namespace kobie
