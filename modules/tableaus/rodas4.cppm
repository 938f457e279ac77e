/// The Rosenbrock method of orders 4 and 3 by Hairer and Wanner.
module;
#include <array>
#include <cstddef>
#include <string_view>

export module kobie.tableaus:rodas4;

import :method_control;
import :rosenbrock;
import :rosenbrock_interpolant;
import :rosenbrock_order;
import :stability;

namespace kobie {

/// E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed. (1996), VI.4, and their code RODAS (method 1),
/// whose coefficients these are. Six stages, stiffly accurate as is its embedded solution, L-stable; for index-1 DAEs too.
///
///   alpha_i  0     0.386    0.21    0.63    1  1
///   gamma_i  0.25  -0.1043  0.1035  -0.0362 0  0      gamma = 1/4
///
/// The error estimate is U_6. The interpolant of order 3 and the limits of the step's growth are those of RODAS.
export struct Rodas4 {
  static constexpr std::string_view name = "rodas4";
  static constexpr std::array<std::string_view, 1> aliases = {"rodas"};
  static constexpr auto tableau = checked(
      RosenbrockTableau<6>{
          .gamma = 0.25,
          .a = {{{},
                 {1.544},
                 {0.9466785280815826, 0.2557011698983284},
                 {3.314825187068521, 2.896124015972201, 0.9986419139977817},
                 {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
                 {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0}}},
          .c = {{{},
                 {-5.6688},
                 {-2.430093356833875, -0.2063599157091915},
                 {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
                 {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
                 {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}}},
          .m = {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0, 1.0},
          .m_hat = {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0, 0.0},
      },
      4, 3, Stability::l_stable);

  static constexpr auto interpolant = checked(
      RosenbrockInterpolant<6, 2>{
          .h = {{{10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662},
                 {-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872}}}},
      tableau, 3);

  static constexpr MethodControl control{.min_factor = 0.2, .max_factor = 6.0};
};

}  // namespace kobie
