/// The implicit Euler method, iterated from a step of the explicit one.
module;
#include <array>
#include <string_view>

export module kobie.tableaus:backward_euler_predict_correct;

import :backward_euler;
import :stage_predictor;

namespace kobie {

/// The same steps as BackwardEuler's, to what the iterations leave: these start at y + h y', not at y. Fewer of them where the
/// solution is smooth, more where y' is not.
export struct BackwardEulerPredictCorrect {
  static constexpr std::string_view name = "backward-euler-predict-correct";
  static constexpr std::array<std::string_view, 2> aliases = {"backward-euler-pc", "backwards-euler-pc"};
  static constexpr auto tableau = BackwardEuler::tableau;
  static constexpr auto predictor = StagePredictor::extrapolated;
};

}  // namespace kobie
