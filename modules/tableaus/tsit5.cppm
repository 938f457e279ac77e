/// The pair of orders 5 and 4 by Tsitouras.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:tsit5;

import :butcher;
import :interpolant;
import :method_control;

namespace kobie {

/// Ch. Tsitouras, Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption,
/// Comput. Math. Appl. 62 (2011) 770-775; table 1 (to more digits from the author's construction), interpolant of section 4.
///
///   0       |
///   0.161   |  0.161
///   0.327   | -0.00848   0.33548
///   0.9     |  2.89715  -6.35945   4.36230
///   0.98003 |  5.32586 -11.74888   7.49554  -0.09250
///   1       |  5.86146 -12.92097   8.15937  -0.07158  -0.02827
///   1       |  0.09646   0.01      0.47989   1.37901  -3.29007  2.32471
///   --------+-----------------------------------------------------------------
///   b       |  0.09646   0.01      0.47989   1.37901  -3.29007  2.32471   0
///   b^      |  0.09468   0.00918   0.48777   1.23430  -2.70771  1.86663  1/66
export struct Tsit5 {
  static constexpr std::string_view name = "tsit5";
  /// As in Hairer's DOPRI5, whose pair has the same orders: with less weight on the last error than the general 0.7 and -0.4,
  /// steps keep nearer to the tolerance (Lorenz at 1e-8: 77 instead of 94 attempts for each unit of time).
  static constexpr MethodControl control{.beta1 = 1.0 - 0.75 * 0.04 * 5, .beta2 = -0.04 * 5};
  static constexpr std::array<std::string_view, 2> aliases = {"tsitouras-5", "tsitouras-54"};
  static constexpr auto tableau = checked(
      ExplicitTableau<7>{
          .a = {{{},
                 {0.161},
                 {-0.008480655492356988544426874250230774675, 0.335480655492356988544426874250230774675},
                 {2.897153057105493432130432594192938764925, -6.359448489975074843148159912383825625953,
                  4.362295432869581411017727318190886861028},
                 {5.325864828439256604428877920840511317836, -11.748883564062827877747170339785772961887,
                  7.495539342889836208304604784564358155659, -0.092495066361755249256502079332071916114},
                 {5.861455442946420028659251486982647890394, -12.920969317847109291706118681783359395418,
                  8.159367898576158643180400794539253485182, -0.071584973281400997224530542525829738691,
                  -0.028269050394068382909003057212712241467},
                 {0.096460766818065229518167313165128763337, 0.01, 0.479889650414499574775249532290596519913,
                  1.379008574103741893192274821856872770756, -3.290069515436080679901047585711363850116,
                  2.324710524099773982415355918398765796109}}},
          .b = {0.096460766818065229518167313165128763337, 0.01, 0.479889650414499574775249532290596519913,
                1.379008574103741893192274821856872770756, -3.290069515436080679901047585711363850116,
                2.324710524099773982415355918398765796109, 0.0},
          .c = {0.0, 0.161, 0.327, 0.9, 0.980025540904509685729810286287024595494, 1.0, 1.0},
          .embedded = {0.094680755765839458074788762557589228561, 0.009183565540343253096776363936645313760,
                       0.487770528424761570785564259963122824152, 1.234297566930478985655109673884237654036,
                       -2.707712349983525454881109975059321670690, 1.866628418170587035753719399566211498666, 1.0 / 66},
      },
      5, 4);

  // The paper gives each weight as a product of factors in theta; here they are multiplied out.
  static constexpr auto interpolant = checked(
      [] {
        std::array<std::array<double, 4>, 7> powers{};
        // scale theta^2 (theta^2 + p theta + q)
        const auto square = [](double scale, double p, double q) {
          return std::array<double, 4>{0.0, scale * q, scale * p, scale};
        };
        // -1.0530884977290216 theta (theta - r) (theta^2 + p theta + q)
        constexpr double scale = -1.0530884977290216;
        constexpr double r = 1.3299890189751412;
        constexpr double p = -1.4364028541716351;
        constexpr double q = 0.7139816917074209;
        powers[0] = {-scale * r * q, scale * (q - r * p), scale * (p - r), scale};
        powers[1] = square(0.1017, -2.1966568338249754, 1.2949852507374631);
        powers[2] = square(2.490627285651252793, -2.38535645472061657, 1.57803468208092486);
        powers[3] = square(-16.54810288924490272, -1.21712927295533244 - 0.61620406037800089,
                           1.21712927295533244 * 0.61620406037800089);
        powers[4] = square(47.37952196281928122, -1.203071208372362603 - 0.658047292653547382,
                           1.203071208372362603 * 0.658047292653547382);
        powers[5] = square(-34.87065786149660974, -1.2 - 2.0 / 3, 1.2 * 2 / 3);
        powers[6] = square(2.5, -1.6, 0.6);
        Interpolant<7, 4> dense;
        for (std::size_t i = 0; i < 7; ++i) {
          dense.weights[i] = weights_from_powers(powers[i], tableau.b[i]);
        }
        return dense;
      }(),
      tableau, 4);
};

}  // namespace kobie
