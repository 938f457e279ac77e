#include <catch2/catch_test_macros.hpp>
#include <string>

#include "program.hpp"

import kobie;

namespace {

void check_options(const std::string& file, const std::string& text) {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / file, text);
  const auto answer = program::run(folder.path(), "run lorenz --rtol 1e-7 --config " + file);
  CAPTURE(answer.errors);
  REQUIRE(answer.code == 0);
  const auto result = kobie::read(folder / "out.h5");
  CHECK(result.runs() == 6);
  CHECK(result.inputs()["sigma"][5] == 2.0);
  CHECK(result.provenance().method == "rodas5p");
  CHECK(result.provenance().options.rtol == 1e-7);  // the command line comes first
  CHECK(result.provenance().options.atol == 1e-9);
  CHECK(result.provenance().request.save == std::vector<std::string>{"x", "z"});
  CHECK(result.times() == std::vector<double>{0.5, 1.0});
}

}  // namespace

TEST_CASE("options come from a TOML file, after those of the command line") {
  check_options("options.toml", R"(# a sweep
sweep = ["rho=0:21:3", "sigma=1,2"]
method = "rodas5p"
rtol = 1e-3
atol = 1e-9
duration = 1.0
save-at = [0.5, 1.0]
save = ["x", "z"]
out = "out.h5"
quiet = true
)");
}

TEST_CASE("options come from a JSON file, after those of the command line") {
  check_options("options.json", R"({"sweep": ["rho=0:21:3", "sigma=1,2"], "method": "rodas5p", "rtol": 1e-3, "atol": 1e-9,
  "duration": 1.0, "save-at": [0.5, 1.0], "save": ["x", "z"], "out": "out.h5", "quiet": true})");
}
