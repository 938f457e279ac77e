// kobie-lorenz: sweeps the Lorenz system over rho and writes the results to a file and a picture.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <string>

#include "picture.hpp"
#include "progress.hpp"

import kobie;

namespace {

struct Lorenz {
  static constexpr auto states = kobie::values({{"x", 1.0}, {"y", 0.0}, {"z", 0.0}});
  static constexpr auto parameters = kobie::values({{"sigma", 10.0}, {"rho", 28.0}, {"beta", 8.0 / 3.0}});

  template <class Real>
  static constexpr void rhs(const kobie::Point<Lorenz, Real>& at, kobie::Rates<Lorenz, Real>& d) {
    const auto& [x, y, z] = at.state;
    const auto& [sigma, rho, beta] = at.parameter;
    d.state = {sigma * (y - x), x * (rho - z) - y, x * y - beta * z};
  }
};

struct Arguments {
  std::size_t runs = 100'000;
  double rho_first = 0.0;
  double rho_last = 21.0;
  double tolerance = 1e-8;
  double duration = 10.0;
  double save_every = 0.1;
  std::string out = "lorenz.h5";
  std::string picture = "lorenz.png";
  bool overwrite = false;
};

void sweep(const Arguments& arguments) {
  if (!arguments.picture.empty()) {
    kobie::io::require_writable(arguments.picture, arguments.overwrite);
  }
  const kobie::Solver<Lorenz, kobie::Tsit5> solver({.rtol = arguments.tolerance, .atol = arguments.tolerance});
  const auto runs = kobie::grid<Lorenz>({{"rho", kobie::linspace(arguments.rho_first, arguments.rho_last, arguments.runs)}});
  const auto result = solver.solve(runs, {.duration = arguments.duration,
                                          .save_every = arguments.save_every,
                                          .write_to = arguments.out,
                                          .overwrite = arguments.overwrite,
                                          .progress = Progress()});
  fmt::print("{}", result.summary());
  if (!arguments.out.empty()) {
    fmt::print("{:<22}{}\n", "results", arguments.out);
  }
  if (!arguments.picture.empty()) {
    draw_sweep(result, arguments.picture, arguments.overwrite);
    fmt::print("{:<22}{}\n", "picture", arguments.picture);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const kobie::Session session(argc, argv);
    Arguments arguments;
    CLI::App app("Sweeps the Lorenz system over rho with Tsit5, and writes results and a picture.");
    app.add_option("--runs", arguments.runs, "how many runs")->capture_default_str();
    app.add_option("--rho-first", arguments.rho_first, "the first rho")->capture_default_str();
    app.add_option("--rho-last", arguments.rho_last, "the last rho")->capture_default_str();
    app.add_option("--tolerance", arguments.tolerance, "relative and absolute tolerance")->capture_default_str();
    app.add_option("--duration", arguments.duration, "how long each run is")->capture_default_str();
    app.add_option("--save-every", arguments.save_every, "time between saves")->capture_default_str();
    app.add_option("--out", arguments.out, "result file (.h5, .npy or .csv); '' for none")->capture_default_str();
    app.add_option("--picture", arguments.picture, "picture (.png or .svg); '' for none")->capture_default_str();
    app.add_flag("--overwrite", arguments.overwrite, "replace files that exist");
    app.footer("--kokkos-num-threads=N and Kokkos' other arguments are understood as well.");
    CLI11_PARSE(app, argc, argv);
    sweep(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kobie-lorenz: {}\n", error.what());
    return 1;
  }
  return 0;
}
