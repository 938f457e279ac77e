// Memory that lies in a file.
module;
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

module kobie.memory;

import kobie.core;

namespace kobie {
namespace {

// A file that nobody else can open, and that is gone when it is closed and unmapped.
class NamelessFile {
 public:
  explicit NamelessFile(const std::filesystem::path& folder) : folder_(folder) {
    descriptor_ = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
      // Not every file system has nameless files; whatever else is wrong shows here, too.
      std::string path = (folder / "kobie.XXXXXX").string();
      descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
      if (descriptor_ < 0) {
        fail("no file can be made there", errno);
      }
      ::unlink(path.c_str());
    }
  }
  ~NamelessFile() { ::close(descriptor_); }
  NamelessFile(const NamelessFile&) = delete;
  NamelessFile& operator=(const NamelessFile&) = delete;

  // Without room a write to the mapping would end the program.
  void* map(std::size_t bytes) const {
    int failed = EINTR;
    while (failed == EINTR) {
      failed = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
    }
    if (failed != 0) {
      fail(fmt::format("no room for {}", bytes_text(bytes)), failed);
    }
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) {
      fail(fmt::format("{} of it cannot be mapped into memory", bytes_text(bytes)), errno);
    }
    return memory;
  }

 private:
  [[noreturn]] void fail(const std::string& what, int code) const {
    throw FileError(folder_.string(), fmt::format("{}: {}", what, std::generic_category().message(code)));
  }

  const std::filesystem::path& folder_;
  int descriptor_;
};

}  // namespace

void* allocate_mapped(std::size_t bytes, const std::filesystem::path& folder) {
  return bytes == 0 ? nullptr : NamelessFile(folder).map(bytes);
}

void release_mapped(void* memory, std::size_t bytes) noexcept { ::munmap(memory, bytes); }

}  // namespace kobie
