/// Where a result may be written, asked before it is computed; and files that appear whole or not at all.
module;
#include <cstdint>
#include <filesystem>

export module kobie.io:files;

namespace kobie::io {

/// Throws FileError when a file cannot be written at `path`: its folder is missing or closed to us, the path names something
/// other than a file, or a file is there and `overwrite` is false. Leaves everything as it was.
export void require_writable(const std::filesystem::path& path, bool overwrite);

// A file in the making. It is written beside its target and takes the target's place only by commit(); without one it is
// removed, so that a failed write harms no older file and leaves nothing behind.
class PartialFile {
 public:
  PartialFile(const std::filesystem::path& target, bool overwrite);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::filesystem::path& path() const noexcept { return partial_; }

  // FileError when the disk, a quota or a limit has no room for so many bytes, as far as the file system can tell.
  void require_room(std::uintmax_t bytes) const;

  // Waits until the device has the bytes, then renames. FileError when either fails.
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path partial_;
  bool overwrite_;
};

}  // namespace kobie::io
