/// Steepest descent and minimal residual (Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 5.3): each iteration goes
/// along one vector, the residual or what a preconditioner makes of it.
module;
#include <cstddef>
#include <cstdint>
#include <string_view>

export module kobie.solvers:projection;

import kobie.buffers;
import kobie.numbers;
import kobie.systems;
import :linear_solver;

namespace kobie {

/// The buffers of a solver of either kind.
export template <std::size_t N, class Preconditioner>
struct ProjectionTraits {
  static constexpr BufferRegistry buffers(BufferPrecision precision) {
    constexpr auto n = static_cast<std::ptrdiff_t>(N);
    BufferRegistry registry;
    registry.add("linear_solver", {.name = "residual", .size = n, .precision = precision});
    registry.add("linear_solver", {.name = "image", .size = n, .precision = precision});
    registry.add("linear_solver",
                 {.name = "preconditioned", .size = Preconditioner::is_identity ? 0 : n, .precision = precision});
    return registry;
  }
};

/// Solves A x = b in the lanes of Real, with the buffers of `Memory`: a ComponentBuffers of what the traits declare.
export template <class Kind, std::size_t N, class Real, class Preconditioner, class Memory>
class Projection : public ProjectionTraits<N, Preconditioner> {
 public:
  using Vector = Components<Real, N>;
  using ConstVector = Components<const Real, N>;

  constexpr explicit Projection(const Memory& memory) : memory_(memory) {}

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
    const Vector image = view<"image">();
    LinearProgress<N, Real> progress(scale, r, settings, lanes);
    for (std::int32_t k = 0; k < settings.max_iterations && any(progress.running()); ++k) {
      const MaskOf<Real> active = progress.running();
      const ConstVector z = preconditioned<N, Real>(a, precondition, r, memory_, image);
      a(z, image);
      const Real above = Kind::template numerator<N, Real>(scale, r, z, image);
      const Real below = Kind::template denominator<N, Real>(scale, z, image);
      const Real length = above / below;
      progress.count();
      progress.break_down(!(below > Real(0)) || !(abs(length) > Real(0)) || !is_finite(length));
      add_where<N, Real>(progress.running(), length, z, x);
      add_where<N, Real>(progress.running(), -length, image, r);
      progress.judge(scaled_product<N, Real>(scale, r, r));
      instrument.linear(LinearIteration<Real>{active, k, progress.square()});
    }
    return progress.outcome();
  }

  Memory memory_;
};

/// x += z (r, z) / (z, A z), for operators that are symmetric and positive definite: the error's energy falls by at least
/// ((k - 1) / (k + 1))^2 in each iteration, k the condition number. Its products are not weighted.
export struct SteepestDescent {
  static constexpr std::string_view name = "steepest-descent";
  template <std::size_t N, class Preconditioner>
  using Traits = ProjectionTraits<N, Preconditioner>;
  template <std::size_t N, class Real, class Preconditioner, class Memory>
  using Solver = Projection<SteepestDescent, N, Real, Preconditioner, Memory>;

  // numerator / denominator is how far to go; a denominator that is not positive ends it.
  template <std::size_t N, class Real>
  static constexpr Real numerator(Components<const Real, N> /*scale*/, Components<const Real, N> r, Components<const Real, N> z,
                                  Components<const Real, N> /*image*/) {
    return plain_product<N, Real>(r, z);
  }
  template <std::size_t N, class Real>
  static constexpr Real denominator(Components<const Real, N> /*scale*/, Components<const Real, N> z,
                                    Components<const Real, N> image) {
    return plain_product<N, Real>(z, image);
  }
};

/// x += z (r, A z) / (A z, A z), for operators whose symmetric part is definite: the residual's norm falls in each iteration.
export struct MinimalResidual {
  static constexpr std::string_view name = "minimal-residual";
  template <std::size_t N, class Preconditioner>
  using Traits = ProjectionTraits<N, Preconditioner>;
  template <std::size_t N, class Real, class Preconditioner, class Memory>
  using Solver = Projection<MinimalResidual, N, Real, Preconditioner, Memory>;

  template <std::size_t N, class Real>
  static constexpr Real numerator(Components<const Real, N> scale, Components<const Real, N> r, Components<const Real, N> /*z*/,
                                  Components<const Real, N> image) {
    return scaled_product<N, Real>(scale, r, image);
  }
  template <std::size_t N, class Real>
  static constexpr Real denominator(Components<const Real, N> scale, Components<const Real, N> /*z*/,
                                    Components<const Real, N> image) {
    return scaled_product<N, Real>(scale, image, image);
  }
};

}  // namespace kobie
