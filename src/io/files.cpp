module;
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

std::string last_error() { return std::generic_category().message(errno); }

// Process ids keep two programs that write the same target apart.
std::filesystem::path partial_of(const std::filesystem::path& target) {
  return folder_of(target) / fmt::format("{}.{}.partial", target.filename().string(), ::getpid());
}

// The file that a result is to replace, if there is one: ours to replace, and meant to be.
void require_replaceable(const std::filesystem::path& target, bool overwrite) {
  std::error_code unknown;
  const auto status = std::filesystem::status(target, unknown);
  if (!std::filesystem::exists(status)) {
    return;
  }
  if (std::filesystem::is_directory(status)) {
    throw FileError(target.string(), "is a folder; give the name of a file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    throw FileError(target.string(), "is a device or the like, not a file");
  }
  if (!overwrite) {
    throw FileError(target.string(), "exists, and is kept; ask for overwrite to replace it");
  }
  if (::access(target.c_str(), W_OK) != 0) {
    throw FileError(target.string(), "exists and cannot be replaced: " + last_error());
  }
}

// Only an attempt tells: permission bits mean nothing to root, and little on network file systems.
void require_creatable(const std::filesystem::path& target) {
  // Nameless where the file system can: who is killed here leaves nothing behind.
  if (!PosixFile().open(folder_of(target), O_WRONLY | O_TMPFILE)) {
    return;
  }
  const auto probe = partial_of(target);
  if (const auto failed = PosixFile().open(probe, O_WRONLY | O_CREAT)) {
    throw FileError(target.string(),
                    fmt::format("no file can be made in {}: {}", folder_of(target).string(), failed.message()));
  }
  ::unlink(probe.c_str());
}

}  // namespace

std::filesystem::path link_followed(const std::filesystem::path& path) {
  std::error_code none;
  const auto followed = std::filesystem::canonical(path, none);
  return !none && std::filesystem::is_symlink(path, none) ? followed : path;
}

void require_writable(const std::filesystem::path& path, bool overwrite) {
  if (!path.has_filename()) {
    throw FileError(path.string(), "names a folder; add the name of a file");
  }
  std::error_code unknown;
  const auto target = link_followed(path);
  const auto folder = folder_of(target);
  const auto folder_status = std::filesystem::status(folder, unknown);
  if (folder_status.type() == std::filesystem::file_type::not_found) {
    throw FileError(path.string(), fmt::format("the folder {} does not exist; make it first", folder.string()));
  }
  if (std::filesystem::exists(folder_status) && !std::filesystem::is_directory(folder_status)) {
    throw FileError(path.string(), fmt::format("{} is not a folder", folder.string()));
  }
  require_replaceable(target, overwrite);
  require_creatable(target);
}

PartialFile::PartialFile(const std::filesystem::path& target, bool overwrite)
    : target_(link_followed(target)), partial_(partial_of(target_)), overwrite_(overwrite) {
  require_writable(target_, overwrite_);
}

PartialFile::~PartialFile() {
  std::error_code gone;
  std::filesystem::remove(partial_, gone);
}

void PartialFile::require_room(std::uintmax_t bytes) const {
  PosixFile file;
  if (const auto failed = file.open(partial_, O_WRONLY | O_CREAT)) {
    throw FileError(target_.string(), "could not be made: " + failed.message());
  }
  reserve_room(file, target_, bytes);
}

void PartialFile::commit() {
  PosixFile file;
  if (const auto failed = file.open(partial_, O_RDONLY)) {
    throw FileError(target_.string(), "could not be written: " + failed.message());
  }
  put_in_place(file, partial_, target_, overwrite_);
}

void reserve_room(const PosixFile& file, const std::filesystem::path& target, std::uintmax_t bytes) {
  std::error_code unknown;
  const std::uintmax_t free = std::filesystem::space(folder_of(target), unknown).available;
  auto failed = file.reserve(bytes);
  if (failed == std::errc::not_supported) {
    failed = !unknown && free < bytes ? std::make_error_code(std::errc::no_space_on_device) : std::error_code();
  }
  if (failed) {
    throw FileError(target.string(),
                    fmt::format("no room for {} bytes: {} ({} bytes are free)", bytes, failed.message(), free));
  }
}

void put_in_place(const PosixFile& file, const std::filesystem::path& partial, const std::filesystem::path& target,
                  bool overwrite) {
  // Some file systems report a full disk or an exceeded quota only here.
  if (const auto failed = file.sync()) {
    throw FileError(target.string(), "could not be written: " + failed.message());
  }
  require_replaceable(target, overwrite);
  const auto folder = folder_of(target);  // before: nothing but the device may fail once it is there
  std::error_code failed;
  std::filesystem::rename(partial, target, failed);
  if (!failed) {
    failed = sync_folder(folder);
  }
  if (failed) {
    throw FileError(target.string(), "could not be put in place: " + failed.message());
  }
}

}  // namespace kobie::io
