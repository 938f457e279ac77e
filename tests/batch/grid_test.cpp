#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using problems::Lorenz;

TEST_CASE("a cartesian grid has every combination, the last quantity varying fastest") {
  const auto runs = kobie::grid<Lorenz>({{"rho", {1.0, 2.0}}, {"x", {10.0, 20.0, 30.0}}});
  REQUIRE(runs.size() == 6);
  std::vector<double> rho;
  std::vector<double> x;
  for (std::int64_t run = 0; run < 6; ++run) {
    rho.push_back(runs["rho"][run]);
    x.push_back(runs["x"][run]);
  }
  CHECK(rho == std::vector<double>{1, 1, 1, 2, 2, 2});
  CHECK(x == std::vector<double>{10, 20, 30, 10, 20, 30});
}

TEST_CASE("zip goes run by run, and one value serves all runs") {
  const auto runs =
      kobie::grid<Lorenz>({{"rho", {1.0, 2.0, 3.0}}, {"x", {10.0, 20.0, 30.0}}, {"sigma", 5.0}}, kobie::Combine::zip);
  REQUIRE(runs.size() == 3);
  CHECK(runs["rho"][1] == 2.0);
  CHECK(runs["x"][1] == 20.0);
  CHECK(runs["sigma"][2] == 5.0);
  CHECK_THROWS_WITH(kobie::grid<Lorenz>({{"rho", {1.0, 2.0, 3.0}}, {"x", {1.0, 2.0}}}, kobie::Combine::zip),
                    ContainsSubstring("x = a sweep of 2 values") && ContainsSubstring("3 values, as many as 'rho' has"));
}

TEST_CASE("quantities that are not named keep their defaults") {
  const auto runs = kobie::grid<Lorenz>({});
  CHECK(runs.size() == 1);
  CHECK(runs["x"][0] == 1.0);
  CHECK(runs["rho"][0] == 28.0);
  CHECK(runs.describe(0) == "all defaults");
}

TEST_CASE("an unknown name is an error that offers the nearest and lists the known") {
  CHECK_THROWS_WITH(kobie::grid<Lorenz>({{"roh", 1.0}}), ContainsSubstring("'roh'") &&
                                                             ContainsSubstring("did you mean 'rho'?") &&
                                                             ContainsSubstring("x, y, z, sigma, rho, beta"));
  CHECK_THROWS_AS(kobie::grid<Lorenz>({{"roh", 1.0}}), kobie::UnknownName);
}

TEST_CASE("a grid does not take what cannot be swept") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(kobie::grid<Lorenz>({{"rho", {1.0, nan}}}), ContainsSubstring("rho[1] = nan: must be finite"));
  CHECK_THROWS_WITH(kobie::grid<Lorenz>({{"rho", std::vector<double>{}}}), ContainsSubstring("at least one value"));
  CHECK_THROWS_WITH(kobie::grid<Lorenz>({{"rho", 1.0}, {"rho", 2.0}}), ContainsSubstring("swept once"));
}

TEST_CASE("linspace and logspace meet both ends exactly") {
  const auto line = kobie::linspace(0.1, 0.7, 7).values;
  CHECK(line.front() == 0.1);
  CHECK(line.back() == 0.7);
  CHECK(line[3] == Catch::Approx(0.4).epsilon(1e-15));
  const auto ratio = kobie::logspace(1e-3, 1e3, 7).values;
  CHECK(ratio.front() == 1e-3);
  CHECK(ratio.back() == 1e3);
  CHECK(ratio[3] == Catch::Approx(1.0).epsilon(1e-14));
  CHECK(kobie::linspace(2.0, 2.0, 1).values == std::vector<double>{2.0});
  CHECK_THROWS_WITH(kobie::linspace(0.0, 1.0, 1), ContainsSubstring("count = 1"));
  CHECK_THROWS_WITH(kobie::linspace(0.0, 1.0, 0), ContainsSubstring("count = 0"));
  CHECK_THROWS_WITH(kobie::logspace(0.0, 1.0, 3), ContainsSubstring("first = 0: must be above 0"));
}

TEST_CASE("the same seed draws the same values on every machine") {
  // The first output of the standard's mt19937_64 for its default seed 5489 is 14514284786278117030; its upper 53 bits count.
  CHECK(kobie::uniform(0.0, 1.0, 1, 5489).values[0] == static_cast<double>(14514284786278117030ULL >> 11) * 0x1p-53);
  CHECK(kobie::uniform(2.0, 3.0, 100, 7).values == kobie::uniform(2.0, 3.0, 100, 7).values);
  CHECK(kobie::uniform(2.0, 3.0, 100, 7).values != kobie::uniform(2.0, 3.0, 100, 8).values);
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::uniform(0.0, 1.0, 5, 42)}});
  CHECK(runs["rho"].seed == 42);
}

TEST_CASE("draws have the distribution they are named for") {
  // Means of 100,000 draws: bounds of five standard errors.
  const std::size_t count = 100'000;
  const double error = 5.0 / std::sqrt(static_cast<double>(count));
  const auto mean = [](const std::vector<double>& values, auto transform) {
    double sum = 0.0;
    for (const double value : values) {
      sum += transform(value);
    }
    return sum / static_cast<double>(values.size());
  };
  const auto self = [](double value) { return value; };
  CHECK(std::abs(mean(kobie::uniform(-1.0, 3.0, count, 1).values, self) - 1.0) < error * 4 / std::sqrt(12.0));
  const auto normal = kobie::normal(2.0, 0.5, count, 2).values;
  CHECK(std::abs(mean(normal, self) - 2.0) < error * 0.5);
  CHECK(std::abs(mean(normal, [](double value) { return (value - 2.0) * (value - 2.0); }) - 0.25) <
        error * 0.25 * std::sqrt(2.0));
  const auto decades = kobie::log_uniform(1e-3, 1e3, count, 3).values;
  CHECK(std::abs(mean(decades, [](double value) { return std::log10(value); })) < error * 6 / std::sqrt(12.0));
  CHECK_THROWS_WITH(kobie::normal(0.0, -1.0, 3, 1), ContainsSubstring("standard_deviation = -1"));
}
