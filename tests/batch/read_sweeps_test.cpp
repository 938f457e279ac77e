#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "files.hpp"
#include "problems.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kobie::read_sweeps;
using kobie::io::Dataset;
using kobie::io::ElementType;
using problems::Lorenz;
using Values = std::vector<double>;

namespace {

kobie::Runs<Lorenz> zipped(const std::vector<kobie::NamedSweep>& sweeps) {
  return kobie::grid<Lorenz>(sweeps, kobie::Combine::zip);
}

auto says(const std::string& text) { return MessageMatches(ContainsSubstring(text)); }

Dataset row(std::string name, const Values& values, std::vector<std::size_t> shape) {
  return {.name = std::move(name),
          .type = ElementType::float64,
          .data = values.data(),
          .shape = std::move(shape),
          .axes = {},
          .attributes = {}};
}

const Values rho = {20.0, 21.0, 22.0};
const Values x = {0.5, 1.5, 2.5};
const Values sigma = {11.0};

}  // namespace

TEST_CASE("a CSV file has a run in each row") {
  const tools::TemporaryFolder folder;
  files::write_text(folder / "runs.csv", "rho,x\n20,0.5\n21,1.5\n22,2.5\n");
  const auto runs = zipped(read_sweeps(folder / "runs.csv"));
  CHECK(runs.size() == 3);
  CHECK(runs["rho"].values == rho);
  CHECK(runs["x"].values == x);
  CHECK(runs["sigma"].values == Values{10.0});
}

TEST_CASE("of a CSV file the columns can be taken that are named") {
  const tools::TemporaryFolder folder;
  files::write_text(folder / "runs.csv", "label,rho,x\n7,20,0.5\n8,21,1.5\n");
  CHECK_THROWS_MATCHES(zipped(read_sweeps(folder / "runs.csv")), kobie::UnknownName, says("no such name"));
  const auto sweeps = read_sweeps(folder / "runs.csv", {.names = {"x", "rho"}});
  REQUIRE(sweeps.size() == 2);
  CHECK(sweeps[0].name == "x");
  CHECK(sweeps[0].sweep.values == Values{0.5, 1.5});
  CHECK(sweeps[1].name == "rho");
  CHECK(sweeps[1].sweep.values == Values{20.0, 21.0});
  CHECK_THROWS_MATCHES(read_sweeps(folder / "runs.csv", {.names = {"roh"}}), kobie::UnknownName, says("did you mean 'rho'?"));
}

TEST_CASE("an array in a .npy file has the runs along its first axis and gets its names from the caller") {
  const tools::TemporaryFolder folder;
  const Values both = {20.0, 0.5, 21.0, 1.5, 22.0, 2.5};
  kobie::io::write_npy(folder / "runs.npy", row("", both, {3, 2}), false);
  const auto runs = zipped(read_sweeps(folder / "runs.npy", {.names = {"rho", "x"}}));
  CHECK(runs["rho"].values == rho);
  CHECK(runs["x"].values == x);
  kobie::io::write_npy(folder / "one.npy", row("", rho, {3}), false);
  CHECK(zipped(read_sweeps(folder / "one.npy", {.names = {"rho"}}))["rho"].values == rho);
}

TEST_CASE("floats and integers in .npy files become doubles") {
  const tools::TemporaryFolder folder;
  const std::vector<float> floats = {0.1F, 0.25F};
  kobie::io::write_npy(folder / "f.npy", {"", ElementType::float32, floats.data(), {2}, {}, {}}, false);
  CHECK(read_sweeps(folder / "f.npy", {.names = {"x"}})[0].sweep.values == Values{double{0.1F}, 0.25});
  const std::vector<std::int64_t> integers = {-3, 1'000'000'000'000};
  kobie::io::write_npy(folder / "i.npy", {"", ElementType::int64, integers.data(), {2}, {}, {}}, false);
  CHECK(read_sweeps(folder / "i.npy", {.names = {"x"}})[0].sweep.values == Values{-3.0, 1e12});
}

TEST_CASE("a .npy file whose columns are not as many as the names is refused, and other shapes") {
  const tools::TemporaryFolder folder;
  const Values numbers = {1.0, 2.0, 3.0, 4.0};
  kobie::io::write_npy(folder / "two.npy", row("", numbers, {2, 2}), false);
  CHECK_THROWS_MATCHES(read_sweeps(folder / "two.npy"), kobie::InvalidArgument,
                       says("names = 0 of them: must be 2, one for each column of"));
  CHECK_THROWS_MATCHES(read_sweeps(folder / "two.npy", {.names = {"x"}}), kobie::InvalidArgument, says("1 of them"));
  kobie::io::write_npy(folder / "cube.npy", row("", numbers, {1, 2, 2}), false);
  CHECK_THROWS_MATCHES(read_sweeps(folder / "cube.npy", {.names = {"x"}}), kobie::FileError, says("has 3 dimensions"));
  kobie::io::write_npy(folder / "none.npy", row("", numbers, {0, 1}), false);
  CHECK_THROWS_MATCHES(read_sweeps(folder / "none.npy", {.names = {"x"}}), kobie::FileError, says("has no runs"));
}

TEST_CASE("an HDF5 file has a dataset for each name, at its top or in a group") {
  const tools::TemporaryFolder folder;
  kobie::io::write_hdf5(folder / "a.h5",
                        {{row("rho", rho, {3}), row("x", x, {3}), row("sigma", sigma, {}), row("more/y", x, {3})}, {}}, false);
  const auto runs = zipped(read_sweeps(folder / "a.h5"));
  CHECK(runs.size() == 3);
  CHECK(runs["rho"].values == rho);
  CHECK(runs["x"].values == x);
  CHECK(runs["sigma"].values == sigma);
  CHECK(runs["y"].values == Values{0.0});
  const auto grouped = read_sweeps(folder / "a.h5", {.group = "more"});
  REQUIRE(grouped.size() == 1);
  CHECK(grouped[0].name == "y");
  const auto chosen = read_sweeps(folder / "a.h5", {.names = {"x"}});
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0].sweep.values == x);
}

TEST_CASE("what an HDF5 file lacks, or has in another shape, is named") {
  const tools::TemporaryFolder folder;
  kobie::io::write_hdf5(folder / "a.h5", {{row("rho", rho, {3}), row("x", x, {2}), row("y", x, {1, 3}), row("z", x, {0})}, {}},
                        false);
  const auto reading = [&](std::vector<std::string> names) {
    return [&folder, names] { return read_sweeps(folder / "a.h5", {.names = names}); };
  };
  CHECK_THROWS_MATCHES(reading({"rho", "x"})(), kobie::FileError, says("dataset 'x' has 2 runs, 'rho' has 3"));
  CHECK_THROWS_MATCHES(reading({"y"})(), kobie::FileError, says("dataset 'y' has 2 dimensions"));
  CHECK_THROWS_MATCHES(reading({"z"})(), kobie::FileError, says("dataset 'z' has no runs"));
  CHECK_THROWS_MATCHES(reading({"roh"})(), kobie::UnknownName, says("did you mean 'rho'?"));
  CHECK_THROWS_MATCHES(read_sweeps(folder / "a.h5", {.group = "inputs"}), kobie::FileError,
                       says("has no datasets in group 'inputs'"));
}

TEST_CASE("what is read is checked by grid: names of the system, finite numbers, each name once") {
  const tools::TemporaryFolder folder;
  files::write_text(folder / "name.csv", "roh\n20\n");
  CHECK_THROWS_MATCHES(zipped(read_sweeps(folder / "name.csv")), kobie::UnknownName, says("did you mean 'rho'?"));
  files::write_text(folder / "nan.csv", "rho\n20\nnan\n");
  CHECK_THROWS_MATCHES(zipped(read_sweeps(folder / "nan.csv")), kobie::InvalidArgument, says("rho[1] = nan: must be finite"));
  files::write_text(folder / "inf.csv", "rho\ninf\n20\n");
  CHECK_THROWS_MATCHES(zipped(read_sweeps(folder / "inf.csv")), kobie::InvalidArgument, says("rho[0] = inf: must be finite"));
  kobie::io::write_npy(folder / "a.npy", row("", Values{1.0, 2.0}, {1, 2}), false);
  CHECK_THROWS_MATCHES(zipped(read_sweeps(folder / "a.npy", {.names = {"x", "x"}})), kobie::InvalidArgument,
                       says("a second sweep"));
}

TEST_CASE("files of other kinds, and groups where there are none, are refused") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_MATCHES(read_sweeps("runs.txt"), kobie::InvalidArgument, says("must end in .csv, .npy, .h5 or .hdf5"));
  CHECK_THROWS_MATCHES(read_sweeps("runs.csv", {.group = "a"}), kobie::InvalidArgument,
                       says("group = a: must be empty where the file is .csv"));
  CHECK_THROWS_AS(read_sweeps(folder / "missing.csv"), kobie::FileError);
  CHECK_THROWS_AS(read_sweeps(folder / "missing.npy"), kobie::FileError);
  CHECK_THROWS_AS(read_sweeps(folder / "missing.h5"), kobie::FileError);
}
