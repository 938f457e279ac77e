module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

module kobie.batch;

import kobie.core;
import kobie.io;
import kobie.loop;
import :file_solve;
import :output_choice;
import :result_contents;

namespace kobie {

std::string FileSolve::summary() const {
  std::string text;
  const auto row = [&](std::string_view name, const std::string& value) { text += table_row(name, value); };
  const double seconds = std::max(provenance.wall_seconds, 1e-9);
  row("system", fmt::format("{}, {} runs", provenance.system, grouped(plan.runs)));
  row("method", method_text(provenance));
  row("steps taken", grouped(totals.accepted_steps));
  row("steps rejected", grouped(totals.rejected_steps));
  row("failures", grouped(totals.failures));
  row("file", stopped ? path.string() + ".partial" : path.string());
  if (stopped) {
    row("stopped", fmt::format("{} of {} runs are finished", grouped(finished_runs), grouped(plan.runs)));
  }
  row("chunks", fmt::format("{} of {} runs", grouped(plan.chunks), grouped(plan.chunk_runs)));
  if (resumed_runs > 0) {
    row("were there already", fmt::format("{} runs", grouped(resumed_runs)));
  }
  row("wall time", fmt::format("{:.3f} s", provenance.wall_seconds));
  row("trajectories a second", grouped(static_cast<std::int64_t>(static_cast<double>(finished_runs - resumed_runs) / seconds)));
  row("backend", backend_text(provenance));
  return text;
}

template <std::floating_point T>
struct FileStore<T>::File {
  const RunTable& runs;
  const OutputChoice& outputs;
  std::size_t counts;
  io::BlockFile file;
  std::chrono::steady_clock::time_point last_finish = std::chrono::steady_clock::now();
  std::vector<double> column = {};

  // A column that varies, run by run.
  void write_column(const std::string& dataset, const Column& source, const Chunk& chunk) {
    if (!source.varies()) {
      return;
    }
    column.clear();
    source.for_each_run(chunk.first, chunk.count, [&](double value) { column.push_back(value); });
    file.write(dataset, chunk.first, chunk.count, column.data(), column.size());
  }

  void write_inputs(const Chunk& chunk) {
    for (std::size_t i = 0; i < runs.columns().size(); ++i) {
      write_column(column_dataset(runs, i), runs.columns()[i], chunk);
    }
    for (const auto& [name, own] : own_datasets(runs)) {
      write_column(name, own, chunk);
    }
  }

  void write_results(const Chunk& chunk, const OutputPointers<T>& from) {
    const auto stride = static_cast<std::size_t>(from.runs);
    const auto write = [&](std::string_view dataset, const auto* data) {
      file.write(dataset, chunk.first, chunk.count, data, stride);
    };
    for (std::size_t q = 0; q < outputs.quantities.columns.size(); ++q) {
      write(series_dataset(outputs.quantities, q), from.values + q * outputs.saves.size() * stride);
    }
    write("status", from.status);
    write("accepted_steps", from.accepted);
    write("rejected_steps", from.rejected);
    write("end_time", from.end_time);
    for (std::size_t i = 0; i < counts; ++i) {
      write(run_count_names[i], from.counts + i * stride);
    }
    const SummaryTable& summaries = outputs.summaries;
    for (std::size_t m = 0; m < summaries.metrics.size(); ++m) {
      for (std::size_t q = 0; q < summaries.quantities.size(); ++q) {
        write(summary_dataset(summaries, m, q), from.summaries + summaries.first_row(m, q) * stride);
      }
    }
  }

  void finish(const Chunk& chunk, const OutputPointers<T>& from) {
    double accepted = 0.0;
    double rejected = 0.0;
    double failures = 0.0;
    for (std::int64_t run = 0; run < chunk.count; ++run) {
      accepted += from.accepted[run];
      rejected += from.rejected[run];
      failures += from.status[run] == static_cast<std::int32_t>(Status::success) ? 0.0 : 1.0;
    }
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_finish).count();
    last_finish = now;
    file.finish(chunk.number, std::array{accepted, rejected, failures, seconds});
  }
};

template <std::floating_point T>
FileStore<T>::FileStore(const SolveRequest& request, const std::string& fingerprint, const RunTable& runs,
                        const OutputChoice& outputs, const std::vector<double>& times, std::size_t counts,
                        const Provenance& provenance, std::int64_t chunk_runs) {
  ResultContents<T> contents(runs, outputs.quantities, times, counts, outputs.summaries, provenance, nullptr);
  const io::BlockLayout layout{.contents = std::move(contents.contents()),
                               .fingerprint = fingerprint,
                               .length = runs.size(),
                               .block_length = chunk_runs,
                               .totals = {"accepted_steps", "rejected_steps", "failures", "seconds"}};
  file_.reset(new File{runs, outputs, counts, io::BlockFile(request.write_to, layout, request.overwrite)});
}

template <std::floating_point T>
FileStore<T>::~FileStore() = default;

template <std::floating_point T>
bool FileStore<T>::holds(const Chunk& chunk) const {
  return file_->file.finished(chunk.number);
}

template <std::floating_point T>
void FileStore<T>::store(const Chunk& chunk, const OutputPointers<T>& from) {
  file_->write_inputs(chunk);
  file_->write_results(chunk, from);
  file_->finish(chunk, from);
}

template <std::floating_point T>
std::int64_t FileStore<T>::chunk_runs() const {
  return file_->file.block_length();
}

template <std::floating_point T>
void FileStore<T>::commit() {
  file_->file.commit();
}

template <std::floating_point T>
FileTotals FileStore<T>::totals() const {
  const auto whole = [&](std::string_view name) { return static_cast<std::int64_t>(file_->file.total(name)); };
  return {whole("accepted_steps"), whole("rejected_steps"), whole("failures")};
}

template class FileStore<float>;
template class FileStore<double>;

}  // namespace kobie
