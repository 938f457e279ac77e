// Results as a table for spreadsheets and dataframes; docs/files.md describes it for readers.
module;
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import kobie.memory;
import :result_contents;

namespace kobie {
namespace {

// The names of columns, each once: where one is taken it is the name of the dataset that a result file would have.
class ColumnNames {
 public:
  explicit ColumnNames(const std::vector<OwnDataset>& own) {
    for (const auto& [name, column] : own) {
      if (column.varies()) {
        taken_.push_back(name);
      }
    }
  }

  std::string add(const std::string& name, const std::string& dataset) {
    const bool is_taken = std::ranges::find(taken_, name) != taken_.end();
    return taken_.emplace_back(is_taken ? dataset : name);
  }

 private:
  std::vector<std::string> taken_ = {"run", "time", "status"};
};

}  // namespace

template <std::floating_point T>
void Result<T>::write_table(const std::filesystem::path& path, bool overwrite) const {
  const std::vector<OwnDataset> own = own_datasets(runs_);
  ColumnNames names(own);
  std::vector<std::string> after = {"time"};
  for (std::size_t q = 0; q < quantities_.columns.size(); ++q) {
    after.push_back(names.add(quantities_.columns[q].name, series_dataset(quantities_, q)));
  }
  after.emplace_back("status");

  std::vector<std::string> header = {"run"};
  std::vector<const Column*> inputs;
  for (std::size_t i = 0; i < runs_.columns().size(); ++i) {
    const Column& column = runs_.columns()[i];
    if (column.varies()) {
      header.push_back(names.add(column.name, column_dataset(runs_, i)));
      inputs.push_back(&column);
    }
  }
  for (const auto& [name, column] : own) {
    if (column.varies()) {
      header.push_back(name);
      inputs.push_back(&column);
    }
  }
  header.insert(header.end(), after.begin(), after.end());

  io::CsvWriter file(path, header, overwrite);
  const AllSeries<T> series = all();
  for (std::int64_t run = 0; run < runs(); ++run) {
    for (std::size_t save = 0; save < times_.size(); ++save) {
      file.add(run);
      for (const Column* input : inputs) {
        file.add((*input)[run]);
      }
      file.add(times_[save]);
      for (std::size_t q = 0; q < quantities_.columns.size(); ++q) {
        file.add(series(q, save, static_cast<std::size_t>(run)));
      }
      file.add(to_string(status(run)));
      file.end_row();
    }
  }
  file.commit();
}

template void Result<float>::write_table(const std::filesystem::path&, bool) const;
template void Result<double>::write_table(const std::filesystem::path&, bool) const;

}  // namespace kobie
