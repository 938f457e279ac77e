// Models in lanes, by an explicit method.
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <vector>

#include "../loop/compare.hpp"
#include "lanes.hpp"
#include "tools.hpp"

import kobie.control;
import kobie.models;
import kobie.numbers;
import kobie.tableaus;

namespace models = kobie::models;
using Double8 = kobie::Pack<double, 8>;
using Float16 = kobie::Pack<float, 16>;

namespace {

using All = std::tuple<models::Brusselator, models::Duffing, models::FitzHughNagumo, models::Hires, models::HodgkinHuxley,
                       models::Kepler, models::Lorenz, models::Lorenz96<>, models::LotkaVolterra, models::Oregonator,
                       models::Pleiades, models::Robertson, models::Sir, models::VanDerPol>;
using NotStiff =
    std::tuple<models::Brusselator, models::Duffing, models::FitzHughNagumo, models::HodgkinHuxley, models::Kepler,
               models::Lorenz, models::Lorenz96<>, models::LotkaVolterra, models::Pleiades, models::Sir, models::VanDerPol>;

template <class Real>
std::vector<Real> packed(const std::vector<std::vector<double>>& lanes) {
  using T = kobie::ScalarOf<Real>;
  std::vector<Real> all(lanes[0].size());
  for (std::size_t q = 0; q < all.size(); ++q) {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      kobie::set_lane(all[q], static_cast<int>(i), static_cast<T>(lanes[i][q]));
    }
  }
  return all;
}

// Lanes against scalars. `exactly`: to the last bit; else as far as functions within 3 units in the last place allow, where
// terms may be a hundred times their sum.
template <class T, class Real>
void check_lanes(const std::vector<Real>& together, const std::vector<T>& alone, int lane, bool exactly) {
  REQUIRE(together.size() == alone.size());
  for (std::size_t q = 0; q < alone.size(); ++q) {
    const T value = kobie::lane(together[q], lane);
    if (exactly) {
      CHECK(compare::same_bits(value, alone[q]));
    } else {
      CHECK(std::abs(value - alone[q]) <= T(1000) * std::numeric_limits<T>::epsilon() * std::abs(alone[q]));
    }
  }
}

template <class M, class Real>
void check_points() {
  using T = kobie::ScalarOf<Real>;
  constexpr int width = kobie::lanes_of<Real>;
  const auto starts = lanes::starts<M>(width);
  std::vector<std::vector<double>> states;
  std::vector<std::vector<double>> parameters;
  for (const auto& start : starts) {
    states.push_back(start.state);
    parameters.push_back(start.parameter);
  }
  const auto y = packed<Real>(states);
  const auto p = packed<Real>(parameters);
  const auto rates = tools::rates<M, Real>(Real(T(1.5)), y, p);
  const auto seen = tools::observed<M, Real>(Real(T(1.5)), y, p);
  for (int i = 0; i < width; ++i) {
    INFO(M::name << ", lane " << i);
    const auto& start = starts[static_cast<std::size_t>(i)];
    const std::vector<T> state(start.state.begin(), start.state.end());
    const std::vector<T> parameter(start.parameter.begin(), start.parameter.end());
    check_lanes<T>(rates, tools::rates<M, T>(T(1.5), state, parameter), i, !lanes::rates_call_functions<M>);
    check_lanes<T>(seen, tools::observed<M, T>(T(1.5), state, parameter), i, !lanes::observables_call_functions<M>);
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a model's rates and observables in lanes are the scalar ones to the last bit", "", All) {
  check_points<TestType, Double8>();
  check_points<TestType, Float16>();
}

TEMPLATE_LIST_TEST_CASE("runs of a model in lanes have the bits that each has alone", "", NotStiff) {
  lanes::check_runs<TestType, kobie::Tsit5, kobie::PiControl, Double8>(
      {.end = 2.0, .saves = {0.5, 1.2345, 2.0}, .rtol = 1e-6, .atol = 1e-6});
}
