/// HDF5: the file that a batch is kept in. Readable by h5py, xarray, MATLAB, Julia and h5dump.
/// Arrays are contiguous, in the machine's own types, which HDF5 converts for other readers; axes are dimension scales (H5DS).
export module kobie.io:hdf5;

import kobie.standard;
import :dataset;

namespace kobie::io {

/// Whether a path ends as HDF5 files do: .h5 or .hdf5.
export bool is_hdf5_path(const std::filesystem::path& path);

// An identifier of HDF5 (hid_t) with the function that gives it back.
class Hdf5Handle {
 public:
  using Close = int (*)(std::int64_t);
  Hdf5Handle(std::int64_t id, Close closer) noexcept : id_(id), close_(closer) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept;
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept;
  ~Hdf5Handle();

  std::int64_t id() const noexcept { return id_; }

  // Gives it back now; negative when HDF5 could not write what was still to be written.
  int close();

 private:
  std::int64_t id_;
  Close close_;
};

// A stretch of calls to HDF5 about one file. While one lives, HDF5 prints nothing and no other thread is in it (most
// distributions build it without locks); its failures become FileErrors with HDF5's own words.
class Hdf5Calls {
 public:
  explicit Hdf5Calls(std::filesystem::path path);
  ~Hdf5Calls();
  Hdf5Calls(const Hdf5Calls&) = delete;
  Hdf5Calls& operator=(const Hdf5Calls&) = delete;

  [[noreturn]] void fail(std::string_view what) const;

  // The answer, unless it is one of HDF5's negative ones.
  template <class Answer>
  Answer checked(Answer answer, std::string_view what) const {
    if (answer < 0) {
      fail(what);
    }
    return answer;
  }

  Hdf5Handle owned(std::int64_t id, Hdf5Handle::Close close, std::string_view what) const { return {checked(id, what), close}; }

 private:
  std::filesystem::path path_;
  std::unique_lock<std::recursive_mutex> alone_;
  int (*printer_)(std::int64_t, void*) = nullptr;
  void* printer_data_ = nullptr;
};

// HDF5's name (hid_t) for an element in memory.
std::int64_t hdf5_type(ElementType type);

// How files are opened: without HDF5's locks. No file changes under its final name, and some file systems refuse to lock.
Hdf5Handle hdf5_access(const Hdf5Calls& calls);

// InvalidArgument or UnknownName for an axis that makes no sense.
void require_axes(const Contents& contents);

// Somewhat more bytes than the file will take.
std::uintmax_t hdf5_room(const Contents& contents);

// Makes the file `place`, which is to become `target`, with everything in `contents`. Datasets with elements and no data get
// their place in it, and no byte is written there. FileError with HDF5's own message.
void make_hdf5(const std::filesystem::path& target, const std::filesystem::path& place, const Contents& contents);

/// Writes everything in `contents`, or throws and leaves what was at `path` as it was: FileError with HDF5's own message,
/// InvalidArgument for a dataset that makes no sense, UnknownName for an axis that is not among the datasets.
export void write_hdf5(const std::filesystem::path& path, const Contents& contents, bool overwrite);

/// An HDF5 file that is open for reading. Whatever HDF5 cannot read is a FileError; a name that is not there is UnknownName.
export class Hdf5File {
 public:
  explicit Hdf5File(const std::filesystem::path& path);

  /// Every dataset by its full path ("states/x"), sorted.
  const std::vector<std::string>& names() const noexcept { return names_; }
  bool has(std::string_view name) const;

  std::vector<std::size_t> shape(std::string_view name) const;

  /// The smallest ElementType that holds what the file holds, whoever wrote it.
  ElementType type(std::string_view name) const;

  /// Bytes from the beginning of the file to the dataset's first element, for those who read or map the file themselves.
  /// FileError when its elements do not lie there in a row, as the machine holds them.
  std::int64_t offset(std::string_view name) const;

  /// The whole dataset in C order; HDF5 converts to T, with out-of-range values clipped.
  template <Element T>
  std::vector<T> read(std::string_view name) const {
    std::vector<T> values(element_count(shape(name)));
    read_into(name, element_type_of<T>, values.data(), values.size());
    return values;
  }

  /// The same into memory of the caller's, of `count` elements of `type`.
  void read_into(std::string_view name, ElementType type, void* data, std::size_t count) const;

  /// An attribute of the file. Integers come as int64, floating-point numbers as double, arrays of either as doubles.
  AttributeValue attribute(std::string_view name) const { return attribute(root, name); }
  bool has_attribute(std::string_view name) const { return has_attribute(root, name); }

  /// An attribute of a dataset.
  AttributeValue attribute(std::string_view dataset, std::string_view name) const;
  bool has_attribute(std::string_view dataset, std::string_view name) const;

 private:
  static constexpr std::string_view root = "/";

  // A dataset, or the root group, which carries the attributes of the file.
  Hdf5Handle open(const Hdf5Calls& calls, std::string_view name) const;

  std::filesystem::path path_;
  Hdf5Handle file_;
  std::vector<std::string> names_;
};

}  // namespace kobie::io
