#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "compare.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using compare::same_results;
using problems::Lorenz;
using problems::Lorenz96;

namespace {

using Everything = kobie::Shared<"loop.state", "parameters", "proposed_state", "saved_state", "observed",
                                 "loop/algorithm.derivative", "stages", "end_derivative", "dense_stages">;

const kobie::SolverOptions options{.rtol = 1e-6, .atol = 1e-6, .dt = 1.0 / 128};

template <class... Policies>
auto solve() {
  return kobie::Solver<Lorenz, kobie::Tsit5, Policies...>(options).solve(
      kobie::grid<Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 101)}}), {.duration = 3.0, .save_every = 0.07});
}

// Sixteen runs of it in one thread, with stages of 44 KiB.
using Wide = kobie::Solver<Lorenz96, kobie::DormandPrince853, kobie::Shared<"stages">, kobie::Lanes<16>, kobie::OnHost>;

}  // namespace

TEMPLATE_TEST_CASE("results do not depend on where a solver's buffers lie", "", kobie::PiControl, kobie::FixedStep) {
  const auto local = solve<TestType>();
  REQUIRE(local.failure_count() == 0);
  CHECK(same_results(local, solve<TestType, kobie::Shared<"stages">>()));
  CHECK(same_results(local, solve<TestType, kobie::Automatic>()));
  CHECK(same_results(local, solve<TestType, Everything>()));
}

TEST_CASE("packs of every width find their place in scratch") {
  using Float = kobie::Precision<float>;
  const auto local = solve<Float, kobie::OnHost, kobie::Lanes<1>>();
  CHECK(same_results(local, solve<Float, kobie::OnHost, kobie::Lanes<1>, Everything>()));
  CHECK(same_results(local, solve<Float, kobie::OnHost, kobie::Lanes<4>, Everything>()));
  CHECK(same_results(local, solve<Float, kobie::OnHost, kobie::Lanes<16>, Everything>()));
}

TEST_CASE("shared buffers that no scratch holds are one clear error before anything is launched or overwritten") {
  const auto path = std::filesystem::temp_directory_path() / "kobie_not_overwritten.h5";
  std::ofstream(path) << "precious";
  bool launched = false;
  kobie::SolveRequest request{.duration = 1.0, .write_to = path, .overwrite = true};
  request.progress = [&](auto, auto) { launched = true; };
  CHECK_THROWS_WITH(Wide(options).solve(kobie::grid<Lorenz96>({}), request),
                    ContainsSubstring("the shared buffers of one thread (16 runs) need 45056 bytes of team scratch") &&
                        ContainsSubstring("the limit is ") && ContainsSubstring(": loop/algorithm.stages 45056"));
  CHECK_FALSE(launched);
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  CHECK(content.str() == "precious");
  std::filesystem::remove(path);
}

TEST_CASE("a solver describes its buffers as they are placed") {
  using Solver = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Shared<"stages">>;
  CHECK(Solver::describe_buffers(32) ==
        R"(owner           buffer          size  bytes  location          offset  alias of
loop            state              3     24  persistent local       0
loop            parameters         3     24  persistent local       3
loop            proposed_state     3     24  local                  0
loop            saved_state        3     24  local                  3
loop            observed           0      0  local                  6
loop/algorithm  derivative         3     24  persistent local       6
loop/algorithm  stages            18    144  shared                 0
loop/algorithm  end_derivative     0      0  local                  7
loop/algorithm  dense_stages       0      0  local                  8
one run: shared 18 elements, 144 bytes; local 9, 72; persistent local 9, 72
a team of 32 runs: shared 576 elements, 4608 bytes; local 288, 2304; persistent local 288, 2304
)");
  using Float = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Precision<float>, kobie::Automatic>;
  CHECK_THAT(Float::describe_buffers(),
             ContainsSubstring("one run: shared 0 elements, 0 bytes; local 27, 108; persistent local 9, 36\n"));
}
