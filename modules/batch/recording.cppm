/// Steps that are recorded, in the memory of the backend.
export module kobie.batch:recording;

import kobie.algorithms;
import kobie.kokkos;
import kobie.loop;
import kobie.standard;
import :step_records;

namespace kobie {

/// Where a recorder keeps attempts; nothing where there is none.
template <class S, class Method, class T, class Instrument, class Memory>
class Recording {
 public:
  template <class Space>
  Recording(const Space& space, const std::vector<std::int64_t>& chosen, std::int64_t attempts)
      : chosen_(chosen),
        shape_{Numbers::layout, static_cast<std::size_t>(attempts), AlgorithmTraits<Method, S>::stages_are_derivatives} {
    if constexpr (Instrument::records) {
      runs_ = Kokkos::View<std::int64_t*, Memory>(
          Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::recorded_runs"), chosen.size());
      counts_ = Kokkos::View<std::int64_t*, Memory>(Kokkos::view_alloc(space, "kobie::batch::attempts"), chosen.size());
      numbers_ = Kokkos::View<T*, Memory>(Kokkos::view_alloc(space, Kokkos::WithoutInitializing, "kobie::batch::step_records"),
                                          chosen.size() * shape_.capacity * Numbers::count);
      Kokkos::deep_copy(space, runs_, Kokkos::View<const std::int64_t*, Kokkos::HostSpace>(chosen_.data(), chosen_.size()));
    }
  }

  StepRecordPointers<T> pointers() const {
    return {runs_.data(), static_cast<std::int64_t>(chosen_.size()), static_cast<std::int64_t>(shape_.capacity),
            numbers_.data(), counts_.data()};
  }

  template <class Space>
  std::vector<RecordedRun<T>> runs(const Space& space) const {
    std::vector<std::int64_t> counts(counts_.size());
    std::vector<T> numbers(numbers_.size());
    Kokkos::deep_copy(space, Kokkos::View<std::int64_t*, Kokkos::HostSpace>(counts.data(), counts.size()), counts_);
    Kokkos::deep_copy(space, Kokkos::View<T*, Kokkos::HostSpace>(numbers.data(), numbers.size()), numbers_);
    space.fence("kobie::batch::step_records");
    return recorded_runs(chosen_, shape_, numbers.data(), counts.data());
  }

 private:
  using Numbers = AttemptNumbers<S, Method>;
  std::vector<std::int64_t> chosen_;
  RecordShape shape_;
  Kokkos::View<std::int64_t*, Memory> runs_;
  Kokkos::View<std::int64_t*, Memory> counts_;
  Kokkos::View<T*, Memory> numbers_;
};

}  // namespace kobie
