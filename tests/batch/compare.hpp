// Results compared to the last bit; NaNs are equal where their bits are.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

import kobie;

namespace compare {

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Whether run i of `a` and run j of `b` took the same steps, ended alike and saved the same, as far as both have saves.
template <class T>
bool same_run_so_far(const kobie::Result<T>& a, std::size_t i, const kobie::Result<T>& b, std::size_t j) {
  bool same = a.status(static_cast<std::int64_t>(i)) == b.status(static_cast<std::int64_t>(j)) &&
              a.accepted_steps()[i] == b.accepted_steps()[j] && a.rejected_steps()[i] == b.rejected_steps()[j] &&
              same_bits(a.end_times()[i], b.end_times()[j]);
  const std::size_t saves = std::min(a.times().size(), b.times().size());
  for (std::size_t save = 0; same && save < saves; ++save) {
    same = a.times()[save] == b.times()[save] || (std::isnan(a.times()[save]) && std::isnan(b.times()[save]));
    for (std::size_t quantity = 0; same && quantity < a.all().extent(0); ++quantity) {
      same = same_bits(a.all()(quantity, save, i), b.all()(quantity, save, j));
    }
  }
  return same;
}

/// The same with saves at the same times, all of which are numbers.
template <class T>
bool same_run(const kobie::Result<T>& a, std::int64_t run_a, const kobie::Result<T>& b, std::int64_t run_b) {
  return a.times() == b.times() && same_run_so_far(a, static_cast<std::size_t>(run_a), b, static_cast<std::size_t>(run_b));
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
