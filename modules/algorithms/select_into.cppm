/// Numbers that change in some lanes.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:select_into;

import kobie.numbers;
import kobie.systems;

namespace kobie {

/// `to` becomes `from` in `lanes`.
template <class Real, std::size_t N>
constexpr void select_into(MaskOf<Real> lanes, std::type_identity_t<Components<const Real, N>> from, Components<Real, N> to) {
  for (std::size_t i = 0; i < N; ++i) {
    to[i] = select(lanes, from[i], to[i]);
  }
}

}  // namespace kobie
