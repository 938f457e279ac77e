/// The implicit part of the additive method of orders 4 and 3 by Kennedy and Carpenter.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:kencarp4;

import :diagonally_implicit;
import :interpolant;
import :stability;

namespace kobie {

/// C. A. Kennedy, M. H. Carpenter, Additive Runge-Kutta schemes for convection-diffusion-reaction equations, Appl. Numer. Math.
/// 44 (2003) 139-181: the ESDIRK part of ARK4(3)6L[2]SA. Stiffly accurate, L-stable. The interpolant is theirs of order 3.
///
///   0      |
///   1/2    | 0.25      0.25
///   83/250 | 0.13778  -0.05578  0.25
///   31/50  | 0.14464  -0.22393  0.44930  0.25
///   17/20  | 0.09826  -0.59154  0.81012  0.28317   0.25
///   1      | 0.15792     0      0.18676  0.68057  -0.27524  0.25
///   -------+------------------------------------------------------
///   b      | 0.15792     0      0.18676  0.68057  -0.27524  0.25
///   b^     | 0.15471     0      0.18921  0.70205  -0.31919  0.27323
export struct KenCarp4 {
  static constexpr std::string_view name = "kencarp-4";
  static constexpr std::array<std::string_view, 1> aliases = {"ark436l2sa"};
  static constexpr auto tableau = checked(
      DiagonallyImplicitTableau<6>{
          .a = {{{},
                 {1.0 / 4, 1.0 / 4},
                 {8611.0 / 62500, -1743.0 / 31250, 1.0 / 4},
                 {5012029.0 / 34652500, -654441.0 / 2922500, 174375.0 / 388108, 1.0 / 4},
                 {15267082809.0 / 155376265600, -71443401.0 / 120774400, 730878875.0 / 902184768, 2285395.0 / 8070912, 1.0 / 4},
                 {82889.0 / 524892, 0.0, 15625.0 / 83664, 69875.0 / 102672, -2260.0 / 8211, 1.0 / 4}}},
          .b = {82889.0 / 524892, 0.0, 15625.0 / 83664, 69875.0 / 102672, -2260.0 / 8211, 1.0 / 4},
          .c = {0.0, 1.0 / 2, 83.0 / 250, 31.0 / 50, 17.0 / 20, 1.0},
          .embedded = {4586570599.0 / 29645900160, 0.0, 178811875.0 / 945068544, 814220225.0 / 1159782912,
                       -3700637.0 / 11593932, 61727.0 / 225920},
      },
      4, 3, Stability::l_stable);

  // b*_i(theta) in powers of theta. What decays, however fast, is nowhere amplified; the slope jumps where steps meet.
  static constexpr auto interpolant =
      checked(interpolant_from_powers<6, 3>(
                  {{{6943876665148.0 / 7220017795957.0, -54480133.0 / 30881146.0, 6818779379841.0 / 7100303317025.0},
                    {},
                    {7640104374378.0 / 9702883013639.0, -11436875.0 / 14766696.0, 2173542590792.0 / 12501825683035.0},
                    {-20649996744609.0 / 7521556579894.0, 174696575.0 / 18121608.0, -31592104683404.0 / 5083833661969.0},
                    {8854892464581.0 / 2390941311638.0, -12120380.0 / 966161.0, 61146701046299.0 / 7138195549469.0},
                    {-11397109935349.0 / 6675773540249.0, 3843.0 / 706.0, -17219254887155.0 / 4939391667607.0}}},
                  tableau.b),
              tableau, 3);
};

}  // namespace kobie
