/// CSV: tables of numbers for spreadsheets and dataframes, and from them.
/// The format: RFC 4180, in UTF-8, with a header line; lines may end with LF alone.
export module kobie.io:csv;

import kobie.standard;
import :files;

namespace kobie::io {

/// A table as read from a CSV file.
export struct CsvTable {
  std::vector<std::string> names;            ///< of the columns, each once
  std::vector<std::vector<double>> columns;  ///< [column][row], of one length
};

/// Reads a table of numbers. Blanks around what is not quoted, blank lines at the end and a byte order mark do not count; "inf"
/// and "nan" are numbers. FileError, with line and column, for a field that is no number or beyond a double's range, a row that
/// is longer or shorter than the header, a column without a name or with the name of an earlier one, quotes that make no sense;
/// and for a file that is empty or has a header alone.
export CsvTable read_csv(const std::filesystem::path& path);

/// Writes a table row by row. The file takes its place by commit(); without one nothing is left of it.
export class CsvWriter {
 public:
  /// Begins with the header. FileError as require_writable has it.
  CsvWriter(const std::filesystem::path& path, const std::vector<std::string>& names, bool overwrite);

  /// The next field of the row. Numbers have the fewest digits that are read back to the same bits; NaN is an empty field.
  void add(double number);
  void add(float number);
  void add(std::int64_t number);
  void add(std::string_view text);

  /// InvalidArgument where the row has not as many fields as the header; FileError when the disk takes no more.
  void end_row();

  /// InvalidArgument where a row is not ended, FileError when the file could not be written.
  void commit();

 private:
  void begin_field();
  void flush();

  std::filesystem::path path_;
  PartialFile partial_;
  std::ofstream file_;
  std::string buffer_;
  std::size_t columns_;
  std::size_t fields_ = 0;  // of the row so far
};

}  // namespace kobie::io
