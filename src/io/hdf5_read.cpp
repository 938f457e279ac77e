module;
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

Hdf5Handle opened(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) {
    throw FileError(path.string(), "there is no such file");
  }
  const Hdf5Calls calls(path);
  const auto access = hdf5_access(calls);
  return calls.owned(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose, "cannot be opened as an HDF5 file");
}

// Exceptions must not cross HDF5's own frames.
extern "C" herr_t add_link(hid_t, const char* name, const H5L_info_t*, void* names) {
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
  } catch (...) {
    return -1;
  }
}

extern "C" herr_t add_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  return add_link(H5I_INVALID_HID, name, nullptr, names);
}

// A link may lead nowhere, or to a group or a type.
bool is_dataset(hid_t file, const std::string& name) {
  const Hdf5Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.id() >= 0 && H5Iget_type(object.id()) == H5I_DATASET;
}

std::vector<std::string> dataset_names(const Hdf5Calls& calls, hid_t file) {
  std::vector<std::string> names;
  calls.checked(H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, add_link, &names), "cannot be listed");
  std::erase_if(names, [&](const std::string& name) { return !is_dataset(file, name); });
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> attribute_names(const Hdf5Calls& calls, hid_t object) {
  std::vector<std::string> names;
  calls.checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_attribute, &names), "attributes cannot be listed");
  return names;
}

std::string read_text(const Hdf5Calls& calls, hid_t attribute, hid_t type, const std::string& what) {
  if (calls.checked(H5Tis_variable_str(type), what) > 0) {
    char* text = nullptr;
    calls.checked(H5Aread(attribute, type, static_cast<void*>(&text)), what);
    std::string copy = text == nullptr ? "" : text;
    H5free_memory(text);
    return copy;
  }
  std::string text(H5Tget_size(type), '\0');
  calls.checked(H5Aread(attribute, type, text.data()), what);
  text.resize(std::min(text.size(), text.find('\0')));
  if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) {
    text.resize(text.find_last_not_of(' ') + 1);
  }
  return text;
}

template <class T>
T read_number(const Hdf5Calls& calls, hid_t attribute, const std::string& what) {
  T value{};
  calls.checked(H5Aread(attribute, hdf5_type(element_type_of<T>), &value), what);
  return value;
}

AttributeValue read_attribute(const Hdf5Calls& calls, hid_t attribute, const std::string& what) {
  const auto type = calls.owned(H5Aget_type(attribute), H5Tclose, what);
  const auto space = calls.owned(H5Aget_space(attribute), H5Sclose, what);
  const auto count = static_cast<std::size_t>(calls.checked(H5Sget_simple_extent_npoints(space.id()), what));
  const bool array = H5Sget_simple_extent_type(space.id()) == H5S_SIMPLE;
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind == H5T_STRING && count == 1) {
    return read_text(calls, attribute, type.id(), what);
  }
  if (array && (kind == H5T_FLOAT || kind == H5T_INTEGER)) {
    std::vector<double> values(count);
    if (count > 0) {
      calls.checked(H5Aread(attribute, H5T_NATIVE_DOUBLE, values.data()), what);
    }
    return values;
  }
  if (count == 1 && kind == H5T_FLOAT) {
    return read_number<double>(calls, attribute, what);
  }
  if (count == 1 && kind == H5T_INTEGER) {
    return read_number<std::int64_t>(calls, attribute, what);
  }
  calls.fail(what + ": it holds neither a text nor numbers");
}

}  // namespace

Hdf5File::Hdf5File(const std::filesystem::path& path) : path_(path), file_(opened(path)) {
  const Hdf5Calls calls(path_);
  names_ = dataset_names(calls, file_.id());
}

bool Hdf5File::has(std::string_view name) const { return std::ranges::binary_search(names_, name); }

Hdf5Handle Hdf5File::open(const Hdf5Calls& calls, std::string_view name) const {
  if (name != root && !has(name)) {
    throw UnknownName("dataset", name, names_);
  }
  const std::string what = fmt::format("'{}' cannot be opened", name);  // first: what is open must be owned
  return calls.owned(H5Oopen(file_.id(), std::string(name).c_str(), H5P_DEFAULT), H5Oclose, what);
}

std::vector<std::size_t> Hdf5File::shape(std::string_view name) const {
  const Hdf5Calls calls(path_);
  const std::string what = fmt::format("the shape of '{}' cannot be read", name);
  const auto dataset = open(calls, name);
  const auto space = calls.owned(H5Dget_space(dataset.id()), H5Sclose, what);
  std::vector<hsize_t> extents(static_cast<std::size_t>(calls.checked(H5Sget_simple_extent_ndims(space.id()), what)));
  calls.checked(H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr), what);
  return {extents.begin(), extents.end()};
}

ElementType Hdf5File::type(std::string_view name) const {
  const Hdf5Calls calls(path_);
  const std::string what = fmt::format("the type of '{}' cannot be read", name);
  const auto dataset = open(calls, name);
  const auto type = calls.owned(H5Dget_type(dataset.id()), H5Tclose, what);
  const std::size_t bytes = H5Tget_size(type.id());
  switch (H5Tget_class(type.id())) {
    case H5T_FLOAT:
      return bytes <= 4 ? ElementType::float32 : ElementType::float64;
    case H5T_INTEGER:
      return bytes < 4 || (bytes == 4 && H5Tget_sign(type.id()) == H5T_SGN_2) ? ElementType::int32 : ElementType::int64;
    default:
      calls.fail(fmt::format("dataset '{}' does not hold numbers", name));
  }
}

std::int64_t Hdf5File::offset(std::string_view name) const {
  const auto native = hdf5_type(type(name));
  const Hdf5Calls calls(path_);
  const std::string what = fmt::format("the place of '{}' cannot be read", name);
  const auto dataset = open(calls, name);
  const auto stored = calls.owned(H5Dget_type(dataset.id()), H5Tclose, what);
  const haddr_t offset = H5Dget_offset(dataset.id());
  if (offset == HADDR_UNDEF || calls.checked(H5Tequal(stored.id(), native), what) == 0) {
    throw FileError(path_.string(), fmt::format("dataset '{}' does not lie in one piece as the machine would hold it", name));
  }
  return static_cast<std::int64_t>(offset);
}

void Hdf5File::read_into(std::string_view name, ElementType type, void* data, std::size_t count) const {
  const std::size_t stored = element_count(shape(name));
  if (stored != count) {
    throw FileError(path_.string(), fmt::format("dataset '{}' has {} elements, not {}", name, stored, count));
  }
  const Hdf5Calls calls(path_);
  const auto dataset = open(calls, name);
  if (count > 0) {
    calls.checked(H5Dread(dataset.id(), hdf5_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data),
                  fmt::format("dataset '{}' cannot be read", name));
  }
}

AttributeValue Hdf5File::attribute(std::string_view dataset, std::string_view name) const {
  const Hdf5Calls calls(path_);
  const auto object = open(calls, dataset);
  const auto known = attribute_names(calls, object.id());
  if (std::ranges::find(known, name) == known.end()) {
    throw UnknownName("attribute", name, known);
  }
  const std::string what = fmt::format("attribute '{}' cannot be read", name);
  const auto found = calls.owned(H5Aopen(object.id(), std::string(name).c_str(), H5P_DEFAULT), H5Aclose, what);
  return read_attribute(calls, found.id(), what);
}

bool Hdf5File::has_attribute(std::string_view dataset, std::string_view name) const {
  const Hdf5Calls calls(path_);
  return calls.checked(H5Aexists(open(calls, dataset).id(), std::string(name).c_str()), "attributes cannot be read") > 0;
}

}  // namespace kobie::io
