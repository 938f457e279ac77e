// Models over time against published end points: tests/reference/README.md, and the IVP test set.
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <vector>

#include "../reference/references.hpp"
#include "tools.hpp"

import kobie.control;
import kobie.core;
import kobie.models;
import kobie.tableaus;

namespace models = kobie::models;

namespace {

constexpr double turn = 2.0 * std::numbers::pi;

// Each component within `tolerance` of what is published, relative where it is above 1.
void check_end(const std::vector<double>& end, const std::vector<double>& published, double tolerance) {
  REQUIRE(end.size() == published.size());
  for (std::size_t i = 0; i < end.size(); ++i) {
    INFO("component " << i << ": " << end[i] << ", published " << published[i]);
    CHECK(std::abs(end[i] - published[i]) <= tolerance * std::fmax(1.0, std::abs(published[i])));
  }
}

// At the time that the file of values writes as `t`, by a method of order 8 and tolerances next to rounding.
template <class M>
void check_reference(const std::string& problem, const std::string& t, double end, double tolerance,
                     const std::vector<tools::Change>& changes = {}) {
  INFO(problem << " at " << t);
  const auto run = tools::solve<M>(tools::usual<M>(changes), {end});
  check_end(run.saves[0].state, reference_value(problem, t), tolerance);
}

// By Rodas5P. `scale` is what each absolute tolerance is, in relative ones. Within 1000 tolerances.
template <class M>
std::vector<double> stiff_end(double end, double tolerance, const std::vector<double>& scale,
                              const std::vector<tools::Change>& changes = {}) {
  std::vector<double> atol;
  for (const double size : scale) {
    atol.push_back(tolerance * size);
  }
  const auto run = harness::integrate_one<M, kobie::Rodas5P, kobie::GustafssonControl>(
      {.end = end, .saves = {end}, .rtol_of = std::vector<double>(scale.size(), tolerance), .atol_of = atol},
      tools::usual<M>(changes));
  REQUIRE(run.status == kobie::Status::success);
  return run.saves.at(0).state;
}

void check_stiff(const std::vector<double>& end, const std::vector<double>& published, double tolerance,
                 const std::vector<double>& scale) {
  REQUIRE(end.size() == published.size());
  for (std::size_t i = 0; i < end.size(); ++i) {
    INFO("component " << i << ": " << end[i] << ", published " << published[i]);
    CHECK(std::abs(end[i] - published[i]) <= 1000.0 * tolerance * (scale[i] + std::abs(published[i])));
  }
}

}  // namespace

TEST_CASE("Lorenz' system ends where references do") {
  check_reference<models::Lorenz>("lorenz_b8_3_u100_rho5.250", "1", 1.0, 1e-11, {{"rho", 5.25}});
  check_reference<models::Lorenz>("lorenz_b8_3_u100_rho21.00", "1", 1.0, 1e-11, {{"rho", 21.0}});
  check_reference<models::Lorenz>("lorenz_b8_3_rho28_long", "5", 5.0, 1e-10);
  check_reference<models::Lorenz>("lorenz_b8_3_rho28_long", "20", 20.0, 1e-7);
}

TEST_CASE("Duffing's oscillator ends where references do") {
  const std::vector<tools::Change> start = {{"x", -0.5}, {"v", -0.1}};
  check_reference<models::Duffing>("duffing_mpgos_k0.25", "6.283185307", turn, 1e-11, start);
  check_reference<models::Duffing>("duffing_mpgos_k0.30", "62.83185307", 10.0 * turn, 1e-9,
                                   {{"x", -0.5}, {"v", -0.1}, {"delta", 0.3}});
}

TEST_CASE("the Brusselator ends where its reference does") {
  check_reference<models::Brusselator>("hnw_brusselator", "20", 20.0, 1e-10);
}

TEST_CASE("prey and predators end where references do") {
  check_reference<models::LotkaVolterra>("sciml_lotka", "10", 10.0, 1e-11);
  check_reference<models::LotkaVolterra>(
      "NSDTST_B1", "20", 20.0, 1e-10,
      {{"alpha", 2.0}, {"beta", 2.0}, {"gamma", 1.0}, {"delta", 1.0}, {"prey", 1.0}, {"predator", 3.0}});
}

TEST_CASE("Kepler's planets end where references do") {
  check_reference<models::Kepler>("NSDTST_D1", "20", 20.0, 1e-10, {{"x", 0.9}, {"vy", std::sqrt(1.1 / 0.9)}});
  check_reference<models::Kepler>("NSDTST_D3", "20", 20.0, 1e-10);
}

TEST_CASE("van der Pol's oscillator ends where its reference does, if it is not stiff") {
  check_reference<models::VanDerPol>("NSDTST_E2", "20", 20.0, 1e-10);
}

TEST_CASE("van der Pol's oscillator ends where references do, if it is stiff") {
  // mu = 1000: the test set's equation with eps = 1e-6, whose unit of time is mu.
  for (const std::string t : {"1", "2", "11"}) {
    auto published = reference_value("bari_vdpol_eps1e-6", t);
    published[1] /= 1000.0;
    check_stiff(stiff_end<models::VanDerPol>(1000.0 * std::stod(t), 1e-8, {1.0, 1e-3}, {{"mu", 1000.0}}), published, 1e-8,
                {1.0, 1e-3});
  }
}

TEST_CASE("Robertson's reaction ends where references do") {
  const std::vector<double> scale = {1e-4, 1e-10, 1e-2};
  for (const std::string t : {"0.4", "40", "100000", "1e+11"}) {
    INFO("t = " << t);
    check_stiff(stiff_end<models::Robertson>(std::stod(t), 1e-8, scale), reference_value("bari_rober", t), 1e-8, scale);
  }
}

TEST_CASE("the Oregonator ends where references do") {
  const std::vector<double> scale(3, 1.0);
  for (const std::string t : {"30", "360"}) {
    INFO("t = " << t);
    check_stiff(stiff_end<models::Oregonator>(std::stod(t), 1e-8, scale), reference_value("bari_orego", t), 1e-8, scale);
  }
}

TEST_CASE("HIRES ends where its reference does") {
  const std::vector<double> scale(8, 1e-3);
  check_stiff(stiff_end<models::Hires>(321.8122, 1e-9, scale), reference_value("bari_hires", "321.8122"), 1e-9, scale);
}

TEST_CASE("the Pleiades end where the IVP test set has them") {
  const std::vector<double> published = {
      0.3706139143970502,  3.237284092057233,   -3.222559032418324, 0.6597091455775310, 0.3425581707156584, 1.562172101400631,
      -0.7003092922212495, -3.943437585517392,  -3.271380973972550, 5.225081843456543,  -2.590612434977470, 1.198213693392275,
      -0.2429682344935824, 1.091449240428980,   3.417003806314313,  1.354584501625501,  -2.590065597810775, 2.025053734714242,
      -1.155815100160448,  -0.8072988170223021, 0.5952396354208710, -3.741244961234010, 0.3773459685750630, 0.9386858869551073,
      0.3667922227200571,  -0.3474046353808490, 2.344915448180937,  -1.947020434263292};
  const auto run = tools::solve<models::Pleiades>(tools::usual<models::Pleiades>(), {3.0});
  check_end(run.saves[0].state, published, 1e-8);
}
