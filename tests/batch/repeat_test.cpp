// Results say how they were made, so that they can be made again.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compare.hpp"
#include "files.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using Catch::Matchers::WithinAbs;
using kobie::io::Hdf5File;
using problems::Lorenz;

namespace {

using Solver = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Lanes<1>>;
using Fixed = kobie::Solver<Lorenz, kobie::ClassicalRk4, kobie::FixedStep, kobie::Lanes<1>>;

const kobie::SolverOptions options = {.rtol = 1e-7,
                                      .atol = 1e-8,
                                      .rtol_of = {{"z", 1e-6}, {"x", 1e-5}},
                                      .atol_of = {{"y", 1e-9}},
                                      .dt = 0.001,
                                      .dt_min = 1e-9,
                                      .dt_max = 0.125,
                                      .max_steps = 5000,
                                      .safety = 0.8,
                                      .min_factor = 0.25,
                                      .max_factor = 6.0,
                                      .steady_min = 0.95,
                                      .steady_max = 1.1,
                                      .beta1 = 0.6,
                                      .beta2 = -0.3};

const kobie::SolveRequest request = {
    .t0 = 2.0, .settling_time = 0.5, .duration = 3.0, .save_at = {2.6, 3.75, 5.5}, .land_on_saves = true};

kobie::Runs<Lorenz> runs() {
  return kobie::grid<Lorenz>({{"rho", kobie::uniform(20.0, 30.0, 3, 99)}, {"x", {1.0, 2.0}}, {"beta", 2.5}});
}

double number(const Hdf5File& file, std::string_view name) { return std::get<double>(file.attribute(name)); }

bool same(const std::vector<kobie::StateTolerance>& a, const std::vector<kobie::StateTolerance>& b) {
  bool equal = a.size() == b.size();
  for (std::size_t i = 0; equal && i < a.size(); ++i) {
    equal = a[i].state == b[i].state && a[i].value == b[i].value;
  }
  return equal;
}

// All options and the request above; tolerances of states in the order of states.
void check_known(const kobie::Provenance& provenance) {
  const auto& o = provenance.options;
  CHECK(provenance.repeatable);
  CHECK(o.rtol == 1e-7);
  CHECK(o.atol == 1e-8);
  CHECK(same(o.rtol_of, {{"x", 1e-5}, {"z", 1e-6}}));
  CHECK(same(o.atol_of, {{"y", 1e-9}}));
  CHECK(o.dt == 0.001);
  CHECK(o.dt_min == 1e-9);
  CHECK(o.dt_max == 0.125);
  CHECK(o.max_steps == 5000);
  CHECK(o.safety == 0.8);
  CHECK(o.min_factor == 0.25);
  CHECK(o.max_factor == 6.0);
  CHECK(o.steady_min == 0.95);
  CHECK(o.steady_max == 1.1);
  CHECK(o.beta1 == 0.6);
  CHECK(o.beta2 == -0.3);
  CHECK_FALSE(o.beta3.has_value());
  const auto& r = provenance.request;
  CHECK(r.t0 == 2.0);
  CHECK(r.settling_time == 0.5);
  CHECK(r.duration == 3.0);
  CHECK(r.save_every == 0.0);
  CHECK(r.save_at == std::vector<double>{2.6, 3.75, 5.5});
  CHECK(r.land_on_saves);
}

// y' = force - rate wind y, with all that a request and its runs can say of times.
struct Driven {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 0.5}});
  static constexpr auto drivers = kobie::names({"force", "wind"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Driven, Real>& at, kobie::Rates<Driven, Real>& d) {
    d.state = {at.driver[0] - at.parameter[0] * at.driver[1] * at.state[0]};
  }
};

using DrivenSolver = kobie::Solver<Driven, kobie::Tsit5, kobie::Lanes<1>>;

constexpr std::size_t driven_count = 12;

kobie::Runs<Driven> driven_runs() {
  return kobie::grid<Driven>({{"rate", kobie::linspace(0.5, 1.5, driven_count)}})
      .with_initial_step(kobie::linspace(0.01, 0.02, driven_count))
      .with_t0(kobie::linspace(0.0, 1.5, driven_count))
      .with_duration(kobie::uniform(1.0, 2.0, driven_count, 7));
}

kobie::SolveRequest driven_request() {
  std::vector<double> curves;
  curves.reserve(4 * driven_count);
  for (std::size_t i = 0; i < 4 * driven_count; ++i) {
    curves.push_back(std::sin(3.0 * static_cast<double>(i)));
  }
  kobie::SolveRequest wanted{.save_every = 0.25};
  wanted.drivers = {{.name = "force",
                     .values = curves,
                     .times = {-1.0, 0.7, 1.9, 5.0},
                     .curves = driven_count,
                     .interpolation = kobie::Interpolation::cubic,
                     .ends = kobie::SplineEnds::clamped,
                     .first_slope = 0.25,
                     .last_slope = -0.5},
                    {.name = "wind",
                     .values = {1.0, 2.0, 0.5},
                     .first = 0.1,
                     .every = 0.3,
                     .interpolation = kobie::Interpolation::previous,
                     .outside = kobie::Outside::repeat,
                     .stop_at_samples = true}};
  wanted.stop_at = {0.3, 1.2, 1.7};
  return wanted;
}

// What those say.
void check_driven(const kobie::Result<double>& result) {
  const kobie::SolveRequest& found_request = result.provenance().request;
  CHECK(found_request.drivers == driven_request().drivers);
  CHECK(found_request.stop_at == driven_request().stop_at);
  const auto runs = driven_runs();
  for (const auto& [found, given] :
       {std::pair(result.inputs().initial_step(), runs.initial_step()), std::pair(result.inputs().t0(), runs.t0()),
        std::pair(result.inputs().duration(), runs.duration())}) {
    REQUIRE((found && given));
    CHECK(found->name == given->name);
    CHECK(found->values == given->values);
    CHECK(found->seed == given->seed);
  }
}

// A solve of what a file says, and of nothing else.
kobie::Result<double> solved_again(const std::filesystem::path& path) {
  const auto file = kobie::read(path);
  const auto of_each = [](const std::optional<kobie::Column>& own) { return own ? own->values : std::vector<double>{}; };
  const auto again = kobie::grid<Driven>(kobie::read_sweeps(path), kobie::Combine::zip)
                         .with_initial_step(of_each(file.inputs().initial_step()))
                         .with_t0(of_each(file.inputs().t0()))
                         .with_duration(of_each(file.inputs().duration()));
  return DrivenSolver(file.provenance().options).solve(again, file.provenance().request);
}

}  // namespace

TEST_CASE("a result file says with what options and for what request it was made") {
  const tools::TemporaryFolder folder;
  Solver(options).solve(runs(), request).write(folder / "a.h5");
  const Hdf5File file(folder / "a.h5");
  CHECK(std::get<std::int64_t>(file.attribute("format_version")) == 2);
  CHECK(number(file, "dt_min") == 1e-9);
  CHECK(number(file, "dt_max") == 0.125);
  CHECK(std::get<std::int64_t>(file.attribute("max_steps")) == 5000);
  CHECK(number(file, "safety") == 0.8);
  CHECK(number(file, "beta1") == 0.6);
  CHECK(number(file, "beta2") == -0.3);
  CHECK_FALSE(file.has_attribute("beta3"));
  CHECK(std::get<double>(file.attribute("initial/x", "rtol")) == 1e-5);
  CHECK(std::get<double>(file.attribute("initial/y", "atol")) == 1e-9);
  CHECK_FALSE(file.has_attribute("initial/y", "rtol"));
  CHECK(number(file, "save_every") == 0.0);
  CHECK(std::get<std::int64_t>(file.attribute("land_on_saves")) == 1);
  CHECK(file.read<double>("save_at") == std::vector<double>{2.6, 3.75, 5.5});
  check_known(kobie::read(folder / "a.h5").provenance());
}

TEST_CASE("a file that was written while it was computed says the same") {
  const tools::TemporaryFolder folder;
  kobie::SolveRequest to_file = request;
  to_file.write_to = folder / "a.h5";
  to_file.chunk_runs = 4;
  Solver(options).solve_to_file(runs(), to_file);
  const auto back = kobie::read(folder / "a.h5");
  check_known(back.provenance());
  CHECK(back.provenance().request.write_to.empty());
  CHECK(back.provenance().request.chunk_runs == 0);
}

TEST_CASE("control of step sizes that was not given is in the file as it was in force") {
  const tools::TemporaryFolder folder;
  // DOPRI5's constants.
  Solver().solve(kobie::grid<Lorenz>({}), {.duration = 0.1}).write(folder / "a.h5");
  const Hdf5File file(folder / "a.h5");
  CHECK(number(file, "safety") == 0.9);
  CHECK(number(file, "min_factor") == 0.2);
  CHECK(number(file, "max_factor") == 10.0);
  CHECK(number(file, "steady_min") == 1.0);
  CHECK(number(file, "steady_max") == 1.0);
  CHECK_THAT(number(file, "beta1"), WithinAbs(0.85, 1e-15));
  CHECK_THAT(number(file, "beta2"), WithinAbs(-0.2, 1e-15));
  CHECK_FALSE(file.has_attribute("beta3"));
}

TEST_CASE("where steps are fixed no control is in the file") {
  const tools::TemporaryFolder folder;
  Fixed({.dt = 0.01}).solve(kobie::grid<Lorenz>({}), {.duration = 0.1, .save_every = 0.05}).write(folder / "a.h5");
  const Hdf5File file(folder / "a.h5");
  CHECK(number(file, "dt") == 0.01);
  CHECK(number(file, "save_every") == 0.05);
  CHECK_FALSE(file.has("save_at"));
  for (const char* name : {"safety", "min_factor", "max_factor", "steady_min", "steady_max", "beta1", "beta2", "beta3"}) {
    CHECK_FALSE(file.has_attribute(name));
  }
}

TEST_CASE("a solve is repeated to the last bit from its file alone") {
  const tools::TemporaryFolder folder;
  auto first_runs = runs().with_initial_step({0.001, 0.002, 0.003, 0.004, 0.005, 0.006});
  const auto first = Solver(options).solve(first_runs, request);
  first.write(folder / "a.h5");

  const auto file = kobie::read(folder / "a.h5");
  auto again_runs = kobie::grid<Lorenz>(kobie::read_sweeps(folder / "a.h5"), kobie::Combine::zip)
                        .with_initial_step(file.inputs().initial_step()->values);
  const auto again = Solver(file.provenance().options).solve(again_runs, file.provenance().request);
  CHECK(compare::same_results(first, again));
  // Results do depend on what the file says.
  CHECK_FALSE(compare::same_results(first, Solver({.rtol = 1e-7, .atol = 1e-8}).solve(again_runs, request)));
}

TEST_CASE("drivers, stops and times of each run are in a result file, and the solve is repeated from there to the last bit") {
  const tools::TemporaryFolder folder;
  const auto first = DrivenSolver({.rtol = 1e-7}).solve(driven_runs(), driven_request());
  CHECK(first.failure_count() == 0);
  first.write(folder / "a.h5");
  check_driven(kobie::read(folder / "a.h5"));
  CHECK(compare::same_results(first, solved_again(folder / "a.h5")));

  const Hdf5File file(folder / "a.h5");
  CHECK(std::get<std::int64_t>(file.attribute("format_version")) == 3);
  CHECK(file.shape("drivers/force") == std::vector<std::size_t>{driven_count, 4});
  CHECK(file.shape("driver_times/force") == std::vector<std::size_t>{4});
  CHECK(file.shape("drivers/wind") == std::vector<std::size_t>{3});
  CHECK_FALSE(file.has("driver_times/wind"));
  CHECK(std::get<std::string>(file.attribute("drivers/force", "interpolation")) == "cubic");
  CHECK(std::get<std::string>(file.attribute("drivers/wind", "outside")) == "repeat");
  CHECK(file.shape("t0") == std::vector<std::size_t>{driven_count});
  CHECK(file.shape("duration") == std::vector<std::size_t>{driven_count});
  CHECK(std::get<std::string>(file.attribute("time", "long_name")) == "time of each save, from t0 of each run");
}

TEST_CASE("drivers, stops and times of each run are in a file that is written while it is computed") {
  const tools::TemporaryFolder folder;
  const DrivenSolver solver({.rtol = 1e-7});
  const auto whole = solver.solve(driven_runs(), driven_request());
  auto wanted = driven_request();
  wanted.write_to = folder / "a.h5";
  wanted.chunk_runs = 1;

  // Stopped after the first chunks: the times of the others are not known.
  std::stop_source source;
  wanted.stop = source.get_token();
  wanted.progress = [&](std::int64_t, std::int64_t) { source.request_stop(); };
  const auto stopped = solver.solve_to_file(driven_runs(), wanted);
  REQUIRE(stopped.stopped);
  const auto partial = kobie::read(folder / "a.h5.partial");
  CHECK(partial.provenance().request.drivers == wanted.drivers);
  for (const auto& own : {partial.inputs().initial_step(), partial.inputs().t0(), partial.inputs().duration()}) {
    REQUIRE(own.has_value());
    REQUIRE(own->values.size() == driven_count);
    for (std::int64_t run = 0; run < partial.runs(); ++run) {
      CHECK(std::isnan((*own)[run]) == (partial.status(run) == kobie::Status::stopped));
    }
  }
  CHECK(std::isnan(partial.end_times().back()));

  // Another driver is another solve.
  wanted.stop = {};
  wanted.progress = {};
  auto other = wanted;
  other.drivers[0].values[5] += 1e-9;
  CHECK_THROWS_AS(solver.solve_to_file(driven_runs(), other), kobie::FileError);
  other = wanted;
  other.stop_at.pop_back();
  CHECK_THROWS_AS(solver.solve_to_file(driven_runs(), other), kobie::FileError);

  solver.solve_to_file(driven_runs(), wanted);
  const auto back = kobie::read(folder / "a.h5");
  check_driven(back);
  CHECK(compare::same_results(back, whole));
  CHECK(compare::same_results(back, solved_again(folder / "a.h5")));
}

TEST_CASE("a stopped solve's runs that were not integrated end at their own start") {
  std::stop_source source;
  source.request_stop();
  auto wanted = driven_request();
  wanted.stop = source.get_token();
  const auto result = DrivenSolver().solve(driven_runs(), wanted);
  CHECK(std::vector(result.end_times().begin(), result.end_times().end()) == kobie::linspace(0.0, 1.5, driven_count).values);
}

TEST_CASE("the save at each run's own end has no time, in files as well") {
  const tools::TemporaryFolder folder;
  auto wanted = driven_request();
  wanted.save_every = 0.0;
  const auto first = DrivenSolver().solve(driven_runs(), wanted);
  first.write(folder / "a.h5");
  const auto back = kobie::read(folder / "a.h5");
  REQUIRE(back.times().size() == 1);
  CHECK(std::isnan(back.times()[0]));
  const auto again = solved_again(folder / "a.h5");
  for (std::size_t run = 0; run < driven_count; ++run) {
    CHECK(back["y"](0, run) == first["y"](0, run));
    CHECK(again["y"](0, run) == first["y"](0, run));
  }
}

TEST_CASE("of a result file the runs' own times are taken with its inputs where that is asked for") {
  const tools::TemporaryFolder folder;
  DrivenSolver().solve(driven_runs(), driven_request()).write(folder / "a.h5");
  CHECK(kobie::read_sweeps(folder / "a.h5").size() == 2);
  const auto all = kobie::read_sweeps(folder / "a.h5", {.own_times = true});
  REQUIRE(all.size() == 4);
  CHECK(all[2].name == "t0");
  CHECK(all[3].name == "duration");
  CHECK(all[3].sweep.seed == 7);
  const auto one = kobie::read_sweeps(folder / "a.h5", {.names = {"t0"}, .own_times = true});
  REQUIRE(one.size() == 1);
  CHECK(one[0].sweep.values == kobie::linspace(0.0, 1.5, driven_count).values);
  CHECK_THROWS_AS(kobie::read_sweeps(folder / "a.h5", {.names = {"t0"}}), kobie::UnknownName);
}

TEST_CASE("inputs are read from a result file, shared ones as one value and drawn ones with their seed") {
  const tools::TemporaryFolder folder;
  Solver(options).solve(runs(), request).write(folder / "a.h5");
  const auto sweeps = kobie::read_sweeps(folder / "a.h5");
  REQUIRE(sweeps.size() == 6);
  CHECK(sweeps[0].name == "x");
  CHECK(sweeps[0].sweep.values == std::vector<double>{1.0, 2.0, 1.0, 2.0, 1.0, 2.0});
  CHECK(sweeps[1].name == "y");
  CHECK(sweeps[1].sweep.values == std::vector<double>{0.0});
  CHECK(sweeps[4].name == "rho");
  const auto drawn = kobie::uniform(20.0, 30.0, 3, 99).values;
  CHECK(sweeps[4].sweep.values == std::vector<double>{drawn[0], drawn[0], drawn[1], drawn[1], drawn[2], drawn[2]});
  CHECK(sweeps[4].sweep.seed == 99);
  CHECK(sweeps[5].sweep.values == std::vector<double>{2.5});

  const auto chosen = kobie::read_sweeps(folder / "a.h5", {.names = {"rho"}});
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0].sweep.values == sweeps[4].sweep.values);
  CHECK_THROWS_MATCHES(kobie::read_sweeps(folder / "a.h5", {.names = {"roh"}}), kobie::UnknownName,
                       MessageMatches(ContainsSubstring("did you mean 'rho'?")));
  CHECK(kobie::read_sweeps(folder / "a.h5", {.group = "parameters"}).size() == 3);
}

TEST_CASE("a file of format 1 is read, and says that it does not know all") {
  const std::filesystem::path path = std::filesystem::path(TEST_DATA) / "format_1.h5";
  const auto result = kobie::read(path);
  CHECK(result.runs() == 3);
  CHECK(result.times() == std::vector<double>{2.5, 3.0, 3.5});
  CHECK(result.failure_count() == 0);
  CHECK(result.inputs()["stiffness"].seed == 12345678901234567890ULL);
  REQUIRE(result.inputs().initial_step());
  CHECK(result.inputs().initial_step()->values == std::vector<double>{0.01});
  // x'' = -stiffness x from (1, 0) at t = 2.
  for (std::int64_t run = 0; run < 3; ++run) {
    const auto i = static_cast<std::size_t>(run);
    const double frequency = std::sqrt(result.inputs()["stiffness"][run]);
    for (std::size_t save = 0; save < 3; ++save) {
      const double t = result.times()[save] - 2.0;
      CHECK_THAT(result["x"](save, i), WithinAbs(std::cos(frequency * t), 1e-8));
      CHECK_THAT(result["v"](save, i), WithinAbs(-frequency * std::sin(frequency * t), 1e-8));
      CHECK_THAT(result["energy"](save, i), WithinAbs(0.5 * frequency * frequency, 1e-8));
    }
  }
  const auto& provenance = result.provenance();
  CHECK_FALSE(provenance.repeatable);
  CHECK(provenance.method == "tsit5");
  CHECK(provenance.options.rtol == 1e-9);
  CHECK(provenance.options.atol == 1e-10);
  CHECK(provenance.request.t0 == 2.0);
  CHECK(provenance.request.settling_time == 0.5);
  CHECK(provenance.request.duration == 1.0);

  const auto sweeps = kobie::read_sweeps(path, {.names = {"stiffness"}});
  CHECK(sweeps[0].sweep.values == result.inputs()["stiffness"].values);
}

TEST_CASE("a file of a later format is refused with the formats that can be read") {
  const tools::TemporaryFolder folder;
  const double one = 1.0;
  kobie::io::write_hdf5(folder / "a.h5",
                        {{{"status", kobie::io::ElementType::float64, &one, {1}, {}, {}}},
                         {{"format", std::string("kobie result")}, {"format_version", std::int64_t{4}}}},
                        false);
  const auto says = MessageMatches(ContainsSubstring("it reads 1 to 3"));
  CHECK_THROWS_MATCHES(kobie::read(folder / "a.h5"), kobie::FileError, says);
  CHECK_THROWS_MATCHES(kobie::read_sweeps(folder / "a.h5"), kobie::FileError, says);
}

TEST_CASE("what was chosen to be saved and summarised is in the file, also for states that were not saved") {
  using Summarised = kobie::Solver<Lorenz, kobie::Tsit5, kobie::Summaries<kobie::Mean>>;
  const tools::TemporaryFolder folder;
  kobie::SolveRequest chosen{.duration = 1.0, .save_every = 0.5};
  chosen.save = {"z", "x"};
  chosen.sample_every = 0.125;
  chosen.summarise_every = 0.5;
  chosen.summarise = {"y"};
  const auto grid = kobie::grid<Lorenz>({{"rho", {10.0, 20.0}}});
  const auto result = Summarised({.atol_of = {{"y", 1e-9}}}).solve(grid, chosen);
  result.write(folder / "a.h5");
  const auto back = kobie::read(folder / "a.h5");
  const auto& request_of_file = back.provenance().request;
  CHECK(request_of_file.save == chosen.save);
  CHECK(request_of_file.summarise == chosen.summarise);
  CHECK(request_of_file.sample_every == 0.125);
  CHECK(request_of_file.summarise_every == 0.5);
  CHECK(same(back.provenance().options.atol_of, {{"y", 1e-9}}));
  const auto again = Summarised(back.provenance().options).solve(grid, request_of_file);
  CHECK(again.summary("y", "mean")(1, 1) == result.summary("y", "mean")(1, 1));
  CHECK(again["z"](1, 1) == result["z"](1, 1));
}
