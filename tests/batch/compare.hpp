// Results compared to the last bit; NaNs are equal where their bits are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

import kobie;

namespace compare {

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Whether run i of `a` and run j of `b` saved the same, took the same steps and ended alike.
template <class T>
bool same_run(const kobie::Result<T>& a, std::int64_t run_a, const kobie::Result<T>& b, std::int64_t run_b) {
  const auto i = static_cast<std::size_t>(run_a);
  const auto j = static_cast<std::size_t>(run_b);
  bool same = a.times() == b.times() && a.status(run_a) == b.status(run_b) && a.accepted_steps()[i] == b.accepted_steps()[j] &&
              a.rejected_steps()[i] == b.rejected_steps()[j] && same_bits(a.end_times()[i], b.end_times()[j]);
  for (std::size_t quantity = 0; quantity < a.all().extent(0); ++quantity) {
    for (std::size_t save = 0; same && save < a.times().size(); ++save) {
      same = same_bits(a.all()(quantity, save, i), b.all()(quantity, save, j));
    }
  }
  return same;
}

template <class T>
bool same_results(const kobie::Result<T>& a, const kobie::Result<T>& b) {
  bool same = a.runs() == b.runs();
  for (std::int64_t run = 0; same && run < a.runs(); ++run) {
    same = same_run(a, run, b, run);
  }
  return same;
}

}  // namespace compare
