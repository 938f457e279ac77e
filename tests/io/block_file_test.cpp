#include <array>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "blocks.hpp"
#include "tools.hpp"

import kobie.core;
import kobie.io;

using Catch::Matchers::ContainsSubstring;
using kobie::io::BlockFile;
using kobie::io::BlockLayout;
using kobie::io::ElementType;
using kobie::io::Hdf5File;
using Solve = tools::SmallSolve<double>;

TEMPLATE_TEST_CASE("a file that is filled block by block holds what one written whole holds", "[io]", float, double,
                   std::int32_t) {
  const tools::TemporaryFolder folder;
  const auto path = folder / "a.h5";
  const auto check = [&](std::size_t runs, std::int64_t block_length, std::int64_t blocks) {
    const tools::SmallSolve<TestType> solve(runs, block_length);
    BlockFile file(path, solve.layout(), true);
    REQUIRE(file.blocks() == blocks);
    for (std::int64_t block = blocks - 1; block >= 0; --block) {
      solve.write(file, block);
      solve.finish(file, block);
    }
    file.commit();
    solve.write_whole(folder / "whole.h5");
    const Hdf5File whole(folder / "whole.h5");
    for (const auto& name : whole.names()) {
      CHECK(Hdf5File(path).read<TestType>(name) == whole.read<TestType>(name));
    }
    solve.require_in(path);
    std::filesystem::remove(folder / "whole.h5");
  };
  check(1, 5, 1);
  check(5, 5, 1);
  for (const std::int64_t blocks : {2, 3, 7}) {
    check(static_cast<std::size_t>(5 * (blocks - 1) + 1), 5, blocks);
  }
  check(3, 1, 3);
  CHECK(folder.files() == 1);
}

TEST_CASE("h5dump shows a file that was filled block by block", "[io]") {
  if (tools::run("h5dump --version").status != 0) {
    SKIP("no h5dump here");
  }
  const tools::TemporaryFolder folder;
  const Solve solve(3, 2);
  BlockFile file(folder / "a.h5", solve.layout(), false);
  solve.write_rest(file);
  file.commit();
  const auto shown = tools::run("h5dump -d /checkpoint/finished " + (folder / "a.h5").string());
  CHECK(shown.status == 0);
  CHECK_THAT(shown.text, ContainsSubstring("(0): 1, 1") && ContainsSubstring("\"lorenz 1\""));
  CHECK_THAT(tools::run("h5dump -d /checkpoint/seconds " + (folder / "a.h5").string()).text,
             ContainsSubstring("(0): 0.25, 0.5"));
}

TEST_CASE("a solve that was left at any block goes on from there", "[io]") {
  const tools::TemporaryFolder folder;
  const auto path = folder / "a.h5";
  const Solve solve(31, 5);
  for (std::int64_t left = 0; left <= 7; ++left) {
    {
      BlockFile file(path, solve.layout(), true);
      for (std::int64_t block = 0; block < left; ++block) {
        solve.write(file, block);
        solve.finish(file, block);
      }
      CHECK(file.finished_blocks() == left);
    }
    BlockFile file(path, solve.layout(), true);
    for (std::int64_t block = 0; block < 7; ++block) {
      CHECK(file.finished(block) == (block < left));
    }
    CHECK(file.total("seconds") == 0.125 * static_cast<double>(left * (left + 1)));
    CHECK(file.total("steps") == (left == 7 ? 31.0 : 5.0 * static_cast<double>(left)));
    solve.write_rest(file);
    file.commit();
    solve.require_in(path);
  }
}

TEST_CASE("a solve that goes on keeps the blocks that it began with", "[io]") {
  const tools::TemporaryFolder folder;
  const auto path = folder / "a.h5";
  {
    const Solve first(10, 4);
    BlockFile file(path, first.layout(), false);
    first.write(file, 1);
    first.finish(file, 1);
  }
  const Solve solve(10, 5);
  BlockFile file(path, solve.layout(), false);
  CHECK(file.block_length() == 4);
  CHECK(file.blocks() == 3);
  CHECK(file.finished(1));
  CHECK(file.first_of(2) == 8);
  CHECK(file.count_of(2) == 2);
  solve.write_rest(file);
  file.commit();
  solve.require_in(path);
}

TEST_CASE("a block that was written and not finished is not taken for finished", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 5);
  {
    BlockFile file(folder / "a.h5", solve.layout(), false);
    solve.write(file, 0);
  }
  CHECK_FALSE(BlockFile(folder / "a.h5", solve.layout(), false).finished(0));
}

TEST_CASE("readers can look on while a file is filled", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  BlockFile file(folder / "a.h5", solve.layout(), false);
  solve.write(file, 1);
  solve.finish(file, 1);
  file.sync();
  CHECK(Hdf5File(folder / "a.h5.partial").read<std::int32_t>("checkpoint/finished") == std::vector<std::int32_t>{0, 1, 0});
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
}

TEST_CASE("equal solves make equal files, whatever their interruptions", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  BlockFile undisturbed(folder / "one.h5", solve.layout(), false);
  solve.write_rest(undisturbed);
  undisturbed.commit();
  {
    BlockFile left(folder / "two.h5", solve.layout(), false);
    solve.write(left, 2);
    solve.finish(left, 2);
  }
  BlockFile resumed(folder / "two.h5", solve.layout(), false);
  solve.write_rest(resumed);
  resumed.commit();
  CHECK(tools::text_of(folder / "one.h5") == tools::text_of(folder / "two.h5"));
}

TEST_CASE("what another solve left is kept unless told otherwise", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  {
    BlockFile other(folder / "a.h5", solve.layout("lorenz 2"), false);
    solve.write_rest(other);
  }
  const auto before = tools::text_of(folder / "a.h5.partial");
  CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), false), kobie::FileError,
                       tools::says("a.h5.partial: is of another solve); remove that file, or ask for overwrite"));
  CHECK(tools::text_of(folder / "a.h5.partial") == before);
  CHECK(folder.files() == 1);
  BlockFile file(folder / "a.h5", solve.layout(), true);
  CHECK(file.finished_blocks() == 0);
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that is there is untouched until the new one is complete", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  tools::write_text(folder / "a.h5", "old");
  CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), false), kobie::FileError, tools::says("a.h5: exists"));
  CHECK(folder.files() == 1);
  BlockFile file(folder / "a.h5", solve.layout(), true);
  solve.write_rest(file);
  CHECK(tools::text_of(folder / "a.h5") == "old");
  file.commit();
  solve.require_in(folder / "a.h5");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that appears meanwhile is kept, and the solve can be completed later", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  {
    BlockFile file(folder / "a.h5", solve.layout(), false);
    solve.write_rest(file);
    tools::write_text(folder / "a.h5", "old");
    CHECK_THROWS_MATCHES(file.commit(), kobie::FileError, tools::says("exists"));
    CHECK(tools::text_of(folder / "a.h5") == "old");
  }
  BlockFile(folder / "a.h5", solve.layout(), true).commit();
  solve.require_in(folder / "a.h5");
}

TEST_CASE("a link is followed, and what it names is filled", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "real.h5", "old");
  std::filesystem::create_symlink("real.h5", folder / "link.h5");
  const Solve solve(10, 4);
  BlockFile file(folder / "link.h5", solve.layout(), true);
  solve.write_rest(file);
  file.commit();
  CHECK(std::filesystem::is_symlink(folder / "link.h5"));
  solve.require_in(folder / "real.h5");
}

TEST_CASE("a partial file that is damaged is refused, and left as it is", "[io]") {
  const tools::TemporaryFolder folder;
  const auto partial = folder / "a.h5.partial";
  const Solve solve(10, 4);
  {
    BlockFile file(folder / "a.h5", solve.layout(), false);
    solve.write_rest(file);
  }
  const auto refused = [&](const std::string& text) {
    tools::write_text(partial, text);
    CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), false), kobie::FileError,
                         tools::says("a.h5: cannot go on with what an earlier solve left (" + partial.string()));
    CHECK(tools::text_of(partial) == text);
    CHECK(folder.files() == 1);
  };
  const auto whole = tools::text_of(partial);
  for (std::size_t size = 0; size < whole.size(); size += 397) {
    refused(whole.substr(0, size));
  }
  refused(whole.substr(0, whole.size() - 1));
  refused("not HDF5 at all");
  refused(std::string(100, '\0') + whole.substr(100));
  BlockFile anew(folder / "a.h5", solve.layout(), true);
  CHECK(anew.finished_blocks() == 0);
}

TEST_CASE("a file that was not filled block by block is not gone on with", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  solve.write_whole(folder / "a.h5.partial");
  CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), false), kobie::FileError,
                       tools::says("a.h5.partial: is no file that is filled block by block"));
}

TEST_CASE("a partial file of other arrays is refused, whatever its fingerprint", "[io]") {
  const tools::TemporaryFolder folder;
  {
    const BlockFile file(folder / "a.h5", Solve(10, 4).layout(), false);
  }
  const auto refused = [&](const BlockLayout& layout, const std::string& why) {
    CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", layout, false), kobie::FileError, tools::says(why));
  };
  refused(Solve(11, 4).layout(), "is damaged: dataset 'states/x' is not as it was laid out");
  refused(Solve(13, 4).layout(), "is damaged: its blocks are not those of its length");
  refused(tools::SmallSolve<float>(10, 4).layout(), "is damaged: dataset 'states/x' is not as it was laid out");
  const Solve solve(10, 4);
  auto more = solve.layout();
  more.totals.emplace_back("failures");
  refused(more, "is damaged: dataset 'checkpoint/failures' is not as it was laid out");
}

TEST_CASE("what a kill left of a file in the making is worthless, and made anew", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  tools::write_text(folder / "a.h5.partial.new", "half a header");
  BlockFile file(folder / "a.h5", solve.layout(), false);
  CHECK(folder.files() == 1);
  solve.write_rest(file);
  file.commit();
  solve.require_in(folder / "a.h5");
}

TEST_CASE("a disk without room is told before anything is computed, with the bytes", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(100'000, 1000);
  for (const std::size_t limit : {std::size_t{0}, std::size_t{3'000}, std::size_t{400'000}, std::size_t{9'000'000}}) {
    const tools::FullDisk full(limit);
    CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), false), kobie::FileError,
                         tools::says("a.h5: no room for 925"));
    CHECK(folder.files() == 0);
  }
  CHECK_NOTHROW(BlockFile(folder / "a.h5", solve.layout(), false));
}

TEST_CASE("a disk that fills up in the middle of a block costs this block alone", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10'000, 1000);
  std::optional<BlockFile> file(std::in_place, folder / "a.h5", solve.layout(), false);
  solve.write(*file, 0);
  solve.finish(*file, 0);
  {
    // Ends amid the rows of a dataset, so that a part of one is taken.
    const tools::FullDisk full(123'457);
    CHECK_THROWS_MATCHES(solve.write(*file, 1), kobie::FileError,
                         tools::says("a.h5.partial: could not be written: File too large"));
  }
  SECTION("the same process goes on when there is room again") {}
  SECTION("another one goes on") {
    file.reset();
    file.emplace(folder / "a.h5", solve.layout(), false);
  }
  CHECK(file->finished(0));
  CHECK_FALSE(file->finished(1));
  solve.write_rest(*file);
  file->commit();
  solve.require_in(folder / "a.h5");
}

TEST_CASE("one solve at a time writes to a file", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  std::optional<BlockFile> first(std::in_place, folder / "a.h5", solve.layout(), false);
  for (const bool overwrite : {false, true}) {
    CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", solve.layout(), overwrite), kobie::FileError,
                         tools::says("a.h5.partial: another process is writing it"));
    CHECK_THROWS_AS(BlockFile(folder / "a.h5", solve.layout("lorenz 2"), overwrite), kobie::FileError);
  }
  solve.write_rest(*first);
  first.reset();
  BlockFile(folder / "a.h5", solve.layout(), false).commit();
  solve.require_in(folder / "a.h5");
}

TEST_CASE("a file with blocks to come is not put in place", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  BlockFile file(folder / "a.h5", solve.layout(), false);
  solve.write(file, 0);
  solve.finish(file, 0);
  CHECK_THROWS_MATCHES(file.commit(), kobie::FileError, tools::says("2 of 3 blocks are not finished"));
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
  solve.write_rest(file);
  file.commit();
  solve.require_in(folder / "a.h5");
}

TEST_CASE("a partial file that somebody removed or replaced is not put in place", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  BlockFile file(folder / "a.h5", solve.layout(), false);
  solve.write_rest(file);
  std::filesystem::remove(folder / "a.h5.partial");
  const BlockFile other(folder / "a.h5", solve.layout(), false);
  CHECK_THROWS_MATCHES(file.commit(), kobie::FileError, tools::says("was removed or replaced while it was filled"));
  CHECK_FALSE(std::filesystem::exists(folder / "a.h5"));
}

TEST_CASE("a file that is complete is not written to", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  BlockFile file(folder / "a.h5", solve.layout(), false);
  solve.write_rest(file);
  file.commit();
  const auto complete = tools::text_of(folder / "a.h5");
  CHECK_THROWS_MATCHES(solve.write(file, 0), kobie::FileError, tools::says("a.h5: is complete"));
  CHECK_THROWS_AS(solve.finish(file, 0), kobie::FileError);
  CHECK_THROWS_AS(file.commit(), kobie::FileError);
  CHECK(tools::text_of(folder / "a.h5") == complete);
}

TEST_CASE("a solve of no runs has no blocks, and a file", "[io]") {
  const tools::TemporaryFolder folder;
  BlockFile file(folder / "a.h5", Solve(0, 4).layout(), false);
  CHECK(file.blocks() == 0);
  file.commit();
  CHECK(Hdf5File(folder / "a.h5").shape("states/x") == std::vector<std::size_t>{3, 0});
}

TEST_CASE("columns that are not there are refused, and nothing is written", "[io]") {
  const tools::TemporaryFolder folder;
  BlockFile file(folder / "a.h5", Solve(10, 4).layout(), false);
  const auto before = tools::text_of(folder / "a.h5.partial");
  const std::vector<double> some(100, 1.0);
  CHECK_THROWS_MATCHES(file.write("states/z", 0, 4, some.data(), 4), kobie::UnknownName, tools::says("states/x"));
  CHECK_THROWS_MATCHES(file.write("time", 0, 1, some.data(), 1), kobie::UnknownName, tools::says("known: "));
  CHECK_THROWS_MATCHES(file.write("end", -1, 4, some.data(), 4), kobie::InvalidArgument, tools::says("first"));
  CHECK_THROWS_MATCHES(file.write("end", 11, 0, some.data(), 4), kobie::InvalidArgument, tools::says("first"));
  CHECK_THROWS_MATCHES(file.write("end", 8, 3, some.data(), 4), kobie::InvalidArgument, tools::says("count"));
  CHECK_THROWS_MATCHES(file.write("end", 8, -1, some.data(), 4), kobie::InvalidArgument, tools::says("count"));
  CHECK_THROWS_MATCHES(file.write("stages", 0, 4, some.data(), 3), kobie::InvalidArgument, tools::says("row_stride"));
  CHECK_THROWS_MATCHES(file.write("stages", 0, 4, nullptr, 4), kobie::InvalidArgument, tools::says("data"));
  CHECK_THROWS_MATCHES(file.finish(3, std::array{1.0, 2.0}), kobie::InvalidArgument, tools::says("block"));
  CHECK_THROWS_MATCHES(file.finish(0), kobie::InvalidArgument, tools::says("totals"));
  CHECK_THROWS_MATCHES(file.finished(-1), kobie::InvalidArgument, tools::says("block"));
  CHECK_THROWS_AS(file.count_of(3), kobie::InvalidArgument);
  CHECK_THROWS_MATCHES(file.total("second"), kobie::UnknownName, tools::says("did you mean 'seconds'?"));
  CHECK_NOTHROW(file.write("end", 10, 0, nullptr, 0));
  CHECK(tools::text_of(folder / "a.h5.partial") == before);
}

TEST_CASE("a layout that makes no sense is refused before anything is written", "[io]") {
  const tools::TemporaryFolder folder;
  const auto refused = [&](const BlockLayout& layout, const std::string& why) {
    CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", layout, false), kobie::InvalidArgument, tools::says(why));
    CHECK(folder.files() == 0);
  };
  const Solve solve(10, 4);
  auto layout = solve.layout();
  layout.block_length = 0;
  refused(layout, "block_length");
  layout.block_length = 4;
  layout.length = 9;
  refused(layout, "dataset 'states/x'");
  layout.length = -1;
  refused(layout, "length");
  layout.length = 10;
  layout.contents.datasets.push_back({"number", ElementType::float64, nullptr, {}, {}, {}});
  refused(layout, "dataset 'number'");
  layout.contents.datasets.back() = {"y", ElementType::float64, nullptr, {3, 10}, {"time", "run"}, {}};
  refused(layout, "axis");
}

TEST_CASE("what HDF5 refuses leaves nothing behind", "[io]") {
  const tools::TemporaryFolder folder;
  const Solve solve(10, 4);
  auto layout = solve.layout();
  layout.totals.emplace_back("finished");
  CHECK_THROWS_MATCHES(BlockFile(folder / "a.h5", layout, false), kobie::FileError, tools::says("name already exists"));
  CHECK(folder.files() == 0);
}
