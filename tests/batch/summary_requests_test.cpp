#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../temporary_folder.hpp"
#include "compare.hpp"
#include "problems.hpp"
#include "summaries.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using summaries::Everything;
using summaries::Wave;

namespace {

using Summarising = kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Peaks<5>>>;
using Plain = kobie::Solver<Wave, kobie::Tsit5>;

template <class Solver>
std::string message(const kobie::SolveRequest& request) {
  try {
    static_cast<void>(Solver().solve(kobie::grid<Wave>({}), request));
  } catch (const kobie::InvalidArgument& error) {
    return error.what();
  }
  return "";
}

kobie::Runs<Wave> waves() { return kobie::grid<Wave>({{"w", kobie::linspace(0.5, 3.0, 101)}}); }

const kobie::SolveRequest request_of_waves{.duration = 4.0, .save_every = 1.0, .sample_every = 0.05, .summarise_every = 2.0};

std::filesystem::path in_temporary(const std::string& name) { return std::filesystem::temp_directory_path() / name; }

}  // namespace

TEST_CASE("samples are at most a duration apart, and observables have some") {
  CHECK(message<Summarising>({.duration = 1.0}) ==
        "sample_every = 0: must be above 0 where the observable 'square' is summarised");
  CHECK(message<Summarising>({.duration = 1.0, .sample_every = -1.0}).starts_with("sample_every = -1: "));
  CHECK(message<Summarising>({.duration = 1.0, .sample_every = 2.0}).starts_with("sample_every = 2: "));
  CHECK(message<Summarising>({.duration = 1.0, .sample_every = 0.3}).starts_with("sample_every = 0.3: must fit a whole"));
}

TEST_CASE("windows are whole numbers of samples and parts of the duration") {
  CHECK(message<Summarising>({.duration = 3.0, .sample_every = 1.0, .summarise_every = 1.5}).starts_with("summarise_every"));
  CHECK(message<Summarising>({.duration = 3.0, .sample_every = 0.1, .summarise_every = 0.7}).starts_with("summarise_every"));
  CHECK(message<Summarising>({.duration = 3.0, .sample_every = 0.1, .summarise_every = -0.5}).starts_with("summarise_every"));
}

TEST_CASE("metrics that a request chooses must be the solver's, and numbers after them what they have") {
  const auto said = [](std::vector<std::string> metrics) {
    return message<Summarising>({.duration = 1.0, .sample_every = 0.1, .metrics = std::move(metrics)});
  };
  CHECK(said({"peeks"}) == "metrics = 'peeks': no such name; did you mean 'peaks'? known: mean, peaks");
  CHECK(said({"mean", "mean"}) == "metrics = 'mean': is given twice");
  CHECK(said({"mean:1x"}) == "metrics = 'mean:1x': 'mean' has one result, so no number may follow it");
  for (const std::string text : {"peaks:0", "peaks:6", "peaks:", "peaks:-1", "peaks:2.5", "peaks:two"}) {
    CHECK(said({text}) == "metrics = '" + text + "': after 'peaks:' comes how many, from 1 to 5");
  }
  CHECK(message<Plain>({.duration = 1.0, .metrics = {"mean"}}).starts_with("metrics = 'mean': needs a solver with"));
}

TEST_CASE("metrics that a request chooses are what they are among all") {
  const kobie::Solver<Wave, kobie::Tsit5, Everything> solver({.rtol = 1e-8, .atol = 1e-8});
  auto request = request_of_waves;
  const auto all = solver.solve(waves(), request);
  request.metrics = {"peaks:2", "max", "negative_peaks:1"};
  const auto some = solver.solve(waves(), request);
  REQUIRE(some.summaries().metrics.size() == 3);
  const auto same = [&](const std::string& metric, std::size_t row_of_all, std::size_t row) {
    const auto expected = all.summary("y", metric);
    const auto found = some.summary("y", metric);
    bool equal = true;
    for (std::size_t run = 0; run < 101; ++run) {
      equal = equal && compare::same_bits(expected(row_of_all, run), found(row, run));
    }
    return equal;
  };
  const std::size_t peaks = all.summary("y", "peaks").extent(0) / 4;  // two windows, heights and times
  const std::size_t troughs = all.summary("y", "negative_peaks").extent(0) / 4;
  REQUIRE(some.summary("y", "peaks").extent(0) == 8);
  REQUIRE(some.summary("y", "negative_peaks").extent(0) == 4);
  for (std::size_t window = 0; window < 2; ++window) {
    CAPTURE(window);
    CHECK(same("max", window, window));
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(same("peaks", 2 * peaks * window + i, 4 * window + i));
      CHECK(same("peaks", 2 * peaks * window + peaks + i, 4 * window + 2 + i));
    }
    CHECK(same("negative_peaks", 2 * troughs * window, 2 * window));
    CHECK(same("negative_peaks", 2 * troughs * window + troughs, 2 * window + 1));
  }
  CHECK_THROWS_AS(some.summary("y", "mean"), kobie::UnknownName);
}

TEST_CASE("a file says which metrics were chosen") {
  const tools::TemporaryFolder folder;
  const auto path = folder / "chosen.h5";
  auto request = request_of_waves;
  request.metrics = {"peaks:2"};
  request.write_to = path;
  const auto made = Summarising({.rtol = 1e-8, .atol = 1e-8}).solve(waves(), request);
  const auto read = kobie::read(path);
  CHECK(read.provenance().request.metrics == request.metrics);
  CHECK(read.summary("decay", "peaks").extent(0) == 8);
  CHECK(summaries::same(read, made));
}

TEST_CASE("quantities to summarise must be the system's") {
  const std::string said = message<Summarising>({.duration = 1.0, .sample_every = 0.1, .summarise = {"y", "squares"}});
  CHECK(said.find("summarise = 'squares': no such name; did you mean 'square'? known: y, decay, square") == 0);
}

TEST_CASE("a solver without summaries says what it lacks") {
  const std::string needed = "needs a solver with the policy kobie::Summaries<...>";
  CHECK(message<Plain>({.duration = 1.0, .sample_every = 0.1}) == "sample_every = 0.1: " + needed);
  CHECK(message<Plain>({.duration = 1.0, .summarise_every = 0.5}) == "summarise_every = 0.5: " + needed);
  CHECK(message<Plain>({.duration = 1.0, .summarise = {"y"}}) == "summarise = 'y': " + needed);
}

TEST_CASE("a result names the summaries that it has") {
  const auto result = Summarising().solve(kobie::grid<Wave>({}), {.duration = 1.0, .sample_every = 0.1, .summarise = {"y"}});
  CHECK_THROWS_MATCHES(result.summary("y", "peak"), kobie::UnknownName,
                       MessageMatches(ContainsSubstring("did you mean 'peaks'? known: mean, peaks")));
  CHECK_THROWS_MATCHES(result.summary("decay", "mean"), kobie::UnknownName, MessageMatches(ContainsSubstring("known: y")));
  const auto plain = Plain().solve(kobie::grid<Wave>({}), {.duration = 1.0});
  CHECK_THROWS_MATCHES(plain.summary("y", "mean"), kobie::UnknownName, MessageMatches(ContainsSubstring("there are none")));
  CHECK(plain.summaries().windows() == 0);
}

TEST_CASE("files hold the summaries that are in memory, whole ones and those written while they are computed") {
  const kobie::Solver<Wave, kobie::Tsit5, Everything> solver;
  const auto result = solver.solve(waves(), request_of_waves);
  const auto path = in_temporary("kobie_summaries_whole.h5");
  result.write(path, true);
  const auto whole = kobie::read(path);
  CHECK(compare::same_results(whole, result));
  CHECK(summaries::same(result, whole));
  CHECK(whole.summaries().quantities[0].unit == "V");
  CHECK(whole.summaries().quantities[2].unit == "V^2");

  auto request = request_of_waves;
  request.write_to = in_temporary("kobie_summaries_streamed.h5");
  request.overwrite = true;
  for (const std::int64_t length : {101, 50, 17}) {
    request.chunk_runs = length;
    static_cast<void>(solver.solve_to_file(waves(), request));
    const auto streamed = kobie::read(request.write_to);
    CHECK(compare::same_results(streamed, result));
    CHECK(summaries::same(result, streamed));
  }
  std::filesystem::remove(path);
  std::filesystem::remove(request.write_to);
}

TEST_CASE("the layout of summaries in files is as described") {
  const auto path = in_temporary("kobie_summaries_layout.h5");
  Summarising().solve(waves(), request_of_waves).write(path, true);
  const kobie::io::Hdf5File file(path);
  CHECK(file.read<double>("window_end") == std::vector{2.0, 4.0});
  CHECK(file.shape("summaries/mean/y") == std::vector<std::size_t>{2, 101});
  CHECK(file.shape("summaries/peaks/square") == std::vector<std::size_t>{2 * 10, 101});
  CHECK(file.attribute("summaries/mean/square", "units") == kobie::io::AttributeValue(std::string("V^2")));
  CHECK_FALSE(file.has_attribute("summaries/peaks/y", "units"));
  CHECK(file.attribute("summaries/peaks/y", "results") == kobie::io::AttributeValue(std::int64_t{10}));
  CHECK(file.attribute("summaries/peaks/y", "order") == kobie::io::AttributeValue(std::int64_t{3}));
  std::filesystem::remove(path);
}

TEST_CASE("a partial file of other summaries is not gone on with") {
  const auto path = in_temporary("kobie_summaries_partial.h5");
  std::filesystem::remove(path);
  std::filesystem::remove(path.string() + ".partial");
  auto request = request_of_waves;
  request.write_to = path;
  request.chunk_runs = 16;
  request.progress = [](std::int64_t done, std::int64_t) {
    if (done >= 48) {
      throw std::runtime_error("enough");
    }
  };
  CHECK_THROWS_AS(Summarising().solve_to_file(waves(), request), std::runtime_error);
  request.progress = {};
  auto other = request;
  other.sample_every = 0.1;
  CHECK_THROWS_AS(Summarising().solve_to_file(waves(), other), kobie::FileError);
  other = request;
  other.summarise_every = 1.0;
  CHECK_THROWS_AS(Summarising().solve_to_file(waves(), other), kobie::FileError);
  other = request;
  other.summarise = {"y"};
  CHECK_THROWS_AS(Summarising().solve_to_file(waves(), other), kobie::FileError);
  const kobie::Solver<Wave, kobie::Tsit5, kobie::Summaries<kobie::Mean, kobie::Peaks<4>>> fewer;
  CHECK_THROWS_AS(fewer.solve_to_file(waves(), request), kobie::FileError);
  CHECK(Summarising().solve_to_file(waves(), request).resumed_runs >= 16);
  CHECK(summaries::same(kobie::read(path), Summarising().solve(waves(), request_of_waves)));
  std::filesystem::remove(path);
}
