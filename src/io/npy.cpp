module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ios>
#include <numeric>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the arrays are written and read as they lie in memory");

constexpr std::string_view magic = "\x93NUMPY";

// In the order of ElementType.
constexpr std::array<std::string_view, 4> descriptions = {"<f4", "<f8", "<i4", "<i8"};

std::string unsigned_bytes(std::size_t number, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += static_cast<char>(number >> (8 * i) & 0xff);
  }
  return text;
}

// Magic, version, length, then a Python dictionary, padded so that the data starts at a multiple of 64 bytes.
std::string header_of(const Dataset& dataset) {
  std::string shape;
  for (const std::size_t extent : dataset.shape) {
    shape += fmt::format("{}, ", extent);
  }
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                       descriptions.at(static_cast<std::size_t>(dataset.type)), shape);
  const bool is_long = dictionary.size() + 64 > 0xffff;
  const std::size_t length_bytes = is_long ? 4 : 2;
  const std::size_t start = magic.size() + 2 + length_bytes;
  dictionary.resize((start + dictionary.size() + 1 + 63) / 64 * 64 - start - 1, ' ');
  dictionary += '\n';
  return std::string(magic) + (is_long ? '\2' : '\1') + '\0' + unsigned_bytes(dictionary.size(), length_bytes) + dictionary;
}

// Elements whose first axis is the fastest, with the last one as the fastest.
template <class T>
std::vector<T> in_c_order(const std::vector<T>& fortran, const std::vector<std::size_t>& shape) {
  std::vector<std::size_t> strides(shape.size());
  std::exclusive_scan(shape.begin(), shape.end(), strides.begin(), std::size_t{1}, std::multiplies<>{});
  std::vector<std::size_t> index(shape.size(), 0);
  std::size_t from = 0;
  std::vector<T> elements(fortran.size());
  for (T& element : elements) {
    element = fortran[from];
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) {
        break;
      }
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return elements;
}

// Reads one file from its start to the end of its array.
class NpyReader {
 public:
  explicit NpyReader(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    std::error_code failed;
    left_ = std::filesystem::file_size(path, failed);
    if (!file_ || failed) {
      throw FileError(path.string(),
                      "cannot be opened: " + (failed ? failed.message() : std::generic_category().message(errno)));
    }
  }

  NpyArray array() {
    const std::string header = read_header();
    const std::string type = value_of(header, "'descr':", ",");
    const std::string order = value_of(header, "'fortran_order':", ",");
    NpyArray result{.shape = shape_of(value_of(header, "'shape':", ")")), .data = {}};
    if (order != "False" && order != "True") {
      fail(fmt::format("has a header that says 'fortran_order': {}", order));
    }
    const std::size_t count = count_of(result.shape);
    if (type == "'<f4'") {
      result.data = values<float>(count);
    } else if (type == "'<f8'") {
      result.data = values<double>(count);
    } else if (type == "'|i1'") {
      result.data = values<std::int32_t, std::int8_t>(count);
    } else if (type == "'|u1'") {
      result.data = values<std::int32_t, std::uint8_t>(count);
    } else if (type == "'<i2'") {
      result.data = values<std::int32_t, std::int16_t>(count);
    } else if (type == "'<u2'") {
      result.data = values<std::int32_t, std::uint16_t>(count);
    } else if (type == "'<i4'") {
      result.data = values<std::int32_t>(count);
    } else if (type == "'<u4'") {
      result.data = values<std::int64_t, std::uint32_t>(count);
    } else if (type == "'<i8'") {
      result.data = values<std::int64_t>(count);
    } else {
      fail(
          fmt::format("holds elements of type {}; only floats of 4 or 8 bytes, integers of up to 8, and unsigned ones of up to "
                      "4, with the low byte first, can be read",
                      type));
    }
    if (order == "True") {
      std::visit([&](auto& elements) { elements = in_c_order(elements, result.shape); }, result.data);
    }
    return result;
  }

 private:
  [[noreturn]] void fail(std::string_view why) const { throw FileError(path_.string(), why); }

  // Asked before memory is allocated, since a damaged header may claim any size.
  void require(std::size_t bytes) const {
    if (bytes > left_) {
      fail(fmt::format("is cut short: {} more bytes should follow, and {} do", bytes, left_));
    }
  }

  void read(void* to, std::size_t bytes) {
    file_.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
    if (!file_) {
      fail("cannot be read: " + std::generic_category().message(errno));
    }
    left_ -= bytes;
  }

  std::string read_text(std::size_t bytes) {
    require(bytes);
    std::string text(bytes, '\0');
    read(text.data(), bytes);
    return text;
  }

  std::string read_header() {
    if (left_ < magic.size() || read_text(magic.size()) != magic) {
      fail("is no .npy file");
    }
    const char version = read_text(2)[0];
    if (version < 1 || version > 3) {
      fail(fmt::format("is of .npy version {}; versions 1 to 3 can be read", version + 0));
    }
    std::size_t length = 0;
    const std::string bytes = read_text(version == 1 ? 2 : 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      length |= std::size_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return read_text(length);
  }

  // What the header says between `key` and `end`, without the blanks around it.
  std::string value_of(const std::string& header, std::string_view key, std::string_view end) const {
    const std::size_t at = header.find(key);
    const std::size_t from = at == std::string::npos ? at : header.find_first_not_of(' ', at + key.size());
    const std::size_t to = from == std::string::npos ? from : header.find(end, from);
    if (to == std::string::npos) {
      fail(fmt::format("has a header without {}", key));
    }
    return header.substr(from, to - from);
  }

  std::vector<std::size_t> shape_of(std::string_view text) const {
    std::vector<std::size_t> shape;
    text.remove_prefix(std::min(text.size(), text.find_first_not_of("( ")));
    while (!text.empty()) {
      std::size_t extent = 0;
      const auto [after, error] = std::from_chars(text.data(), text.data() + text.size(), extent);
      if (error != std::errc{}) {
        fail("has a header whose shape makes no sense");
      }
      shape.push_back(extent);
      text.remove_prefix(static_cast<std::size_t>(after - text.data()));
      text.remove_prefix(std::min(text.size(), text.find_first_not_of(", ")));
    }
    return shape;
  }

  std::size_t count_of(const std::vector<std::size_t>& shape) const {
    try {
      return element_count(shape);
    } catch (const InvalidArgument& error) {
      fail(error.what());
    }
  }

  // As they are stored, and as they are kept.
  template <Element T, class Stored = T>
  std::vector<T> values(std::size_t count) {
    require(count * sizeof(Stored));
    std::vector<Stored> elements(count);
    read(elements.data(), count * sizeof(Stored));
    if constexpr (std::same_as<T, Stored>) {
      return elements;
    } else {
      return {elements.begin(), elements.end()};
    }
  }

  std::filesystem::path path_;
  std::ifstream file_;
  std::size_t left_ = 0;
};

}  // namespace

ElementType NpyArray::type() const {
  return std::visit([]<class T>(const std::vector<T>&) { return element_type_of<T>; }, data);
}

void write_npy(const std::filesystem::path& path, const Dataset& dataset, bool overwrite) {
  require_data(dataset);
  const std::size_t bytes = element_count(dataset.shape) * size_of(dataset.type);
  const std::string header = header_of(dataset);
  PartialFile partial(path, overwrite);
  partial.require_room(header.size() + bytes);
  std::ofstream file(partial.path(), std::ios::binary | std::ios::trunc);
  file.write(header.data(), static_cast<std::streamsize>(header.size()));
  file.write(static_cast<const char*>(dataset.data), static_cast<std::streamsize>(bytes));
  file.close();
  if (!file) {
    throw FileError(path.string(), "could not be written: " + std::generic_category().message(errno));
  }
  partial.commit();
}

std::vector<std::vector<double>> NpyArray::columns() const {
  const std::size_t rows = shape.at(0);
  std::vector<std::vector<double>> all(shape.size() == 1 ? 1 : shape.at(1), std::vector<double>(rows));
  std::visit(
      [&](const auto& elements) {
        for (std::size_t column = 0; column < all.size(); ++column) {
          for (std::size_t row = 0; row < rows; ++row) {
            all[column][row] = static_cast<double>(elements[row * all.size() + column]);
          }
        }
      },
      data);
  return all;
}

NpyArray read_npy(const std::filesystem::path& path) { return NpyReader(path).array(); }

}  // namespace kobie::io
