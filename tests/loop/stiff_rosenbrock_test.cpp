#include <catch2/catch_template_test_macros.hpp>

#include <tuple>

#include "stiff_accuracy.hpp"

import kobie.tableaus;

using stiff::Case;

namespace {

using Cases = std::tuple<Case<kobie::Ros2S>, Case<kobie::Rosenbrock23>, Case<kobie::Ros3P>, Case<kobie::Rodas3P>,
                         Case<kobie::Rodas4>, Case<kobie::Rodas5P, -10>>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("adaptive runs of stiff problems end within 100 tolerances of their references: Rosenbrock", "",
                        Cases) {
  stiff::check_all<TestType>();
}
