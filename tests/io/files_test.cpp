#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "tools.hpp"

import kobie.core;
import kobie.io;

using kobie::io::require_writable;

TEST_CASE("a place that can be written to is accepted, and left as it was", "[io]") {
  const tools::TemporaryFolder folder;
  CHECK_NOTHROW(require_writable(folder / "new.h5", false));
  CHECK(folder.files() == 0);
}

TEST_CASE("asking about a file that is there does not touch it", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.h5", "old");
  CHECK_NOTHROW(require_writable(folder / "old.h5", true));
  CHECK(tools::text_of(folder / "old.h5") == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("a file that is there is kept unless told otherwise, and the error says how to replace it", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "old.h5", "old");
  CHECK_THROWS_MATCHES(require_writable(folder / "old.h5", false), kobie::FileError,
                       tools::says("old.h5: exists, and is kept; ask for overwrite to replace it"));
}

TEST_CASE("a folder that is missing is named", "[io]") {
  const tools::TemporaryFolder folder;
  CHECK_THROWS_MATCHES(require_writable(folder / "missing/new.h5", false), kobie::FileError,
                       tools::says("missing does not exist"));
}

TEST_CASE("a file cannot serve as a folder", "[io]") {
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "file", "");
  CHECK_THROWS_MATCHES(require_writable(folder / "file/new.h5", false), kobie::FileError, tools::says("file is not a folder"));
}

TEST_CASE("a folder cannot serve as a file", "[io]") {
  const tools::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "sub");
  CHECK_THROWS_MATCHES(require_writable(folder / "sub", true), kobie::FileError, tools::says("is a folder"));
  CHECK_THROWS_MATCHES(require_writable(folder / "sub/", true), kobie::FileError, tools::says("names a folder"));
}

TEST_CASE("a device is never replaced by a file", "[io]") {
  CHECK_THROWS_AS(require_writable("/dev/null", true), kobie::FileError);
}

TEST_CASE("a folder that takes no files is refused, even to root", "[io]") {
  CHECK_THROWS_MATCHES(require_writable("/proc/new.h5", false), kobie::FileError, tools::says("no file can be made in /proc"));
}

TEST_CASE("a folder without permission to write is refused", "[io]") {
  if (::geteuid() == 0) {
    SKIP("root may write everywhere");
  }
  const tools::TemporaryFolder folder;
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  CHECK_THROWS_MATCHES(require_writable(folder / "closed/new.h5", false), kobie::FileError,
                       tools::says("no file can be made in"));
}
