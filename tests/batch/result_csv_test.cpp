#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <string>

#include "files.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

// x' = rate: Euler's steps of a power of two are exact.
struct Drift {
  static constexpr auto states = kobie::values({{"x", 1.0}});
  static constexpr auto parameters = kobie::values({{"rate", 0.5}, {"unused", 3.0}});
  static constexpr auto observables = kobie::names({"double, of x"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Drift, Real>& at, kobie::Rates<Drift, Real>& d) {
    d.state = {at.parameter[0]};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Drift, Real>& at, kobie::Observed<Drift, Real>& o) {
    o.observable = {Real(2) * at.state[0]};
  }
};

// As Drift, with names that a table has for itself.
struct Odd {
  static constexpr auto states = kobie::values({{"time", 1.0}});
  static constexpr auto parameters = kobie::values({{"run", 0.5}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Odd, Real>& at, kobie::Rates<Odd, Real>& d) {
    d.state = {at.parameter[0]};
  }
};

template <class S, class T = double>
using Euler = kobie::Solver<S, kobie::ExplicitEuler, kobie::FixedStep, kobie::Precision<T>, kobie::Lanes<1>>;

}  // namespace

TEST_CASE("a table has a row for each run and save, with the inputs that vary") {
  const tools::TemporaryFolder folder;
  const Euler<Drift> solver({.dt = 0.25});
  solver.solve(kobie::grid<Drift>({{"rate", {0.5, -0.25}}}), {.t0 = 2.0, .duration = 1.0, .save_every = 0.5})
      .write(folder / "a.csv");
  CHECK(files::text_of(folder / "a.csv") ==
        "run,rate,time,x,\"double, of x\",status\n"
        "0,0.5,2,1,2,success\n"
        "0,0.5,2.5,1.25,2.5,success\n"
        "0,0.5,3,1.5,3,success\n"
        "1,-0.25,2,1,2,success\n"
        "1,-0.25,2.5,0.875,1.75,success\n"
        "1,-0.25,3,0.75,1.5,success\n");
}

TEST_CASE("a name that is taken is written with its place in result files") {
  const tools::TemporaryFolder folder;
  const Euler<Drift> drift({.dt = 0.5});
  auto runs = kobie::grid<Drift>({{"x", {1.0, 2.0}}, {"rate", 0.25}}).with_initial_step({0.5, 0.25});
  drift.solve(runs, {.duration = 1.0}).write(folder / "a.csv");
  CHECK(files::text_of(folder / "a.csv") ==
        "run,initial/x,initial_step,time,x,\"double, of x\",status\n"
        "0,1,0.5,1,1.25,2.5,success\n"
        "1,2,0.25,1,2.25,4.5,success\n");

  const Euler<Odd> odd({.dt = 0.5});
  odd.solve(kobie::grid<Odd>({{"time", {1.0, 2.0}}, {"run", {0.25, 0.5}}}, kobie::Combine::zip), {.duration = 1.0})
      .write(folder / "b.csv");
  CHECK(files::text_of(folder / "b.csv") ==
        "run,initial/time,parameters/run,time,states/time,status\n"
        "0,1,0.25,1,1.25,success\n"
        "1,2,0.5,1,2.5,success\n");
}

TEST_CASE("times of each run are columns of a table where they vary") {
  const tools::TemporaryFolder folder;
  const Euler<Drift> solver({.dt = 0.5});
  auto runs = kobie::grid<Drift>({{"x", {1.0, 2.0}}}).with_t0({0.0, 3.0}).with_duration({0.5, 1.0});
  solver.solve(runs, {.save_every = 0.5}).write(folder / "a.csv");
  CHECK(files::text_of(folder / "a.csv") ==
        "run,initial/x,t0,duration,time,x,\"double, of x\",status\n"
        "0,1,0,0.5,0,1,2,success\n"
        "0,1,0,0.5,0.5,1.25,2.5,success\n"
        "0,1,0,0.5,1,,,success\n"
        "1,2,3,1,0,2,4,success\n"
        "1,2,3,1,0.5,2.25,4.5,success\n"
        "1,2,3,1,1,2.5,5,success\n");
}

TEST_CASE("what a run did not reach is empty in a table, and its status says why") {
  const tools::TemporaryFolder folder;
  const Euler<Drift> solver({.dt = 0.25, .max_steps = 2});
  solver.solve(kobie::grid<Drift>({}), {.duration = 1.0, .save_every = 0.5, .write_to = folder / "a.csv"});
  CHECK(files::text_of(folder / "a.csv") ==
        "run,time,x,\"double, of x\",status\n"
        "0,0,1,2,too many steps\n"
        "0,0.5,1.25,2.5,too many steps\n"
        "0,1,,,too many steps\n");
}

TEST_CASE("floats are written with the digits that a float has") {
  const tools::TemporaryFolder folder;
  const Euler<Drift, float> solver({.dt = 1.0});
  solver.solve(kobie::grid<Drift>({{"x", 0.1}, {"rate", 0.0}}), {.duration = 1.0}).write(folder / "a.csv");
  CHECK(files::text_of(folder / "a.csv") == "run,time,x,\"double, of x\",status\n0,1,0.1,0.2,success\n");
}

TEST_CASE("a table that is there is kept unless told otherwise, and nothing is solved for it") {
  const tools::TemporaryFolder folder;
  files::write_text(folder / "a.csv", "old");
  const Euler<Drift> solver({.dt = 0.25});
  bool launched = false;
  kobie::SolveRequest request{.duration = 1.0, .write_to = folder / "a.csv"};
  request.progress = [&](auto, auto) { launched = true; };
  CHECK_THROWS_MATCHES(solver.solve(kobie::grid<Drift>({}), request), kobie::FileError,
                       MessageMatches(ContainsSubstring("exists, and is kept")));
  CHECK_FALSE(launched);
  CHECK(files::text_of(folder / "a.csv") == "old");
  request.overwrite = true;
  solver.solve(kobie::grid<Drift>({}), request);
  CHECK(launched);
  CHECK(files::text_of(folder / "a.csv") == "run,time,x,\"double, of x\",status\n0,1,1.5,3,success\n");
}

TEST_CASE("a table is not written while it is computed") {
  const tools::TemporaryFolder folder;
  const Euler<Drift> solver({.dt = 0.25});
  CHECK_THROWS_MATCHES(solver.solve_to_file(kobie::grid<Drift>({}), {.duration = 1.0, .write_to = folder / "a.csv"}),
                       kobie::InvalidArgument, MessageMatches(ContainsSubstring("must end in .h5 or .hdf5")));
  CHECK_FALSE(std::filesystem::exists(folder / "a.csv"));
}
