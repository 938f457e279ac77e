module;
#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

template <class Number>
void append(std::string& text, Number number) {
  if (!std::isnan(number)) {
    fmt::format_to(std::back_inserter(text), "{}", number);
  }
}

// Quoted where it would be read as something else.
void append_text(std::string& to, std::string_view text) {
  const bool blank_edge =
      !text.empty() && (text.front() == ' ' || text.front() == '\t' || text.back() == ' ' || text.back() == '\t');
  if (!blank_edge && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    to += text;
    return;
  }
  to += '"';
  for (const char letter : text) {
    to.append(letter == '"' ? 2 : 1, letter);
  }
  to += '"';
}

}  // namespace

CsvWriter::CsvWriter(const std::filesystem::path& path, const std::vector<std::string>& names, bool overwrite)
    : path_(path),
      partial_(path, overwrite),
      file_(partial_.path(), std::ios::binary | std::ios::trunc),
      columns_(names.size()) {
  for (const auto& name : names) {
    add(name);
  }
  end_row();
}

void CsvWriter::add(double number) {
  begin_field();
  append(buffer_, number);
}

void CsvWriter::add(float number) {
  begin_field();
  append(buffer_, number);
}

void CsvWriter::add(std::int64_t number) {
  begin_field();
  fmt::format_to(std::back_inserter(buffer_), "{}", number);
}

void CsvWriter::add(std::string_view text) {
  begin_field();
  append_text(buffer_, text);
}

void CsvWriter::begin_field() {
  if (fields_++ > 0) {
    buffer_ += ',';
  }
}

void CsvWriter::end_row() {
  if (fields_ != columns_) {
    throw InvalidArgument("row", fmt::format("{} fields", fields_), fmt::format("must have {}, as the header", columns_));
  }
  fields_ = 0;
  // A blank line would be no row.
  if (columns_ == 1 && (buffer_.empty() || buffer_.back() == '\n')) {
    buffer_ += "\"\"";
  }
  buffer_ += '\n';
  if (buffer_.size() >= buffer_bytes) {
    flush();
  }
}

void CsvWriter::flush() {
  file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.clear();
  if (!file_) {
    throw FileError(path_.string(), "could not be written: " + std::generic_category().message(errno));
  }
}

void CsvWriter::commit() {
  if (fields_ != 0) {
    throw InvalidArgument("row", fmt::format("{} fields", fields_), "must be ended before the file is");
  }
  flush();
  file_.close();
  if (!file_) {
    throw FileError(path_.string(), "could not be written: " + std::generic_category().message(errno));
  }
  partial_.commit();
}

}  // namespace kobie::io
