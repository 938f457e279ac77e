// Each model's equations, written a second time in another way: as reactions, in polar coordinates, in complex numbers, in the
// authors' own variables.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "tools.hpp"

import kobie.models;

namespace models = kobie::models;

namespace {

using Numbers = std::vector<double>;

// What comes in and what goes out, by number of substance, at a rate that is `constant` times all that comes in.
struct Reaction {
  double constant;
  std::vector<std::size_t> in;
  std::vector<std::size_t> out;
};

Numbers mass_action(const Numbers& y, const std::vector<Reaction>& reactions) {
  Numbers rate(y.size(), 0.0);
  for (const Reaction& reaction : reactions) {
    double flow = reaction.constant;
    for (const std::size_t substance : reaction.in) {
      flow *= y[substance];
    }
    for (const std::size_t substance : reaction.in) {
      rate[substance] -= flow;
    }
    for (const std::size_t substance : reaction.out) {
      rate[substance] += flow;
    }
  }
  return rate;
}

// At 200 points with parameters of their own; states lie between the given bounds.
template <class M, class Rhs>
void check_rates(Rhs&& rhs, const std::vector<std::pair<double, double>>& bounds) {
  tools::Draws draws;
  for (int trial = 0; trial < 200; ++trial) {
    const double t = draws.between(0.0, 10.0);
    const Numbers parameters = draws.around(tools::values_of(M::parameters));
    Numbers state;
    for (std::size_t i = 0; i < M::states.size(); ++i) {
      const auto& [low, high] = bounds[i % bounds.size()];
      state.push_back(draws.between(low, high));
    }
    const Numbers rates = tools::rates<M, double>(t, state, parameters);
    const Numbers expected = rhs(t, state, parameters);
    REQUIRE(rates.size() == expected.size());
    double largest = 0.0;
    for (const double rate : expected) {
      largest = std::max(largest, std::abs(rate));
    }
    for (std::size_t i = 0; i < rates.size(); ++i) {
      INFO(M::name << ", " << M::states[i].name << "', trial " << trial);
      CHECK(std::abs(rates[i] - expected[i]) <= 1e-12 * (std::abs(expected[i]) + 0.01 * largest));
    }
  }
}

}  // namespace

TEST_CASE("Lorenz' rates are those of his quadratic form") {
  check_rates<models::Lorenz>(
      [](double, const Numbers& y, const Numbers& p) {
        const Numbers linear = {-p[0] * y[0] + p[0] * y[1], p[1] * y[0] - y[1], -p[2] * y[2]};
        return Numbers{linear[0], linear[1] - y[0] * y[2], linear[2] + y[0] * y[1]};
      },
      {{-20.0, 20.0}});
}

TEST_CASE("the rates of Lorenz' ring are the same at every place of the circle, whatever its size") {
  const auto ring = [](double, const Numbers& y, const Numbers& p) {
    const auto n = static_cast<int>(y.size());
    const auto place = [&](int i) { return y[static_cast<std::size_t>((i % n + n) % n)]; };
    Numbers rate;
    for (int i = 0; i < n; ++i) {
      rate.push_back(place(i + 1) * place(i - 1) - place(i - 2) * place(i - 1) - place(i) + p[0]);
    }
    return rate;
  };
  check_rates<models::Lorenz96<>>(ring, {{-10.0, 10.0}});
  check_rates<models::Lorenz96<4>>(ring, {{-10.0, 10.0}});
  check_rates<models::Lorenz96<5>>(ring, {{-10.0, 10.0}});
  check_rates<models::Lorenz96<128>>(ring, {{-10.0, 10.0}});
}

TEST_CASE("van der Pol's rates are those of Lienard's variables") {
  // With y = x - x^3 / 3 - v / mu: x' = mu (x - x^3 / 3 - y), y' = x / mu, so that v' = mu (x' - x^2 x' - y').
  check_rates<models::VanDerPol>(
      [](double, const Numbers& s, const Numbers& p) {
        const double x = s[0];
        const double y = x - x * x * x / 3.0 - s[1] / p[0];
        const double x_rate = p[0] * (x - x * x * x / 3.0 - y);
        return Numbers{x_rate, p[0] * (x_rate - x * x * x_rate - x / p[0])};
      },
      {{-3.0, 3.0}});
}

TEST_CASE("Robertson's rates are those of his three reactions") {
  check_rates<models::Robertson>(
      [](double, const Numbers& y, const Numbers& k) {
        return mass_action(y, {{k[0], {0}, {1}}, {k[1], {1, 1}, {1, 2}}, {k[2], {1, 2}, {0, 2}}});
      },
      {{0.0, 1.0}, {0.0, 1e-4}, {0.0, 1.0}});
}

TEST_CASE("the Oregonator's rates are those of its scaled reactions, term by term") {
  check_rates<models::Oregonator>(
      [](double, const Numbers& y, const Numbers& p) {
        const auto& [s, q, w] = std::tie(p[0], p[1], p[2]);
        return Numbers{s * y[0] + s * y[1] - s * y[0] * y[1] - s * q * y[0] * y[0], y[2] / s - y[1] / s - y[0] * y[1] / s,
                       w * y[0] - w * y[2]};
      },
      {{0.0, 10.0}});
}

TEST_CASE("the rates of HIRES are those of its reactions") {
  check_rates<models::Hires>(
      [](double, const Numbers& y, const Numbers& k) {
        // P_r, P_fr, P_r X, P_fr X, P_r X', P_fr X', P_fr X' E, E
        return mass_action(y, {{k[9], {}, {0}},
                               {k[0], {0}, {1}},
                               {k[1], {1}, {0}},
                               {k[2], {1}, {3}},
                               {k[5], {2}, {0}},
                               {k[0], {2}, {3}},
                               {k[1], {3}, {2}},
                               {k[3], {3}, {5}},
                               {k[4], {4}, {2}},
                               {k[0], {4}, {5}},
                               {k[1], {5}, {4}},
                               {k[6], {5, 7}, {6}},
                               {k[7], {6}, {5, 7}},
                               {k[1], {6}, {4, 7}},
                               {k[8], {6}, {7}}});
      },
      {{0.0, 1.0}});
}

TEST_CASE("the Brusselator's rates are those of its four reactions") {
  check_rates<models::Brusselator>(
      [](double, const Numbers& y, const Numbers& p) {
        return mass_action(y, {{p[0], {}, {0}}, {p[1], {0}, {1}}, {1.0, {0, 0, 1}, {0, 0, 0}}, {1.0, {0}, {}}});
      },
      {{0.0, 4.0}});
}

TEST_CASE("Lotka's and Volterra's rates are those of births and meetings") {
  check_rates<models::LotkaVolterra>(
      [](double, const Numbers& y, const Numbers& p) {
        const double meetings = y[0] * y[1];
        return Numbers{p[0] * y[0] - p[1] * meetings, p[3] * meetings - p[2] * y[1]};
      },
      {{0.0, 5.0}});
}

TEST_CASE("the rates of FitzHugh and Nagumo are those of FitzHugh's own equations") {
  // FitzHugh (1961), (1) and (2), with c^2 = tau, x = -v, y = w, z = -current, and time in units of c.
  check_rates<models::FitzHughNagumo>(
      [](double, const Numbers& s, const Numbers& p) {
        const double c = std::sqrt(p[2]);
        const double x = -s[0];
        const double y = s[1];
        const double x_rate = c * (y + x - x * x * x / 3.0 - p[3]);
        const double y_rate = -(x - p[0] + p[1] * y) / c;
        return Numbers{-x_rate / c, y_rate / c};
      },
      {{-2.0, 2.0}});
}

TEST_CASE("Hodgkin's and Huxley's rates are those of the paper of 1952, in its own sign") {
  check_rates<models::HodgkinHuxley>(
      [](double, const Numbers& s, const Numbers& p) {
        // V counts from rest, and down where the membrane is depolarised; so do V_Na = -115 mV and the others.
        const double rest = -65.0;
        const double v = -(s[0] - rest);
        const double v_na = -(p[5] - rest);
        const double v_k = -(p[6] - rest);
        const double v_l = -(p[7] - rest);
        const double alpha_n = 0.01 * (v + 10.0) / (std::exp((v + 10.0) / 10.0) - 1.0);
        const double beta_n = 0.125 * std::exp(v / 80.0);
        const double alpha_m = 0.1 * (v + 25.0) / (std::exp((v + 25.0) / 10.0) - 1.0);
        const double beta_m = 4.0 * std::exp(v / 18.0);
        const double alpha_h = 0.07 * std::exp(v / 20.0);
        const double beta_h = 1.0 / (std::exp((v + 30.0) / 10.0) + 1.0);
        const auto& [m, h, n] = std::tie(s[1], s[2], s[3]);
        const double ionic = p[3] * std::pow(n, 4) * (v - v_k) + p[2] * std::pow(m, 3) * h * (v - v_na) + p[4] * (v - v_l);
        const double applied = -p[0];
        return Numbers{-(applied - ionic) / p[1], alpha_m * (1.0 - m) - beta_m * m, alpha_h * (1.0 - h) - beta_h * h,
                       alpha_n * (1.0 - n) - beta_n * n};
      },
      {{-90.0, 50.0}, {0.0, 1.0}, {0.0, 1.0}, {0.0, 1.0}});
}

TEST_CASE("an epidemic's rates are those of infection and recovery") {
  check_rates<models::Sir>(
      [](double, const Numbers& y, const Numbers& p) { return mass_action(y, {{p[0], {0, 1}, {1, 1}}, {p[1], {1}, {2}}}); },
      {{0.0, 1.0}});
}

TEST_CASE("Duffing's rates are a force from a potential, friction and drive") {
  check_rates<models::Duffing>(
      [](double t, const Numbers& y, const Numbers& p) {
        const double spring = -(p[1] * y[0] + p[2] * std::pow(y[0], 3));
        return Numbers{y[1], spring - p[0] * y[1] + p[3] * std::cos(p[4] * t)};
      },
      {{-2.0, 2.0}});
}

TEST_CASE("Kepler's rates are those of a pull along the radius") {
  check_rates<models::Kepler>(
      [](double, const Numbers& y, const Numbers& p) {
        const std::complex<double> pull = -std::polar(p[0] / std::norm(std::complex(y[0], y[1])), std::atan2(y[1], y[0]));
        return Numbers{y[2], y[3], pull.real(), pull.imag()};
      },
      {{-2.0, 2.0}});
}

TEST_CASE("the rates of the Pleiades are those of stars in the complex plane") {
  check_rates<models::Pleiades>(
      [](double, const Numbers& y, const Numbers& m) {
        constexpr std::size_t n = 7;
        Numbers rate(4 * n);
        for (std::size_t i = 0; i < n; ++i) {
          std::complex<double> pull;
          for (std::size_t j = 0; j < n; ++j) {
            if (j != i) {
              const std::complex<double> apart(y[j] - y[i], y[n + j] - y[n + i]);
              pull += m[j] * apart / std::pow(std::abs(apart), 3);
            }
          }
          rate[i] = y[2 * n + i];
          rate[n + i] = y[3 * n + i];
          rate[2 * n + i] = pull.real();
          rate[3 * n + i] = pull.imag();
        }
        return rate;
      },
      {{-4.0, 4.0}});
}
