module;
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

constexpr std::string_view group = "checkpoint/";
constexpr std::string_view marks_name = "checkpoint/finished";

// What a power cut may cost, unless waiting for the device would take more than a tenth of the time.
constexpr std::chrono::seconds sync_every{1};
constexpr int sync_share = 10;

std::filesystem::path with_suffix(std::filesystem::path path, std::string_view suffix) {
  path += suffix;
  return path;
}

std::string total_name(std::string_view name) { return std::string(group).append(name); }

std::size_t count_blocks(std::int64_t length, std::int64_t block_length) {
  return static_cast<std::size_t>(length / block_length + (length % block_length == 0 ? 0 : 1));
}

std::uintmax_t size_of_file(const std::filesystem::path& path) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) {
    throw FileError(path.string(), "cannot be measured: " + failed.message());
  }
  return size;
}

bool is_filled_later(const Dataset& dataset) { return dataset.data == nullptr && element_count(dataset.shape) > 0; }

void require_layout(const BlockLayout& layout) {
  if (layout.length < 0) {
    throw InvalidArgument("length", fmt::format("{}", layout.length), "must not be negative");
  }
  if (layout.block_length < 1) {
    throw InvalidArgument("block_length", fmt::format("{}", layout.block_length), "must be 1 or more");
  }
  for (const auto& dataset : layout.contents.datasets) {
    if (is_filled_later(dataset) && (dataset.shape.empty() || std::cmp_not_equal(dataset.shape.back(), layout.length))) {
      throw InvalidArgument("contents", fmt::format("dataset '{}'", dataset.name),
                            fmt::format("has no data, so its last axis must be {} long", layout.length));
    }
  }
  require_axes(layout.contents);
}

// The file with the marks, in a file of this layout that is made anew.
void make_partial(const std::filesystem::path& target, const std::filesystem::path& place, const PosixFile& file,
                  const BlockLayout& layout) {
  const std::size_t blocks = count_blocks(layout.length, layout.block_length);
  const std::vector<std::int32_t> none(blocks);
  const std::vector<double> zeros(blocks);
  Contents contents = layout.contents;
  contents.datasets.push_back(
      Dataset{.name = std::string(marks_name),
              .type = ElementType::int32,
              .data = none.data(),
              .shape = {blocks},
              .axes = {},
              .attributes = {{"fingerprint", layout.fingerprint}, {"block_length", layout.block_length}}});
  for (const auto& name : layout.totals) {
    contents.datasets.push_back(Dataset{.name = total_name(name),
                                        .type = ElementType::float64,
                                        .data = zeros.data(),
                                        .shape = {blocks},
                                        .axes = {},
                                        .attributes = {}});
  }
  // HDF5 cannot close a file whose metadata finds no room; it would try again, in vain, when the program ends.
  reserve_room(file, target, hdf5_room(contents));
  make_hdf5(target, place, contents);
  reserve_room(file, target, size_of_file(place));
}

// Removes a file unless it is kept.
class Discard {
 public:
  explicit Discard(const std::filesystem::path& path) : path_(path) {}
  ~Discard() {
    if (!kept_) {
      ::unlink(path_.c_str());
    }
  }
  Discard(const Discard&) = delete;
  Discard& operator=(const Discard&) = delete;

  void keep() noexcept { kept_ = true; }

 private:
  const std::filesystem::path& path_;
  bool kept_ = false;
};

// The file of that name, locked; closed if there is none. FileError when another process has it.
PosixFile locked(const std::filesystem::path& path, int flags) {
  PosixFile file;
  do {
    if (const auto failed = file.open(path, flags)) {
      if (failed == std::errc::no_such_file_or_directory && (flags & O_CREAT) == 0) {
        return {};
      }
      throw FileError(path.string(), "cannot be opened: " + failed.message());
    }
    if (const auto failed = file.lock()) {
      const bool taken = failed == std::errc::resource_unavailable_try_again;
      throw FileError(path.string(), taken ? "another process is writing it" : "cannot be locked: " + failed.message());
    }
    // Whoever had the lock before may have given the file another name.
  } while (!file.is_at(path));
  return file;
}

}  // namespace

BlockFile::BlockFile(const std::filesystem::path& path, const BlockLayout& layout, bool overwrite)
    : target_(link_followed(path)), partial_(with_suffix(target_, ".partial")), overwrite_(overwrite) {
  require_layout(layout);
  require_writable(target_, overwrite);
  while (!file_.is_open()) {
    PosixFile left = locked(partial_, O_RDWR);
    if (left.is_open() && resume(layout)) {
      file_ = std::move(left);
    } else if (file_ = create(left, layout); file_.is_open()) {
      load(layout);
    }
  }
  next_sync_ = Clock::now() + sync_every;
}

BlockFile::~BlockFile() {
  try {
    if (file_.is_open() && sound_) {
      sync();
    }
  } catch (...) {
    // Whoever goes on computes again what could not be marked.
    sound_ = false;
  }
}

// Whether to go on with what an earlier solve left.
bool BlockFile::resume(const BlockLayout& layout) {
  try {
    load(layout);
    return true;
  } catch (const Error& error) {
    if (!overwrite_) {
      throw FileError(target_.string(),
                      fmt::format("cannot go on with what an earlier solve left ({}); remove that file, or ask for overwrite",
                                  error.what()));
    }
    return false;
  }
}

// The partial file, made anew and locked; closed if another process was faster.
PosixFile BlockFile::create(const PosixFile& replaced, const BlockLayout& layout) const {
  // A kill before it is whole leaves it under a name that nobody goes on with.
  const auto place = with_suffix(partial_, ".new");
  PosixFile file = locked(place, O_RDWR | O_CREAT);
  Discard discard(place);
  // Nothing gets the name of the partial file but what has been locked under this one.
  const bool first = replaced.is_open() ? replaced.is_at(partial_) : !std::filesystem::exists(partial_);
  if (!first) {
    return {};
  }
  make_partial(target_, place, file, layout);
  put_in_place(file, place, partial_, true);
  discard.keep();
  return file;
}

void BlockFile::load(const BlockLayout& layout) {
  const Hdf5File file(partial_);
  const auto wrong = [&](std::string_view why) { return FileError(partial_.string(), why); };
  if (!file.has(marks_name)) {
    throw wrong("is no file that is filled block by block");
  }
  if (file.attribute(marks_name, "fingerprint") != AttributeValue(layout.fingerprint)) {
    throw wrong("is of another solve");
  }
  const auto block_length = file.attribute(marks_name, "block_length");
  const auto* columns = std::get_if<std::int64_t>(&block_length);
  if (columns == nullptr || *columns < 1 || file.shape(marks_name) != std::vector{count_blocks(layout.length, *columns)}) {
    throw wrong("is damaged: its blocks are not those of its length");
  }
  const auto size = size_of_file(partial_);
  const auto place_of = [&](const std::string& name, ElementType type, const std::vector<std::size_t>& shape) {
    if (!file.has(name) || file.type(name) != type || file.shape(name) != shape) {
      throw wrong(fmt::format("is damaged: dataset '{}' is not as it was laid out", name));
    }
    const std::int64_t offset = element_count(shape) > 0 ? file.offset(name) : 0;
    if (static_cast<std::uintmax_t>(offset) + element_count(shape) * size_of(type) > size) {
      throw wrong(fmt::format("is damaged: it ends before dataset '{}' does", name));
    }
    return offset;
  };

  length_ = layout.length;
  block_length_ = *columns;
  finished_ = file.read<std::int32_t>(marks_name);
  marks_ = place_of(std::string(marks_name), ElementType::int32, {finished_.size()});
  totals_.clear();
  for (const auto& name : layout.totals) {
    const auto path = total_name(name);
    totals_.push_back(Total{name, place_of(path, ElementType::float64, {finished_.size()}), file.read<double>(path)});
  }
  places_.clear();
  for (const auto& dataset : layout.contents.datasets) {
    const auto offset = place_of(dataset.name, dataset.type, dataset.shape);
    if (is_filled_later(dataset)) {
      const auto rows = element_count(dataset.shape) / dataset.shape.back();
      places_.emplace(dataset.name, Place{offset, rows, size_of(dataset.type)});
    }
  }
}

void BlockFile::require_sound() const {
  if (!file_.is_open()) {
    throw FileError(target_.string(), "is complete, and no longer to be written to");
  }
  if (!sound_) {
    throw FileError(partial_.string(), "an earlier write did not reach the device; open it anew to go on");
  }
}

void BlockFile::require_block(std::int64_t block) const {
  if (block < 0 || block >= blocks()) {
    throw InvalidArgument("block", fmt::format("{}", block), fmt::format("must be 0 or more, and less than {}", blocks()));
  }
}

void BlockFile::put(const void* data, std::size_t bytes, std::int64_t offset) {
  if (const auto failed = file_.write(data, bytes, offset)) {
    throw FileError(partial_.string(), "could not be written: " + failed.message());
  }
}

std::int64_t BlockFile::first_of(std::int64_t block) const {
  require_block(block);
  return block * block_length_;
}

std::int64_t BlockFile::count_of(std::int64_t block) const { return std::min(block_length_, length_ - first_of(block)); }

bool BlockFile::finished(std::int64_t block) const {
  require_block(block);
  return finished_[static_cast<std::size_t>(block)] != 0;
}

std::int64_t BlockFile::finished_blocks() const noexcept { return blocks() - std::ranges::count(finished_, 0); }

double BlockFile::total(std::string_view name) const {
  const auto found = std::ranges::find(totals_, name, &Total::name);
  if (found == totals_.end()) {
    std::vector<std::string> known(totals_.size());
    std::ranges::transform(totals_, known.begin(), &Total::name);
    throw UnknownName("total", name, known);
  }
  double sum = 0.0;
  for (std::size_t block = 0; block < finished_.size(); ++block) {
    sum += finished_[block] != 0 ? found->values[block] : 0.0;
  }
  return sum;
}

void BlockFile::write(std::string_view dataset, std::int64_t first, std::int64_t count, const void* data,
                      std::size_t row_stride) {
  require_sound();
  const auto found = places_.find(dataset);
  if (found == places_.end()) {
    std::vector<std::string> known(places_.size());
    std::ranges::transform(places_, known.begin(), [](const auto& place) { return place.first; });
    throw UnknownName("dataset", dataset, known);
  }
  if (first < 0 || first > length_) {
    throw InvalidArgument("first", fmt::format("{}", first), fmt::format("must be 0 or more, and not more than {}", length_));
  }
  if (count < 0 || count > length_ - first) {
    throw InvalidArgument("count", fmt::format("{}", count),
                          fmt::format("must be 0 or more; from column {} on there are {}", first, length_ - first));
  }
  const auto columns = static_cast<std::size_t>(count);
  const auto [offset, rows, element_size] = found->second;
  if (rows > 1 && row_stride < columns) {
    throw InvalidArgument("row_stride", fmt::format("{}", row_stride), fmt::format("must be {} or more", columns));
  }
  if (count == 0) {
    return;
  }
  if (data == nullptr) {
    throw InvalidArgument("data", "null", "must point to the columns");
  }
  if (count == length_ && row_stride == columns) {
    put(data, rows * columns * element_size, offset);
    return;
  }
  const auto* from = static_cast<const std::byte*>(data);
  const auto bytes_per_element = static_cast<std::int64_t>(element_size);
  std::int64_t to = offset + first * bytes_per_element;
  for (std::size_t row = 0; row < rows; ++row) {
    put(from + row * row_stride * element_size, columns * element_size, to);
    to += length_ * bytes_per_element;
  }
}

void BlockFile::finish(std::int64_t block, std::span<const double> totals) {
  require_sound();
  require_block(block);
  if (totals.size() != totals_.size()) {
    throw InvalidArgument("totals", fmt::format("{} numbers", totals.size()), fmt::format("must be {}", totals_.size()));
  }
  const auto index = static_cast<std::size_t>(block);
  for (std::size_t i = 0; i < totals.size(); ++i) {
    put(&totals[i], sizeof(double), totals_[i].offset + block * std::int64_t{sizeof(double)});
    totals_[i].values[index] = totals[i];
  }
  finished_[index] = 1;
  unmarked_.push_back(block);
  if (Clock::now() >= next_sync_) {
    sync();
  }
}

void BlockFile::sync() {
  require_sound();
  if (unmarked_.empty()) {
    return;
  }
  const auto begin = Clock::now();
  // After a failure the system may forget what it could not write: nothing since the last success is to be trusted.
  sound_ = false;
  if (const auto failed = file_.sync()) {
    throw FileError(partial_.string(), "could not be written: " + failed.message());
  }
  for (const std::int64_t block : unmarked_) {
    constexpr std::int32_t mark = 1;
    put(&mark, sizeof mark, marks_ + block * std::int64_t{sizeof mark});
  }
  if (const auto failed = file_.sync()) {
    throw FileError(partial_.string(), "could not be written: " + failed.message());
  }
  sound_ = true;
  unmarked_.clear();
  const auto end = Clock::now();
  next_sync_ = end + std::max<Clock::duration>(sync_every, sync_share * (end - begin));
}

void BlockFile::commit() {
  require_sound();
  if (const std::int64_t missing = blocks() - finished_blocks(); missing > 0) {
    throw FileError(partial_.string(), fmt::format("{} of {} blocks are not finished", missing, blocks()));
  }
  sync();
  if (!file_.is_at(partial_)) {
    throw FileError(partial_.string(), "was removed or replaced while it was filled");
  }
  put_in_place(file_, partial_, target_, overwrite_);
  file_ = PosixFile();
}

}  // namespace kobie::io
