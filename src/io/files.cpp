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

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// Process ids keep two programs that write the same target apart.
std::filesystem::path partial_of(const std::filesystem::path& target) {
  return folder_of(target) / fmt::format("{}.{}.partial", target.filename().string(), ::getpid());
}

// A rename would replace a symbolic link itself, not the file that it stands for.
std::filesystem::path link_followed(const std::filesystem::path& path) {
  std::error_code none;
  const auto followed = std::filesystem::canonical(path, none);
  return !none && std::filesystem::is_symlink(path, none) ? followed : path;
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
  const auto probe = partial_of(target);
  const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    throw FileError(target.string(), fmt::format("no file can be made in {}: {}", folder_of(target).string(), last_error()));
  }
  ::close(descriptor);
  ::unlink(probe.c_str());
}

}  // namespace

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
  const int descriptor = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  const bool refused = descriptor < 0 || ::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes)) != 0;
  const int why = refused ? errno : 0;
  if (descriptor >= 0) {
    ::close(descriptor);
    ::unlink(partial_.c_str());
  }
  if (refused && why != EOPNOTSUPP && why != ENOSYS) {
    throw FileError(target_.string(), fmt::format("no room for {} bytes: {}", bytes, std::generic_category().message(why)));
  }
}

void PartialFile::commit() {
  // Some file systems report a full disk or an exceeded quota only here.
  const int descriptor = ::open(partial_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool kept = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::string why = kept ? "" : last_error();
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!kept) {
    throw FileError(target_.string(), "could not be written: " + why);
  }
  require_replaceable(target_, overwrite_);
  std::error_code failed;
  std::filesystem::rename(partial_, target_, failed);
  if (failed) {
    throw FileError(target_.string(), "could not be put in place: " + failed.message());
  }
}

}  // namespace kobie::io
