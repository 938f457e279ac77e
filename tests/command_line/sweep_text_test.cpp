#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "program.hpp"

import kobie;

namespace {

// What a sweep of rho is read as.
std::vector<double> values(const std::string& text) {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(folder.path(), "run lorenz --duration 0.1 -q -o a.h5 --sweep rho=" + text);
  CAPTURE(answer.errors);
  REQUIRE(answer.code == 0);
  return kobie::read(folder / "a.h5").inputs()["rho"].values;
}

}  // namespace

TEST_CASE("sweeps are read as they are written") {
  CHECK(values("28") == std::vector<double>{28.0});
  CHECK(values("1,2.5,-3e1") == std::vector<double>{1.0, 2.5, -30.0});
  CHECK(values("0:21:4") == kobie::linspace(0.0, 21.0, 4).values);
  CHECK(values("0:21:1e2") == kobie::linspace(0.0, 21.0, 100).values);
  CHECK(values("log:0.1:10:5") == kobie::logspace(0.1, 10.0, 5).values);
  CHECK(values("uniform:0:21:7:42") == kobie::uniform(0.0, 21.0, 7, 42).values);
  CHECK(values("log-uniform:1:21:7:42") == kobie::log_uniform(1.0, 21.0, 7, 42).values);
  CHECK(values("normal:10:1:7:42") == kobie::normal(10.0, 1.0, 7, 42).values);
}
