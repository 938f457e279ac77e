module;
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

module kobie.io;

namespace kobie::io {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

// Calls until no signal comes between.
template <class Call>
auto undisturbed(const Call& call) {
  auto answer = call();
  while (answer < 0 && errno == EINTR) {
    answer = call();
  }
  return answer;
}

template <class Call>
std::error_code error_of(const Call& call) {
  return undisturbed(call) < 0 ? last_error() : std::error_code();
}

// EOPNOTSUPP and ENOSYS say the same.
std::error_code without_support(std::error_code failed) {
  return failed == std::errc::function_not_supported ? std::make_error_code(std::errc::not_supported) : failed;
}

}  // namespace

PosixFile::PosixFile(PosixFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

PosixFile& PosixFile::operator=(PosixFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

PosixFile::~PosixFile() {
  if (is_open()) {
    ::close(descriptor_);
  }
}

std::error_code PosixFile::open(const std::filesystem::path& path, int flags) {
  PosixFile opened;
  opened.descriptor_ = undisturbed([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  const auto failed = opened.is_open() ? std::error_code() : last_error();
  *this = std::move(opened);
  return failed;
}

std::error_code PosixFile::lock() const {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  const auto failed = without_support(error_of([&] { return ::fcntl(descriptor_, F_OFD_SETLK, &whole); }));
  return failed == std::errc::not_supported ? std::error_code() : failed;
}

bool PosixFile::is_at(const std::filesystem::path& path) const {
  struct stat own{};
  struct stat there{};
  return ::fstat(descriptor_, &own) == 0 && ::stat(path.c_str(), &there) == 0 && own.st_dev == there.st_dev &&
         own.st_ino == there.st_ino;
}

std::error_code PosixFile::reserve(std::uintmax_t bytes) const {
  if (bytes == 0) {
    return {};
  }
  return without_support(error_of([&] { return ::fallocate(descriptor_, 0, 0, static_cast<off_t>(bytes)); }));
}

std::error_code PosixFile::write(const void* data, std::size_t bytes, std::int64_t offset) const {
  const auto* rest = static_cast<const std::byte*>(data);
  while (bytes > 0) {
    const ssize_t taken = undisturbed([&] { return ::pwrite(descriptor_, rest, bytes, offset); });
    if (taken < 0) {
      return last_error();
    }
    rest += taken;
    offset += taken;
    bytes -= static_cast<std::size_t>(taken);
  }
  return {};
}

std::error_code PosixFile::sync() const {
  if (descriptor_ < 0) {
    return std::make_error_code(std::errc::bad_file_descriptor);
  }
  return error_of([&] { return ::fdatasync(descriptor_); });
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::error_code sync_folder(const std::filesystem::path& folder) {
  PosixFile names;
  if (names.open(folder, O_RDONLY | O_DIRECTORY)) {
    return {};
  }
  const auto failed = names.sync();
  return failed == std::errc::invalid_argument ? std::error_code() : failed;
}

}  // namespace kobie::io
