#include <array>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools.hpp"

import kobie.core;
import kobie.io;

using Catch::Matchers::ContainsSubstring;
using kobie::io::Contents;
using kobie::io::Dataset;
using kobie::io::ElementType;
using kobie::io::Hdf5File;
using kobie::io::write_hdf5;
using Shape = std::vector<std::size_t>;

namespace {

template <class T>
Dataset dataset(std::string name, const std::vector<T>& values, Shape shape, std::vector<std::string> axes = {}) {
  return {.name = std::move(name),
          .type = kobie::io::element_type_of<T>,
          .data = values.data(),
          .shape = std::move(shape),
          .axes = std::move(axes),
          .attributes = {}};
}

const std::vector<double> numbers = {0.5, 1.5, 2.5, 3.5, 4.5, 5.5};

}  // namespace

TEMPLATE_TEST_CASE("what is written to an HDF5 file is read back", "[io]", float, double, std::int32_t, std::int64_t) {
  const tools::TemporaryFolder folder;
  std::vector<TestType> values(24);
  std::iota(values.begin(), values.end(), TestType{-3});
  values[5] = std::numeric_limits<TestType>::max();
  for (const Shape& shape : {Shape{24}, Shape{4, 6}, Shape{2, 3, 4}, Shape{}, Shape{1}, Shape{0}, Shape{3, 0, 2}}) {
    write_hdf5(folder / "a.h5", {{dataset("a", values, shape)}, {}}, true);
    const Hdf5File file(folder / "a.h5");
    const auto count = std::accumulate(shape.begin(), shape.end(), std::ptrdiff_t{1}, std::multiplies<>{});
    CHECK(file.shape("a") == shape);
    CHECK(file.type("a") == kobie::io::element_type_of<TestType>);
    CHECK(file.read<TestType>("a") == std::vector<TestType>(values.begin(), values.begin() + count));
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("an empty dataset needs no data", "[io]") {
  const tools::TemporaryFolder folder;
  Dataset empty = dataset("a", numbers, {0, 4});
  empty.data = nullptr;
  write_hdf5(folder / "a.h5", {{empty}, {}}, false);
  CHECK(Hdf5File(folder / "a.h5").read<double>("a").empty());
}

TEST_CASE("HDF5 converts to the type that is asked for", "[io]") {
  const tools::TemporaryFolder folder;
  write_hdf5(folder / "a.h5", {{dataset("a", numbers, {2, 3})}, {}}, false);
  const Hdf5File file(folder / "a.h5");
  CHECK(file.read<float>("a") == std::vector<float>{0.5F, 1.5F, 2.5F, 3.5F, 4.5F, 5.5F});
  CHECK(file.read<std::int64_t>("a") == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
  std::array<float, 6> place{};
  file.read_into("a", ElementType::float32, place.data(), place.size());
  CHECK(place[5] == 5.5F);
  CHECK_THROWS_MATCHES(file.read_into("a", ElementType::float32, place.data(), 5), kobie::FileError,
                       tools::says("dataset 'a' has 6 elements, not 5"));
}

TEST_CASE("names with slashes make groups, and are listed in order", "[io]") {
  const tools::TemporaryFolder folder;
  write_hdf5(folder / "a.h5",
             {{dataset("time", numbers, {6}), dataset("states/y", numbers, {6}), dataset("states/deep/x", numbers, {6})}, {}},
             false);
  const Hdf5File file(folder / "a.h5");
  CHECK(file.names() == std::vector<std::string>{"states/deep/x", "states/y", "time"});
  CHECK(file.has("states/y"));
  CHECK_FALSE(file.has("states"));
  CHECK(file.read<double>("states/deep/x") == numbers);
}

TEST_CASE("a dataset that is not there is an error that lists those that are", "[io]") {
  const tools::TemporaryFolder folder;
  write_hdf5(folder / "a.h5", {{dataset("time", numbers, {6}), dataset("states/x", numbers, {6})}, {}}, false);
  const Hdf5File file(folder / "a.h5");
  CHECK_THROWS_MATCHES(file.read<double>("tiem"), kobie::UnknownName,
                       tools::says("did you mean 'time'? known: states/x, time"));
  CHECK_THROWS_AS(file.shape("states"), kobie::UnknownName);
  CHECK_THROWS_AS(file.type(""), kobie::UnknownName);
}

TEST_CASE("attributes of files and datasets are read back", "[io]") {
  const tools::TemporaryFolder folder;
  Dataset x = dataset("x", numbers, {6});
  x.attributes = {{"unit", "µm/s"}, {"empty", ""}};
  const std::int64_t large = (std::int64_t{1} << 60) + 1;
  write_hdf5(folder / "a.h5",
             {{x}, {{"method", "Tsit5"}, {"rtol", 1e-8}, {"runs", large}, {"range", numbers}, {"none", std::vector<double>{}}}},
             false);
  const Hdf5File file(folder / "a.h5");
  CHECK(std::get<std::string>(file.attribute("method")) == "Tsit5");
  CHECK(std::get<double>(file.attribute("rtol")) == 1e-8);
  CHECK(std::get<std::int64_t>(file.attribute("runs")) == large);
  CHECK(std::get<std::vector<double>>(file.attribute("range")) == numbers);
  CHECK(std::get<std::vector<double>>(file.attribute("none")).empty());
  CHECK(std::get<std::string>(file.attribute("x", "unit")) == "µm/s");
  CHECK(std::get<std::string>(file.attribute("x", "empty")).empty());
  CHECK(file.has_attribute("rtol"));
  CHECK_FALSE(file.has_attribute("unit"));
  CHECK(file.has_attribute("x", "unit"));
  CHECK_THROWS_MATCHES(file.attribute("x", "units"), kobie::UnknownName, tools::says("did you mean 'unit'?"));
  CHECK_THROWS_AS(file.attribute("y", "unit"), kobie::UnknownName);
}

TEST_CASE("a dataset that others name as an axis becomes a dimension scale", "[io]") {
  const tools::TemporaryFolder folder;
  write_hdf5(folder / "a.h5",
             {{dataset("states/x", numbers, {2, 3}, {"time", "run"}), dataset("states/y", numbers, {2, 3}, {"time", ""}),
               dataset("time", numbers, {2}), dataset("run", numbers, {3})},
              {}},
             false);
  const Hdf5File file(folder / "a.h5");
  CHECK(std::get<std::string>(file.attribute("time", "CLASS")) == "DIMENSION_SCALE");
  CHECK(std::get<std::string>(file.attribute("run", "NAME")) == "run");
  CHECK(file.has_attribute("states/x", "DIMENSION_LIST"));
  CHECK(file.read<double>("states/x") == numbers);
}

TEST_CASE("an axis has to be a dataset as long as its dimension", "[io]") {
  const tools::TemporaryFolder folder;
  const auto written = [&](std::vector<std::string> axes) {
    write_hdf5(folder / "a.h5", {{dataset("x", numbers, {2, 3}, std::move(axes)), dataset("time", numbers, {2})}, {}}, false);
  };
  CHECK_THROWS_MATCHES(written({"tine", ""}), kobie::UnknownName, tools::says("did you mean 'time'?"));
  CHECK_THROWS_AS(written({"", "time"}), kobie::InvalidArgument);
  CHECK_THROWS_AS(written({"time"}), kobie::InvalidArgument);
  CHECK(folder.files() == 0);
}

TEST_CASE("h5dump shows what is written", "[io]") {
  if (tools::run("h5dump --version").status != 0) {
    SKIP("no h5dump here");
  }
  const tools::TemporaryFolder folder;
  const std::vector<std::int32_t> status = {0, 3};
  write_hdf5(folder / "a.h5", {{dataset("states/x", numbers, {2, 3}), dataset("status", status, {2})}, {{"method", "Tsit5"}}},
             false);
  const auto shown = tools::run("h5dump -H " + (folder / "a.h5").string());
  CHECK(shown.status == 0);
  CHECK_THAT(shown.text, ContainsSubstring("GROUP \"states\"") && ContainsSubstring("DATASET \"x\""));
  CHECK_THAT(shown.text, ContainsSubstring("H5T_IEEE_F64LE") && ContainsSubstring("( 2, 3 )"));
  CHECK_THAT(shown.text, ContainsSubstring("DATASET \"status\"") && ContainsSubstring("H5T_STD_I32LE"));
  CHECK_THAT(shown.text, ContainsSubstring("ATTRIBUTE \"method\"") && ContainsSubstring("H5T_CSET_UTF8"));
}

TEST_CASE("an HDF5 file that is there is kept unless told otherwise", "[io]") {
  const tools::TemporaryFolder folder;
  const Contents contents = {{dataset("a", numbers, {6})}, {}};
  tools::write_text(folder / "old.h5", "old");
  CHECK_THROWS_MATCHES(write_hdf5(folder / "old.h5", contents, false), kobie::FileError, tools::says("exists"));
  CHECK(tools::text_of(folder / "old.h5") == "old");
  write_hdf5(folder / "old.h5", contents, true);
  CHECK(Hdf5File(folder / "old.h5").read<double>("a") == numbers);
}

TEST_CASE("a link is followed, and what it names is replaced", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "real.h5", "old");
  std::filesystem::create_symlink("real.h5", folder / "link.h5");
  write_hdf5(folder / "link.h5", {{dataset("a", numbers, {6})}, {}}, true);
  CHECK(std::filesystem::is_symlink(folder / "link.h5"));
  CHECK(Hdf5File(folder / "real.h5").has("a"));
}

TEST_CASE("a failed write harms no older file, leaves nothing behind, and passes on HDF5's words", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.h5", "old");
  const auto fails = [&](std::vector<Dataset> datasets, const std::string& why) {
    CHECK_THROWS_MATCHES(write_hdf5(folder / "old.h5", {std::move(datasets), {}}, true), kobie::FileError, tools::says(why));
    CHECK(tools::text_of(folder / "old.h5") == "old");
    CHECK(folder.files() == 1);
  };
  fails({dataset("", numbers, {6})}, "old.h5: dataset '' could not be written (HDF5: ");
  fails({dataset("a", numbers, {6}), dataset("a", numbers, {6})}, "name already exists");
  fails({dataset("a", numbers, {6}), dataset("a/b", numbers, {6})}, "dataset 'a/b' could not be written (HDF5: ");
  fails({dataset("a", numbers, Shape(40, 1))}, "dataset 'a' could not be written (HDF5: ");
  fails({dataset("a", numbers, {6}, {"a"})}, "'a' could not be made an axis of 'a'");
}

TEST_CASE("a dataset without data is refused before anything is written", "[io]") {
  const tools::TemporaryFolder folder;
  Dataset nothing = dataset("a", numbers, {6});
  nothing.data = nullptr;
  CHECK_THROWS_MATCHES(write_hdf5(folder / "a.h5", {{nothing}, {}}, false), kobie::InvalidArgument, tools::says("dataset 'a'"));
  Dataset endless = dataset("a", numbers, {std::size_t{1} << 40, std::size_t{1} << 40});
  CHECK_THROWS_AS(write_hdf5(folder / "a.h5", {{endless}, {}}, false), kobie::InvalidArgument);
  CHECK(folder.files() == 0);
}

TEST_CASE("a full disk is an error, harms no older file, and HDF5 goes on working", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.h5", "old");
  const std::vector<double> many(100'000, 1.0);
  for (const std::size_t limit :
       {std::size_t{0}, std::size_t{1'000}, std::size_t{3'000}, std::size_t{400'000}, std::size_t{801'000}}) {
    const tools::FullDisk full(limit);
    CHECK_THROWS_AS(write_hdf5(folder / "old.h5", {{dataset("a", many, {many.size()})}, {{"method", "Tsit5"}}}, true),
                    kobie::FileError);
    CHECK(tools::text_of(folder / "old.h5") == "old");
    CHECK(folder.files() == 1);
  }
  write_hdf5(folder / "old.h5", {{dataset("a", many, {many.size()})}, {}}, true);
  CHECK(Hdf5File(folder / "old.h5").read<double>("a") == many);
}

TEST_CASE("equal contents make equal files", "[io]") {
  const tools::TemporaryFolder folder;
  const Contents contents = {{dataset("a", numbers, {6})}, {{"method", "Tsit5"}}};
  write_hdf5(folder / "one.h5", contents, false);
  write_hdf5(folder / "two.h5", contents, false);
  CHECK(tools::text_of(folder / "one.h5") == tools::text_of(folder / "two.h5"));
}

TEST_CASE("a file that is missing, or no HDF5 file, says so with its name", "[io]") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_MATCHES(Hdf5File(folder / "none.h5"), kobie::FileError, tools::says("none.h5: there is no such file"));
  tools::write_text(folder / "text.h5", "not HDF5 at all");
  CHECK_THROWS_MATCHES(Hdf5File(folder / "text.h5"), kobie::FileError, tools::says("cannot be opened as an HDF5 file (HDF5: "));
  write_hdf5(folder / "whole.h5", {{dataset("a", numbers, {6})}, {}}, false);
  tools::write_text(folder / "cut.h5", tools::text_of(folder / "whole.h5").substr(0, 1000));
  CHECK_THROWS_AS(Hdf5File(folder / "cut.h5"), kobie::FileError);
}

TEST_CASE("an open file can be moved", "[io]") {
  const tools::TemporaryFolder folder;
  write_hdf5(folder / "a.h5", {{dataset("a", numbers, {6})}, {}}, false);
  Hdf5File first(folder / "a.h5");
  const Hdf5File second = std::move(first);
  CHECK(second.read<double>("a") == numbers);
}
