/// Files by the system's own calls, for what streams and HDF5 leave open: when the bytes are on the device, whose file it is,
/// whether there is room.
export module kobie.io:posix_file;

import kobie.standard;

namespace kobie::io {

// A file descriptor that is given back. What fails is answered, for the caller to say whose file it was and what now.
class PosixFile {
 public:
  PosixFile() = default;
  PosixFile(PosixFile&& other) noexcept;
  PosixFile& operator=(PosixFile&& other) noexcept;
  ~PosixFile();

  bool is_open() const noexcept { return descriptor_ >= 0; }

  // Opens it as open(2) does with these flags, closed to programs that this one starts.
  std::error_code open(const std::filesystem::path& path, int flags);

  // Asks, without waiting, to be the only one that has the file locked. The lock goes with the descriptor, and so with the
  // process however it ends; it is another kind than HDF5's, so that readers may look on. File systems that know no locks
  // grant it to all.
  std::error_code lock() const;

  // Whether this file is still the one of that name: not renamed, not removed, not replaced.
  bool is_at(const std::filesystem::path& path) const;

  // Makes the file at least so long, and its bytes its own on the disk; std::errc::not_supported where the file system cannot.
  std::error_code reserve(std::uintmax_t bytes) const;

  // Puts all of it there, whatever pieces the system takes it in.
  std::error_code write(const void* data, std::size_t bytes, std::int64_t offset) const;

  // Waits until the device has what was written.
  std::error_code sync() const;

 private:
  int descriptor_ = -1;
};

// The folder that a file lies in.
std::filesystem::path folder_of(const std::filesystem::path& file);

// Waits until the device knows the names in a folder; no error where that cannot be had.
std::error_code sync_folder(const std::filesystem::path& folder);

}  // namespace kobie::io
