/// The arrays that runs leave results in, in whatever memory. Run is the fastest axis of all of them.
export module kobie.batch:result_arrays;

import kobie.core;
import kobie.standard;
import :runs;

namespace kobie {

/// Where results of runs go or come from: those of a batch, or of one chunk of it.
template <class T>
struct OutputPointers {
  T* values = nullptr;  ///< [saved quantity][save][run]
  std::int32_t* status = nullptr;
  std::int32_t* accepted = nullptr;
  std::int32_t* rejected = nullptr;
  T* end_time = nullptr;
  std::int32_t* counts = nullptr;  ///< [RunCount][run], of those that the method has
  T* summaries = nullptr;          ///< [metric][summarised quantity][window][result][run]
  std::int64_t runs = 0;           ///< from one row to the next
};

/// What owns them, an Array<U> each.
template <class T, template <class> class Array>
struct ResultArrays {
  Array<T> values;
  Array<std::int32_t> status;
  Array<std::int32_t> accepted;
  Array<std::int32_t> rejected;
  Array<T> end_time;
  Array<std::int32_t> counts;
  Array<T> summaries;

  OutputPointers<T> pointers(std::int64_t runs) {
    return {values.data(),   status.data(), accepted.data(),  rejected.data(),
            end_time.data(), counts.data(), summaries.data(), runs};
  }
};

/// How many rows of one number for each run the arrays have that do not have one.
struct ResultRows {
  std::size_t values = 0;  ///< saved quantities times saves
  std::size_t counts = 0;
  std::size_t summaries = 0;
};

/// Calls visit(name, rows, member...) for each array of some ResultArrays or OutputPointers that has rows; what has none is
/// nowhere.
template <class Visit, class... Arrays>
void for_each_result(const ResultRows& rows, const Visit& visit, Arrays&... arrays) {
  if (rows.values > 0) {
    visit(std::string_view("values"), rows.values, arrays.values...);
  }
  visit(std::string_view("status"), std::size_t{1}, arrays.status...);
  visit(std::string_view("accepted_steps"), std::size_t{1}, arrays.accepted...);
  visit(std::string_view("rejected_steps"), std::size_t{1}, arrays.rejected...);
  visit(std::string_view("end_time"), std::size_t{1}, arrays.end_time...);
  if (rows.counts > 0) {
    visit(std::string_view("counts"), rows.counts, arrays.counts...);
  }
  if (rows.summaries > 0) {
    visit(std::string_view("summaries"), rows.summaries, arrays.summaries...);
  }
}

/// Says of `count` runs from `first` on that they were not integrated, nor went beyond their t0, which is this one where they
/// have none of their own.
template <class T>
void mark_stopped(const ResultRows& rows, OutputPointers<T> of, std::int64_t first, std::int64_t count, const RunTable& runs,
                  double t0) {
  for_each_result(
      rows,
      [&]<class U>(std::string_view /*name*/, std::size_t row_count, U* array) {
        for (std::size_t row = 0; row < row_count; ++row) {
          const U none = std::is_floating_point_v<U> ? std::numeric_limits<U>::quiet_NaN() : U{0};
          std::fill_n(array + static_cast<std::int64_t>(row) * of.runs + first, count, none);
        }
      },
      of);
  std::fill_n(of.status + first, count, static_cast<std::int32_t>(Status::stopped));
  if (const auto& own = runs.t0()) {
    T* end = of.end_time + first;
    own->for_each_run(first, count, [&end](double start) { *end++ = static_cast<T>(start); });
  } else {
    std::fill_n(of.end_time + first, count, static_cast<T>(t0));
  }
}

}  // namespace kobie
