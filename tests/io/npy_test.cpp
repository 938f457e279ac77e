#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

#include "tools.hpp"

import kobie.core;
import kobie.io;

using kobie::io::Dataset;
using kobie::io::read_npy;
using kobie::io::write_npy;
using Shape = std::vector<std::size_t>;

namespace {

template <class T>
Dataset row(const std::vector<T>& values, Shape shape) {
  return {.name = "row",
          .type = kobie::io::element_type_of<T>,
          .data = values.data(),
          .shape = std::move(shape),
          .axes = {},
          .attributes = {}};
}

constexpr const char* python = "/usr/bin/python3";

bool has_numpy() { return tools::run(std::string(python) + " -c 'import numpy'").status == 0; }

// A version 1.0 file with this dictionary in its header.
std::string npy(const std::string& dictionary, const std::string& data) {
  return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(dictionary.size()) + '\0' + dictionary + data;
}

}  // namespace

TEMPLATE_TEST_CASE("what is written to a .npy file is read back", "[io]", float, double, std::int32_t, std::int64_t) {
  const tools::TemporaryFolder folder;
  std::vector<TestType> values(24);
  std::iota(values.begin(), values.end(), TestType{-3});
  values[5] = std::numeric_limits<TestType>::max();
  for (const Shape& shape : {Shape{24}, Shape{4, 6}, Shape{2, 3, 4}, Shape{}, Shape{1}, Shape{0}, Shape{3, 0, 2}}) {
    write_npy(folder / "row.npy", row(values, shape), true);
    const auto read = read_npy(folder / "row.npy");
    const auto count = std::accumulate(shape.begin(), shape.end(), std::ptrdiff_t{1}, std::multiplies<>{});
    CHECK(read.shape == shape);
    CHECK(read.type() == kobie::io::element_type_of<TestType>);
    CHECK(std::get<std::vector<TestType>>(read.data) == std::vector<TestType>(values.begin(), values.begin() + count));
  }
  CHECK(folder.files() == 1);
}

TEMPLATE_TEST_CASE("NumPy reads what is written", "[io]", float, double, std::int32_t, std::int64_t) {
  if (!has_numpy()) {
    SKIP("no numpy here");
  }
  const tools::TemporaryFolder folder;
  std::vector<TestType> values(6);
  std::iota(values.begin(), values.end(), TestType{-2});
  write_npy(folder / "row.npy", row(values, {2, 3}), false);
  const auto answer = tools::run(std::string(python) +
                                 " -c 'import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype.str, "
                                 "a.tolist() == [[-2, -1, 0], [1, 2, 3]])' " +
                                 (folder / "row.npy").string());
  const std::string kind = std::is_floating_point_v<TestType> ? "f" : "i";
  CHECK(answer.text == "<" + kind + std::to_string(sizeof(TestType)) + " True\n");
}

TEST_CASE("what NumPy writes is read", "[io]") {
  if (!has_numpy()) {
    SKIP("no numpy here");
  }
  const tools::TemporaryFolder folder;
  const std::string path = (folder / "theirs.npy").string();
  REQUIRE(tools::run(std::string(python) +
                     " -c 'import numpy, sys; numpy.save(sys.argv[1], numpy.arange(6.0).reshape(3, 2))' " + path)
              .status == 0);
  const auto read = read_npy(path);
  CHECK(read.shape == Shape{3, 2});
  CHECK(std::get<std::vector<double>>(read.data) == std::vector<double>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a header too long for version 1.0 makes a file of version 2.0", "[io]") {
  const tools::TemporaryFolder folder;
  const std::vector<float> one = {7.0F};
  const Shape ones(30'000, 1);
  write_npy(folder / "long.npy", row(one, ones), false);
  CHECK(tools::text_of(folder / "long.npy")[6] == 2);
  CHECK(read_npy(folder / "long.npy").shape == ones);
}

TEST_CASE("a .npy file that is there is kept unless told otherwise", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.npy", "old");
  const std::vector<double> values = {1.0};
  CHECK_THROWS_MATCHES(write_npy(folder / "old.npy", row(values, {1}), false), kobie::FileError, tools::says("exists"));
  CHECK(tools::text_of(folder / "old.npy") == "old");
  write_npy(folder / "old.npy", row(values, {1}), true);
  CHECK(read_npy(folder / "old.npy").shape == Shape{1});
}

TEST_CASE("a full disk is an error, and harms no older .npy file", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.npy", "old");
  const std::vector<double> values(100'000);
  {
    const tools::FullDisk full(100'000);
    CHECK_THROWS_MATCHES(write_npy(folder / "old.npy", row(values, {values.size()}), true), kobie::FileError,
                         tools::says("no room for 800128 bytes: File too large"));
  }
  CHECK(tools::text_of(folder / "old.npy") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a .npy file that is cut short is refused, wherever the cut is", "[io]") {
  const tools::TemporaryFolder folder;
  const std::vector<double> values(4);
  write_npy(folder / "whole.npy", row(values, {4}), false);
  const std::string whole = tools::text_of(folder / "whole.npy");
  for (const std::size_t length : {0U, 3U, 7U, 9U, 40U, 128U, 159U}) {
    tools::write_text(folder / "cut.npy", whole.substr(0, length));
    CHECK_THROWS_AS(read_npy(folder / "cut.npy"), kobie::FileError);
  }
  tools::write_text(folder / "cut.npy", whole.substr(0, whole.size() - 1));
  CHECK_THROWS_MATCHES(read_npy(folder / "cut.npy"), kobie::FileError, tools::says("is cut short"));
}

TEST_CASE("a .npy file of another kind is refused with its reason", "[io]") {
  const tools::TemporaryFolder folder;
  const auto refused = [&](const std::string& content, const std::string& why) {
    tools::write_text(folder / "odd.npy", content);
    CHECK_THROWS_MATCHES(read_npy(folder / "odd.npy"), kobie::FileError, tools::says(why));
  };
  const std::string eight(8, '\0');
  refused("PNG and so on", "is no .npy file");
  refused(std::string("\x93NUMPY\7\0\0\0", 10), "version 7");
  refused(npy("{'descr': '>f8', 'fortran_order': False, 'shape': (1,), }\n", eight), "elements of type '>f8'");
  refused(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }\n", eight), "elements of type '<c8'");
  refused(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n", eight), "elements of type");
  refused(npy("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }\n", eight), "elements of type '<u8'");
  refused(npy("{'descr': '<f8', 'fortran_order': 1, 'shape': (1, 1), }\n", eight), "'fortran_order': 1");
  refused(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1x,), }\n", eight), "shape makes no sense");
  refused(npy("{'descr': '<f8', 'fortran_order': False}\n", eight), "header without 'fortran_order':");
  refused(npy("{'descr': '<f8', 'fortran_order': False, }\n", eight), "header without 'shape':");
  refused(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, 4000000000), }\n", eight), "more elements than");
  refused(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, ), }\n", eight), "is cut short");
}

TEST_CASE("an array in Fortran order is read in C order", "[io]") {
  const tools::TemporaryFolder folder;
  // Of [2, 3, 2] the element (i, j, k) is 100 i + 10 j + k.
  std::string elements;
  for (const std::size_t k : {0U, 1U}) {
    for (const std::size_t j : {0U, 1U, 2U}) {
      for (const std::size_t i : {0U, 1U}) {
        elements += static_cast<char>(100 * i + 10 * j + k);
      }
    }
  }
  tools::write_text(folder / "a.npy", npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3, 2), }\n", elements));
  const auto read = read_npy(folder / "a.npy");
  CHECK(read.shape == Shape{2, 3, 2});
  CHECK(std::get<std::vector<std::int32_t>>(read.data) ==
        std::vector<std::int32_t>{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121});

  tools::write_text(folder / "none.npy", npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 0), }\n", ""));
  CHECK(std::get<std::vector<std::int32_t>>(read_npy(folder / "none.npy").data).empty());
}

TEST_CASE("small integers are read as larger ones", "[io]") {
  const tools::TemporaryFolder folder;
  const auto read = [&](const std::string& type, const std::string& bytes) {
    tools::write_text(folder / "a.npy", npy("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2,), }\n", bytes));
    return read_npy(folder / "a.npy").data;
  };
  using Int32 = std::vector<std::int32_t>;
  CHECK(std::get<Int32>(read("|i1", "\xff\x02")) == Int32{-1, 2});
  CHECK(std::get<Int32>(read("|u1", "\xff\x02")) == Int32{255, 2});
  CHECK(std::get<Int32>(read("<i2", "\xfe\xff\x01\x02")) == Int32{-2, 513});
  CHECK(std::get<Int32>(read("<u2", "\xfe\xff\x01\x02")) == Int32{65534, 513});
  CHECK(std::get<std::vector<std::int64_t>>(read("<u4", "\xff\xff\xff\xff\x01\x01\x01\x01")) ==
        std::vector<std::int64_t>{4294967295, 16843009});
}

TEST_CASE("what NumPy writes in Fortran order is read", "[io]") {
  if (!has_numpy()) {
    SKIP("no numpy here");
  }
  const tools::TemporaryFolder folder;
  const std::string path = (folder / "theirs.npy").string();
  REQUIRE(tools::run(std::string(python) +
                     " -c 'import numpy, sys; numpy.save(sys.argv[1], numpy.arange(6.0).reshape(2, 3).T)' " + path)
              .status == 0);
  const auto read = read_npy(path);
  CHECK(read.shape == Shape{3, 2});
  CHECK(std::get<std::vector<double>>(read.data) == std::vector<double>{0, 3, 1, 4, 2, 5});
}

TEST_CASE("a .npy file that is not there is an error with its name", "[io]") {
  CHECK_THROWS_MATCHES(read_npy("nowhere.npy"), kobie::FileError, tools::says("nowhere.npy: cannot be opened: No such file"));
}

TEST_CASE("elements without data are refused before anything is written", "[io]") {
  const tools::TemporaryFolder folder;
  Dataset nothing = row(std::vector<double>{}, {3});
  nothing.data = nullptr;
  CHECK_THROWS_AS(write_npy(folder / "row.npy", nothing, false), kobie::InvalidArgument);
  CHECK(folder.files() == 0);
}
