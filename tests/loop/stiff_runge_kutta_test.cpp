#include <catch2/catch_template_test_macros.hpp>

#include <tuple>

#include "stiff_accuracy.hpp"

import kobie.tableaus;

using stiff::Case;

namespace {

using Cases = std::tuple<Case<kobie::CrankNicolson>, Case<kobie::Sdirk2>, Case<kobie::TrBdf2>, Case<kobie::Dirk3>,
                         Case<kobie::Kvaerno3>, Case<kobie::KenCarp3>, Case<kobie::Sdirk43>, Case<kobie::KenCarp4>,
                         Case<kobie::Kvaerno5>, Case<kobie::RadauIIA5, -10>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("adaptive runs of stiff problems end within 100 tolerances of their references: implicit Runge-Kutta",
                        "", Cases) {
  stiff::check_all<TestType>();
}
