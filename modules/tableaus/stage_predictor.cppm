/// Where Newton's method starts from in an implicit stage.
module;
#include <cstdint>

export module kobie.tableaus:stage_predictor;

namespace kobie {

/// `extrapolated`: from the derivatives known already, which is the default; `none`: at the start of the step. A method that
/// says so declares it as `predictor`.
export enum class StagePredictor : std::uint8_t { extrapolated, none };

export template <class Method>
inline constexpr StagePredictor predictor_of = [] {
  if constexpr (requires { Method::predictor; }) {
    return Method::predictor;
  } else {
    return StagePredictor::extrapolated;
  }
}();

}  // namespace kobie
