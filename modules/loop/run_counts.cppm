/// What is counted of each run of an implicit method, with an instrument and without.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.loop:run_counts;

import kobie.algorithms;

namespace kobie {

/// In this order. Methods that solve linear equations without their matrix have all, others not the last; those without Newton
/// iterations have the first three, explicit ones none.
export enum class RunCount : std::size_t { failed_solves, jacobians, factorisations, newton_iterations, linear_iterations };

/// Their names, in files too.
export inline constexpr std::array<std::string_view, 5> run_count_names = {"failed_solves", "jacobians", "factorisations",
                                                                           "newton_iterations", "linear_iterations"};

/// How many of them a method has.
export template <class Traits>
inline constexpr std::size_t run_counts_of = [] {
  if constexpr (Traits::implicit) {
    return run_count_names.size() - (is_matrix_free<Traits> ? 0 : 1) - (newton_solves_of<Traits> > 0 ? 0 : 1);
  } else {
    return std::size_t{0};
  }
}();

}  // namespace kobie
