/// NumPy's .npy files: one array each, for numpy.load(path, mmap_mode="r") and all that reads it.
/// The format: NEP 1 and numpy.lib.format; version 1.0, or 2.0 where the header needs it.
export module kobie.io:npy;

import kobie.standard;
import :dataset;

namespace kobie::io {

/// An array as read from a .npy file, in C order; small integers are kept in larger ones.
export struct NpyArray {
  std::vector<std::size_t> shape;
  std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>, std::vector<std::int64_t>> data;

  ElementType type() const;
  /// The columns of an array [row][column], or the one of [row].
  std::vector<std::vector<double>> columns() const;
};

/// Writes the array; its name, axes and attributes have no place in this format. Throws and leaves what was at `path` as it
/// was when that fails.
export void write_npy(const std::filesystem::path& path, const Dataset& dataset, bool overwrite);

/// Reads a little-endian array of f4, f8, i1 to i8 or u1 to u4, in C or Fortran order; anything else is a FileError.
export NpyArray read_npy(const std::filesystem::path& path);

}  // namespace kobie::io
