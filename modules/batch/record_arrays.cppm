/// Recorded runs as files have them.
export module kobie.batch:record_arrays;

import kobie.io;
import kobie.standard;
import :step_records;

namespace kobie {

/// The arrays of recorded runs, each run's in a group "recorded/<run>" (docs/files.md). They live as long as this does.
template <std::floating_point T>
class RecordArrays {
 public:
  explicit RecordArrays(const std::vector<RecordedRun<T>>& runs);
  RecordArrays(const RecordArrays&) = delete;
  RecordArrays& operator=(const RecordArrays&) = delete;

  const std::vector<io::Dataset>& datasets() const { return datasets_; }

 private:
  void add(const RecordedRun<T>& run);
  void add(const std::string& name, std::vector<T> numbers, std::vector<std::size_t> shape);
  void add(const std::string& name, std::vector<std::int32_t> numbers, std::vector<std::size_t> shape);
  void add_stages(const std::string& name, const std::vector<StepRecord<T>>& steps,
                  std::vector<std::vector<T>> StepRecord<T>::* stages);
  void add_newton(const std::string& group, const std::vector<StepRecord<T>>& steps);

  std::deque<std::vector<T>> numbers_;
  std::deque<std::vector<std::int32_t>> whole_;
  std::vector<io::Dataset> datasets_;
};

/// All recorded runs of the file at `path`, in ascending order. Throws FileError.
template <std::floating_point T>
std::vector<RecordedRun<T>> read_recorded(const io::Hdf5File& file, const std::filesystem::path& path);

}  // namespace kobie
