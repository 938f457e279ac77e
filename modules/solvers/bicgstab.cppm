/// BiCGSTAB (van der Vorst, SIAM J. Sci. Stat. Comput. 13, 1992), for operators of any kind, preconditioned from the right.
module;
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

export module kobie.solvers:bicgstab;

import kobie.buffers;
import kobie.numbers;
import kobie.systems;
import :linear_solver;

namespace kobie {

/// The buffers of BiCGSTAB.
export template <std::size_t N, class Preconditioner>
struct BiCgStabTraits {
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(N);
    BufferRegistry registry;
    registry.add("linear_solver", {.name = "residual", .size = n, .precision = precision});
    registry.add("linear_solver", {.name = "shadow", .size = n, .precision = precision});
    registry.add("linear_solver", {.name = "direction", .size = n, .precision = precision});
    registry.add("linear_solver", {.name = "image", .size = n, .precision = precision});
    registry.add("linear_solver", {.name = "second_image", .size = n, .precision = precision});
    registry.add("linear_solver",
                 {.name = "preconditioned", .size = Preconditioner::is_identity ? 0 : n, .precision = precision});
    return registry;
  }
};

/// Solves A x = b in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits declare. An
/// iteration has two products with A; without rounding N of them are enough. All products are scaled.
export template <std::size_t N, class Real, class Preconditioner, class Memory>
class BiCgStabSolver : public BiCgStabTraits<N, Preconditioner> {
 public:
  using Vector = Components<Real, N>;
  using ConstVector = Components<const Real, N>;

  constexpr explicit BiCgStabSolver(const Memory& memory) : memory_(memory) {}

  /// Betters x, which is a first guess, in `lanes`; the others are left alone.
  template <class Operator, class Instrument>
  constexpr LinearOutcome<Real> solve(const Operator& a, const Preconditioner& precondition, ConstVector scale, ConstVector b,
                                      Vector x, const LinearSettings<Real>& settings, MaskOf<Real> lanes,
                                      Instrument& instrument) const {
    put_residual<N, Real>(a, b, x, view<"residual">());
    return iterate(a, precondition, scale, x, settings, lanes, instrument);
  }
  /// x becomes A^-1 x in `lanes`; the others are left alone.
  template <class Operator, class Instrument>
  constexpr LinearOutcome<Real> solve_in_place(const Operator& a, const Preconditioner& precondition, ConstVector scale,
                                               Vector x, const LinearSettings<Real>& settings, MaskOf<Real> lanes,
                                               Instrument& instrument) const {
    start_from_zero<N, Real>(x, view<"residual">(), lanes);
    return iterate(a, precondition, scale, x, settings, lanes, instrument);
  }

 private:
  template <NameArgument name>
  constexpr Vector view() const {
    const auto buffer = memory_.template view<name>();
    return Vector(buffer.pointer(), buffer.stride());
  }

  template <class Operator, class Instrument>
  constexpr LinearOutcome<Real> iterate(const Operator& a, const Preconditioner& precondition, ConstVector scale, Vector x,
                                        const LinearSettings<Real>& settings, MaskOf<Real> lanes,
                                        Instrument& instrument) const {
    const Vector r = view<"residual">();
    const Vector shadow = view<"shadow">();
    const Vector p = view<"direction">();
    const Vector v = view<"image">();
    const Vector t = view<"second_image">();
    LinearProgress<N, Real> progress(scale, r, settings, lanes);
    for (std::size_t i = 0; i < N; ++i) {
      shadow[i] = r[i];
      p[i] = r[i];
    }
    const Real shadow_norm = sqrt(progress.square());
    Real rho = progress.square();
    for (std::int32_t k = 0; k < settings.max_iterations && any(progress.running()); ++k) {
      const MaskOf<Real> active = progress.running();
      progress.count();
      const ConstVector first = preconditioned<N, Real>(a, precondition, p, memory_, v);
      a(first, v);
      const Real alpha = rho / scaled_product<N, Real>(scale, shadow, v);
      progress.break_down(!is_finite(alpha));
      add_where<N, Real>(progress.running(), alpha, first, x);
      add_where<N, Real>(progress.running(), -alpha, v, r);
      progress.judge(scaled_product<N, Real>(scale, r, r));

      const ConstVector second = preconditioned<N, Real>(a, precondition, r, memory_, t);
      a(second, t);
      const Real omega = scaled_product<N, Real>(scale, t, r) / scaled_product<N, Real>(scale, t, t);
      progress.break_down(!(abs(omega) > Real(0)) || !is_finite(omega));
      add_where<N, Real>(progress.running(), omega, second, x);
      add_where<N, Real>(progress.running(), -omega, t, r);
      progress.judge(scaled_product<N, Real>(scale, r, r));
      instrument.linear(LinearIteration<Real>{active, k, progress.square()});

      const Real next = scaled_product<N, Real>(scale, shadow, r);
      // Orthogonal to the shadow, as far as rounding shows: the next direction would be noise.
      const Real rounding(std::numeric_limits<ScalarOf<Real>>::epsilon());
      progress.break_down(!(abs(next) > rounding * shadow_norm * sqrt(progress.square())));
      const Real beta = next / rho * (alpha / omega);
      rho = next;
      for (std::size_t i = 0; i < N; ++i) {
        p[i] = select(progress.running(), fma(beta, fma(-omega, v[i], p[i]), r[i]), p[i]);
      }
    }
    return progress.outcome();
  }

  Memory memory_;
};

/// BiCGSTAB as a choice.
export struct BiCgStab {
  static constexpr std::string_view name = "bicgstab";
  template <std::size_t N, class Preconditioner>
  using Traits = BiCgStabTraits<N, Preconditioner>;
  template <std::size_t N, class Real, class Preconditioner, class Memory>
  using Solver = BiCgStabSolver<N, Real, Preconditioner, Memory>;
};

}  // namespace kobie
