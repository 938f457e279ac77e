/// The implicit part of the additive method of orders 3 and 2 by Kennedy and Carpenter.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:kencarp3;

import :diagonally_implicit;
import :interpolant;
import :stability;

namespace kobie {

/// C. A. Kennedy, M. H. Carpenter, Additive Runge-Kutta schemes for convection-diffusion-reaction equations, Appl. Numer. Math.
/// 44 (2003) 139-181: the ESDIRK part of ARK3(2)4L[2]SA. Stiffly accurate, L-stable. The interpolant is theirs of order 2.
///
///   0       |
///   0.87173 | 0.43587   0.43587
///   3/5     | 0.25765  -0.09351  0.43587
///   1       | 0.18764  -0.59530  0.97179  0.43587
///   --------+-------------------------------------
///   b       | 0.18764  -0.59530  0.97179  0.43587
///   b^      | 0.21474  -0.48516  0.86873  0.40170
export struct KenCarp3 {
  static constexpr std::string_view name = "kencarp-3";
  static constexpr std::array<std::string_view, 1> aliases = {"ark324l2sa"};
  static constexpr double gamma = 1767732205903.0 / 4055673282236.0;
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<4>{
          .a = {{{},
                 {gamma, gamma},
                 {2746238789719.0 / 10658868560708.0, -640167445237.0 / 6845629431997.0, gamma},
                 {1471266399579.0 / 7840856788654.0, -4482444167858.0 / 7529755066697.0, 11266239266428.0 / 11593286722821.0,
                  gamma}}},
          .b = {1471266399579.0 / 7840856788654.0, -4482444167858.0 / 7529755066697.0, 11266239266428.0 / 11593286722821.0,
                gamma},
          .c = {0.0, 2 * gamma, 3.0 / 5, 1.0},
          .embedded = {2756255671327.0 / 12835298489170.0, -10771552573575.0 / 22201958757719.0,
                       9247589265047.0 / 10645013368117.0, 2193209047091.0 / 5459859503100.0},
      },
      3, 2, Stability::l_stable);

  // b*_i(theta) in powers of theta. What decays, however fast, is nowhere amplified; the slope jumps where steps meet.
  static constexpr auto interpolant =
      checked(interpolant_from_powers<4, 2>({{{4655552711362.0 / 22874653954995.0, -215264564351.0 / 13552729205753.0},
                                              {-18682724506714.0 / 9892148508045.0, 17870216137069.0 / 13817060693119.0},
                                              {34259539580243.0 / 13192909600954.0, -28141676662227.0 / 17317692491321.0},
                                              {584795268549.0 / 6622622206610.0, 2508943948391.0 / 7218656332882.0}}},
                                            tableau.b),
              tableau, 2);
};

}  // namespace kobie
