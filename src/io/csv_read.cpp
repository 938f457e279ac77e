module;
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

module kobie.io;

import kobie.core;

namespace kobie::io {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Reads one file row by row.
class CsvReader {
 public:
  explicit CsvReader(const std::filesystem::path& path) : path_(path), file_(path, std::ios::binary) {
    if (!file_) {
      fail("cannot be opened: " + std::generic_category().message(errno));
    }
  }

  CsvTable table() {
    if (!read_row()) {
      fail("is empty; a header line with the columns' names is needed");
    }
    require_names();
    CsvTable table{.names = row_, .columns = std::vector<std::vector<double>>(row_.size())};
    while (read_row()) {
      if (row_.size() != table.names.size()) {
        fail(fmt::format("line {} has {} column{}; the header has {}", row_line_, row_.size(), row_.size() == 1 ? "" : "s",
                         table.names.size()));
      }
      for (std::size_t column = 0; column < row_.size(); ++column) {
        table.columns[column].push_back(number(column, table.names[column]));
      }
    }
    if (table.columns.front().empty()) {
      fail("has a header and no rows");
    }
    return table;
  }

 private:
  [[noreturn]] void fail(std::string_view why) const { throw FileError(path_.string(), why); }

  [[noreturn]] void fail_at(std::size_t line, std::size_t column, std::string_view why) const {
    fail(fmt::format("line {}, column {}: {}", line, column + 1, why));
  }

  // The next line of the file into text_, without its end; false after the last one.
  bool read_line() {
    if (!std::getline(file_, text_)) {
      if (file_.bad()) {
        fail("could not be read: " + std::generic_category().message(errno));
      }
      return false;
    }
    ++line_;
    if (line_ == 1 && text_.starts_with(byte_order_mark)) {
      text_.erase(0, byte_order_mark.size());
    }
    if (text_.ends_with('\r')) {
      text_.pop_back();
    }
    return true;
  }

  // The fields of the next row into row_; false after the last one. Only at the end a blank line is no row.
  bool read_row() {
    std::size_t blank_line = 0;
    while (read_line()) {
      if (trimmed(text_).empty()) {
        blank_line = blank_line == 0 ? line_ : blank_line;
        continue;
      }
      if (blank_line != 0) {
        fail(fmt::format("line {} is blank, and more follows", blank_line));
      }
      row_line_ = line_;
      split();
      return true;
    }
    return false;
  }

  void split() {
    row_.clear();
    std::size_t at = 0;
    do {
      skip_blanks(at);
      row_.push_back(at < text_.size() && text_[at] == '"' ? quoted(at) : plain(at));
    } while (at++ < text_.size());
  }

  void skip_blanks(std::size_t& at) const { at = std::min(text_.size(), text_.find_first_not_of(blanks, at)); }

  // Fields from `at` on; it is moved to the comma behind them, or the line's end.
  std::string plain(std::size_t& at) const {
    const std::size_t end = std::min(text_.size(), text_.find_first_of(",\"", at));
    if (end < text_.size() && text_[end] == '"') {
      fail_at(line_, row_.size(), "a quote inside a field that does not begin with one");
    }
    const std::size_t begin = std::exchange(at, end);
    return std::string(trimmed(std::string_view(text_).substr(begin, end - begin)));
  }

  std::string quoted(std::size_t& at) {
    std::string field;
    ++at;
    while (true) {
      const std::size_t quote = text_.find('"', at);
      field.append(text_, at, std::min(text_.size(), quote) - at);
      if (quote == std::string::npos) {
        if (!read_line()) {
          fail_at(row_line_, row_.size(), "the quote that begins this field has no end");
        }
        field += '\n';
        at = 0;
      } else if (quote + 1 < text_.size() && text_[quote + 1] == '"') {
        field += '"';
        at = quote + 2;
      } else {
        at = quote + 1;
        break;
      }
    }
    skip_blanks(at);
    if (at < text_.size() && text_[at] != ',') {
      fail_at(line_, row_.size(), "text behind the quote that ends the field");
    }
    return field;
  }

  void require_names() const {
    for (std::size_t column = 0; column < row_.size(); ++column) {
      if (row_[column].empty()) {
        fail_at(row_line_, column, "the header has no name for it");
      }
      const auto same = static_cast<std::size_t>(std::ranges::find(row_, row_[column]) - row_.begin());
      if (same != column) {
        fail_at(row_line_, column, fmt::format("'{}' is the name of column {} already", row_[column], same + 1));
      }
    }
  }

  double number(std::size_t column, std::string_view name) const {
    std::string_view text = trimmed(row_[column]);
    const auto refuse = [&](std::string_view why) {
      fail_at(row_line_, column, fmt::format("{} = '{:.40}' {}", name, text, why));
    };
    // from_chars knows no plus sign.
    std::string_view digits = text;
    if (digits.starts_with('+') && !digits.starts_with("+-")) {
      digits.remove_prefix(1);
    }
    double value = 0.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range) {
      refuse("is beyond what a double can hold");
    }
    if (error != std::errc{} || end != digits.data() + digits.size()) {
      refuse("is not a number");
    }
    return value;
  }

  std::filesystem::path path_;
  std::ifstream file_;
  std::string text_;      // of the line that was read last
  std::size_t line_ = 0;  // its number
  std::vector<std::string> row_;
  std::size_t row_line_ = 0;  // where the row begins
};

}  // namespace

CsvTable read_csv(const std::filesystem::path& path) { return CsvReader(path).table(); }

}  // namespace kobie::io
