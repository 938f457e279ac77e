module;
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

static_assert(std::same_as<hid_t, std::int64_t> && std::same_as<herr_t, int>);

std::recursive_mutex& one_at_a_time() {
  static std::recursive_mutex mutex;
  return mutex;
}

// Exceptions must not cross HDF5's own frames.
extern "C" herr_t add_description(unsigned, const H5E_error2_t* error, void* sentence) {
  try {
    auto& text = *static_cast<std::string*>(sentence);
    const std::string_view said = error->desc == nullptr ? "" : error->desc;
    if (!said.empty() && !text.ends_with(said)) {
      text += text.empty() ? "" : "; ";
      text += said;
      std::ranges::replace(text, '\n', ' ');
    }
    return 0;
  } catch (...) {
    return -1;
  }
}

}  // namespace

bool is_hdf5_path(const std::filesystem::path& path) { return path.extension() == ".h5" || path.extension() == ".hdf5"; }

std::int64_t hdf5_type(ElementType type) {
  switch (type) {
    case ElementType::float32:
      return H5T_NATIVE_FLOAT;
    case ElementType::float64:
      return H5T_NATIVE_DOUBLE;
    case ElementType::int32:
      return H5T_NATIVE_INT32;
    case ElementType::int64:
      return H5T_NATIVE_INT64;
  }
  return H5I_INVALID_HID;
}

Hdf5Handle::Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}

Hdf5Handle& Hdf5Handle::operator=(Hdf5Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}

Hdf5Handle::~Hdf5Handle() {
  if (id_ >= 0) {
    const Hdf5Calls calls({});
    close();
  }
}

int Hdf5Handle::close() { return close_(std::exchange(id_, H5I_INVALID_HID)); }

Hdf5Calls::Hdf5Calls(std::filesystem::path path) : path_(std::move(path)), alone_(one_at_a_time()) {
  H5Eget_auto2(H5E_DEFAULT, &printer_, &printer_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Calls::~Hdf5Calls() { H5Eset_auto2(H5E_DEFAULT, printer_, printer_data_); }

void Hdf5Calls::fail(std::string_view what) const {
  std::string said;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, add_description, &said);
  throw FileError(path_.string(), said.empty() ? std::string(what) : fmt::format("{} (HDF5: {})", what, said));
}

Hdf5Handle hdf5_access(const Hdf5Calls& calls) {
  auto access = calls.owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "no file access");
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  calls.checked(H5Pset_file_locking(access.id(), false, true), "no file access");
#endif
  return access;
}

}  // namespace kobie::io
