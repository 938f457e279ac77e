module;
#include <fmt/format.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

const Dataset* find(const Contents& contents, std::string_view name) {
  const auto found = std::ranges::find(contents.datasets, name, &Dataset::name);
  return found == contents.datasets.end() ? nullptr : &*found;
}

void require_axes_of(const Contents& contents, const Dataset& dataset) {
  if (!dataset.axes.empty() && dataset.axes.size() != dataset.shape.size()) {
    throw InvalidArgument("axes", fmt::format("{} names", dataset.axes.size()),
                          fmt::format("dataset '{}' has {} dimensions", dataset.name, dataset.shape.size()));
  }
  for (std::size_t i = 0; i < dataset.axes.size(); ++i) {
    if (dataset.axes[i].empty()) {
      continue;
    }
    const Dataset* axis = find(contents, dataset.axes[i]);
    if (axis == nullptr) {
      std::vector<std::string> known(contents.datasets.size());
      std::ranges::transform(contents.datasets, known.begin(), &Dataset::name);
      throw UnknownName("axis", dataset.axes[i], known);
    }
    if (axis->shape != std::vector{dataset.shape[i]}) {
      throw InvalidArgument(
          "axes", fmt::format("'{}'", axis->name),
          fmt::format("must be a row of {} values, as many as dimension {} of '{}' has", dataset.shape[i], i, dataset.name));
    }
  }
}

// Writes one attribute of one object.
struct AttributeWriter {
  const Hdf5Calls& calls;
  hid_t object;
  const std::string& name;

  void operator()(const std::string& text) const {
    const auto type = calls.owned(H5Tcopy(H5T_C_S1), H5Tclose, "no type for text");
    calls.checked(H5Tset_size(type.id(), H5T_VARIABLE), "no type for text");
    calls.checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "no type for text");
    const char* characters = text.c_str();
    write(type.id(), scalar(), static_cast<const void*>(&characters));
  }
  void operator()(double value) const { write(H5T_NATIVE_DOUBLE, scalar(), &value); }
  void operator()(std::int64_t value) const { write(H5T_NATIVE_INT64, scalar(), &value); }
  void operator()(const std::vector<double>& values) const {
    const hsize_t count = values.size();
    write(H5T_NATIVE_DOUBLE, calls.owned(H5Screate_simple(1, &count, nullptr), H5Sclose, "no dataspace"), values.data());
  }

 private:
  Hdf5Handle scalar() const { return calls.owned(H5Screate(H5S_SCALAR), H5Sclose, "no dataspace"); }

  void write(hid_t type, const Hdf5Handle& space, const void* value) const {
    const std::string what = fmt::format("attribute '{}' could not be written", name);
    auto attribute = calls.owned(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
    if (H5Sget_simple_extent_npoints(space.id()) > 0) {
      calls.checked(H5Awrite(attribute.id(), type, value), what);
    }
    calls.checked(attribute.close(), what);
  }
};

void write_attributes(const Hdf5Calls& calls, hid_t object, const std::vector<Attribute>& attributes) {
  for (const auto& attribute : attributes) {
    std::visit(AttributeWriter{calls, object, attribute.name}, attribute.value);
  }
}

void write_dataset(const Hdf5Calls& calls, hid_t file, const Dataset& dataset) {
  const std::string what = fmt::format("dataset '{}' could not be written", dataset.name);
  const std::vector<hsize_t> extents(dataset.shape.begin(), dataset.shape.end());
  const auto space = calls.owned(
      extents.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr),
      H5Sclose, what);
  const auto links = calls.owned(H5Pcreate(H5P_LINK_CREATE), H5Pclose, what);
  calls.checked(H5Pset_create_intermediate_group(links.id(), 1), what);
  calls.checked(H5Pset_char_encoding(links.id(), H5T_CSET_UTF8), what);
  // Without time stamps equal results are equal files.
  const auto creation = calls.owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, what);
  calls.checked(H5Pset_obj_track_times(creation.id(), false), what);
  const bool elements = element_count(dataset.shape) > 0;
  if (elements && dataset.data == nullptr) {
    calls.checked(H5Pset_alloc_time(creation.id(), H5D_ALLOC_TIME_EARLY), what);
    calls.checked(H5Pset_fill_time(creation.id(), H5D_FILL_TIME_NEVER), what);
  }

  auto made = calls.owned(
      H5Dcreate2(file, dataset.name.c_str(), hdf5_type(dataset.type), space.id(), links.id(), creation.id(), H5P_DEFAULT),
      H5Dclose, what);
  if (elements && dataset.data != nullptr) {
    calls.checked(H5Dwrite(made.id(), hdf5_type(dataset.type), H5S_ALL, H5S_ALL, H5P_DEFAULT, dataset.data), what);
  }
  write_attributes(calls, made.id(), dataset.attributes);
  calls.checked(made.close(), what);
}

void attach_axes(const Hdf5Calls& calls, hid_t file, const Dataset& dataset) {
  for (std::size_t i = 0; i < dataset.axes.size(); ++i) {
    if (dataset.axes[i].empty()) {
      continue;
    }
    const std::string what = fmt::format("'{}' could not be made an axis of '{}'", dataset.axes[i], dataset.name);
    auto scale = calls.owned(H5Dopen2(file, dataset.axes[i].c_str(), H5P_DEFAULT), H5Dclose, what);
    if (calls.checked(H5DSis_scale(scale.id()), what) == 0) {
      calls.checked(H5DSset_scale(scale.id(), dataset.axes[i].c_str()), what);
    }
    auto made = calls.owned(H5Dopen2(file, dataset.name.c_str(), H5P_DEFAULT), H5Dclose, what);
    calls.checked(H5DSattach_scale(made.id(), scale.id(), static_cast<unsigned>(i)), what);
    calls.checked(made.close(), what);
    calls.checked(scale.close(), what);
  }
}

}  // namespace

void require_axes(const Contents& contents) {
  for (const auto& dataset : contents.datasets) {
    require_axes_of(contents, dataset);
  }
}

std::uintmax_t hdf5_room(const Contents& contents) {
  // A few headers for each name, besides the values.
  std::uintmax_t bytes = 16'384;
  for (const auto& dataset : contents.datasets) {
    bytes += 4096 + element_count(dataset.shape) * size_of(dataset.type);
  }
  return bytes;
}

void make_hdf5(const std::filesystem::path& target, const std::filesystem::path& place, const Contents& contents) {
  const Hdf5Calls calls(target);
  const auto access = hdf5_access(calls);
  // A strong close leaves no object open that could still hold bytes back.
  calls.checked(H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG), "no file access");
  auto file = calls.owned(H5Fcreate(place.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose, "could not be made");
  write_attributes(calls, file.id(), contents.attributes);
  for (const auto& dataset : contents.datasets) {
    write_dataset(calls, file.id(), dataset);
  }
  for (const auto& dataset : contents.datasets) {
    attach_axes(calls, file.id(), dataset);
  }
  calls.checked(H5Fflush(file.id(), H5F_SCOPE_GLOBAL), "could not be flushed");
  calls.checked(file.close(), "could not be closed");
}

void write_hdf5(const std::filesystem::path& path, const Contents& contents, bool overwrite) {
  for (const auto& dataset : contents.datasets) {
    require_data(dataset);
  }
  require_axes(contents);
  PartialFile partial(path, overwrite);
  // HDF5 cannot close a file whose metadata finds no room; it would try again, in vain, when the program ends.
  partial.require_room(hdf5_room(contents));
  make_hdf5(path, partial.path(), contents);
  partial.commit();
}

}  // namespace kobie::io
