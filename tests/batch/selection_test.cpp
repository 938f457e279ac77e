#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "compare.hpp"

import kobie;

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

/// Lotka and Volterra, with two observables.
struct Prey {
  static constexpr auto states = kobie::values({{"prey", 1.0, "1/m^2"}, {"hunters", 0.5}});
  static constexpr auto parameters = kobie::values({{"a", 1.5}});
  static constexpr auto observables = kobie::names({{"both", "1/m^2"}, "ratio"});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Prey, Real>& at, kobie::Rates<Prey, Real>& d) {
    const auto& [prey, hunters] = at.state;
    d.state = {at.parameter[0] * prey - prey * hunters, prey * hunters - hunters};
  }
  template <class Real>
  static constexpr void observe(const kobie::Point<Prey, Real>& at, kobie::Observed<Prey, Real>& o) {
    const auto& [prey, hunters] = at.state;
    o.observable = {prey + hunters, prey / hunters};
  }
};

const std::vector<std::vector<std::string>> choices = {
    {"prey"}, {"hunters"}, {"ratio"}, {"both", "prey"}, {"ratio", "both"}, {"hunters", "both", "prey"}, {"prey", "prey"}};

kobie::Runs<Prey> runs() { return kobie::grid<Prey>({{"a", kobie::linspace(0.5, 2.5, 67)}}); }

bool same_series(const kobie::Result<double>& some, const kobie::Result<double>& all, const std::string& name) {
  const auto a = some[name];
  const auto b = all[name];
  bool same = a.extent(0) == b.extent(0) && a.extent(1) == b.extent(1);
  for (std::size_t save = 0; same && save < a.extent(0); ++save) {
    for (std::size_t run = 0; same && run < a.extent(1); ++run) {
      same = compare::same_bits(a(save, run), b(save, run));
    }
  }
  return same;
}

std::size_t different(const std::vector<std::string>& names) { return names[0] == names.back() ? 1 : names.size(); }

std::filesystem::path in_temporary(const std::string& name) { return std::filesystem::temp_directory_path() / name; }

}  // namespace

TEMPLATE_TEST_CASE("what is chosen by name is saved as in a solve that saves everything, to the last bit", "",
                   kobie::OnDefaultBackend, kobie::OnHostAsDevice, kobie::Lanes<1>) {
  const kobie::Solver<Prey, kobie::Tsit5, TestType> solver({.rtol = 1e-7, .atol = 1e-7});
  kobie::SolveRequest request{.duration = 4.0, .save_every = 0.5};
  const auto all = solver.solve(runs(), request);
  for (const auto& names : choices) {
    request.save = names;
    for (const std::int64_t chunk : {0, 20}) {
      request.chunk_runs = chunk;
      const auto some = solver.solve(runs(), request);
      CHECK(some.quantities().size() == different(names));
      CHECK(some.all().extent(0) == different(names));
      for (const auto& name : names) {
        CHECK(same_series(some, all, name));
      }
    }
  }
}

TEST_CASE("what was not saved is unknown to the result, which lists what there is") {
  const kobie::Solver<Prey, kobie::Tsit5> solver;
  const auto result = solver.solve(runs(), {.duration = 1.0, .save = {"ratio", "prey"}});
  CHECK_THROWS_MATCHES(result["hunters"], kobie::UnknownName, MessageMatches(ContainsSubstring("known: prey, ratio")));
}

TEST_CASE("a quantity that the system does not have cannot be saved") {
  const kobie::Solver<Prey, kobie::Tsit5> solver;
  CHECK_THROWS_MATCHES(solver.solve(runs(), {.duration = 1.0, .save = {"prey", "hunter"}}), kobie::UnknownName,
                       MessageMatches(ContainsSubstring("save = 'hunter'") && ContainsSubstring("did you mean 'hunters'?") &&
                                      ContainsSubstring("known: prey, hunters, both, ratio")));
}

TEST_CASE("only what is saved is planned for") {
  const kobie::Solver<Prey, kobie::Tsit5> solver;
  const auto bytes = [&](const std::vector<std::string>& save) {
    for (const auto& array : solver.plan(runs(), {.duration = 1.0, .save_every = 0.1, .save = save}).results) {
      if (array.name == "values") {
        return array.bytes_per_run;
      }
    }
    return std::uint64_t{0};
  };
  CHECK(bytes({}) == 4 * 11 * sizeof(double));
  CHECK(bytes({"both"}) == 11 * sizeof(double));
  CHECK(bytes({"both", "hunters", "both"}) == 2 * 11 * sizeof(double));
}

TEST_CASE("files hold what was chosen, whole ones and those written while they are computed") {
  const kobie::Solver<Prey, kobie::Tsit5> solver;
  const kobie::SolveRequest everything{.duration = 2.0, .save_every = 0.25};
  const auto all = solver.solve(runs(), everything);
  for (const auto& names : choices) {
    kobie::SolveRequest request = everything;
    request.save = names;
    request.overwrite = true;
    request.write_to = in_temporary("kobie_selection_whole.h5");
    static_cast<void>(solver.solve(runs(), request));
    const auto whole = kobie::read(request.write_to);
    request.write_to = in_temporary("kobie_selection_streamed.h5");
    request.chunk_runs = 25;
    static_cast<void>(solver.solve_to_file(runs(), request));
    const auto streamed = kobie::read(request.write_to);
    for (const auto* read : {&whole, &streamed}) {
      CHECK(read->quantities().size() == different(names));
      for (const auto& name : names) {
        CHECK(same_series(*read, all, name));
      }
      for (const auto& quantity : read->quantities()) {
        CHECK(quantity.unit == (quantity.name == "prey" || quantity.name == "both" ? "1/m^2" : ""));
      }
    }
  }
  std::filesystem::remove(in_temporary("kobie_selection_whole.h5"));
  std::filesystem::remove(in_temporary("kobie_selection_streamed.h5"));
}

TEST_CASE("a partial file of another choice is not gone on with") {
  const kobie::Solver<Prey, kobie::Tsit5> solver;
  const auto path = in_temporary("kobie_selection_partial.h5");
  const auto partial = in_temporary("kobie_selection_partial.h5.partial");
  std::filesystem::remove(path);
  std::filesystem::remove(partial);
  kobie::SolveRequest request{.duration = 1.0, .save = {"prey", "ratio"}, .write_to = path};
  request.chunk_runs = 16;
  request.progress = [](std::int64_t done, std::int64_t) {
    if (done >= 32) {
      throw std::runtime_error("enough");
    }
  };
  CHECK_THROWS_AS(solver.solve_to_file(runs(), request), std::runtime_error);
  request.progress = {};
  request.save = {"hunters", "ratio"};
  CHECK_THROWS_AS(solver.solve_to_file(runs(), request), kobie::FileError);
  request.save = {"ratio", "prey"};  // the same in another order
  CHECK(solver.solve_to_file(runs(), request).resumed_runs >= 16);
  std::filesystem::remove(path);
}
