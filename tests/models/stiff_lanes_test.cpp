// Models in lanes, by an implicit method.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <tuple>

#include "lanes.hpp"

import kobie.control;
import kobie.models;
import kobie.numbers;
import kobie.tableaus;

namespace {

using Stiff = std::tuple<kobie::models::Hires, kobie::models::Oregonator, kobie::models::Robertson>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("runs of a stiff model in lanes have the bits that each has alone", "", Stiff) {
  lanes::check_runs<TestType, kobie::Rodas5P, kobie::GustafssonControl, kobie::Pack<double, 8>>(
      {.end = 20.0, .saves = {0.5, 12.345, 20.0}, .rtol = 1e-6, .atol = 1e-8});
}
