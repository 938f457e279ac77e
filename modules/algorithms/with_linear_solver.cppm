/// A method together with how its linear equations are solved.
module;
#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

export module kobie.algorithms:with_linear_solver;

import kobie.solvers;
import kobie.tableaus;

namespace kobie {

template <class Tableau>
inline constexpr bool is_diagonally_implicit = false;
template <std::size_t Stages>
inline constexpr bool is_diagonally_implicit<DiagonallyImplicitTableau<Stages>> = true;

// "first, second", or the first alone where there is no second.
template <std::size_t Size>
constexpr std::array<char, Size> joined_text(std::string_view first, std::string_view second) {
  std::array<char, Size> text{};
  for (std::size_t i = 0; i < first.size(); ++i) {
    text[i] = first[i];
  }
  if (!second.empty()) {
    text[first.size()] = ',';
    text[first.size() + 1] = ' ';
    for (std::size_t i = 0; i < second.size(); ++i) {
      text[first.size() + 2 + i] = second[i];
    }
  }
  return text;
}
constexpr std::size_t joined_size(std::string_view first, std::string_view second) {
  return first.size() + (second.empty() ? 0 : 2 + second.size());
}

/// `Method` with the linear solver `Choice`, a MatrixFree. Its name says both: "kvaerno-5, bicgstab, jacobi".
export template <class Method, class Choice>
struct WithLinearSolver : Method {
  static_assert(is_diagonally_implicit<std::remove_cvref_t<decltype(Method::tableau)>>,
                "kobie: MatrixFree is for diagonally implicit methods, such as Kvaerno5 or Sdirk43");
  using linear_solver = Choice;

  static constexpr auto solver_text = joined_text<joined_size(Choice::kind::name, Choice::preconditioner::name)>(
      Choice::kind::name, Choice::preconditioner::name);
  static constexpr auto text = joined_text<joined_size(Method::name, {solver_text.data(), solver_text.size()})>(
      Method::name, {solver_text.data(), solver_text.size()});
  static constexpr std::string_view name{text.data(), text.size()};
};

/// What a solver makes of a method and a LinearSolverPolicy.
export template <class Method, class Choice>
using MethodWith = std::conditional_t<std::is_same_v<Choice, DenseFactors>, Method, WithLinearSolver<Method, Choice>>;

}  // namespace kobie
