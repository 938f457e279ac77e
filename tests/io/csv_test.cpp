#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tools.hpp"

import kobie.core;
import kobie.io;

using kobie::io::CsvTable;
using kobie::io::CsvWriter;
using kobie::io::read_csv;
using Names = std::vector<std::string>;
using Values = std::vector<double>;

namespace {

CsvTable parsed(const std::string& text) {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "a.csv", text);
  return read_csv(folder / "a.csv");
}

void refused(const std::string& text, const std::string& why) {
  CAPTURE(text);
  CHECK_THROWS_MATCHES(parsed(text), kobie::FileError, tools::says(why));
}

const std::string python = "/usr/bin/python3";

bool has_python() { return tools::run(python + " --version").status == 0; }

}  // namespace

TEST_CASE("a CSV file is read as its names and its columns", "[io]") {
  const CsvTable table = parsed("x,rho\n1,2.5\n-3e2,+.125\n");
  CHECK(table.names == Names{"x", "rho"});
  CHECK(table.columns == std::vector<Values>{{1.0, -300.0}, {2.5, 0.125}});
}

TEST_CASE("lines may end with CRLF, and the last one without an end", "[io]") {
  const CsvTable table = parsed("x,rho\r\n1,2\r\n3,4");
  CHECK(table.names == Names{"x", "rho"});
  CHECK(table.columns == std::vector<Values>{{1.0, 3.0}, {2.0, 4.0}});
}

TEST_CASE("a byte order mark is no part of the first name", "[io]") {
  CHECK(parsed("\xef\xbb\xbfx\n1\n").names == Names{"x"});
  CHECK(parsed("\xef\xbb\xbf\"x\"\n1\n").names == Names{"x"});
}

TEST_CASE("blank lines at the end of a CSV file are no rows, others are an error", "[io]") {
  CHECK(parsed("x\n1\n2\n\n  \r\n\n").columns == std::vector<Values>{{1.0, 2.0}});
  refused("x\n1\n\n\n2\n", "a.csv: line 3 is blank, and more follows");
  refused("\nx\n1\n", "line 1 is blank");
}

TEST_CASE("quoted fields may hold commas, quotes and line ends", "[io]") {
  const CsvTable table = parsed("\"a,b\",\"say \"\"c\"\"\",\"two\r\nlines\"\r\n\"1\",\" 2 \",3\r\n");
  CHECK(table.names == Names{"a,b", "say \"c\"", "two\nlines"});
  CHECK(table.columns == std::vector<Values>{{1.0}, {2.0}, {3.0}});
}

TEST_CASE("blanks around fields do not count unless they are quoted", "[io]") {
  const CsvTable table = parsed(" x ,\trho, \" z\" \n 1 ,\t2\t, \"3\" \n");
  CHECK(table.names == Names{"x", "rho", " z"});
  CHECK(table.columns == std::vector<Values>{{1.0}, {2.0}, {3.0}});
}

TEST_CASE("numbers are read to the last bit", "[io]") {
  const double least = std::numeric_limits<double>::denorm_min();
  const CsvTable table = parsed("x\n0.1\n0.30000000000000004\n5e-324\n1.7976931348623157e308\n-0\n");
  CHECK(table.columns[0] == Values{0.1, 0.1 + 0.2, least, std::numeric_limits<double>::max(), 0.0});
  CHECK(std::signbit(table.columns[0][4]));
}

TEST_CASE("infinities and NaN are read, for the reader to judge", "[io]") {
  const CsvTable table = parsed("x\ninf\n-Infinity\nNaN\n");
  CHECK(table.columns[0][0] == std::numeric_limits<double>::infinity());
  CHECK(table.columns[0][1] == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(table.columns[0][2]));
}

TEST_CASE("what is not a number is named with its line and column", "[io]") {
  refused("x,rho\n1,2\n3,four\n", "a.csv: line 3, column 2: rho = 'four' is not a number");
  refused("x,rho\n1,\n", "line 2, column 2: rho = '' is not a number");
  refused("x\n1.5.2\n", "line 2, column 1: x = '1.5.2' is not a number");
  refused("x\n0x10\n", "'0x10' is not a number");
  refused("x\n+-1\n", "'+-1' is not a number");
  refused("x\n1e999\n", "line 2, column 1: x = '1e999' is beyond what a double can hold");
  refused("\"a\nb\",c\n1,2\n3,d\n", "line 4, column 2: c = 'd'");
}

TEST_CASE("a row that is longer or shorter than the header is named", "[io]") {
  refused("x,rho\n1,2\n3\n", "a.csv: line 3 has 1 column; the header has 2");
  refused("x,rho\n1,2,3\n", "line 2 has 3 columns; the header has 2");
  refused("x,rho\n1,2,\n", "line 2 has 3 columns; the header has 2");
}

TEST_CASE("a header has a name for each column, and each once", "[io]") {
  refused("x,,y\n1,2,3\n", "a.csv: line 1, column 2: the header has no name for it");
  refused("x,y,\n1,2,3\n", "line 1, column 3: the header has no name for it");
  refused("x,y,x\n1,2,3\n", "line 1, column 3: 'x' is the name of column 1 already");
}

TEST_CASE("quotes that make no sense are named with their line and column", "[io]") {
  refused("x,rho\n1,2\"3\"\n", "a.csv: line 2, column 2: a quote inside a field");
  refused("x,rho\n\"1\"0,2\n", "line 2, column 1: text behind the quote");
  refused("x,rho\n1,\"2\n3,4\n", "line 2, column 2: the quote that begins this field has no end");
}

TEST_CASE("a CSV file without rows is an error", "[io]") {
  refused("", "a.csv: is empty; a header line with the columns' names is needed");
  refused("\n\n", "is empty");
  refused("x,rho\n", "has a header and no rows");
}

TEST_CASE("a CSV file that is not there, or is a folder, is an error with its name", "[io]") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_MATCHES(read_csv("nowhere.csv"), kobie::FileError, tools::says("nowhere.csv: cannot be opened: No such file"));
  std::filesystem::create_directory(folder / "sub.csv");
  CHECK_THROWS_MATCHES(read_csv(folder / "sub.csv"), kobie::FileError, tools::says("sub.csv: could not be read"));
}

TEST_CASE("a table is written as a header and rows, with the fewest digits, and quotes where they are needed", "[io]") {
  const tools::TemporaryFolder folder;
  CsvWriter file(folder / "a.csv", {"run", "a,b", "say \"c\"", " d", "two\nlines"}, false);
  file.add(std::int64_t{-7});
  file.add(0.1);
  file.add(0.1F);
  file.add(std::numeric_limits<double>::quiet_NaN());
  file.add("too many, steps");
  file.end_row();
  file.add(std::int64_t{8});
  file.add(1e300);
  file.add(std::numeric_limits<float>::quiet_NaN());
  file.add(-std::numeric_limits<double>::infinity());
  file.add("success");
  file.end_row();
  CHECK_FALSE(std::filesystem::exists(folder / "a.csv"));
  file.commit();
  CHECK(tools::text_of(folder / "a.csv") ==
        "run,\"a,b\",\"say \"\"c\"\"\",\" d\",\"two\nlines\"\n"
        "-7,0.1,0.1,,\"too many, steps\"\n"
        "8,1e+300,,-inf,success\n");
  CHECK(folder.files() == 1);
}

TEST_CASE("doubles that are written to a CSV file are read back to the last bit", "[io]") {
  const tools::TemporaryFolder folder;
  Values values;
  for (int i = 1; i <= 60'000; ++i) {
    values.push_back(std::ldexp(std::sin(i), i % 2000 - 1000));
  }
  CsvWriter file(folder / "a.csv", {"x"}, false);
  for (const double value : values) {
    file.add(value);
    file.end_row();
  }
  file.commit();
  CHECK(std::filesystem::file_size(folder / "a.csv") > 1'048'576);  // more than the writer keeps in memory
  CHECK(read_csv(folder / "a.csv").columns[0] == values);
}

TEST_CASE("a lone NaN is a row too", "[io]") {
  const tools::TemporaryFolder folder;
  CsvWriter file(folder / "a.csv", {"x"}, false);
  file.add(std::numeric_limits<double>::quiet_NaN());
  file.end_row();
  file.commit();
  CHECK(tools::text_of(folder / "a.csv") == "x\n\"\"\n");
}

TEST_CASE("Python reads a CSV file as it was written", "[io]") {
  if (!has_python()) {
    SKIP("no Python here");
  }
  const tools::TemporaryFolder folder;
  CsvWriter file(folder / "a.csv", {"x, in \"m\"", "status"}, false);
  file.add(1.0 / 3.0);
  file.add("two\nlines");
  file.end_row();
  file.commit();
  const auto answer = tools::run(python + " -c 'import csv, sys; print(list(csv.reader(open(sys.argv[1], newline=\"\"))))' " +
                                 (folder / "a.csv").string());
  CHECK(answer.text == "[['x, in \"m\"', 'status'], ['0.3333333333333333', 'two\\nlines']]\n");
}

TEST_CASE("a CSV file that Python wrote is read", "[io]") {
  if (!has_python()) {
    SKIP("no Python here");
  }
  const tools::TemporaryFolder folder;
  const std::string path = (folder / "a.csv").string();
  REQUIRE(tools::run(python +
                     " -c 'import csv, sys; csv.writer(open(sys.argv[1], \"w\", newline=\"\")).writerows("
                     "[[\"a,b\", \"c\\\"d\"], [1 / 3, -1e-7], [2, 1e22]])' " +
                     path)
              .status == 0);
  const CsvTable table = read_csv(path);
  CHECK(table.names == Names{"a,b", "c\"d"});
  CHECK(table.columns == std::vector<Values>{{1.0 / 3.0, 2.0}, {-1e-7, 1e22}});
}

TEST_CASE("a row with too few or too many fields is not written", "[io]") {
  const tools::TemporaryFolder folder;
  CsvWriter file(folder / "a.csv", {"x", "y"}, false);
  file.add(1.0);
  CHECK_THROWS_MATCHES(file.end_row(), kobie::InvalidArgument, tools::says("row = 1 fields: must have 2"));
  CHECK_THROWS_MATCHES(file.commit(), kobie::InvalidArgument, tools::says("must be ended"));
}

TEST_CASE("a CSV file that is not committed leaves nothing, and an older one as it was", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.csv", "old");
  CHECK_THROWS_MATCHES(CsvWriter(folder / "old.csv", {"x"}, false), kobie::FileError, tools::says("exists"));
  {
    CsvWriter file(folder / "old.csv", {"x"}, true);
    file.add(1.0);
    file.end_row();
  }
  CHECK(tools::text_of(folder / "old.csv") == "old");
  CHECK(folder.files() == 1);
  CsvWriter file(folder / "old.csv", {"x"}, true);
  file.commit();
  CHECK(tools::text_of(folder / "old.csv") == "x\n");
}

TEST_CASE("a full disk is an error, and harms no older CSV file", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.csv", "old");
  {
    const tools::FullDisk full(100'000);
    CsvWriter file(folder / "old.csv", {"x"}, true);
    for (std::int64_t i = 0; i < 100'000; ++i) {
      file.add(i);
      file.end_row();
    }
    CHECK_THROWS_MATCHES(file.commit(), kobie::FileError, tools::says("could not be written: File too large"));
  }
  CHECK(tools::text_of(folder / "old.csv") == "old");
  CHECK(folder.files() == 1);
}
