/// What a result file holds; docs/files.md describes it for readers.
export module kobie.batch:result_contents;

import kobie.io;
import kobie.memory;
import kobie.standard;
import :chunk_store;
import :options;
import :output_choice;
import :result;
import :result_arrays;
import :runs;

namespace kobie {

/// The latest; files that need no more than an earlier one say that.
inline constexpr std::int64_t result_format_version = 3;

/// The datasets and attributes of a result file. Arrays that it makes live as long as this does; the others are the caller's.
template <std::floating_point T>
class ResultContents {
 public:
  /// `quantities` are saved, `counts` of the RunCounts are there. Without `arrays` the datasets with a number for each run have
  /// no data: they are written later.
  ResultContents(const RunTable& runs, const Quantities& quantities, const std::vector<double>& times, std::size_t counts,
                 const SummaryTable& summaries, const Provenance& provenance, const ResultArrays<T, HostArray>* arrays);
  ResultContents(const ResultContents&) = delete;
  ResultContents& operator=(const ResultContents&) = delete;

  io::Contents& contents() { return contents_; }

 private:
  void add_inputs(const RunTable& runs, const SolverOptions& options, bool whole);
  void add_times(const std::vector<double>& times, const SolveRequest& request);
  void add_summaries(const SummaryTable& summaries, const T* data);
  void add_column(const std::string& name, const Column& column, std::int64_t order, std::vector<io::Attribute> attributes,
                  bool whole);
  template <class U>
  void add(std::string name, const U* data, std::vector<std::size_t> shape, std::vector<std::string> axes,
           std::vector<io::Attribute> attributes);

  std::size_t runs_;
  std::string run_axis_;
  std::string counted_;  // what descriptions of times end with
  std::deque<std::vector<double>> made_;
  io::Contents contents_;
};

/// Whether a file says that it is a result of kobie.
bool is_result(const io::Hdf5File& file);
/// FileError for another one.
export void require_result(const io::Hdf5File& file, const std::filesystem::path& path);
/// FileError for a result of a format that is not known.
export void require_readable(const io::Hdf5File& file, const std::filesystem::path& path);
/// FileError for a result that is not finished.
export void require_whole(const io::Hdf5File& file, const std::filesystem::path& path);
/// The chunks of a result that are not finished.
std::vector<Chunk> missing_chunks(const io::Hdf5File& file);
/// The datasets of a group, "initial/", in the order in which they were written.
std::vector<std::string> members(const io::Hdf5File& file, std::string_view group);
/// The inputs of a result; of one that is not finished with NaN where values differ and are not there yet.
RunTable read_runs(const io::Hdf5File& file);

/// What runs have of their own, and in which dataset.
struct OwnDataset {
  std::string name;
  const Column& column;
};
std::vector<OwnDataset> own_datasets(const RunTable& runs);

/// The dataset of a state's initial value or a parameter, by its place among the columns.
std::string column_dataset(const RunTable& runs, std::size_t column);
/// The dataset of a state or an observable, by its place among the quantities.
std::string series_dataset(const Quantities& quantities, std::size_t quantity);
/// The dataset of a metric of a quantity, by their places in the table.
std::string summary_dataset(const SummaryTable& summaries, std::size_t metric, std::size_t quantity);

}  // namespace kobie
