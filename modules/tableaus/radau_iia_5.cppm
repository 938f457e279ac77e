/// The Radau IIA method of order 5.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:radau_iia_5;

import :butcher;
import :fully_implicit;
import :method_control;
import :stability;
import :stage_transformation;

namespace kobie {

inline constexpr double root_of_6 = 2.4494897427831780982;

/// B. L. Ehle, On Pade approximations to the exponential function and A-stable methods, University of Waterloo (1969); here as
/// E. Hairer and G. Wanner have it in HW II, IV.5 and IV.8, and in their code RADAU5. Stiffly accurate, L-stable, B-stable; the
/// stages have order 3. For index-1 DAEs too.
///
///   (4 - r) / 10 | (88 - 7 r) / 360        (296 - 169 r) / 1800    (-2 + 3 r) / 225
///   (4 + r) / 10 | (296 + 169 r) / 1800    (88 + 7 r) / 360        (-2 - 3 r) / 225
///   1            | (16 - r) / 36           (16 + r) / 36           1 / 9
///   -------------+-----------------------------------------------------------------    r = sqrt(6)
///                | (16 - r) / 36           (16 + r) / 36           1 / 9
///
/// The error estimate compares with a solution of order 3 (HW II, (IV.8.14)), which is the weaker by far: the method's own
/// error is much below the tolerance where that is small. Saves between steps come from the collocation polynomial, of order 3.
export struct RadauIIA5 {
  static constexpr std::string_view name = "radau-iia-5";
  static constexpr std::array<std::string_view, 2> aliases = {"radau5", "radau"};
  /// As in RADAU5.
  static constexpr MethodControl control{.min_factor = 0.2, .max_factor = 8.0, .steady_min = 1.0, .steady_max = 1.2};

  static constexpr double gamma0 = 0.27488882959567736775;  // 1 / the real eigenvalue of a^-1
  static constexpr auto tableau = checked(
      ImplicitTableau<3>{
          .a = {{{(88 - 7 * root_of_6) / 360, (296 - 169 * root_of_6) / 1800, (-2 + 3 * root_of_6) / 225},
                 {(296 + 169 * root_of_6) / 1800, (88 + 7 * root_of_6) / 360, (-2 - 3 * root_of_6) / 225},
                 {(16 - root_of_6) / 36, (16 + root_of_6) / 36, 1.0 / 9}}},
          .b = {(16 - root_of_6) / 36, (16 + root_of_6) / 36, 1.0 / 9},
          .c = {(4 - root_of_6) / 10, (4 + root_of_6) / 10, 1.0},
          .embedded_start = gamma0,
          .error = {-gamma0 * (13 + 7 * root_of_6) / 3, gamma0 * (-13 + 7 * root_of_6) / 3, -gamma0 / 3},
      },
      5, 3, 3, Stability::l_stable);

  /// HW II, IV.8 and RADAU5, from which the 20 digits of t are.
  static constexpr auto transformation = checked(
      StageTransformation<3>{
          .t = {{{0.091232394870892942792, -0.14125529502095420843, -0.030029194105147424492},
                 {0.24171793270710701896, 0.20412935229379993199, 0.38294211275726193779},
                 {0.96604818261509293619, 1.0, 0.0}}},
          .inverse = {{{4.3255798900631553510, 0.33919925181580986954, 0.54177053993587487119},
                       {-4.1787185915519047273, -0.32768282076106238708, 0.47662355450055045196},
                       {-0.50287263494578687595, 2.5719269498556054292, -0.59603920482822492497}}},
          .gamma = 3.6378342527444957322,
          .alpha = 2.6810828736277521339,
          .beta = 3.0504301992474105694,
      },
      tableau);
};

}  // namespace kobie
