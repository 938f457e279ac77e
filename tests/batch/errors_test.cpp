#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using problems::Lorenz;

namespace {

// What solve throws, having launched nothing: progress is never called.
template <class Solver = kobie::Solver<Lorenz, kobie::Tsit5>>
std::string message(const kobie::SolverOptions& options, kobie::SolveRequest request) {
  bool launched = false;
  request.progress = [&](auto, auto) { launched = true; };
  try {
    Solver(options).solve(kobie::grid<Lorenz>({}), request);
  } catch (const kobie::Error& error) {
    CHECK_FALSE(launched);
    return error.what();
  }
  return "nothing was thrown";
}

const kobie::SolveRequest sound{.duration = 1.0};
const double not_a_number = std::numeric_limits<double>::quiet_NaN();

std::filesystem::path scratch_file(const std::string& name) { return std::filesystem::temp_directory_path() / name; }

}  // namespace

TEST_CASE("a wrong tolerance is one clear error") {
  CHECK(message({.rtol = -1e-6}, sound) == "rtol = -1e-06: must be 0 or more");
  CHECK(message({.atol = not_a_number}, sound) == "atol = nan: must be 0 or more");
  CHECK_THAT(message({.rtol = 0.0, .atol = 0.0}, sound), ContainsSubstring("atol = 0: must be above 0 where rtol is 0"));
  using Float = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Precision<float>>;
  CHECK_THAT(message<Float>({.rtol = 1e-9}, sound),
             ContainsSubstring("rtol = 1e-09") && ContainsSubstring("in this precision"));
}

TEST_CASE("a wrong tolerance of a state is one clear error") {
  CHECK_THAT(message({.rtol_of = {{"w", 1e-9}}}, sound),
             ContainsSubstring("rtol_of = 'w': no such name") && ContainsSubstring("known: x, y, z"));
  CHECK_THAT(message({.atol_of = {{"rho", 1e-9}}}, sound), ContainsSubstring("atol_of = 'rho': no such name"));
  CHECK(message({.rtol_of = {{"y", -1e-6}}}, sound) == "rtol_of[y] = -1e-06: must be 0 or more");
  CHECK(message({.atol_of = {{"z", not_a_number}}}, sound) == "atol_of[z] = nan: must be 0 or more");
  CHECK(message({.atol_of = {{"z", 1.0}, {"z", 2.0}}}, sound) == "atol_of[z] = 2: this state's tolerance is given twice");
  CHECK(message({.rtol = 0.0, .atol_of = {{"y", 0.0}}}, sound) == "atol_of[y] = 0: must be above 0 where rtol is 0");
  CHECK(message({.rtol = 0.0, .atol = 0.0, .rtol_of = {{"x", 1e-6}, {"z", 1e-6}}}, sound) ==
        "atol = 0: must be above 0 where rtol is 0");
  CHECK(message({.rtol = 0.0, .atol = 0.0, .rtol_of = {{"x", 1e-6}, {"z", 1e-6}}, .atol_of = {{"y", 1e-6}}}, sound) ==
        "nothing was thrown");
  using Float = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Precision<float>>;
  CHECK_THAT(message<Float>({.rtol_of = {{"y", 1e-9}}}, sound),
             ContainsSubstring("rtol_of[y] = 1e-09") && ContainsSubstring("in this precision"));
}

TEST_CASE("wrong settings of step size control are one clear error") {
  CHECK(message({.safety = 0.0}, sound) == "safety = 0: must be above 0 and at most 1");
  CHECK(message({.steady_min = 1.1}, sound) == "steady_min = 1.1: must be above 0 and at most 1");
  CHECK(message({.steady_max = 0.9}, sound) == "steady_max = 0.9: must be 1 or more");
  CHECK(message({.beta1 = 0.0}, sound) == "beta1 = 0: must be above 0");
  CHECK(message({.beta1 = not_a_number}, sound) == "beta1 = nan: must lie between -2 and 2");
  CHECK(message({.beta2 = -3.0}, sound) == "beta2 = -3: must lie between -2 and 2");
  CHECK(message({.beta3 = 0.1}, sound) == "beta3 = 0.1: the pi controller has no such gain");
  using Integral = kobie::Solver<Lorenz, kobie::Tsit5, kobie::IControl>;
  CHECK(message<Integral>({.beta2 = 0.1}, sound) == "beta2 = 0.1: the i controller has no such gain");
  using Fixed = kobie::Solver<Lorenz, kobie::ClassicalRk4>;
  CHECK(message<Fixed>({.dt = 0.1, .beta1 = 1.0}, sound) == "beta1 = 1: the fixed controller has no such gain");
}

TEST_CASE("a wrong span is one clear error") {
  CHECK(message({}, {.duration = 0.0}) == "duration = 0: must be above 0");
  CHECK(message({}, {.duration = -1.0}) == "duration = -1: must be above 0");
  CHECK(message({}, {.duration = not_a_number}) == "duration = nan: must be above 0");
  CHECK(message({}, {.t0 = not_a_number, .duration = 1.0}) == "t0 = nan: must be finite");
  CHECK(message({}, {.settling_time = -1.0, .duration = 1.0}) == "settling_time = -1: must be 0 or more");
}

TEST_CASE("wrong save times are one clear error") {
  CHECK_THAT(message({}, {.duration = 1.0, .save_every = 2.0}),
             ContainsSubstring("save_every = 2") && ContainsSubstring("at most the duration, 1"));
  CHECK_THAT(message({}, {.duration = 1.0, .save_every = -0.1}), ContainsSubstring("save_every = -0.1: must be above 0"));
  CHECK_THAT(message({}, {.duration = 1.0, .save_at = {0.5, 1.5}}),
             ContainsSubstring("save_at = 1.5: must lie between 0 and 1"));
  CHECK_THAT(message({}, {.duration = 1.0, .save_at = {0.5, 0.25}}), ContainsSubstring("save_at = 0.25: times must ascend"));
  CHECK_THAT(message({}, {.duration = 1.0, .save_every = 0.1, .save_at = {0.5}}),
             ContainsSubstring("cannot be combined with save_at"));
}

TEST_CASE("wrong limits are one clear error") {
  CHECK_THAT(message({.dt_min = 2.0, .dt_max = 1.0}, sound), ContainsSubstring("dt_min = 2: must be at most dt_max, 1"));
  CHECK_THAT(message({.max_steps = -1}, sound), ContainsSubstring("max_steps = -1: must be between 0 and 2147483647"));
  CHECK_THAT(message({.safety = 1.5}, sound), ContainsSubstring("safety = 1.5"));
  CHECK_THAT(message({.min_factor = 0.0}, sound), ContainsSubstring("min_factor = 0"));
  CHECK_THAT(message({.max_factor = 1.0}, sound), ContainsSubstring("max_factor = 1"));
}

TEST_CASE("fixed steps need a step") {
  using Fixed = kobie::Solver<Lorenz, kobie::ClassicalRk4>;
  CHECK(message<Fixed>({}, sound) == "dt = 0: must be above 0 where steps are fixed");
  CHECK(message<Fixed>({.dt = -0.1}, sound) == "dt = -0.1: must be 0 or more");
  CHECK_THAT(message<Fixed>({.dt = 1e-12}, sound), ContainsSubstring("needs 1e+12 steps"));
}

TEST_CASE("a place that cannot be written is found out before anything is launched") {
  CHECK_THAT(message({}, {.duration = 1.0, .write_to = "/no/such/folder/a.h5"}), ContainsSubstring("/no/such/folder"));
  CHECK_THAT(message({}, {.duration = 1.0, .write_to = scratch_file("a.txt")}),
             ContainsSubstring("must end in .h5, .hdf5, .npy or .csv"));
}

TEST_CASE("a solve that no memory holds says so before anything is allocated") {
  // 10^12 runs take no memory to describe.
  const auto values = kobie::linspace(0.0, 1.0, 10'000);
  const auto runs = kobie::grid<Lorenz>({{"rho", values}, {"x", values}, {"y", values}});
  CHECK_THROWS_WITH((kobie::Solver<Lorenz, kobie::Tsit5>().solve(runs, sound)),
                    ContainsSubstring("this solve needs at least 40.0 TiB of memory") && ContainsSubstring("solve_to_file"));
}

TEST_CASE("an existing file is kept unless told otherwise") {
  const auto path = scratch_file("kobie_kept.h5");
  std::ofstream(path) << "precious";
  CHECK_THAT(message({}, {.duration = 1.0, .write_to = path}), ContainsSubstring("kobie_kept.h5"));
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  CHECK(content.str() == "precious");

  const auto result = kobie::Solver<Lorenz, kobie::Tsit5>().solve(kobie::grid<Lorenz>({}), sound);
  CHECK_THROWS_AS(result.write(path), kobie::FileError);
  result.write(path, true);
  CHECK(kobie::read(path).runs() == 1);
  std::filesystem::remove(path);
}

TEST_CASE("an unknown series is an error that lists the known") {
  const auto result = kobie::Solver<Lorenz, kobie::Tsit5>().solve(kobie::grid<Lorenz>({}), sound);
  CHECK_THROWS_WITH(result["w"], ContainsSubstring("'w'") && ContainsSubstring("x, y, z"));
}
