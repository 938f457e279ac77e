#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::WithinRel;
using Json = nlohmann::json;

namespace {

constexpr const char* python = "/usr/bin/python3";

}  // namespace

TEST_CASE("a run writes what the library computes") {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(folder.path(),
                                   "run sir --sweep beta=0.1:0.5:5 --sweep i=0.01,0.02 --method tsit5 --rtol 1e-9 --atol 1e-9 "
                                   "--duration 50 --save-every 10 --summary max,peaks:2 --sample-every 1 --out sir.h5");
  CAPTURE(answer.errors);
  REQUIRE(answer.code == 0);
  CHECK(answer.errors.empty());  // no terminal: no progress
  CHECK_THAT(answer.out, ContainsSubstring("sir, 10 runs"));
  const auto result = kobie::read(folder / "sir.h5");
  CHECK(result.runs() == 10);
  CHECK(result.times().size() == 6);
  CHECK(result.inputs()["beta"][9] == 0.5);
  CHECK(result.inputs()["i"][9] == 0.02);
  CHECK(result.provenance().method == "tsit5");
  CHECK(result.provenance().request.metrics == std::vector<std::string>{"max", "peaks:2"});
  CHECK(result.summary("i", "peaks").extent(0) == 4);
  CHECK(result.failure_count() == 0);
}

TEST_CASE("summaries take samples only where they need them or are told to") {
  const tools::TemporaryFolder folder;
  const auto sampled = [&](const std::string& command) {
    const auto answer = program::run(folder.path(), "run " + command + " --overwrite -q -o a.h5");
    CAPTURE(command, answer.errors);
    REQUIRE(answer.code == 0);
    return kobie::read(folder / "a.h5").provenance().request.sample_every;
  };
  CHECK(sampled("lorenz --summary mean,peaks:3 --save-every 0.1 --duration 2") == 0.0);
  CHECK(sampled("lorenz --summary mean --sample-every 0.5 --duration 2") == 0.5);
  CHECK(sampled("kepler --summary mean --summarise x --duration 2") == 0.0);
  CHECK(sampled("kepler --summary mean --summarise x,energy --save-every 0.25 --duration 2") == 0.25);
  CHECK(sampled("kepler --summary mean --summarise-every 0.5 --duration 2") == 0.0005);
  CHECK(sampled("lorenz --summary mean --method rodas5p --duration 2") == 0.002);
}

TEST_CASE("what happened is said as JSON where that is asked for, and results go to several files") {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(
      folder.path(), "run lorenz --sweep rho=0:21:50 --duration 1 --precision float --json --out a.h5 --out a.csv");
  REQUIRE(answer.code == 0);
  const Json said = Json::parse(answer.out);
  CHECK(said["system"] == "lorenz");
  CHECK(said["precision"] == "float");
  CHECK(said["runs"] == 50);
  CHECK(said["finished_runs"] == 50);
  CHECK(said["failures"] == 0);
  CHECK(said["stopped"] == false);
  REQUIRE(said["files"].size() == 2);
  CHECK(said["files"][1]["path"] == "a.csv");
  CHECK(std::filesystem::exists(folder / "a.csv"));
}

TEST_CASE("pictures are drawn beside results, and later from their file") {
  const tools::TemporaryFolder folder;
  REQUIRE(program::run(folder.path(), "run lorenz --sweep rho=0:21:50 --duration 2 --plot fan:x --plot map:x,rho -o a.h5 -q")
              .code == 0);
  CHECK(std::filesystem::exists(folder / "a.png"));
  CHECK(kobie::read(folder / "a.h5").times().size() == 501);
  const auto answer = program::run(folder.path(), "plot a.h5 phase:x,z histogram:z --out b.svg");
  CHECK(answer.code == 0);
  CHECK(std::filesystem::exists(folder / "b.svg"));
  CHECK(program::run(folder.path(), "plot a.h5 fan:x").code == 3);  // a.png is there
  CHECK(program::run(folder.path(), "plot a.h5 fan:x --overwrite").code == 0);
}

TEST_CASE("runs that fail are an exit code of their own, and results are written") {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(folder.path(), "run lorenz --max-steps 3 --out a.h5");
  CHECK(answer.code == 4);
  CHECK(kobie::read(folder / "a.h5").failure_count() == 1);
}

TEST_CASE("a plan says what a run takes, and runs nothing") {
  const tools::TemporaryFolder folder;
  const auto answer = program::run(folder.path(), "plan lorenz --sweep rho=0:21:1e6 --save-every 0.1 --out a.h5");
  CHECK(answer.code == 0);
  CHECK_THAT(answer.out, ContainsSubstring("chunks"));
  CHECK_THAT(answer.out, ContainsSubstring("proposed_state"));
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
  const auto json = program::run(folder.path(), "plan lorenz --sweep rho=0:21:1e6 --save-every 0.1 --json");
  CHECK(Json::parse(json.out)["runs"] == 1'000'000);
  CHECK(folder.files() == 0);
}

TEST_CASE("inputs from a file are run by run, and a result's inputs can be taken over") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "in.csv", "rho,x\n1,2\n3,4\n5,6\n");
  REQUIRE(program::run(folder.path(), "run lorenz --inputs in.csv --sweep sigma=7,8,9 --zip --duration 1 -o a.h5").code == 0);
  const auto first = kobie::read(folder / "a.h5");
  CHECK(first.runs() == 3);
  CHECK(first.inputs()["x"][2] == 6.0);
  CHECK(first.inputs()["sigma"][1] == 8.0);
  REQUIRE(program::run(folder.path(), "run lorenz --inputs a.h5 --set beta=1 --duration 1 -o b.h5").code == 0);
  const auto second = kobie::read(folder / "b.h5");
  CHECK(second.inputs()["sigma"][2] == 9.0);
  CHECK(second.inputs()["beta"][0] == 1.0);
}

TEST_CASE("steps end where a run is told to") {
  const tools::TemporaryFolder folder;
  REQUIRE(program::run(folder.path(), "run lorenz --duration 1 --stop-at 0.25,0.5 -q -o a.h5").code == 0);
  CHECK(kobie::read(folder / "a.h5").provenance().request.stop_at == std::vector<double>{0.25, 0.5});
}

TEST_CASE("runs have a start and a duration of their own from sweeps side by side") {
  const tools::TemporaryFolder folder;
  REQUIRE(
      program::run(folder.path(), "run lorenz --zip --sweep t0=0,1,2 --sweep duration=1:3:3 --sweep rho=10,11,12 -q -o a.h5")
          .code == 0);
  const auto result = kobie::read(folder / "a.h5");
  REQUIRE(result.runs() == 3);
  REQUIRE(result.inputs().t0());
  REQUIRE(result.inputs().duration());
  CHECK(result.inputs().t0()->values == std::vector<double>{0.0, 1.0, 2.0});
  CHECK(result.inputs().duration()->values == std::vector<double>{1.0, 2.0, 3.0});
  CHECK(result.inputs()["rho"].values == std::vector<double>{10.0, 11.0, 12.0});
  CHECK(std::vector(result.end_times().begin(), result.end_times().end()) == std::vector<double>{1.0, 3.0, 5.0});
  REQUIRE(result.times().size() == 1);
  CHECK(std::isnan(result.times()[0]));

  // The same runs again, with a plot over the time of the longest.
  REQUIRE(program::run(folder.path(), "run lorenz --inputs a.h5 --plot trajectories:x -q -o b.h5").code == 0);
  const auto again = kobie::read(folder / "b.h5");
  REQUIRE(again.inputs().t0());
  CHECK(again.inputs().t0()->values == result.inputs().t0()->values);
  REQUIRE(again.times().size() == 501);
  CHECK(again.times().back() == 3.0);
  CHECK(std::filesystem::exists(folder / "b.png"));

  // Without them.
  REQUIRE(program::run(folder.path(), "run lorenz --inputs a.h5 --input-names rho --duration 1 -q -o c.h5").code == 0);
  CHECK_FALSE(kobie::read(folder / "c.h5").inputs().t0());
}

TEST_CASE("runs that differ in nothing but their times are as many as there are times") {
  const tools::TemporaryFolder folder;
  REQUIRE(program::run(folder.path(), "run lorenz --zip --sweep t0=0:1:5 --set rho=3 --duration 1 -q -o a.h5").code == 0);
  const auto result = kobie::read(folder / "a.h5");
  CHECK(result.runs() == 5);
  CHECK(result.inputs()["rho"][4] == 3.0);
  CHECK(result.times() == std::vector<double>{1.0});
  CHECK(result.end_times()[4] == 2.0);
}

TEST_CASE("columns of a file give runs their start and duration") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "in.csv", "t0,rho,duration\n1,10,1\n5,20,2\n");
  REQUIRE(program::run(folder.path(), "run lorenz --inputs in.csv -q -o a.h5 -o a.csv").code == 0);
  CHECK(kobie::read(folder / "a.h5").end_times()[1] == 7.0);
  CHECK_THAT(tools::text_of(folder / "a.csv"), ContainsSubstring("run,rho,t0,duration,time,x,y,z,status\n0,10,1,1,,"));
}

TEST_CASE("compare tells whether results agree, by exit code") {
  const tools::TemporaryFolder folder;
  const std::string sweep = "run lorenz --sweep rho=0:10:5 --duration 1 -q ";
  REQUIRE(program::run(folder.path(), sweep + "--rtol 1e-9 --atol 1e-9 -o a.h5").code == 0);
  REQUIRE(program::run(folder.path(), sweep + "--rtol 1e-9 --atol 1e-9 -o b.h5").code == 0);
  REQUIRE(program::run(folder.path(), sweep + "--rtol 1e-4 --atol 1e-4 -o c.h5").code == 0);
  REQUIRE(program::run(folder.path(), "run lorenz --sweep rho=0:10:6 --duration 1 -q -o d.h5").code == 0);
  CHECK(program::run(folder.path(), "compare a.h5 b.h5").code == 0);
  const auto differ = program::run(folder.path(), "compare a.h5 c.h5 --json");
  CHECK(differ.code == 1);
  CHECK(Json::parse(differ.out)["agree"] == false);
  CHECK(program::run(folder.path(), "compare a.h5 c.h5 --rtol 1e-2 --atol 1e-2").code == 0);
  CHECK_THAT(program::run(folder.path(), "compare a.h5 d.h5").out, ContainsSubstring("of different shape"));
  REQUIRE(program::run(folder.path(), sweep + "--rtol 1e-9 --atol 1e-9 --stop-at 1 -o e.h5").code == 0);
  const auto stops = program::run(folder.path(), "compare a.h5 e.h5");
  CHECK(stops.code == 1);
  CHECK_THAT(stops.out, ContainsSubstring("stop_at") && ContainsSubstring("only in the second file"));
}

TEST_CASE("what is there is listed, for people and for scripts") {
  const tools::TemporaryFolder folder;
  const auto models = Json::parse(program::run(folder.path(), "models --json").out);
  CHECK(models.size() == 14);
  CHECK_THAT(program::run(folder.path(), "models").out, ContainsSubstring("robertson"));
  const auto one = program::run(folder.path(), "models hodgkin-huxley").out;
  CHECK_THAT(one, ContainsSubstring("g_leak"));
  CHECK_THAT(one, ContainsSubstring("reference"));
  const auto methods = Json::parse(program::run(folder.path(), "methods --json").out);
  CHECK(methods["methods"].size() == 36);
  CHECK_THAT(program::run(folder.path(), "methods").out, ContainsSubstring("* tsit5"));
  const auto info = Json::parse(program::run(folder.path(), "info --json").out);
  CHECK(info["lanes"]["double"] > 0);
  CHECK(info["host_memory"]["total"] > 0);
  CHECK_THAT(program::run(folder.path(), "--help").out, ContainsSubstring("compare"));
  CHECK_THAT(program::run(folder.path(), "run --help").out, ContainsSubstring("--sweep"));
  CHECK(program::run(folder.path(), "--version").out == kobie::version() + "\n");
}

TEST_CASE("Python reads what a run wrote") {
  if (tools::run(std::string(python) + " -c 'import h5py, numpy'").status != 0) {
    SKIP("no h5py here");
  }
  const tools::TemporaryFolder folder;
  REQUIRE(program::run(folder.path(),
                       "run lotka-volterra --sweep alpha=0.5:1.5:11 --duration 1 --save-every 0.25 --summary mean "
                       "--sample-every 0.25 -o a.h5 -o a.npy -q")
              .code == 0);
  tools::write_text(folder / "read.py", R"(import h5py, numpy
with h5py.File("a.h5") as file:
    first = list(file["states"])[0]
    states = [file["states/" + name][:] for name in sorted(file["states"], key=lambda n: file["states/" + n].attrs["order"])]
    assert states[0].shape == (5, 11), states[0].shape
    assert numpy.allclose(file["parameters/alpha"][:], numpy.linspace(0.5, 1.5, 11), rtol=1e-15)
    assert (file["status"][:] == 0).all()
    weights = numpy.array([0.5, 1, 1, 1, 0.5]) / 4
    name = sorted(file["states"], key=lambda n: file["states/" + n].attrs["order"])[0]
    assert numpy.allclose(file["summaries/mean/" + name][0], weights @ states[0], rtol=1e-12)
    assert file.attrs["method"] == "tsit5"
whole = numpy.load("a.npy")
assert (whole[: len(states)] == numpy.array(states)).all()
print("read")
)");
  const auto answer = tools::run("cd '" + folder.path().string() + "' && " + python + " read.py");
  CAPTURE(answer.text);
  CHECK(answer.text == "read\n");
}
