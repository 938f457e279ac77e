#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstring>
#include <vector>

#include "problems.hpp"

import kobie;

namespace {

// 61 runs: full packs and a last one that is not full, for every width.
kobie::Runs<problems::Lorenz> some_runs() { return kobie::grid<problems::Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 61)}}); }

const kobie::SolveRequest request{.duration = 3.0, .save_every = 0.125};

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
bool same_results(const kobie::Result<T>& a, const kobie::Result<T>& b) {
  const auto all_a = a.all();
  const auto all_b = b.all();
  if (all_a.size() != all_b.size()) {
    return false;
  }
  for (std::size_t i = 0; i < all_a.size(); ++i) {
    if (!same_bits(all_a.data_handle()[i], all_b.data_handle()[i])) {
      return false;
    }
  }
  for (std::int64_t run = 0; run < a.runs(); ++run) {
    const auto i = static_cast<std::size_t>(run);
    if (a.accepted_steps()[i] != b.accepted_steps()[i] || a.rejected_steps()[i] != b.rejected_steps()[i] ||
        a.status(run) != b.status(run)) {
      return false;
    }
  }
  return true;
}

template <class Control, class Precision, int W>
auto solve_with_lanes() {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5, Control, Precision, kobie::Lanes<W>> solver(
      {.rtol = 1e-6, .atol = 1e-6, .dt = 1.0 / 128});
  return solver.solve(some_runs(), request);
}

template <class T, class Control>
struct Case {
  using Precision = kobie::Precision<T>;
  using Controller = Control;
};
using DoubleAdaptive = Case<double, kobie::PiControl>;
using DoubleFixed = Case<double, kobie::FixedStep>;
using FloatAdaptive = Case<float, kobie::PiControl>;
using FloatFixed = Case<float, kobie::FixedStep>;

// A run that explodes where `growth` is 1, and does nothing of interest where it is 0.
struct Explosive {
  static constexpr auto states = kobie::values({{"y", 1.0}, {"z", 1.0}});
  static constexpr auto parameters = kobie::values({{"growth", 0.0}});
  template <class Real>
  static constexpr void rhs(const kobie::Point<Explosive, Real>& at, kobie::Rates<Explosive, Real>& d) {
    const auto& [y, z] = at.state;
    d.state = {at.parameter[0] * y * y - z, y - Real(0.1) * z};
  }
};

}  // namespace

TEMPLATE_TEST_CASE("results do not depend on how many lanes there are, to the last bit", "", DoubleAdaptive, DoubleFixed,
                   FloatAdaptive, FloatFixed) {
  using Control = typename TestType::Controller;
  using Precision = typename TestType::Precision;
  const auto two = solve_with_lanes<Control, Precision, 2>();
  CHECK(two.failure_count() == 0);
  CHECK(same_results(two, solve_with_lanes<Control, Precision, 4>()));
  CHECK(same_results(two, solve_with_lanes<Control, Precision, 8>()));
  CHECK(same_results(two, solve_with_lanes<Control, Precision, 16>()));
}

TEMPLATE_TEST_CASE("scalar code and lanes give the same bits where arithmetic is all there is", "", DoubleAdaptive, DoubleFixed,
                   FloatAdaptive, FloatFixed) {
  using Control = typename TestType::Controller;
  using Precision = typename TestType::Precision;
  CHECK(same_results(solve_with_lanes<Control, Precision, 1>(), solve_with_lanes<Control, Precision, 8>()));
}

TEST_CASE("a run's bits do not depend on the batch around it") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  const auto whole = solver.solve(some_runs(), request);
  const auto x = whole["x"];
  const auto& rho = whole.inputs()["rho"];
  for (const std::size_t size : {1UL, 7UL, 8UL, 9UL, 40UL}) {
    // The same runs, backwards, in a batch of another size.
    std::vector<double> some;
    for (std::size_t i = 0; i < size; ++i) {
      some.push_back(rho[static_cast<std::int64_t>(60 - i)]);
    }
    const auto part = solver.solve(kobie::grid<problems::Lorenz>({{"rho", some}}), request);
    bool same = true;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t save = 0; save < x.extent(0); ++save) {
        same = same && same_bits(part["x"](save, i), x(save, 60 - i));
      }
    }
    CAPTURE(size);
    CHECK(same);
  }
}

TEST_CASE("a run's bits do not depend on progress reports") {
  const kobie::Solver<problems::Lorenz, kobie::Tsit5> solver({.rtol = 1e-6, .atol = 1e-6});
  const auto runs = kobie::grid<problems::Lorenz>({{"rho", kobie::linspace(0.0, 28.0, 10'001)}});
  std::vector<std::int64_t> seen;
  const auto silent = solver.solve(runs, {.duration = 1.0});
  const auto chatty =
      solver.solve(runs, {.duration = 1.0, .progress = [&](std::int64_t done, std::int64_t) { seen.push_back(done); }});
  CHECK(same_results(silent, chatty));
  REQUIRE(seen.size() > 1);
  CHECK(seen.back() == 10'001);
}

TEST_CASE("a run that explodes leaves its neighbours' bits alone") {
  const kobie::Solver<Explosive, kobie::Tsit5> solver({.rtol = 1e-8, .atol = 1e-8});
  std::vector<double> growth(32, 0.0);
  const auto calm = solver.solve(kobie::grid<Explosive>({{"growth", growth}}), {.duration = 5.0, .save_every = 0.5});
  growth[11] = 10.0;
  const auto mixed = solver.solve(kobie::grid<Explosive>({{"growth", growth}}), {.duration = 5.0, .save_every = 0.5});
  REQUIRE(mixed.failure_count() == 1);
  CHECK(mixed.status(11) != kobie::Status::success);
  bool same = true;
  for (std::size_t run = 0; run < growth.size(); ++run) {
    for (std::size_t save = 0; save < calm.times().size(); ++save) {
      same = same && (run == 11 || (same_bits(calm["y"](save, run), mixed["y"](save, run)) &&
                                    same_bits(calm["z"](save, run), mixed["z"](save, run))));
    }
  }
  CHECK(same);
}
