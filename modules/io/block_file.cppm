/// An HDF5 file that is filled block by block along the last axis, by a solve that never has it whole in memory, that may be
/// killed at any moment, and that goes on afterwards.
///
/// HDF5 cannot be killed safely while metadata change. So all of them are written first: every dataset gets its place, and the
/// file, beside its target with ".partial" at the end of its name, is a whole HDF5 file from the moment that it bears this
/// name. Values then go to their places by pwrite(2), and at last the file is renamed. Which blocks are finished is told by
/// datasets of the same file, written in the same way, so that any reader of HDF5 can look on.
export module kobie.io:block_file;

import kobie.standard;
import :dataset;
import :posix_file;

namespace kobie::io {

/// What a file that is filled block by block is to hold.
export struct BlockLayout {
  Contents contents;                     ///< as for write_hdf5; datasets without data are filled later, along their last axis
  std::string fingerprint;               ///< equal for solves of which one may go on with what another has left
  std::int64_t length = 0;               ///< of the last axis of every dataset that is filled later
  std::int64_t block_length = 1;         ///< columns of each block but the last, which has what is left
  std::vector<std::string> totals = {};  ///< names of numbers that are kept for each block: "seconds" is checkpoint/seconds
};

/// The file in the making. What the disk, the system or HDF5 refuses is a FileError with their words, and leaves the partial
/// file as it was, to go on with later. For one thread at a time.
export class BlockFile {
 public:
  /// Goes on with what an earlier solve of the same fingerprint left at path + ".partial" (then with that file's block length),
  /// or makes such a file and takes its room on the disk. FileError when `path` exists and `overwrite` is false; when there is
  /// no room; when another process is writing there; and when what lies at path + ".partial" is of another solve or damaged,
  /// and `overwrite` is false. InvalidArgument for a layout that makes no sense.
  BlockFile(const std::filesystem::path& path, const BlockLayout& layout, bool overwrite);

  /// Without commit() the partial file stays, with the blocks that are finished.
  ~BlockFile();
  BlockFile(const BlockFile&) = delete;
  BlockFile& operator=(const BlockFile&) = delete;

  std::int64_t blocks() const noexcept { return std::ssize(finished_); }
  std::int64_t block_length() const noexcept { return block_length_; }

  /// The first column of a block, and how many it has.
  std::int64_t first_of(std::int64_t block) const;
  std::int64_t count_of(std::int64_t block) const;

  bool finished(std::int64_t block) const;
  std::int64_t finished_blocks() const noexcept;

  /// A total over all blocks that are finished, by whichever process.
  double total(std::string_view name) const;

  /// Writes columns [first, first + count) of a dataset that was laid out without data: for each of its rows (the product of
  /// its other extents) `count` elements from data + row * row_stride elements on.
  void write(std::string_view dataset, std::int64_t first, std::int64_t count, const void* data, std::size_t row_stride);

  /// Says that all of a block is written, and what its totals are. Another process goes on after it once it is on the device:
  /// after the next sync(), which happens here about every second.
  void finish(std::int64_t block, std::span<const double> totals = {});

  /// Waits until the device has all blocks that are finished.
  void sync();

  /// Gives the file its name, when the device has all blocks; the last call. FileError when some are not finished.
  void commit();

 private:
  // Where a dataset's values are in the file.
  struct Place {
    std::int64_t offset;
    std::size_t rows;
    std::size_t element_size;
  };
  struct Total {
    std::string name;
    std::int64_t offset;
    std::vector<double> values;
  };
  using Clock = std::chrono::steady_clock;

  bool resume(const BlockLayout& layout);
  PosixFile create(const PosixFile& replaced, const BlockLayout& layout) const;
  void load(const BlockLayout& layout);
  void require_sound() const;
  void require_block(std::int64_t block) const;
  void put(const void* data, std::size_t bytes, std::int64_t offset);

  std::filesystem::path target_;
  std::filesystem::path partial_;
  bool overwrite_;
  PosixFile file_;
  std::int64_t length_ = 0;
  std::int64_t block_length_ = 1;
  std::map<std::string, Place, std::less<>> places_;
  std::vector<Total> totals_;
  std::int64_t marks_ = 0;  // where they are in the file
  std::vector<std::int32_t> finished_;
  std::vector<std::int64_t> unmarked_;  // finished, and not marked in the file
  Clock::time_point next_sync_;
  bool sound_ = true;
};

}  // namespace kobie::io
