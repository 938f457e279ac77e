/// What the steps of implicit methods are counted by.
module;
#include <cstddef>
#include <type_traits>

export module kobie.algorithms:implicit_counts;

import kobie.numbers;

namespace kobie {

/// What implicit steps have taken so far in each lane.
export template <class Real>
struct ImplicitCounts {
  CountOf<Real> newton_iterations{};
  CountOf<Real> jacobians{};
  CountOf<Real> factorisations{};
  CountOf<Real> newton_failures{};  ///< after which the step was not solved
  CountOf<Real> linear_iterations{};
};

/// Numbers that are whole, as counts.
template <class Real>
constexpr CountOf<Real> as_count(Real numbers) {
  CountOf<Real> counts{};
  for (int i = 0; i < lanes_of<Real>; ++i) {
    using Whole = std::remove_cvref_t<decltype(lane(counts, i))>;
    set_lane(counts, i, static_cast<Whole>(lane(numbers, i)));
  }
  return counts;
}

/// How often a method calls Newton's in an attempt, at most; 0 where it has no such iterations.
export template <class Traits>
inline constexpr std::size_t newton_solves_of = [] {
  if constexpr (requires { Traits::newton_solves; }) {
    return std::size_t{Traits::newton_solves};
  } else {
    return std::size_t{0};
  }
}();

/// Whether a method solves linear equations without their matrix.
export template <class Traits>
inline constexpr bool is_matrix_free = [] {
  if constexpr (requires { Traits::matrix_free; }) {
    return Traits::matrix_free;
  } else {
    return false;
  }
}();

/// How many iterations these make, at most.
export template <class Traits>
inline constexpr std::size_t newton_iterations_of = [] {
  if constexpr (newton_solves_of<Traits> > 0) {
    return newton_solves_of<Traits> * static_cast<std::size_t>(Traits::newton_settings.max_iterations);
  } else {
    return std::size_t{0};
  }
}();

}  // namespace kobie
