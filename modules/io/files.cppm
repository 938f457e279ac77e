/// Where a result may be written, asked before it is computed; and files that appear whole or not at all.
export module kobie.io:files;

import kobie.standard;
import :posix_file;

namespace kobie::io {

/// Throws FileError when a file cannot be written at `path`: its folder is missing or closed to us, the path names something
/// other than a file, or a file is there and `overwrite` is false. Leaves everything as it was.
export void require_writable(const std::filesystem::path& path, bool overwrite);

// The file that a symbolic link stands for, which a rename is to replace instead of the link; other paths as they are.
std::filesystem::path link_followed(const std::filesystem::path& path);

// Takes so many bytes of the disk for `file`, of which `target` is to come. FileError when the disk, a quota or a limit has no
// room for them, as far as the file system can tell.
void reserve_room(const PosixFile& file, const std::filesystem::path& target, std::uintmax_t bytes);

// Waits until the device has the bytes of `file`, whose name is `partial`, then gives it the name `target`. FileError when
// either fails, and when a file is there and `overwrite` is false.
void put_in_place(const PosixFile& file, const std::filesystem::path& partial, const std::filesystem::path& target,
                  bool overwrite);

// A file in the making. It is written beside its target and takes the target's place only by commit(); without one it is
// removed, so that a failed write harms no older file and leaves nothing behind.
class PartialFile {
 public:
  PartialFile(const std::filesystem::path& target, bool overwrite);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const std::filesystem::path& path() const noexcept { return partial_; }

  // reserve_room, for a file that is written anew from its beginning.
  void require_room(std::uintmax_t bytes) const;

  // put_in_place
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path partial_;
  bool overwrite_;
};

}  // namespace kobie::io
