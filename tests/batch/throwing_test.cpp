#include <atomic>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "../temporary_folder.hpp"
#include "compare.hpp"

import kobie;

using Catch::Matchers::Message;

namespace {

// y' = y, but not beyond `most` while it is armed.
struct Fragile {
  static constexpr auto states = kobie::values({{"y", 1.0}});
  static constexpr auto parameters = kobie::values({{"most", 100.0}});
  static inline std::atomic<bool> armed = true;

  template <class Real>
  static void rhs(const kobie::Point<Fragile, Real>& at, kobie::Rates<Fragile, Real>& d) {
    if (armed && kobie::any(at.state[0] > at.parameter[0])) {
      throw std::domain_error("y is beyond what it may be");
    }
    d.state = {at.state[0]};
  }
};

// Run 150 of 200 throws, after a while.
kobie::Runs<Fragile> runs() {
  std::vector<double> most(200, 100.0);
  most[150] = 1.5;
  return kobie::grid<Fragile>({{"most", most}});
}

kobie::SolveRequest request(std::int64_t chunk_runs) {
  kobie::SolveRequest request{.duration = 1.0, .save_every = 0.25};
  request.chunk_runs = chunk_runs;
  return request;
}

struct Disarmed {
  Disarmed() { Fragile::armed = false; }
  ~Disarmed() { Fragile::armed = true; }
  Disarmed(const Disarmed&) = delete;
  Disarmed& operator=(const Disarmed&) = delete;
};

template <class... Policies>
using Solver = kobie::Solver<Fragile, kobie::Tsit5, Policies...>;

}  // namespace

TEMPLATE_TEST_CASE("what a right-hand side throws comes out of solve, and the next solve is right", "", Solver<kobie::OnHost>,
                   (Solver<kobie::OnHost, kobie::Lanes<1>>), Solver<kobie::OnHostAsDevice>) {
  const TestType solver;
  for (const std::int64_t chunk_runs : {0, 64, 1}) {
    CHECK_THROWS_MATCHES(solver.solve(runs(), request(chunk_runs)), std::domain_error, Message("y is beyond what it may be"));
  }
  const Disarmed disarmed;
  const auto whole = solver.solve(runs(), request(0));
  CHECK(whole.failure_count() == 0);
  CHECK(compare::same_results(solver.solve(runs(), request(64)), whole));
}

TEMPLATE_TEST_CASE("a chunk that throws costs a file none of the chunks before it", "", kobie::OnHost, kobie::OnHostAsDevice) {
  const Solver<TestType> solver;
  const tools::TemporaryFolder folder;
  auto to_file = request(50);
  to_file.write_to = folder / "a.h5";
  to_file.overwrite = true;
  CHECK_THROWS_MATCHES(solver.solve_to_file(runs(), to_file), std::domain_error, Message("y is beyond what it may be"));
  CHECK_FALSE(std::filesystem::exists(to_file.write_to));

  const Disarmed disarmed;
  to_file.overwrite = false;
  const auto solved = solver.solve_to_file(runs(), to_file);
  CHECK(solved.resumed_runs == 150);
  CHECK(compare::same_results(kobie::read(to_file.write_to), solver.solve(runs(), request(0))));
}
